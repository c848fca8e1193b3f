"""The ground as a Django application: it owns the outbox and the jobs' memory, and how moments are read from the database."""

from datetime import UTC, datetime

from django.apps import AppConfig
from django.db import connection
from django.db.backends.postgresql.psycopg_any import BaseTzLoader, get_adapters_template
from psycopg.abc import Buffer


class GroundConfig(AppConfig):
    """Registers the ground's tables, and how moments are read."""

    name = "hjemmekontakt.ground"
    label = "ground"

    def ready(self) -> None:
        """Let each new connection read moments by `MomentLoader`."""
        get_adapters_template(True, connection.timezone).register_loader("timestamptz", MomentLoader)


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
