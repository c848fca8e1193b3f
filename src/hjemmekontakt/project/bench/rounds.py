"""The rounds: in each, ours and the floor in turn, a second at a time, on a town tidied in between."""

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import psycopg
from psycopg.rows import dict_row

from hjemmekontakt.ground import clock
from hjemmekontakt.project.bench import benchmark, data, sessions
from hjemmekontakt.project.bench.benchmark import Request, Row
from hjemmekontakt.project.bench.figures import Figure, Slice, figures, together
from hjemmekontakt.project.bench.load import Ask, Plan, Result

ROUNDS = 5
WARM_UP_CLIENTS, WARM_UP_SECONDS = 8, 1.0
STEP = 997  # each slice begins elsewhere among the rows
SLICE_SECONDS = 1.0  # a machine that others disturb is seldom disturbed for so short a while on one side alone
IN_THE_WORKER = "fhir_import"
THOUSANDS_IN_A_SECOND = 14
"""Of lines, about so many as an import does: a slice of it is as long as one of requests, and a round has as many."""
IMPORT = [sys.executable, "-P", "-m", "hjemmekontakt.project.bench.importing"]
LOAD = [sys.executable, "-P", "-m", "hjemmekontakt.project.bench.load"]


class Void(Exception):
    """A run in which an answer was wrong, or work was not done: it has no figures. The text says what happened."""


@dataclass(frozen=True)
class Place:
    """Where a benchmark is run: the served town, and the superuser's connection to its database."""

    port: int
    connection: psycopg.Connection
    laid_at: datetime
    amount: int
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Side:
    """One of the two that are compared: how it is asked about a row, and in which town."""

    place: Place
    rows: Sequence[Row]
    ask: Callable[[Row], Request]
    done: str


def measure(name: str, place: Place, *, clients: int, seconds: float) -> list[Figure]:
    """Measure ours against the floor, interleaved; the figures are the best of five of each."""
    if name == IN_THE_WORKER:
        return figures(name, clients, **_by_the_worker(place, seconds=seconds))
    ours, floor = _sides(name, place)
    measured = _interleaved([ours, floor], clients=clients, seconds=seconds)
    return figures(name, clients, ours=measured[0], floor=measured[1])


def measure_growth(name: str, few: Place, many: Place, *, clients: int, seconds: float) -> list[tuple[Figure, Figure]]:
    """Measure ours and the floor in the town with few threads or visits and in the one with many, all interleaved."""
    if name == IN_THE_WORKER:
        in_few, in_many = (figures(name, clients, **found) for found in _by_workers([few, many], seconds=seconds))
        return list(zip(in_few, in_many, strict=True))
    sides = [*_sides(name, few, compared=True), *_sides(name, many, compared=True)]
    measured = _interleaved(sides, clients=clients, seconds=seconds)
    in_few = figures(name, clients, ours=measured[0], floor=measured[1])
    in_many = figures(name, clients, ours=measured[2], floor=measured[3])
    return list(zip(in_few, in_many, strict=True))


def _by_workers(places: Sequence[Place], *, seconds: float) -> list[dict[str, list[Slice]]]:
    """What the worker does in each of several towns, a round in each in turn."""
    taken = [[_by_the_worker(place, seconds=seconds, times=1) for place in places] for _ in range(ROUNDS)]
    return [
        {side: [each for found in of_one for each in found[side]] for side in of_one[0]}
        for of_one in zip(*taken, strict=True)
    ]


