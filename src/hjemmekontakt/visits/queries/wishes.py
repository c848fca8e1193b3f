"""Wishes for another time: what a visit's page says of them, and where the portal's clock has something to do."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.visits.models import Visit
from hjemmekontakt.visits.rules import CancellationState, VisitStatus
from hjemmekontakt.visits.rules.wishes import WishOnVisit, why_not_wish


@intent
def wish_on_visit(actor: Actor, visit_id: UUID) -> WishOnVisit:
    """The latest wish for another time for a visit, and whether one may be sent now (R42)."""
    grant = require(actor, May.SEE_VISITS, about=lookup.visit(visit_id))
    return wish_standing(grant, Visit.objects.get(id=visit_id))


def wish_standing(grant: Grant, visit: Visit) -> WishOnVisit:
    """The latest wish for a visit, and why none can be sent now, if so; the page and the action ask the same (R42)."""
    asked = visit.cancellations.order_by("-asked_at", "-stored_at", "-id").first()
    row = visit.wishes.order_by("-asked_at", "-stored_at", "-id").first()
    latest = row.as_seen() if row else None
    why_not = why_not_wish(
        VisitStatus(visit.status),
        now=clock.now(),
        starts_at=visit.starts_at,
        wishes_from=municipalities.service(visit.service_id).wishes_from,
        cancellation=CancellationState(asked.state) if asked else None,
        latest=latest,
    )
    return WishOnVisit(latest, why_not)


def municipalities_with_begun_wishes(now: datetime) -> list[UUID]:
    """The municipalities where a visit began before its wish was answered; ids only, so it needs no grant (`hk_lookup`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_municipalities_with_begun_wishes(%s)", [now])
        return sorted(row[0] for row in cursor.fetchall())
