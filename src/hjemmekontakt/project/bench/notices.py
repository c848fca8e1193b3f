"""The notices on their way: `notices_end_to_end`, from visits reported as performed to the SMS accepted by the provider, with
one worker; `notices_digest`, from an hour of digests to the last of their SMS.

What the journals' door does with many visits at once is done here by the intent that it calls, a hundred visits at a time.
The worker is `./hk work`; the provider and the contact register are a process of their own. In the same run a bare loop
claims as many rows and hands them to the same provider: the floor.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid5

import httpx
import psycopg

from hjemmekontakt.demo.postgres import Cluster
from hjemmekontakt.demo.processes import Processes, Program
from hjemmekontakt.ground import clock, national_ids
from hjemmekontakt.project.bench import data, server

END_TO_END, DIGEST = "notices_end_to_end", "notices_digest"
NAMES = (END_TO_END, DIGEST)
DATABASE = "bench_notices"
SPACE = UUID("7f1f5a5e-0c0b-4c1e-9d55-5b1d5d1d0047")
PERSONS, AT_ONCE = 4000, 100
IN_A_DIGEST, DIGESTS = 4, 8000
STEADY_RATE, STEADY_SECONDS = 50, 20
PATIENCE_S = 180.0
BATCH, LINES = 50, 8
UNIT_HER_ID = "8500001"


@dataclass(frozen=True)
class Measured:
    """Rates a second, ours and the floor's; and how long after its commit each SMS was accepted at a steady rate."""

    ours: float
    floor: float
    waits: Sequence[float]

    def line(self) -> str:
        """The figures in a line."""
        cuts = statistics.quantiles(self.waits, n=100)
        return (
            f"{END_TO_END}  per_s: vår {self.ours:.0f}, gulv {self.floor:.0f}, andel {self.ours / self.floor:.2f}. "
            f"Ved {STEADY_RATE}/s: p50 {1000 * cuts[49]:.0f} ms, p95 {1000 * cuts[94]:.0f} ms."
        )


@dataclass(frozen=True)
class Digested:
    """How long after their hour the decisions of digests were joined, and the last SMS accepted."""

    decisions: int
    digests: int
    joined_s: float
    told_s: float

    def line(self) -> str:
        """The figures in a line."""
        return (
            f"{DIGEST}  {self.decisions} avgjørelser i {self.digests} oppsummeringer: samlet {self.joined_s:.1f} s etter"
            f" timen, den siste SMS-en tatt imot etter {self.told_s:.1f} s."
        )


@dataclass(frozen=True)
class Town:
    """The town that is measured: its database, the provider beside it, and its people's national ids."""

    connection: psycopg.Connection
    peer: str
    numbers: Sequence[str]


def run(folder: Path, *, stored: int = 0) -> Measured:
    """Lay the town with so many decisions of earlier days, start the worker and its outside, and measure."""
    with _town(folder, persons=PERSONS) as (town, working):
        _store(town.connection, stored)
        with working():
            _report(town.numbers[:AT_ONCE], round_number=0)
            _await(town.peer, AT_ONCE)  # the worker has come up, and its lines are open
            ours = _all_at_once(town.peer, town.numbers)
            waits = _steadily(town.connection, town.peer, town.numbers)
        return Measured(ours, _floor(town.connection, town.peer), waits)