def _by_the_worker(place: Place, *, seconds: float, times: int = ROUNDS) -> dict[str, list[Slice]]:
    """What the worker does and no request, so many rounds of it: in a process of its own, with a worker's settings."""
    data.tidy(place.connection, place.laid_at)
    rows = [{name: str(value) for name, value in row.items()} for row in _rows(benchmark.load("fhir_put").rows, place)]
    turns = max(1, round(seconds / SLICE_SECONDS))
    lines = 1000 * max(2, round(seconds / turns * THOUSANDS_IN_A_SECOND))
    plan = {"rows": rows, "lines": lines, "turns": times * turns}
    settings = {**os.environ, **place.settings}
    ran = subprocess.run(IMPORT, input=json.dumps(plan).encode(), capture_output=True, check=False, env=settings)
    data.tidy(place.connection, place.laid_at)
    if ran.returncode:
        raise Void(f"importen stoppet: {ran.stderr.decode(errors='replace')[-400:]}")
    found = json.loads(ran.stdout)
    return {side: _in_rounds([Slice(*each) for each in taken], turns=turns) for side, taken in found.items()}


def _in_rounds(taken: Sequence[Slice], *, turns: int) -> list[Slice]:
    """The slices of a side as its rounds, each of those that were taken one after the other."""
    return [together(taken[at : at + turns]) for at in range(0, len(taken), turns)]


def _sides(name: str, place: Place, *, compared: bool = False) -> tuple[Side, Side]:
    described = benchmark.load(name)
    data.tidy(place.connection, place.laid_at)
    rows = _rows((compared and described.rows_alike) or described.rows, place)
    return (
        Side(place, rows, described.ask, described.done),
        Side(place, rows, lambda row: benchmark.ask_floor(name, row), described.done),
    )


def _rows(statement: str, place: Place) -> Sequence[Row]:
    with place.connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(statement.encode()).fetchall()
    if not rows:
        raise Void("dataene har ingen som dette kan prøves på")
    return rows


def _interleaved(sides: Sequence[Side], *, clients: int, seconds: float) -> list[list[Slice]]:
    for side in sides:
        _slice(side, WARM_UP_CLIENTS, WARM_UP_SECONDS, begin=0)
    turns = max(1, round(seconds / SLICE_SECONDS))
    measured: list[list[Slice]] = [[] for _ in sides]
    for number in range(1, ROUNDS + 1):
        begins = [(number * turns + turn) * STEP for turn in range(turns)]
        taken = [[_slice(side, clients, seconds / turns, begin=begin) for side in sides] for begin in begins]
        for rounds, of_a_side in zip(measured, zip(*taken, strict=True), strict=True):
            rounds.append(together(of_a_side))
    return measured


def _slice(side: Side, clients: int, seconds: float, *, begin: int) -> Slice:
    data.tidy(side.place.connection, side.place.laid_at)
    sessions.lay(side.place.connection)
    began = clock.real()
    start = begin % len(side.rows)
    asks = [_as_ask(side.ask(row)) for row in [*side.rows[start:], *side.rows[:start]]]
    result = _driven(Plan(side.place.port, clients, seconds, asks))
    if result.failures:
        raise Void(result.failures[0])
    if not result.times_ms:
        raise Void("ingen svar kom i tide")
    _refuse_undone_work(side, result, since=began)
    return Slice(result.times_ms, result.seconds)


def _refuse_undone_work(side: Side, result: Result, *, since: datetime) -> None:
    """Each answer stands for a row that was written; the answers alone are not believed."""
    row = side.place.connection.execute(side.done.encode(), {"since": since}).fetchone()
    done = int(row[0]) if row else 0
    if done != len(result.times_ms):
        raise Void(f"{len(result.times_ms)} svar, men arbeidet er gjort {done} ganger")


def _as_ask(request: Request) -> Ask:
    return Ask(request.on_the_wire(), str(request.status).encode(), request.marker.encode())


def _driven(plan: Plan) -> Result:
    ran = subprocess.run(LOAD, input=pickle.dumps(plan), capture_output=True, check=False, env=dict(os.environ))
    if ran.returncode:
        raise Void(f"lasten stoppet: {ran.stderr.decode(errors='replace')[-400:]}")
    result: Result = pickle.loads(ran.stdout)  # noqa: S301 - from the process that we started
    return result
