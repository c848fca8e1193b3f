"""Where the portal's own clock has something to do with dialogues."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from hjemmekontakt.ground.workdays import day_of


def municipalities_with_something_due(now: datetime) -> list[UUID]:
    """The municipalities in which a clock rings now, or somebody is away; ids only, so it needs no grant (`hk_lookup`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_municipalities_with_something_due(%s, %s)", [now, day_of(now)])
        return sorted(row[0] for row in cursor.fetchall())
