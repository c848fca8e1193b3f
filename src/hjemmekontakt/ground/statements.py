"""The statements that we write ourselves (`sql/` in a domain), where one does what would else be asked for in several."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import _queries

_queries.MAX_CACHED_STATEMENT_LENGTH = 16_384
"""psycopg keeps what it made of a statement up to 4,096 characters; those that unlock, read and write down are longer."""

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
    """A statement without its sentences and margins."""
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


def array_of(values: Sequence[Any]) -> str:
    """Values as one text that the database reads as an array (`%s::uuid[]`): a fifth of the time that psycopg takes for a list.

    >>> array_of(["Ås", None, True, 7, date(2026, 3, 2)])
    '{"Ås",NULL,t,7,2026-03-02}'
    """
    if len(set(map(id, values))) == 1:  # as most columns of a bundle are
        return "{" + ",".join([_element(values[0])] * len(values)) + "}"
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: Any) -> str:
    return _ELEMENTS.get(type(value), _quoted)(value)


def _quoted(value: Any) -> str:
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


_ELEMENTS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "NULL",
    bool: lambda value: "t" if value else "f",
    int: str,
    UUID: lambda value: value.hex,
    date: date.isoformat,
    datetime: datetime.isoformat,
    bytes: lambda value: f'"\\\\x{value.hex()}"',
    str: _quoted,
}
