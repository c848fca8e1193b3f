"""The town of `notices_end_to_end` and `notices_digest`: people who want an SMS of each performed visit, and their outside.

What the journals' door does with many visits at once is done here by the intent that it calls, a hundred visits at a time.
The worker is `./hk work`; the provider and the contact register are a process of their own. In the same run a bare loop
claims as many rows and hands them to the same provider: the floor. The town is kept, and tidied before it is used again.
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

import httpx
import psycopg
from psycopg import sql

from hjemmekontakt.demo.postgres import Cluster
from hjemmekontakt.demo.processes import Processes, Program
from hjemmekontakt.ground import clock, national_ids
from hjemmekontakt.ground.keys import key_ring
from hjemmekontakt.project.bench import data, server
from hjemmekontakt.project.bench.data import Tell
from hjemmekontakt.project.bench.loading import without_indexes

SPACE = UUID("7f1f5a5e-0c0b-4c1e-9d55-5b1d5d1d0047")
AT_ONCE = 100
PATIENCE_S = 300.0
BATCH, LINES = 50, 8
UNIT_HER_ID = "8500001"
EMPTY = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) = 0
"""


@dataclass(frozen=True)
class Town:
    """A town that is measured: its database, the provider beside it, its people's national ids, and what is stored."""

    database: str
    connection: psycopg.Connection
    peer: str
    numbers: Sequence[str]
    stored: int
    environment: dict[str, str]
    log_folder: Path

    @contextmanager
    def working(self) -> Iterator[None]:
        """Let one worker work until the block ends; it has done what the night before asked for, and its lines are open."""
        with Processes(self.log_folder) as processes:
            command = [sys.executable, "-P", "-m", "hjemmekontakt", "work"]
            processes.start(Program(f"notices-worker-{self.stored}", command, self.environment))
            before = how_many_accepted(self.peer)
            report(self, self.numbers[:AT_ONCE], told="to begin with")
            await_accepted(self.peer, before + AT_ONCE)
            self._await_the_night()
            yield

    def _await_the_night(self) -> None:
        from hjemmekontakt.project.jobs import NIGHTLY

        began = clock.real().timestamp()
        done = "SELECT count(*) FROM job_run WHERE done_for > '-infinity'"
        while self.connection.execute(done).fetchone() != (len(NIGHTLY),):
            keep_patience(began, "nattens arbeid ble ikke ferdig")
            time.sleep(0.2)


@contextmanager
def towns(folder: Path, *, persons: int, stored: Sequence[int], tell: Tell) -> Iterator[list[Town]]:
    """Towns with so many people and so many decisions of earlier days, and their outside, until the block ends."""
    with Cluster.start(folder, settings=data.DURABLE) as cluster, Processes(folder / "log") as outside:
        settings = server.environment(folder)
        peer = _start_peer(outside, settings)
        settings |= {"HK_SMS_URL": peer, "HK_SMS_USER": "bench", "HK_SMS_PASSWORD": "bench", "HK_KRR_URL": peer}
        settings["HK_DEMO_SECRET"] = "bench"  # noqa: S105 - the peer is on loopback, which production refuses
        names = {number: f"bench_notices_{persons}_{number}" for number in stored}
        os.environ.update(settings, DATABASE_URL=cluster.url("hk_app", names[stored[0]]))
        import django

        django.setup()
        numbers = [_synthetic(date(1930, 1, 1) + timedelta(days=number)) for number in range(persons)]
        found = []
        for amount, database in names.items():
            _ready(cluster, database, numbers, amount, settings=settings, tell=tell)
            environment = {**settings, "DATABASE_URL": cluster.url("hk_app", database)}
            connection = psycopg.connect(cluster.superuser_url(database), autocommit=True)
            found.append(Town(database, connection, peer, numbers, amount, environment, folder / "log"))
        try:
            yield found
        finally:
            for town in found:
                town.connection.close()


