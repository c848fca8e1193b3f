"""The seeded town's database: made when it is missing or made of something else, tidied before each run."""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from hjemmekontakt.demo.postgres import Cluster
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.keys import KeyRing, key_ring
from hjemmekontakt.people.rules import sort_key
from hjemmekontakt.project.bench import numbers, seed, texts
from hjemmekontakt.project.bench.loading import filled_by_hand, without_indexes
from hjemmekontakt.project.bench.sizes import Size

SOURCE = Path(__file__).resolve().parents[2]
Tell = Callable[[str], None]


def _a_quarter_of_the_memory() -> str:
    """What PostgreSQL's manual gives a database to begin with; at least one gibibyte and at most four, as a city needs."""
    mebibytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    return f"{min(max(mebibytes // 4, 1024), 4096)}MB"


# As in production: what is answered is on the disk.
DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": _a_quarter_of_the_memory(),
    "max_wal_size": "4GB",
}


def ready(cluster: Cluster, size: Size, *, environment: Mapping[str, str], tell: Tell) -> None:
    """Have the database of this size, of today's schema and seed: reuse it, or make it anew."""
    ring = key_ring(environment["HK_NATIONAL_ID_KEYS"])
    wanted = _made_of(size, ring)
    if stamp(cluster, size.database).get("made_of") == wanted:
        tell(f"Bruker dataene som er laget før ({size.name}, {size.threads} samtaler, {size.stored_visits} besøk).")
        return
    began = time.monotonic()
    amounts = f"{size.recipients} mottakere, {size.threads} samtaler, {size.stored_visits} besøk"
    tell(f"Lager data: {amounts}. Første gang tar det noen minutter.")
    cluster.drop_database(size.database)
    cluster.create_database(size.database)
    migrate(cluster, size.database, environment)
    laid_at = clock.real()
    with psycopg.connect(cluster.superuser_url(size.database), autocommit=True) as connection:
        _fill(connection, size, ring, laid_at=laid_at, tell=tell)
    put_stamp(cluster, size.database, {"made_of": wanted, "laid_at": laid_at.isoformat()})
    tell(f"Dataene er klare ({time.monotonic() - began:.0f} s).")


def laid_at(cluster: Cluster, size: Size) -> datetime:
    """The moment that the seeded year ends with: whatever is later was written by a benchmark."""
    return datetime.fromisoformat(stamp(cluster, size.database)["laid_at"])


def tidy(connection: psycopg.Connection, since: datetime) -> None:
    """Take away what earlier requests wrote and put back what they changed, so that each slice meets the same town.

    The log too, and no trigger keeps a version of what is put back: only a superuser can.
    """
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("SET LOCAL synchronous_commit = off")
        for table, column in seed.WRITTEN.items():
            statement = sql.SQL("DELETE FROM {} WHERE {} > %s")
            connection.execute(statement.format(sql.Identifier(table), sql.Identifier(column)), [since])
        connection.execute(seed.TAKE_OUT.encode())
        connection.execute(seed.PUT_BACK.encode())


def sweep(connection: psycopg.Connection) -> None:
    """Let the database look over what was taken away, as it does by itself in quiet hours."""
    connection.execute(f"VACUUM ANALYZE {', '.join(seed.WRITTEN)}, visit_version, session")


def _made_of(size: Size, ring: KeyRing) -> str:
    """What a database is made of: the schema's migrations, the seeding, the size, and the keys that seal its numbers."""
    return digest_of([Path(module.__file__ or "") for module in (seed, texts, numbers)], repr(size), ring)


def digest_of(made_by: Iterable[Path], size: str, ring: KeyRing) -> str:
    """The schema's migrations, the files that made a database, its size and its keys, in one word."""
    digest = hashlib.sha256(size.encode() + ring.lookup)
    for file in sorted({*SOURCE.glob("*/migrations/*.py"), *made_by}):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def stamp(cluster: Cluster, database: str) -> dict[str, str]:
    """What the database was made of; it is kept as the database's own comment, so that the two never part."""
    with psycopg.connect(cluster.superuser_url("postgres"), autocommit=True) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database]
        ).fetchone()
    found: dict[str, str] = json.loads(row[0]) if row and row[0] else {}
    return found