def run_digests(folder: Path) -> Digested:
    """Let everybody have waited for the same hour, and measure from the hour on; the worker looks each ten seconds."""
    with _town(folder, persons=DIGESTS) as (town, working), working():
        _report(town.numbers[:AT_ONCE], round_number=0)
        _await(town.peer, AT_ONCE)
        town.connection.execute(
            "INSERT INTO notice (id, event_key, kind, about_id, receiver_id, municipality_id, channel, decision, values,"
            " decided_at, due_at, attempts, provider_reference, last_error)"
            " SELECT gen_random_uuid(), 'visit-performed:' || gen_random_uuid(), 'visit-performed', id, id, %(town)s, 'sms',"
            " 'gathered', '{}', now(), %(hour)s, 0, '', '' FROM citizen, generate_series(1, %(each)s)",
            {"town": uuid5(SPACE, "town"), "each": IN_A_DIGEST, "hour": clock.real()},
        )
        began, joined = clock.real().timestamp(), 0.0
        while len(_accepted(town.peer)) < AT_ONCE + DIGESTS:
            waiting = town.connection.execute("SELECT count(*) FROM notice WHERE decision = 'gathered'").fetchone()
            joined = joined or (0.0 if waiting and waiting[0] else clock.real().timestamp() - began)
            _keep_patience(began, f"{len(_accepted(town.peer))} av {AT_ONCE + DIGESTS} SMS kom")
            time.sleep(0.2)
        return Digested(IN_A_DIGEST * DIGESTS, DIGESTS, joined, max(_accepted(town.peer).values()) - began)


@contextmanager
def _town(folder: Path, *, persons: int) -> Iterator[tuple[Town, Callable[[], AbstractContextManager[object]]]]:
    """A town with so many people, its outside, and what starts the worker for as long as it is needed."""
    with Cluster.start(folder, settings=data.DURABLE) as cluster, Processes(folder / "log") as outside:
        environment = _environment(cluster, folder)
        peer = _start_peer(outside, environment)
        environment |= {"HK_SMS_URL": peer, "HK_SMS_USER": "bench", "HK_SMS_PASSWORD": "bench", "HK_KRR_URL": peer}
        os.environ.update(environment)
        import django

        django.setup()

        @contextmanager
        def working() -> Iterator[None]:
            with Processes(folder / "log") as processes:
                command = [sys.executable, "-P", "-m", "hjemmekontakt", "work"]
                processes.start(Program("notices-worker", command, environment))
                yield

        with psycopg.connect(cluster.superuser_url(DATABASE), autocommit=True) as connection:
            yield Town(connection, peer, _lay(connection, persons)), working


def _environment(cluster: Cluster, folder: Path) -> dict[str, str]:
    settings = server.environment(folder)
    cluster.drop_database(DATABASE)
    cluster.create_database(DATABASE)
    data.migrate(cluster, DATABASE, settings)
    return {**settings, "DATABASE_URL": cluster.url("hk_app", DATABASE), "HK_DEMO_SECRET": "bench"}


def _start_peer(outside: Processes, environment: dict[str, str]) -> str:
    port = server.free_port()
    url = f"http://{server.LOOPBACK}:{port}"
    command = [sys.executable, "-P", "-m", "hjemmekontakt.project.bench.notices_peer", "--port", str(port)]
    outside.start(Program("notices-peer", command, environment, f"{url}/healthz"))
    return url


