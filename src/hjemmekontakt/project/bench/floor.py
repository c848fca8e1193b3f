"""The floor: for each benchmark a bare Django view on the same server, one durable SQL statement and its answer as JSON.

Django makes the request, calls the view and sends the response, and the statement runs on a connection of Django's own
pool; there is no middleware, no session, no search among addresses, no policy and no template.
"""

import os
from functools import cache
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.http import HttpRequest, HttpResponse

from hjemmekontakt.project.bench import benchmark

PREFIX = "/floor/"
URL = "BENCH_FLOOR_URL"
ALIAS = "floor"


def is_open() -> bool:
    """Whether the floor may be stood on: only where `./hk bench` says so."""
    return bool(os.environ.get(URL))


def view(request: HttpRequest) -> HttpResponse:
    """Do the statement of the benchmark that the address names, and answer what it gave."""
    statement = _statement(request.path_info.removeprefix(PREFIX))
    with connections[ALIAS].cursor() as cursor:  # outside a transaction: the statement commits by itself
        cursor.execute(statement, request.GET.dict())
        row = cursor.fetchone()
    body = f'{{"floor": {row[0] if row else "null"}}}'.encode()
    return HttpResponse(body, content_type="application/json", headers={"Content-Length": str(len(body))})


class Floor(WSGIHandler):
    """Django's own handler, with the view in the place of middleware and addresses."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Load none; know the floor's connections, as the database's superuser, whom no policy slows."""
        from hjemmekontakt.project.settings import database  # in the served process alone: settings are read from it

        known: dict[str, Any] = {"default": {}, ALIAS: database(os.environ[URL])}
        connections.settings[ALIAS] = connections.configure_settings(known)[ALIAS]
        self._middleware_chain = view


@cache
def _statement(name: str) -> str:
    return benchmark.load(name).floor
