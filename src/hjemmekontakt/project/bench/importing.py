"""The worker at an import, and the floor of it, in turn: `python -m hjemmekontakt.project.bench.importing`.

It reads what to do as JSON and writes how long each thousand lines took. It runs with a worker's settings.
"""

import io
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
from msgspec.structs import fields

from hjemmekontakt.access.rules import Actor, Standing
from hjemmekontakt.bulk.rules import LINES_AT_ONCE
from hjemmekontakt.ground.statements import array_of
from hjemmekontakt.project.bench import fhir_import, floor, seed
from hjemmekontakt.project.worker import HANDS_AT_LARGE_JOBS

Times = tuple[list[float], float]
Work = tuple[Callable[[], bool], int]
"""What does the next part when it is called, and how many parts there are; each is of `LINES_AT_ONCE`."""
WARM_UP_LINES = 4 * LINES_AT_ONCE


def measure(plan: dict[str, Any]) -> dict[str, list[Times]]:
    """Import so many lines, and put the same rows in at their barest, in turn, on a town tidied in between."""
    municipality = plan["rows"][0]["municipality"]
    rows = [row for row in plan["rows"] if row["municipality"] == municipality]
    client = Actor(Standing.MACHINE, uuid4(), "Journalen", municipality_id=UUID(municipality))
    found: dict[str, list[Times]] = {"ours": [], "floor": []}
    with (
        psycopg.connect(os.environ[floor.URL], autocommit=True) as superuser,
        ThreadPoolExecutor(HANDS_AT_LARGE_JOBS) as hands,
    ):
        for turn in range(-1, plan["turns"]):  # the first one warms up
            lines = plan["lines"] if turn >= 0 else WARM_UP_LINES
            told = [fhir_put_told(rows[number % len(rows)]) for number in range(lines)]
            for side, by, (work, parts) in (
                ("ours", HANDS_AT_LARGE_JOBS, _import(client, told)),
                ("floor", 1, _put_in(superuser, client, told)),
            ):
                times = timed(work, parts=parts, hands=hands, beside_each_other=by)
                _must_be_done(superuser, lines)
                superuser.execute(seed.TAKE_OUT.encode())
                if turn >= 0:
                    found[side].append(times)
        superuser.execute("DELETE FROM bulk_job")
        superuser.execute("DELETE FROM outbox")
    return found


def fhir_put_told(row: dict[str, Any]) -> bytes:
    """A line: a new visit."""
    from hjemmekontakt.project.bench.fhir_put import told

    return json.dumps(told(row, called=str(uuid4())), ensure_ascii=False).encode()


def _import(client: Actor, told: Sequence[bytes]) -> Work:
    from hjemmekontakt.bulk import actions
    from hjemmekontakt.bulk.rules import JobKind
    from hjemmekontakt.fhir import large_jobs
    from hjemmekontakt.fhir.calls.large_jobs import parts_in

    job_id = actions.begin(client, JobKind.IMPORT, request="", asked={})
    parts = list(parts_in(io.BytesIO(b"\n".join(told)).read))
    for part in parts:
        actions.keep_part(client, job_id, part)
    actions.hand_in(client, job_id, lines=len(told))
    return large_jobs.work, len(parts)


def _put_in(superuser: psycopg.Connection, client: Actor, told: Sequence[bytes]) -> Work:
    """Puts in a thousand rows each time it is called; the arrays are made before."""
    from hjemmekontakt.visits.rows import COLUMNS, TYPES, Row

    arrays = ", ".join(f"%s::{TYPES[each.type]}[]" for each in fields(Row))
    statement = fhir_import.FLOOR.format(columns=", ".join(COLUMNS), arrays=arrays)
    rows = _rows(client, told)
    parts = [_arrays(rows[at : at + LINES_AT_ONCE]) for at in range(0, len(rows), LINES_AT_ONCE)]
    bundles = iter(parts)

    def put() -> bool:
        arrays = next(bundles, None)
        if arrays is not None:
            superuser.execute(statement.encode(), arrays)
        return arrays is not None

    return put, len(parts)


def _arrays(rows: Sequence[Any]) -> list[str]:
    return [array_of([getattr(row, each.name) for row in rows]) for each in fields(type(rows[0]))]


def _rows(client: Actor, told: Sequence[bytes]) -> list[Any]:
    """The rows that the lines become."""
    from hjemmekontakt.access import lookup
    from hjemmekontakt.access.actions import intent, require
    from hjemmekontakt.access.rules import May
    from hjemmekontakt.fhir.appointment import read
    from hjemmekontakt.ground import clock
    from hjemmekontakt.visits import reporting

    @intent
    def understood(actor: Actor) -> list[Any]:
        grant = require(actor, May.REPORT_VISIT, about=lookup.municipality(actor.municipality_id or uuid4()))
        return reporting.understand(grant, [read(line).report for line in told], now=clock.real())

    return understood(client)


def timed(work: Callable[[], bool], *, parts: int, hands: Executor, beside_each_other: int) -> Times:
    """How long each line took, and all of them together, where so many parts are worked on beside each other.

    A line's time is its share of what passed while as many parts were done as are worked on at a time: so parts that are done
    at once, after both took twice as long, do not look as if the second had cost nothing.
    """
    began = time.perf_counter()

    def work_to_the_end() -> list[float]:
        done = []
        while work():
            done.append(time.perf_counter())
        return done

    at_work = [hands.submit(work_to_the_end) for _ in range(beside_each_other)]
    done = sorted(at for each in at_work for at in each.result())
    if len(done) != parts or hands.submit(work).result():
        raise SystemExit(f"arbeidet var {parts} deler, men {len(done)} ble gjort")
    return per_line([at - began for at in done], beside_each_other), done[-1] - began


def per_line(done: Sequence[float], beside_each_other: int) -> list[float]:
    """Of each line how many milliseconds it took, from when the parts were done, in seconds.

    >>> per_line([1.0, 3.0], 1) == [1.0] * 1000 + [2.0] * 1000
    True
    >>> per_line([1.5, 2.0, 4.5], 2) == [1.0] * 2000 + [1.5] * 1000
    True
    """
    times: list[float] = []
    for place in range(len(done)):
        last = max(place, beside_each_other - 1)  # those that began together are done when all of them are
        before = last - beside_each_other
        took = (done[last] - (done[before] if before >= 0 else 0.0)) / beside_each_other
        times += [took * 1000 / LINES_AT_ONCE] * LINES_AT_ONCE
    return times


def _must_be_done(superuser: psycopg.Connection, lines: int) -> None:
    done = superuser.execute(
        f"SELECT count(*) FROM visit WHERE identifier_system = '{seed.PUT_IN}'"  # noqa: S608 - our own constant
    ).fetchone()
    if done != (lines,):
        raise SystemExit(f"{lines} linjer, men arbeidet er gjort {done} ganger")


def main() -> int:
    """Read what to do, do it, write what came of it."""
    import django

    django.setup()
    json.dump(measure(json.load(sys.stdin)), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