def _lay(connection: psycopg.Connection, persons: int) -> list[str]:
    """One unit, and people who are helped by it; their national ids."""
    from hjemmekontakt.ground import keys

    municipality, district, unit, service = (uuid5(SPACE, name) for name in ("town", "district", "unit", "service"))
    numbers = [_synthetic(date(1930, 1, 1) + timedelta(days=number)) for number in range(persons)]
    ids = [uuid5(SPACE, number) for number in numbers]
    sealed, looked_up = [keys.seal(each) for each in numbers], [keys.lookup_value(each) for each in numbers]
    connection.execute(
        "INSERT INTO municipality (id, number, name, orgnr, her_id, phone, sms_sender)"
        " VALUES (%s, '4001', 'Storby', '810000001', '8000001', '32 00 00 00', 'Storby')",
        [municipality],
    )
    connection.execute("INSERT INTO district VALUES (%s, 'Midt', %s)", [district, municipality])
    connection.execute(
        "INSERT INTO unit (id, municipality_id, district_id, name, her_id, phone, opens_at, closes_at)"
        " VALUES (%s, %s, %s, 'Hjemmetjenesten', %s, '32 00 10 00', '08:00', '15:30')",
        [unit, municipality, district, UNIT_HER_ID],
    )
    connection.execute(
        "INSERT INTO service (id, municipality_id, unit_id, name, code, visits_from, notices_from, late_cancel_allowed)"
        " VALUES (%s, %s, %s, 'Hjemmesykepleie', '15', '2020-01-01', '2020-01-01', true)",
        [service, municipality, unit],
    )
    connection.execute(
        "INSERT INTO citizen (id, national_id_sealed, national_id_lookup, given_name, family_name, sort_key, birth_date,"
        " protection, language, large_type) SELECT id, sealed, looked_up, 'Kari', 'Lien', 'lien kari', '1940-01-01',"
        " 'none', 'nb', false FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[]) AS given(id, sealed, looked_up)",
        [ids, sealed, looked_up],
    )
    for statement in (
        "INSERT INTO decision (id, citizen_id, municipality_id, unit_id, service_id, starts_on, help_text, how_often,"
        " contact_name, contact_title) SELECT gen_random_uuid(), id, %(municipality)s, %(unit)s, %(service)s, '2020-01-01',"
        " '', '', '', '' FROM citizen",
        "INSERT INTO activation (citizen_id, state, due_at, activated_at, reason)"
        " SELECT id, 'active', now(), now(), '' FROM citizen",
        "INSERT INTO preference (id, receiver_id, about_id, kind, channel)"
        " SELECT gen_random_uuid(), id, id, 'visit-performed', 'sms' FROM citizen",
    ):
        connection.execute(statement, {"municipality": municipality, "unit": unit, "service": service})
    connection.execute("ANALYZE")
    return numbers


def _store(connection: psycopg.Connection, stored: int) -> None:
    """Decisions of earlier days, sent and not, spread over everybody."""
    connection.execute("CREATE TEMP TABLE everybody AS SELECT array_agg(id) AS ids FROM citizen")
    connection.execute(
        "INSERT INTO notice (id, event_key, kind, about_id, receiver_id, municipality_id, channel, decision, values,"
        " decided_at, due_at, attempts, sent_at, provider_reference, last_error)"
        " SELECT gen_random_uuid(), 'visit-performed:' || gen_random_uuid(), 'visit-performed', c.id, c.id, %(town)s,"
        " 'sms', CASE WHEN n %% 4 = 0 THEN 'no-wish' ELSE 'sent' END, '{}', at, at, 1, at, md5(n::text), ''"
        " FROM generate_series(1, %(stored)s) AS n,"
        " LATERAL (SELECT now() - n * interval '10 seconds' AS at) AS moment,"
        " LATERAL (SELECT ids[1 + n %% array_length(ids, 1)] AS id FROM everybody) AS c",
        {"town": uuid5(SPACE, "town"), "stored": stored},
    )
    connection.execute("VACUUM ANALYZE notice")
    connection.execute("CHECKPOINT")


def _synthetic(born: date) -> str:
    """A synthetic number for one born on this day; of some three digits there is none."""
    for individual in range(100, 200):
        with suppress(ValueError):
            return national_ids.make_synthetic(born, individual)
    raise ValueError("no number for this day")


def _report(numbers: Sequence[str], *, round_number: int) -> list[UUID]:
    """The journal reports that each of these persons has had a visit; the visits' ids."""
    from hjemmekontakt.access.rules import Actor, Standing
    from hjemmekontakt.visits import actions
    from hjemmekontakt.visits.rules import VisitReport, VisitStatus

    now = clock.now()
    journal = Actor(Standing.MACHINE, uuid5(SPACE, "journal"), "Journalen", municipality_id=uuid5(SPACE, "town"))
    reports = [
        VisitReport(
            identifier_system="urn:bench",
            identifier_value=f"{number} {round_number}",
            patient_identifier_system="urn:oid:2.16.578.1.12.4.1.4.1",
            patient_national_id=number,
            unit_her_id=UNIT_HER_ID,
            status=VisitStatus.PERFORMED,
            starts_at=now - timedelta(minutes=25),
            ends_at=now - timedelta(minutes=5),
            title="Morgenstell",
        )
        for number in numbers
    ]
    return [each.visit_id for each in actions.record_visits(journal, reports) if each.visit_id]


