"""`./hk bench`: how fast the portal's pages are on a seeded town, beside the same work at its barest."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from hjemmekontakt.demo.postgres import CannotStart, Cluster
from hjemmekontakt.demo.processes import ProgramDied
from hjemmekontakt.project.bench import (
    benchmark,
    data,
    figures,
    floor,
    notices_digest,
    notices_end_to_end,
    rounds,
    server,
)
from hjemmekontakt.project.bench.figures import Figure
from hjemmekontakt.project.bench.rounds import Place, Void
from hjemmekontakt.project.bench.sizes import SIZES, Size
from hjemmekontakt.project.commands import ROOT, build

FOLDER = ROOT / "var" / "bench"


def run(arguments: list[str]) -> int:
    """Seed what is needed, serve, measure, and print the table; 1 where a run was void."""
    chosen = _chosen(arguments)
    found: list[Figure] = []
    void: list[str] = []
    try:
        build.build_all()
        if asked := [name for name in chosen.names if name in benchmark.ASKED]:
            found, void = _measured(chosen, asked)
        for name in chosen.names:
            if name in benchmark.NOTICES:
                found.append(_of_notices(name, chosen))
    except (CannotStart, ProgramDied, build.BuildFailed, server.NotAsServed) as problem:
        print(problem, file=sys.stderr)
        return 1
    if chosen.json:
        chosen.json.write_text(json.dumps(figures.as_json(found), indent=1) + "\n", encoding="utf-8")
    return 1 if void else 0


def _of_notices(name: str, chosen: argparse.Namespace) -> Figure:
    """Measure and print one benchmark of the notices; with fewer decisions stored too, also what changes with more."""
    if name == notices_digest.NAME:
        digests = notices_digest.run(FOLDER / "notices", tell=_tell)
        print(digests.line(), flush=True)
        return digests.figure()
    stored = [chosen.stored] if chosen.compare_stored is None else [chosen.compare_stored, chosen.stored]
    measured = notices_end_to_end.run(FOLDER / "notices", stored=stored, tell=_tell)
    print(*(each.line() for each in measured), sep="\n", flush=True)
    if len(measured) == 2:
        few, many = measured
        amounts = (few.stored, many.stored)
        print(figures.line_of_growth(few.figure(), many.figure(), amounts=amounts), flush=True)
    return measured[-1].figure()


def _chosen(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./hk bench",
        description="Mål hvor raske sidene er, ved siden av et gulv: det samme arbeidet i én varig SQL-setning.",
    )
    parser.add_argument("names", nargs="*", metavar="NAVN", help=f"{', '.join(benchmark.NAMES)} (alle)")
    parser.add_argument("--json", type=Path, metavar="FIL", help="skriv tallene hit også")
    parser.add_argument("--size", choices=SIZES, default="city", help="hvor stor by (%(default)s)")
    parser.add_argument("--clients", type=clients, default=[1, 8], metavar="1,8", help="hvor mange på én gang (1,8)")
    parser.add_argument("--seconds", type=seconds, default=4.0, help="for hver av de fem gangene (4)")
    parser.add_argument(
        "--stored",
        type=stored,
        default=0,
        metavar="ANTALL",
        help="så mange avgjørelser om varsler fra før (%(default)s)",
    )
    parser.add_argument(
        "--compare-stored", type=stored, metavar="ANTALL", help="mål også med så mange avgjørelser fra før (10000)"
    )
    parser.add_argument("--visits", type=visits, metavar="ANTALL", help="så mange besøk er lagret (som --size sier)")
    parser.add_argument(
        "--compare-threads", type=threads, metavar="ANTALL", help="mål også i samme by med så mange samtaler"
    )
    parser.add_argument(
        "--compare-visits", type=visits, metavar="ANTALL", help="mål også i samme by med så mange besøk (10000)"
    )
    chosen = parser.parse_args(arguments)
    if chosen.compare_threads and chosen.compare_visits:
        parser.error("Velg --compare-threads eller --compare-visits, en om gangen.")
    if chosen.compare_stored is not None and chosen.compare_stored >= chosen.stored:
        parser.error("Velg et større --stored enn --compare-stored.")
    if unknown := [name for name in chosen.names if name not in benchmark.NAMES]:
        parser.error(f"«{unknown[0]}» er ikke en måling. Disse finnes: {', '.join(benchmark.NAMES)}.")
    chosen.names = chosen.names or list(benchmark.NAMES)
    return chosen


def clients(text: str) -> list[int]:
    """How many clients at once, one or more numbers.

    >>> clients("1,8")
    [1, 8]
    """
    numbers = [int(part) if part.strip().isdigit() else 0 for part in text.split(",")]
    if not all(1 <= number <= 64 for number in numbers):
        raise argparse.ArgumentTypeError(f"«{text}» er ikke antall klienter fra 1 til 64, som 1,8.")
    return numbers


def seconds(text: str) -> float:
    """How long each slice lasts.

    >>> seconds("0.5")
    0.5
    """
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0.1 <= number <= 60:
        raise argparse.ArgumentTypeError(f"«{text}» er ikke et antall sekunder fra 0.1 til 60.")
    return number


def threads(text: str) -> int:
    """How many threads the smaller town has."""
    number = int(text) if text.isdigit() else 0
    if not 200 <= number <= 10_000_000:
        raise argparse.ArgumentTypeError(f"«{text}» er ikke et antall samtaler, som 20000.")
    return number


def visits(text: str) -> int:
    """How many visits a town has."""
    number = int(text) if text.isdigit() else 0
    if not 200 <= number <= 100_000_000:
        raise argparse.ArgumentTypeError(f"«{text}» er ikke et antall besøk, som 10000.")
    return number


def stored(text: str) -> int:
    """How many decisions of notices are stored beforehand."""
    number = int(text) if text.isdigit() else -1
    if not 0 <= number <= 100_000_000:
        raise argparse.ArgumentTypeError(f"«{text}» er ikke et antall avgjørelser, som 10000000.")
    return number


def _measured(chosen: argparse.Namespace, names: Sequence[str]) -> tuple[list[Figure], list[str]]:
    size = SIZES[chosen.size]
    if chosen.visits:
        size = size.with_visits(chosen.visits)
    towns = [(size, size.threads)]
    if chosen.compare_threads:
        towns.insert(0, (size.with_threads(chosen.compare_threads), chosen.compare_threads))
    if chosen.compare_visits:
        towns = [(size.with_visits(chosen.compare_visits), chosen.compare_visits), (size, size.stored_visits)]
    folder = FOLDER / size.name
    found, void = [], []
    with Cluster.start(folder, settings=data.DURABLE) as cluster, _places(cluster, towns, folder) as places:
        print(f"\n{_about(size, chosen.seconds)}\n{figures.heading()}", flush=True)
        for name in names:
            for number in chosen.clients if name != rounds.IN_THE_WORKER else [1]:
                try:
                    found += _one(name, places, clients=number, seconds=chosen.seconds)
                except Void as reason:
                    print(f"{name:<16}{number:>3}  UGYLDIG: {reason}", flush=True)
                    void.append(name)
                    break
    return found, void


def _one(name: str, places: Sequence[Place], *, clients: int, seconds: float) -> list[Figure]:
    """Measure and print one benchmark with so many clients; in two towns, also how the figures change between them."""
    if len(places) == 1:
        found = rounds.measure(name, places[-1], clients=clients, seconds=seconds)
        growth = []
    else:
        few, many = places
        pairs = rounds.measure_growth(name, few, many, clients=clients, seconds=seconds)
        found = [in_many for _, in_many in pairs]
        growth = [figures.line_of_growth(*pair, amounts=(few.amount, many.amount)) for pair in pairs]
    print(*map(figures.line, found), *growth, sep="\n", flush=True)
    return found


@contextmanager
def _places(cluster: Cluster, towns: Sequence[tuple[Size, int]], folder: Path) -> Iterator[list[Place]]:
    """Seed and serve each town, tidied of what earlier runs left."""
    settings = server.environment(folder)
    with ExitStack() as stack:
        places = []
        for town, amount in towns:
            data.ready(cluster, town, environment=settings, tell=_tell)
            url = cluster.superuser_url(town.database)
            connection = stack.enter_context(psycopg.connect(url, autocommit=True))
            laid_at = data.laid_at(cluster, town)
            data.tidy(connection, laid_at)
            data.sweep(connection)
            port = stack.enter_context(server.serving(cluster, town, settings=settings, log_folder=folder / "log"))
            worker = {**settings, "DATABASE_URL": cluster.url("hk_app", town.database), floor.URL: url}
            places.append(Place(port, connection, laid_at, amount, worker))
        yield places


def _about(size: Size, seconds: float) -> str:
    return (
        f"Data: {size.name}, {size.recipients} mottakere i {size.units} enheter, {size.threads} samtaler,"
        f" {size.stored_visits} besøk. "
        f"Hvert tall er det beste av {rounds.ROUNDS} ganger {seconds:g} s; andel 1 er gulvet."
    )


def _tell(sentence: str) -> None:
    print(sentence, flush=True)
