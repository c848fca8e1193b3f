"""The statements that we write ourselves (`sql/` in a domain), where one does what would else be asked for in several."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec
from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

from hjemmekontakt.ground.postgresql.arrays import array_of as array_of
from hjemmekontakt.ground.postgresql.base import DatabaseWrapper
from hjemmekontakt.ground.postgresql.line import Values

T = TypeVar("T")
Row = dict[str, Any]
log = logging.getLogger(__name__)
database = cast(DatabaseWrapper, connection)


class Statements(dict[str, str]):
    """The statements of one domain, each by the name of its file."""

    def __init__(self, folder: Path) -> None:
        super().__init__({file.stem: _bare(file.read_text()) for file in folder.glob("*.sql")})

    def rows(self, name: str, /, **values: object) -> list[Row]:
        """What a statement reads: each row by the names of its columns."""
        return named(self[name], **values)


def _bare(text: str) -> str:
    """A statement without its sentences and margins."""
    lines = (line.strip() for line in text.splitlines())
    return " ".join(line for line in lines if line and not line.startswith("--"))


def named(statement: str, /, **values: object) -> list[Row]:
    """What a statement reads: each row by the names of its columns."""
    names, rows = database.ask(statement, values)
    return [dict(zip(names, row, strict=True)) for row in rows]


def fetch(statement: str, values: Values) -> list[tuple[Any, ...]]:
    """What a statement reads, row by row as it stands."""
    return database.ask(statement, values)[1]


def in_json(values: object) -> str:
    """Values as a statement takes in many of them: as one, of which the plan is the same however many they are."""
    return msgspec.json.encode(values).decode()


def run(statement: str, values: Values) -> None:
    """Let a statement do its work, and read nothing."""
    database.ask(statement, values)


def again_if_it_gave_way(act: Callable[[], T]) -> T:
    """Do what is a transaction of its own; once more where the database chose it to give way to another one (a deadlock)."""
    try:
        return act()
    except OperationalError as failed:
        if not isinstance(failed.__cause__, DeadlockDetected):
            raise
    log.warning("A transaction gave way to another and is done again")
    return act()


def run_with_next(statement: str, values: Values) -> None:
    """Let a statement do its work in the same trip as the next one, or as the commit: for one whose answer nobody reads.

    What it refuses is raised by that next one. Outside a transaction it is done at once.
    """
    database.ask_with_next(statement, values)
