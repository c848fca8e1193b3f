"""Where the portal's own clock has something to do with dialogues."""

from datetime import datetime
from uuid import UUID

from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import statements


def municipalities_with_something_due(now: datetime) -> list[UUID]:
    """The municipalities in which a clock rings now, or somebody is away; ids only, so it needs no grant (`hk_lookup`)."""
    due = statements.fetch("SELECT hk_municipalities_with_something_due(%s, %s)", [now, day_of(now)])
    return sorted(row[0] for row in due)
