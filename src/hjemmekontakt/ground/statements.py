"""The statements that we write ourselves (`sql/` in a domain), where one does what would else be asked for in several."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import connection

Row = dict[str, Any]
Values = Sequence[object] | Mapping[str, object]
NAMES: dict[str, list[str]] = {}
"""The columns of each statement, as the database named them the first time."""


class Statements(dict[str, str]):
    """The statements of one domain, each by the name of its file."""

    def __init__(self, folder: Path) -> None:
        super().__init__({file.stem: _bare(file.read_text()) for file in folder.glob("*.sql")})

    def rows(self, name: str, /, **values: object) -> list[Row]:
        """What a statement reads: each row by the names of its columns."""
        return named(self[name], **values)


def _bare(text: str) -> str:
    """A statement without its sentences and margins: psycopg keeps what it made of one, where it is short enough."""
    lines = (line.strip() for line in text.splitlines())
    return " ".join(line for line in lines if line and not line.startswith("--"))


def named(statement: str, /, **values: object) -> list[Row]:
    """What a statement reads: each row by the names of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = NAMES.get(statement) or NAMES.setdefault(statement, [column.name for column in cursor.description])
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def fetch(statement: str, values: Values) -> list[tuple[Any, ...]]:
    """What a statement reads, row by row as it stands."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def run(statement: str, values: Values) -> None:
    """Let a statement do its work, and read nothing."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
