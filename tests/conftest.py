"""One fast PostgreSQL for the suite, one template with the whole schema, a clone for each worker, emptied after each story."""

import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "hk_template"


def pytest_configure(config: pytest.Config) -> None:
    """Start the cluster and build the template, once, before any worker imports Django."""
    config.addinivalue_line("markers", "browser: needs Chromium")
    config.addinivalue_line("markers", "kill: starts real processes and kills them")
    folder = os.environ.get("HK_TEST_FOLDER")
    if folder is None:
        folder = tempfile.mkdtemp(prefix="hk-test-")
        os.environ["HK_TEST_FOLDER"] = folder
        config.stash[_STARTED] = _start(Path(folder))
    urls = json.loads((Path(folder) / "urls.json").read_text())
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    database = f"hk_test_{worker}"
    os.environ.update(environment(Path(folder), app=urls["app"].replace("DATABASE", database)))
    os.environ["HK_TEST_SUPERUSER_URL"] = urls["superuser"].replace("DATABASE", database)
    os.environ["MIGRATE_DATABASE_URL"] = urls["owner"].replace("DATABASE", database)
    with psycopg.connect(urls["superuser"].replace("DATABASE", "postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{database}" OWNER hk_owner TEMPLATE {TEMPLATE}')
    import django

    django.setup()
    from hjemmekontakt.ground import clock

    clock.follow(None)


_STARTED: pytest.StashKey = pytest.StashKey()

LONGEST_NAME = 32
"""The letters of a value that may name a test's case. What is signed, drawn or made of the time is longer."""


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A long value is no name: two workers of one run might make it otherwise, and would then not have the same tests."""
    return argname if isinstance(val, str | bytes) and len(val) > LONGEST_NAME else None


def environment(folder: Path, *, app: str) -> dict[str, str]:
    """The settings of a test run: nothing reaches outside this machine."""
    return {
        "DJANGO_SETTINGS_MODULE": "hjemmekontakt.project.settings",
        "DATABASE_URL": app,
        "HK_SECRET_KEY": "only-for-the-tests-and-nothing-else-in-the-world",
        "HK_NATIONAL_ID_KEYS": str(folder / "keys.json"),
        "HK_PUBLIC_URL": "http://testserver",
        "HK_DEMO_SECRET": "only-for-the-tests",
        "HK_POOL_SIZE": "4",
    }


def _start(folder: Path):
    from hjemmekontakt.demo.postgres import FAST_AND_FORGETFUL, Cluster
    from hjemmekontakt.ground.keys import make_key_file

    cluster = Cluster.start(folder / "postgres", settings=FAST_AND_FORGETFUL)
    make_key_file(folder / "keys.json")
    cluster.create_database(TEMPLATE)
    _migrate(folder, cluster.url("hk_owner", TEMPLATE))
    (folder / "urls.json").write_text(
        json.dumps(
            {
                "app": cluster.url("hk_app", "DATABASE"),
                "owner": cluster.url("hk_owner", "DATABASE"),
                "superuser": cluster.superuser_url("DATABASE"),
            }
        )
    )
    return cluster


def _migrate(folder: Path, owner: str) -> None:
    import subprocess
    import sys

    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity", "0", "--skip-checks"],
        env={
            **os.environ,
            **environment(folder, app=owner),
            "MIGRATE_DATABASE_URL": owner,
            "HK_ROLE": "owner",
            "PYTHONPATH": str(ROOT / "src"),
        },
        check=True,
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this process started, and remove it."""
    cluster = config.stash.get(_STARTED, None)
    if cluster is not None:
        from hjemmekontakt.demo import postgres

        cluster.stop()
        postgres.remove(Path(os.environ["HK_TEST_FOLDER"]) / "postgres")
        shutil.rmtree(os.environ["HK_TEST_FOLDER"], ignore_errors=True)


@pytest.fixture(scope="session")
def superuser() -> Iterator[psycopg.Connection]:
    """A superuser's connection to this worker's database, for set-up and for looking behind the policies."""
    with psycopg.connect(os.environ["HK_TEST_SUPERUSER_URL"], autocommit=True) as connection:
        connection.execute(EMPTY_THE_REST)
        yield connection


_STORIES = itertools.count(1)
# A story fills few tables with few rows: to delete those is a tenth of the work of a TRUNCATE of all. That comes now and
# then, so that what was deleted does not pile up.
EMPTY_THE_REST = """
CREATE FUNCTION pg_temp.empty_the_rest(thoroughly boolean) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
    each text;
    filled boolean;
BEGIN
    FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
        AND tablename NOT IN ('django_migrations', 'access_epoch', 'terms_version')
    LOOP
        IF thoroughly THEN
            EXECUTE format('TRUNCATE %I CASCADE', each);
        ELSE
            EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', each) INTO filled;
            IF filled THEN
                EXECUTE format('DELETE FROM %I', each);
            END IF;
        END IF;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
        FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
            AND sequencename !~ '^(django_migrations|access_epoch|terms_version)_';
END $body$
"""


@pytest.fixture
def database(superuser: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """The worker's database, empty but for what migrations put there; emptied again after the story."""
    yield superuser
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("SELECT pg_temp.empty_the_rest(%s)", [next(_STORIES) % 100 == 0])
    superuser.execute("SET session_replication_role = DEFAULT")


MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday in March, ten o'clock in Oslo
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@pytest.fixture
def at() -> Iterator[Callable[[str | datetime], datetime]]:
    """Hold the domain's clock: `at("friday 16:01")` is that hour in Oslo in the week of Monday 2 March 2026."""
    from hjemmekontakt.ground import clock
    from hjemmekontakt.ground.workdays import OSLO

    def hold(moment: str | datetime) -> datetime:
        if isinstance(moment, str):
            day, _, hour = moment.partition(" ")
            hours, minutes = hour.split(":")
            local = datetime(2026, 3, 2, int(hours), int(minutes), tzinfo=OSLO) + timedelta(days=WEEKDAYS.index(day))
            moment = local.astimezone(UTC)
        held: datetime = moment
        clock.follow(lambda: held)
        return held

    hold(MONDAY)
    yield hold
    clock.follow(None)


@pytest.fixture
def world(database: psycopg.Connection, at):
    """Tunvik and Fjordby with everybody in them (tests/people.py)."""
    from tests.people import World

    return World(database).build()


@pytest.fixture
def astrid():
    from tests import people

    return people.herself("astrid", "Astrid Berg")


@pytest.fixture
def einar():
    from tests import people

    return people.herself("einar", "Einar Dahl")


@pytest.fixture
def siri():
    from tests import people

    return people.herself("siri", "Siri Holm")


@pytest.fixture
def jonas():
    """Jonas in his own standing."""
    from tests import people

    return people.herself("jonas", "Jonas Berg")


@pytest.fixture
def jonas_for_astrid():
    from tests import people

    return people.on_behalf("jonas", "Jonas Berg", of="astrid", of_name="Astrid Berg")


@pytest.fixture
def mona(world):
    from tests import people

    return people.at_work(
        "mona", "Mona Lie", municipality=world.tunvik, unit=world.nord, unit_name="Hjemmetjenesten Nord"
    )


@pytest.fixture
def per(world):
    from tests import people

    return people.at_work("per", "Per Sand", municipality=world.tunvik, unit=world.sor, unit_name="Hjemmetjenesten Sør")


@pytest.fixture
def kari(world):
    from tests import people

    return people.at_work(
        "kari", "Kari Eide", municipality=world.fjordby, unit=world.fjordby_unit, unit_name="Hjemmetjenesten Fjordby"
    )


@pytest.fixture
def journal(world):
    from tests import people

    return people.the_journal(world.tunvik)


@pytest.fixture
def queries_in(world) -> Callable[[Callable[[], object]], int]:
    """How many statements a page takes, its log-in and transactions included: `queries_in(lambda: browser.get("/"))`."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(act: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as seen:
            act()
        return len(seen)

    return count
