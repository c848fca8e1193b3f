"""`notices_end_to_end`: from visits reported as performed to the SMS accepted by the provider, with one worker."""

import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from hjemmekontakt.ground import clock
from hjemmekontakt.project.bench.data import Tell
from hjemmekontakt.project.bench.figures import Figure, Metric, share
from hjemmekontakt.project.bench.notices_town import (
    AT_ONCE,
    Town,
    accepted,
    await_accepted,
    floor,
    how_many_accepted,
    report,
    towns,
)

NAME = "notices_end_to_end"
PERSONS, ROUNDS = 4000, 3
STEADY_RATE, STEADY_SECONDS, AT_A_TIME = 50, 20, 5


@dataclass(frozen=True)
class Measured:
    """Notices a second in each round, ours and the floor's; and how long after its commit each SMS was accepted."""

    stored: int
    ours: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def figure(self) -> Figure:
        """The best of the rounds, of each."""
        ours, bare = max(self.ours), max(self.floor)
        of_it = share(Metric.RATE, ours=ours, floor=bare)
        return Figure(NAME, 1, Metric.RATE.value, round(ours, 2), round(bare, 2), round(of_it, 3))

    def line(self) -> str:
        """The figures in a line."""
        cuts, best = statistics.quantiles(self.waits, n=100), self.figure()
        return (
            f"{NAME}  {self.stored} avgjørelser fra før. per_s: vår {best.value:.0f}, gulv {best.floor:.0f}, andel"
            f" {best.share:.2f}. Ved {STEADY_RATE}/s: p50 {1000 * cuts[49]:.0f} ms, p95 {1000 * cuts[94]:.0f} ms."
        )


def run(folder: Path, *, stored: Sequence[int], tell: Tell) -> list[Measured]:
    """Measure in towns with so many decisions of earlier days, in turn, each with a worker of its own."""
    with towns(folder, persons=PERSONS, stored=stored, tell=tell) as found, ExitStack() as workers:
        measured = [Measured(town.stored) for town in found]
        for town in found:
            workers.enter_context(town.working())
        for number in range(ROUNDS):
            for town, of_town in zip(found, measured, strict=True):
                of_town.ours.append(_all_at_once(town, told=f"round {number}"))
                of_town.floor.append(floor(town, PERSONS))
        for town, of_town in zip(found, measured, strict=True):
            of_town.waits.extend(_steadily(town))
        return measured


def _all_at_once(town: Town, *, told: str) -> float:
    """Every person has a visit reported as fast as it goes; notices a second from the first report to the last SMS."""
    before, began = how_many_accepted(town.peer), clock.real().timestamp()
    for start in range(0, len(town.numbers), AT_ONCE):
        report(town, town.numbers[start : start + AT_ONCE], told=told)
    await_accepted(town.peer, before + len(town.numbers))
    return len(town.numbers) / (max(accepted(town.peer).values()) - began)


def _steadily(town: Town) -> list[float]:
    """So many visits a second, some at a time; how long after its commit each SMS was accepted."""
    before = how_many_accepted(town.peer)
    committed: dict[str, float] = {}
    for number in range(STEADY_RATE * STEADY_SECONDS // AT_A_TIME):
        due = time.monotonic() + AT_A_TIME / STEADY_RATE
        visits = report(town, town.numbers[number * AT_A_TIME : (number + 1) * AT_A_TIME], told="steadily")
        committed |= dict.fromkeys((f"visit-performed:{id}" for id in visits), clock.real().timestamp())
        time.sleep(max(0.0, due - time.monotonic()))
    await_accepted(town.peer, before + len(committed))
    times = accepted(town.peer)
    rows = town.connection.execute(
        "SELECT id::text, event_key FROM notice WHERE event_key = ANY (%s)", [list(committed)]
    ).fetchall()
    return [times[id] - committed[key] for id, key in rows]
