"""The floor: bare views on the same server, each one durable SQL statement, without session, middleware or policies."""

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from psycopg_pool import ConnectionPool

from hjemmekontakt.project.bench import benchmark

PREFIX = "/floor/"
URL = "BENCH_FLOOR_URL"
THREADS = 8
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def is_open() -> bool:
    """Whether the floor may be stood on: only where `./hk bench` says so."""
    return bool(os.environ.get(URL))


def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Do the statement of the benchmark that the address names, and answer what it gave."""
    name = environ["PATH_INFO"].removeprefix(PREFIX)
    with _pool().connection() as connection:
        row = connection.execute(_statement(name), dict(parse_qsl(environ["QUERY_STRING"]))).fetchone()
    body = f'{{"floor": {row[0] if row else "null"}}}'.encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


@cache
def _statement(name: str) -> bytes:
    return benchmark.load(name).floor.encode()


@cache
def _pool() -> ConnectionPool:
    """Connections that commit each statement by itself, as the database's superuser, whom no policy slows."""
    return ConnectionPool(os.environ[URL], min_size=1, max_size=THREADS, kwargs={"autocommit": True}, open=True)
