"""The ground as a Django application: the outbox and the jobs' memory, how moments are read, what each thread keeps."""

import threading
from datetime import UTC, datetime

from django.apps import AppConfig
from django.db import connection, connections
from django.db.backends.postgresql.psycopg_any import BaseTzLoader, get_adapters_template
from django.urls import base as urls
from django.utils.translation import trans_real
from psycopg.abc import Buffer


class GroundConfig(AppConfig):
    """Registers the ground's tables, how moments are read, and that each thread keeps what is its own."""

    name = "hjemmekontakt.ground"
    label = "ground"

    def ready(self) -> None:
        """Let each new connection read moments by `MomentLoader`, and each thread keep its language, connection and addresses.

        A page asks some fifty times which language it is in, and some thirty times for its connection. Django asks so that
        coroutines too may differ; ours say nothing to anybody and ask no database, and a thread's own memory answers in a
        thirtieth of the time. These are no public settings: a test holds them.
        """
        get_adapters_template(True, connection.timezone).register_loader("timestamptz", MomentLoader)
        trans_real._active = threading.local()
        connections._connections = threading.local()
        urls._urlconfs = threading.local()


class MomentLoader(BaseTzLoader):
    """A moment as our connections write it, in UTC. Python's own reader is compiled; a list reads a hundred moments."""

    timezone = UTC

    def load(self, data: Buffer) -> datetime:
        """Read a moment; what is none to Python's reader is left to Django's."""
        try:
            return datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            moment: datetime = super().load(data)
            return moment
