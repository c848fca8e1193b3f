"""The statements that we write ourselves (`sql/` in a domain), where one does what would else be asked for in several."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import connection

Row = dict[str, Any]
Values = Sequence[object] | Mapping[str, object]


class Statements:
    """The statements of one domain, each by the name of its file."""

    def __init__(self, folder: Path) -> None:
        self._texts = {file.stem: file.read_text() for file in folder.glob("*.sql")}
        self._columns: dict[str, list[str]] = {}

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def rows(self, name: str, /, **values: object) -> list[Row]:
        """What a statement reads: each row by the names of its columns, as the database named them the first time."""
        with connection.cursor() as cursor:
            cursor.execute(self._texts[name], values)
            columns = self._columns.get(name)
            if columns is None:
                columns = self._columns[name] = [column.name for column in cursor.description]
            return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def fetch(statement: str, values: Values) -> list[tuple[Any, ...]]:
    """What a statement reads, row by row as it stands."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def run(statement: str, values: Values) -> None:
    """Let a statement do its work, and read nothing."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