def _ready(
    cluster: Cluster, database: str, numbers: Sequence[str], stored: int, *, settings: dict[str, str], tell: Tell
) -> None:
    """Have this town: tidy the one that is there, or make it anew where it was made of something else."""
    made_of = data.digest_of([Path(__file__)], f"{len(numbers)} {stored}", key_ring(settings["HK_NATIONAL_ID_KEYS"]))
    stamp = data.stamp(cluster, database)
    began = time.monotonic()
    if stamp.get("made_of") != made_of:
        tell(f"Lager data: {len(numbers)} mottakere, {stored} avgjørelser fra før.")
        cluster.drop_database(database)
        cluster.create_database(database)
        data.migrate(cluster, database, settings)
    with psycopg.connect(cluster.superuser_url(database), autocommit=True) as connection:
        if stamp.get("made_of") == made_of:
            _tidy(connection, stamp)
            return
        connection.execute("SET session_replication_role = replica")
        _lay(connection, numbers)
        _store(connection, stored)
        connection.execute("VACUUM ANALYZE")
        empty = ",".join(name for (name,) in connection.execute(EMPTY).fetchall() if name != "notice")
    data.put_stamp(cluster, database, {"made_of": made_of, "laid_at": clock.real().isoformat(), "empty": empty})
    tell(f"Dataene er klare ({time.monotonic() - began:.0f} s).")


def _tidy(connection: psycopg.Connection, stamp: dict[str, str]) -> None:
    """Take away what earlier runs wrote: into tables that were empty, and decisions."""
    connection.execute("SET session_replication_role = replica")
    connection.execute("DROP TABLE IF EXISTS floor")
    still_empty = {name for (name,) in connection.execute(EMPTY).fetchall()}
    for name in set(stamp["empty"].split(",")) - still_empty:
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
    connection.execute("DELETE FROM notice WHERE decided_at > %s", [datetime.fromisoformat(stamp["laid_at"])])
    connection.execute("VACUUM ANALYZE")
    connection.execute("CHECKPOINT")


def _start_peer(outside: Processes, environment: dict[str, str]) -> str:
    port = server.free_port()
    url = f"http://{server.LOOPBACK}:{port}"
    command = [sys.executable, "-P", "-m", "hjemmekontakt.project.bench.notices_peer", "--port", str(port)]
    outside.start(Program("notices-peer", command, environment, f"{url}/healthz"))
    return url


def _lay(connection: psycopg.Connection, numbers: Sequence[str]) -> None:
    """One unit, and people of these national ids who are helped by it."""
    from hjemmekontakt.ground import keys

    municipality, district, unit, service = (uuid5(SPACE, name) for name in ("town", "district", "unit", "service"))
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


def _store(connection: psycopg.Connection, stored: int) -> None:
    """Decisions of earlier days, sent and not, spread over everybody; ids of a digest cost a fraction of random ones."""
    connection.execute("SET maintenance_work_mem = '512MB'")
    connection.execute("CREATE TEMP TABLE everybody AS SELECT row_number() OVER () - 1 AS place, id FROM citizen")
    connection.execute("ANALYZE everybody")
    with without_indexes(connection, ["notice"]):
        connection.execute(
            "INSERT INTO notice (id, event_key, kind, about_id, receiver_id, municipality_id, channel, decision, values,"
            " decided_at, due_at, attempts, sent_at, provider_reference, last_error)"
            " SELECT md5('notice ' || n)::uuid, 'visit-performed:' || md5('visit ' || n)::uuid, 'visit-performed',"
            " c.id, c.id, %(town)s,"
            " 'sms', CASE WHEN n %% 4 = 0 THEN 'no-wish' ELSE 'sent' END, jsonb_build_object('happened', at), at, at, 1, at,"
            " md5(n::text), ''"
            " FROM generate_series(1, %(stored)s) AS n JOIN everybody c ON c.place = n %% (SELECT count(*) FROM everybody),"
            " LATERAL (SELECT now() - n * interval '10 seconds' AS at) AS moment",
            {"town": uuid5(SPACE, "town"), "stored": stored},
        )


