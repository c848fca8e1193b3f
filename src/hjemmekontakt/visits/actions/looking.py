"""The citizen, or who acts for her, looks at what comes: what has changed since last time is pointed out."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.visits.queries.plan import plan_in
from hjemmekontakt.visits.rules import Plan

ONE_LOOK = timedelta(minutes=30)
LOOK = (Path(__file__).parents[1] / "sql" / "look.sql").read_text()


@intent
def look_at_visits(actor: Actor) -> Plan:
    """See the visits of two weeks, with what changed since she looked last; a page loaded again shows the same (R32).

    Each reader has her own mark for each citizen: what Jonas has seen, Astrid may not have.
    """
    if actor.about_id is None:
        raise ValueError("only a citizen, or who acts for her, has visits")
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(actor.about_id))
    now = clock.now()
    return plan_in(grant, now=now, since=_looked_before(grant, now))


def _looked_before(grant: Grant, now: datetime) -> datetime | None:
    given = {"id": uuid4(), "citizen": grant.actor.about_id, "reader": grant.actor.id}
    with connection.cursor() as cursor:
        cursor.execute(LOOK, {**given, "now": now, "lately": now - ONE_LOOK})
        before: datetime | None = cursor.fetchone()[0]
    return before
