"""The embedded PostgreSQL: one cluster per data folder, started, cleaned up after a crash, and stopped."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from hjemmekontakt.demo import postgres_home
from hjemmekontakt.demo.postgres_home import CannotStart, Home

__all__ = ["FAST_AND_FORGETFUL", "CannotStart", "Cluster", "Keeper", "prepare_roles", "remove"]

SUPERUSER = "postgres"
ROLES_THAT_LOG_IN = ("hk_owner", "hk_app", "hk_backup")
SQL_FOLDER = Path(__file__).parents[3] / "deploy" / "postgresql"
LONGEST_SOCKET_FOLDER = 80
SHORT_TEMP_FOLDER = Path("/tmp")  # noqa: S108 - only for a folder that mkdtemp makes
SECONDS_TO_STOP = 60
SECONDS_TO_START = 120

# For tests alone: a power cut may cost the whole cluster.
FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Keeper:
    """What the process that started a server holds on to, until it stops it."""

    home: Home
    programs: Path
    lock: IO[str]
    guard: subprocess.Popen[bytes]

    def postmaster(self) -> int | None:
        """The process id of the running server, or None when it has died."""
        return _postmaster(self.home)

    def stop(self) -> None:
        """Stop the server and let go of its folder; stopping twice is harmless."""
        if self.lock.closed:
            return
        _empty(self.home, self.programs)
        if self.guard.stdin:
            self.guard.stdin.close()
        self.guard.wait()
        self.lock.close()


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL that only this user can reach, by a socket and never by the network.

    `Cluster.start(data)` starts one and keeps it; `Cluster(socket)` reaches one that another process keeps.
    """

    socket: Path
    keeper: Keeper | None = None

    @classmethod
    def start(cls, data: Path, *, settings: Mapping[str, str] | None = None) -> Self:
        """Start the database of this data folder; make it first, or clean up after a crash, if need be."""
        settings = settings or {}
        home = postgres_home.find_home(data)
        lock = _lock(home)
        try:
            programs = _prepare(home, data=data, settings=settings)
            socket = _fresh_socket_folder(home)
            roles = (SUPERUSER, *ROLES_THAT_LOG_IN)
            postgres_home.write_configuration(home, socket=socket, settings=settings, roles=roles)
            guard = _launch(home, programs=programs)
        except BaseException:
            lock.close()
            raise
        cluster = cls(socket, Keeper(home=home, programs=programs, lock=lock, guard=guard))
        with psycopg.connect(cluster.superuser_url("postgres"), autocommit=True) as connection:
            prepare_roles(connection, {})
        return cluster

    def __enter__(self) -> Self:
        """Use the cluster for the length of a `with` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it when the block ends."""
        self.stop()

    def stop(self) -> None:
        """Stop the database if it is ours to stop; those who are connected are sent away."""
        if self.keeper is not None:
            self.keeper.stop()
            shutil.rmtree(self.socket, ignore_errors=True)

    def url(self, role: str, database: str) -> str:
        """The address of a database for one of the roles; it holds no password, the socket knows who comes."""
        role, database, socket = (quote(part, safe="") for part in (role, database, str(self.socket)))
        return f"postgresql://{role}@/{database}?host={socket}"

    def superuser_url(self, database: str) -> str:
        """The address for the superuser: for the demo's and the tests' own set-up alone."""
        return self.url(SUPERUSER, database)

    def create_database(self, name: str, *, template: str = "template0") -> None:
        """Make a database that hk_owner owns, empty or as a copy of another that nobody is connected to."""
        statement = sql.SQL("CREATE DATABASE {} OWNER hk_owner TEMPLATE {}")
        with psycopg.connect(self.superuser_url("postgres"), autocommit=True) as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        _put_rights_in_order(self, name)

    def ensure_database(self, name: str) -> None:
        """Make a database unless it is there, and put its rights in order also where an earlier start was cut off."""
        with psycopg.connect(self.superuser_url("postgres"), autocommit=True) as connection:
            there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if there is None:
            self.create_database(name)
        else:
            _put_rights_in_order(self, name)

    def drop_database(self, name: str) -> None:
        """Remove a database, if it is there, also when somebody is still connected."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with psycopg.connect(self.superuser_url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def prepare_roles(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Make the four roles, or put them right; safe to run again. The same file serves production."""
    with connection.transaction():
        connection.execute((SQL_FOLDER / "roles.sql").read_bytes())
        for role, password in passwords.items():
            statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
            connection.execute(statement)


def _put_rights_in_order(cluster: Cluster, name: str) -> None:
    with psycopg.connect(cluster.superuser_url(name)) as connection:
        connection.execute((SQL_FOLDER / "database.sql").read_bytes())


def remove(data: Path) -> None:
    """Remove the database of this data folder for good; refuses while it is in use."""
    home = postgres_home.find_home(data)
    with _lock(home):
        if home.data.exists():
            _empty(home, postgres_home.find_programs(home))
        shutil.rmtree(home.folder)
        (data / postgres_home.POINTER).unlink(missing_ok=True)


