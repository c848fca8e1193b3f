"""Earlier versions of visits, of plans, and of requests about visits are forgotten when their time is over."""

from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.visits.rules import VERSIONS_KEPT
from hjemmekontakt.visits.statements import SQL

AT_ONCE = 5000
KEPT = ("forget_versions", "forget_plans", "forget_requests")


@intent
def forget_versions(actor: Actor, municipality_id: UUID, *, limit: int = AT_ONCE) -> int:
    """The portal forgets versions of visits, plans and requests that were replaced a year ago; how many, at most 5000 at once."""
    grant = require(actor, May.FORGET_VERSIONS, about=lookup.municipality(municipality_id))
    old, forgotten = clock.real() - VERSIONS_KEPT, 0
    with connection.cursor() as cursor:
        for each in KEPT:
            cursor.execute(SQL[each], [grant.municipality_id, old, limit - forgotten])
            forgotten += cursor.rowcount
    return forgotten
