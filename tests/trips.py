"""How many trips to the database something takes."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.db import connection


def trips(work: Callable[[], object]) -> int:
    """How many times the database was waited for, read off what went over the connection."""
    connection.ensure_connection()
    pgconn = connection.connection.pgconn
    with tempfile.NamedTemporaryFile() as file:
        with Path(file.name).open("wb") as stream:
            pgconn.trace(stream.fileno())
            work()
            pgconn.untrace()
        return sum("ReadyForQuery" in each for each in Path(file.name).read_text(errors="replace").splitlines())