def _lock(home: Home) -> IO[str]:
    """Hold the cluster for as long as this process lives; the system lets go of it even after kill -9."""
    lock = (home.folder / "lock").open("a", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise CannotStart("Databasen i denne mappa er alt i bruk av en annen prosess. Velg en annen --data.") from error
    return lock


def _prepare(home: Home, *, data: Path, settings: Mapping[str, str]) -> Path:
    programs = postgres_home.find_programs(home)
    if home.data.exists():
        _empty(home, programs)
        if postgres_home.is_orphaned(home, data):
            shutil.rmtree(home.data)
    if home.data.exists():
        _refuse_another_major(home, programs)
    else:
        _make(home, programs, settings)
    postgres_home.point_to(home, data)
    return programs


def _refuse_another_major(home: Home, programs: Path) -> None:
    ours = postgres_home.major_of(programs)
    theirs = (home.data / "PG_VERSION").read_text(encoding="ascii").strip()
    if theirs != str(ours):
        raise CannotStart(
            f"Dataene i {home.data} er fra PostgreSQL {theirs}, og denne er {ours}. "
            f"Ta vare på dem med pg_dump fra PostgreSQL {theirs}, eller begynn på nytt med --fresh."
        )


def _make(home: Home, programs: Path, settings: Mapping[str, str]) -> None:
    half_done = home.folder / "data.new"
    shutil.rmtree(half_done, ignore_errors=True)
    half_done.mkdir()
    home.hand_over(half_done)
    options = ["--username", SUPERUSER, "--encoding=UTF8", "--locale=C.UTF-8", "--auth=peer", "--no-instructions"]
    if settings.get("fsync") == "off":
        options.append("--no-sync")
    made = _run(home, [str(programs / "initdb"), *options, "-D", str(half_done)])
    if made.returncode:
        raise CannotStart(f"Kunne ikke lage databasen: {_last_lines(made.stderr)}")
    half_done.rename(home.data)


def _launch(home: Home, *, programs: Path) -> subprocess.Popen[bytes]:
    log = home.data / "server.log"
    if log.exists():
        log.rename(home.data / "server.before.log")
    configuration = str(home.folder / "postgresql.conf").replace("'", "'\\''")
    command = [str(programs / "pg_ctl"), "start", "-w", "-s", "-t", str(SECONDS_TO_START), "-D", str(home.data)]
    started = _run(home, [*command, "-l", str(log), "-o", f"-c 'config_file={configuration}'"])
    postmaster = _postmaster(home)
    if started.returncode or postmaster is None:
        told = log.read_text(encoding="utf-8", errors="replace") if log.exists() else started.stderr
        raise CannotStart(f"PostgreSQL startet ikke: {_last_lines(told)}")
    return _set_guard(home, postmaster)


def _set_guard(home: Home, postmaster: int) -> subprocess.Popen[bytes]:
    """Stop the server when this process ends in any way: the guard's input closes, also after kill -9."""
    script = 'read -r _; [ "$(head -n 1 "$2" 2>/dev/null)" = "$1" ] && kill -INT "$1"'
    return subprocess.Popen(
        ["/bin/sh", "-c", script, "hk-guard", str(postmaster), str(home.data / "postmaster.pid")],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
        **home.as_server(),
    )


def _empty(home: Home, programs: Path) -> None:
    """Stop a server that runs in this folder, wait until the last of it is gone, and clear away its stale pid file."""
    if _postmaster(home) is not None:
        command = [str(programs / "pg_ctl"), "stop", "-s", "-m", "fast", "-t", str(SECONDS_TO_STOP)]
        _run(home, [*command, "-D", str(home.data)])
    deadline = time.monotonic() + SECONDS_TO_STOP
    while living := _processes_in(home.data):
        if time.monotonic() > deadline:
            raise CannotStart(f"PostgreSQL i {home.data} lar seg ikke stoppe (prosess {living[0]}).")
        time.sleep(0.02)
    (home.data / "postmaster.pid").unlink(missing_ok=True)


def _postmaster(home: Home) -> int | None:
    """The server of this folder: the pid in its pid file, if that process really lives in the folder."""
    try:
        pid = int((home.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if pid in _processes_in(home.data) else None


def _processes_in(folder: Path) -> list[int]:
    """The processes that stand in a folder: a server and its backends stand in their data folder."""
    if not Path("/proc/self/cwd").exists():
        return _named_by_the_pid_file(folder)
    where = str(folder.resolve())
    found = []
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if process.name.isdigit() and os.readlink(process / "cwd") == where:
                found.append(int(process.name))
    return sorted(found)


def _named_by_the_pid_file(folder: Path) -> list[int]:
    """The same where there is no /proc: what the pid file says, if that process is alive."""
    with contextlib.suppress(OSError, ValueError):
        pid = int((folder / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        os.kill(pid, 0)
        return [pid]
    return []


def _fresh_socket_folder(home: Home) -> Path:
    """A new folder with a short name for the socket, for the server's user alone; the one before is cleared away."""
    remembered = home.folder / "socket.path"
    if remembered.exists():
        before = Path(remembered.read_text(encoding="utf-8").strip())
        if before.name.startswith("hk-"):
            shutil.rmtree(before, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="hk-", dir=_temp_folder(home)))
    home.hand_over(folder)
    remembered.write_text(f"{folder}\n", encoding="utf-8")
    return folder


def _temp_folder(home: Home) -> Path:
    preferred = Path(tempfile.gettempdir())
    within_reach = home.uid is None or all(part.stat().st_mode & 0o001 for part in (preferred, *preferred.parents))
    return preferred if within_reach and len(str(preferred)) <= LONGEST_SOCKET_FOLDER else SHORT_TEMP_FOLDER


def _run(home: Home, command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    return subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        env=environment,
        umask=0o077,
        start_new_session=True,
        **home.as_server(),
    )


def _last_lines(text: str) -> str:
    return " ".join(text.strip().splitlines()[-3:])
