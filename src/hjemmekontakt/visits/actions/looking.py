"""The citizen, or who acts for her, looks at what comes: what has changed since last time is pointed out."""

from datetime import timedelta
from uuid import uuid4

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.visits.queries.plan import plan_in
from hjemmekontakt.visits.rules import Plan
from hjemmekontakt.visits.statements import SQL

ONE_LOOK = timedelta(minutes=30)


@intent
def look_at_visits(actor: Actor) -> Plan:
    """See the visits of two weeks, with what changed since she looked last; a page loaded again shows the same (R32).

    Each reader has her own mark for each citizen: what Jonas has seen, Astrid may not have.
    """
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(actor.about_whom()))
    now = clock.now()
    (looked,) = SQL.rows(
        "look",
        id=uuid4(),
        citizen=actor.about_id,
        reader=actor.id,
        now=now,
        lately=now - ONE_LOOK,
        today=day_of(now),
    )
    return plan_in(grant, now=now, since=looked["before_at"], is_away=looked["is_away"])
