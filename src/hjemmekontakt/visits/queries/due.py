"""Where the portal's own clock has something to do with cancellations."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from hjemmekontakt.visits.rules import SILENT_AFTER


def municipalities_with_silent_journals(now: datetime) -> list[UUID]:
    """The municipalities whose journal has owed an answer for half an hour; ids only, so it needs no grant (`hk_lookup`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_municipalities_with_silent_journals(%s)", [now - SILENT_AFTER])
        return sorted(id for (id,) in cursor.fetchall())
