"""A backup taken as docs/operate/backup-and-restore.md tells holds every row, and the log goes on in a new epoch."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.demo.postgres_home import Home, find_programs
from tests.people import an_id
from tests.sealing import seal

ROOT = Path(__file__).resolve().parents[2]


@intent
def read(actor: Actor) -> None:
    require(actor, May.READ_THREAD, about=lookup.citizen(an_id("astrid")))


@pytest.fixture
def restored(database: psycopg.Connection) -> Iterator[str]:
    """The address, as superuser, of an empty database to restore into; removed after the story."""
    name = f"{database.info.dbname}_restored"
    database.execute(f'CREATE DATABASE "{name}" OWNER hk_owner TEMPLATE template0')
    yield os.environ["HK_TEST_SUPERUSER_URL"].replace(database.info.dbname, name)
    database.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    programs = find_programs(Home(Path("/nonexistent"), uid=None, gid=None))
    return subprocess.run(
        [str(programs / program), *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def counts(connection: psycopg.Connection) -> dict[str, int]:
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}


def test_what_hk_backup_takes_is_everything_and_goes_back_whole(world, astrid, database, restored, tmp_path) -> None:
    read(astrid)
    assert seal(1) == [1]
    dump, as_backup = str(tmp_path / "dump"), os.environ["DATABASE_URL"].replace("hk_app@", "hk_backup@")

    taken = run("pg_dump", "--enable-row-security", "--format=custom", "--file", dump, as_backup)
    assert taken.returncode == 0, taken.stderr
    back = run("pg_restore", "--exit-on-error", "--single-transaction", "--dbname", restored, dump)
    assert back.returncode == 0, back.stderr
    with psycopg.connect(restored, autocommit=True) as connection:
        connection.execute((ROOT / "deploy" / "postgresql" / "database.sql").read_bytes())
        connection.execute("INSERT INTO access_epoch (number) SELECT max(number) + 1 FROM access_epoch")
        found = counts(connection)

    before = counts(database)
    assert before["citizen"] > 0
    assert found == {**before, "access_epoch": before["access_epoch"] + 1}


def test_without_the_flag_the_backup_refuses_rather_than_leave_rows_out(database, tmp_path) -> None:
    as_backup = os.environ["DATABASE_URL"].replace("hk_app@", "hk_backup@")

    taken = run("pg_dump", "--format=custom", "--file", str(tmp_path / "dump"), as_backup)

    assert taken.returncode == 1
    assert "row-level security" in taken.stderr