def _all_at_once(peer: str, numbers: Sequence[str]) -> float:
    """Every person has a visit reported as fast as it goes; notices a second from the first report to the last SMS."""
    before, began = len(_accepted(peer)), clock.real().timestamp()
    for start in range(0, len(numbers), AT_ONCE):
        _report(numbers[start : start + AT_ONCE], round_number=1)
    _await(peer, before + len(numbers))
    return len(numbers) / (max(_accepted(peer).values()) - began)


def _steadily(connection: psycopg.Connection, peer: str, numbers: Sequence[str]) -> list[float]:
    """So many visits a second, five at a time; how long after its commit each SMS was accepted."""
    before, at_a_time = len(_accepted(peer)), 5
    committed: dict[str, float] = {}
    for number in range(STEADY_RATE * STEADY_SECONDS // at_a_time):
        due = time.monotonic() + at_a_time / STEADY_RATE
        some = numbers[number * at_a_time : (number + 1) * at_a_time]
        visits = _report(some, round_number=2)
        committed |= dict.fromkeys((f"visit-performed:{id}" for id in visits), clock.real().timestamp())
        time.sleep(max(0.0, due - time.monotonic()))
    _await(peer, before + len(committed))
    accepted = _accepted(peer)
    rows = connection.execute(
        "SELECT id::text, event_key FROM notice WHERE event_key = ANY (%s)", [list(committed)]
    ).fetchall()
    return [accepted[id] - committed[key] for id, key in rows]


def _floor(connection: psycopg.Connection, peer: str) -> float:
    """The bare loop: claim fifty rows, hand them over on eight lines, mark them; durable, and nothing else."""
    connection.execute(
        "CREATE TABLE floor AS SELECT gen_random_uuid() AS id, false AS taken, false AS sent"
        " FROM generate_series(1, %s)",
        [PERSONS],
    )
    connection.execute("ALTER TABLE floor ADD PRIMARY KEY (id)")
    claim = (
        "UPDATE floor SET taken = true FROM (SELECT id FROM floor WHERE NOT taken LIMIT %s FOR UPDATE SKIP LOCKED) AS due"
        " WHERE floor.id = due.id RETURNING floor.id::text"
    )
    began = clock.real().timestamp()
    with httpx.Client(base_url=peer, timeout=10) as line, ThreadPoolExecutor(LINES) as lines:

        def hand_over(id: str) -> None:
            letter = {"refId": id, "source": "Storby", "destination": "+4790000001", "userData": "Storby: Noe nytt."}
            line.post("/sms/send", json=letter).raise_for_status()

        while ids := [id for (id,) in connection.execute(claim, [BATCH]).fetchall()]:
            list(lines.map(hand_over, ids))
            connection.execute("UPDATE floor SET sent = true WHERE id = ANY (%s::uuid[])", [ids])
    return PERSONS / (clock.real().timestamp() - began)


def _accepted(peer: str) -> dict[str, float]:
    answer: dict[str, float] = httpx.get(f"{peer}/accepted", timeout=30).json()
    return answer


def _await(peer: str, count: int) -> None:
    began = clock.real().timestamp()
    while len(_accepted(peer)) < count:
        _keep_patience(began, f"{len(_accepted(peer))} av {count} SMS kom")
        time.sleep(0.2)


def _keep_patience(began: float, so_far: str) -> None:
    if clock.real().timestamp() > began + PATIENCE_S:
        raise TimeoutError(so_far)