def put_stamp(cluster: Cluster, database: str, stamp: Mapping[str, str]) -> None:
    """Write down what the database was made of."""
    statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
    with psycopg.connect(cluster.superuser_url("postgres"), autocommit=True) as connection:
        connection.execute(statement.format(sql.Identifier(database), sql.Literal(json.dumps(stamp))))


def migrate(cluster: Cluster, database: str, environment: Mapping[str, str]) -> None:
    """Bring a database up to today's schema."""
    owner = cluster.url("hk_owner", database)
    subprocess.run(
        [sys.executable, "-P", "-m", "django", "migrate", "--verbosity", "0", "--skip-checks"],
        env={**os.environ, **environment, "DATABASE_URL": owner, "MIGRATE_DATABASE_URL": owner, "HK_ROLE": "owner"},
        check=True,
    )


def _fill(connection: psycopg.Connection, size: Size, ring: KeyRing, *, laid_at: datetime, tell: Tell) -> None:
    values = {**size.numbers, "laid_at": laid_at}
    # Foreign keys hold by the way the rows are made; the owner writes, and waits for no disk until the end.
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET maintenance_work_mem = '512MB'")
    connection.execute("SET work_mem = '128MB'")
    connection.execute("SET ROLE hk_owner")
    connection.execute("SET search_path = public, pg_temp")
    connection.execute(seed.FUNCTIONS.format(**values))
    _copy_words(connection, size)
    people = numbers.sealed(ring, size.recipients + 20)
    _copy(connection, "bench_person (n integer, sealed text, lookup text)", people)
    connection.execute("RESET ROLE")
    with without_indexes(connection, seed.BIG_TABLES), filled_by_hand(connection, *seed.SEARCHED):
        connection.execute("SET ROLE hk_owner")
        for told, statement in seed.STEPS:
            began = time.monotonic()
            for part in statement.split(";"):
                connection.execute(_in_temp(part), values)
            tell(f"  {told} ({time.monotonic() - began:.0f} s)")
        connection.execute("RESET ROLE")
        began = time.monotonic()
    tell(f"  indekser ({time.monotonic() - began:.0f} s)")
    began = time.monotonic()
    connection.execute("VACUUM ANALYZE")
    tell(f"  statistikk ({time.monotonic() - began:.0f} s)")


def _in_temp(statement: str) -> bytes:
    """Functions in the temporary schema are found by their full name alone."""
    for name in ("bench_pick(", "bench_unit(", "bench_municipality("):
        statement = statement.replace(name, f"pg_temp.{name}")
    return statement.encode()


def _copy_words(connection: psycopg.Connection, size: Size) -> None:
    names = [
        (given, family, sort_key(family, given)) for given in texts.GIVEN.split() for family in texts.FAMILY.split()
    ]
    _copy(connection, "bench_name (n integer, given text, family text, sort_key text)", names)
    _copy(connection, "bench_subject (n integer, text text)", ((subject,) for subject in texts.subjects()))
    _copy(connection, "bench_text (n integer, text text)", ((text,) for text in texts.texts(size.texts)))
    made = connection.execute(
        "SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid"
        " AND a.attnum = d.adnum WHERE a.attrelid = %s::regclass AND a.attname = %s",
        seed.SEARCHED,
    ).fetchone()
    assert made is not None
    connection.execute(f"ALTER TABLE bench_text ADD search tsvector GENERATED ALWAYS AS ({made[0]}) STORED".encode())


def _copy(connection: psycopg.Connection, table: str, rows: Iterable[tuple[str, ...]]) -> None:
    connection.execute(f"CREATE TEMP TABLE {table}".encode())
    with connection.cursor().copy(f"COPY {table.split()[0]} FROM STDIN".encode()) as copy:
        for number, row in enumerate(rows, start=1):
            copy.write_row((number, *row))
    connection.execute(f"ANALYZE {table.split()[0]}".encode())
