"""Earlier versions of visits, and of requests about them, are forgotten when their time is over."""

from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.visits.rules import VERSIONS_KEPT
from hjemmekontakt.visits.statements import SQL

AT_ONCE = 5000


@intent
def forget_versions(actor: Actor, municipality_id: UUID, *, limit: int = AT_ONCE) -> int:
    """The portal forgets versions of visits and requests that were replaced a year ago; how many, at most 5000 at once."""
    grant = require(actor, May.FORGET_VERSIONS, about=lookup.municipality(municipality_id))
    with connection.cursor() as cursor:
        old = clock.real() - VERSIONS_KEPT
        cursor.execute(SQL["forget_versions"], [grant.municipality_id, old, limit])
        visits = cursor.rowcount
        cursor.execute(SQL["forget_requests"], [grant.municipality_id, old, limit - visits])
        return int(visits + cursor.rowcount)