def _synthetic(born: date) -> str:
    """A synthetic number for one born on this day; of some three digits there is none."""
    for individual in range(100, 200):
        with suppress(ValueError):
            return national_ids.make_synthetic(born, individual)
    raise ValueError("no number for this day")


def report(town: Town, numbers: Sequence[str], *, told: str) -> list[UUID]:
    """The journal reports that each of these persons has had a visit, as nobody told before; the visits' ids."""
    from hjemmekontakt.access.rules import Actor, Standing
    from hjemmekontakt.visits import actions
    from hjemmekontakt.visits.rules import VisitReport, VisitStatus

    _stand_in(town)
    now = clock.now()
    journal = Actor(Standing.MACHINE, uuid5(SPACE, "journal"), "Journalen", municipality_id=uuid5(SPACE, "town"))
    reports = [
        VisitReport(
            identifier_system="urn:bench",
            identifier_value=f"{number} {told}",
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


def _stand_in(town: Town) -> None:
    """Let what this process does be done in this town, also where another one was measured before, at another place."""
    from django.db import connection

    from hjemmekontakt.project.settings import database

    described = database(town.environment["DATABASE_URL"])
    where = {name: described[name] for name in ("HOST", "PORT", "NAME")}
    if where != {name: connection.settings_dict[name] for name in where}:
        connection.close()
        connection.close_pool()
        connection.settings_dict.update(where)


def floor(town: Town, count: int) -> float:
    """The bare loop: claim fifty rows, hand them over on eight lines, mark them; durable, and nothing else. SMS a second."""
    connection = town.connection
    connection.execute("DROP TABLE IF EXISTS floor")
    connection.execute(
        "CREATE TABLE floor AS SELECT gen_random_uuid() AS id, false AS taken, false AS sent"
        " FROM generate_series(1, %s)",
        [count],
    )
    connection.execute("ALTER TABLE floor ADD PRIMARY KEY (id)")
    claim = (
        "UPDATE floor SET taken = true FROM (SELECT id FROM floor WHERE NOT taken LIMIT %s FOR UPDATE SKIP LOCKED) AS due"
        " WHERE floor.id = due.id RETURNING floor.id::text"
    )
    began = clock.real().timestamp()
    with httpx.Client(base_url=town.peer, timeout=10) as line, ThreadPoolExecutor(LINES) as lines:

        def hand_over(id: str) -> None:
            letter = {"refId": id, "source": "Storby", "destination": "+4790000001", "userData": "Storby: Noe nytt."}
            line.post("/sms/send", json=letter).raise_for_status()

        while ids := [id for (id,) in connection.execute(claim, [BATCH]).fetchall()]:
            list(lines.map(hand_over, ids))
            connection.execute("UPDATE floor SET sent = true WHERE id = ANY (%s::uuid[])", [ids])
    return count / (clock.real().timestamp() - began)


def accepted(peer: str) -> dict[str, float]:
    """When the provider accepted each SMS, in seconds of the epoch."""
    answer: dict[str, float] = httpx.get(f"{peer}/accepted", timeout=30).json()
    return answer


def how_many_accepted(peer: str) -> int:
    """How many SMS the provider has accepted."""
    return int(httpx.get(f"{peer}/count", timeout=30).json()["count"])


def await_accepted(peer: str, count: int) -> None:
    """Wait until the provider has accepted so many SMS."""
    began = clock.real().timestamp()
    while (so_far := how_many_accepted(peer)) < count:
        keep_patience(began, f"{so_far} av {count} SMS kom")
        time.sleep(0.2)


def keep_patience(began: float, so_far: str) -> None:
    """Give up what has taken too long, and say how far it came."""
    if clock.real().timestamp() > began + PATIENCE_S:
        raise TimeoutError(so_far)
