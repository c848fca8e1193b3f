"""The citizen, or who acts for her, looks at what comes: what has changed since last time is pointed out."""

from datetime import timedelta
from uuid import uuid4

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import UNLOCKED, intent_in_one_statement, requiring
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.visits.queries.plan import plan_in
from hjemmekontakt.visits.rules import Plan
from hjemmekontakt.visits.statements import SQL

ONE_LOOK = timedelta(minutes=30)
LOOKED = f"looked AS ({SQL['look'].format(unlocked=UNLOCKED)})"


@intent_in_one_statement
def look_at_visits(actor: Actor) -> Plan:
    """See the visits of two weeks, with what changed since she looked last; a page loaded again shows the same (R32).

    Each reader has her own mark for each citizen: what Jonas has seen, Astrid may not have.
    """
    grant, parts, values = requiring(actor, May.SEE_VISITS, about=lookup.citizen(actor.about_whom()))
    now = clock.now()
    look = {"id": uuid4(), "reader": actor.id, "lately": now - ONE_LOOK, "today": day_of(now)}
    return plan_in(grant, f"{parts}, {LOOKED}", {**values, **look}, now=now)
