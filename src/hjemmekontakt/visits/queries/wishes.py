"""Wishes for another time: what a visit's page says of them, and where the portal's clock has something to do."""

from datetime import date, datetime
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.visits.models import ChangeWish, Visit
from hjemmekontakt.visits.rules import CancellationState, VisitStatus, VisitView
from hjemmekontakt.visits.rules.wishes import WishOnVisit, why_not_wish


@intent
def wish_on_visit(actor: Actor, visit_id: UUID) -> WishOnVisit:
    """The latest wish for another time for a visit, and whether one may be sent now (R42)."""
    grant = require(actor, May.SEE_VISITS, about=lookup.visit(visit_id))
    return latest_wish(grant, Visit.objects.get(id=visit_id))


def latest_wish(grant: Grant, visit: Visit) -> WishOnVisit:
    """The latest wish for a visit, and why none can be sent now, if so; the page and the action ask the same (R42)."""
    asked = visit.cancellations.order_by("-asked_at", "-stored_at", "-id").first()
    wishes_from = municipalities.service(visit.service_id).wishes_from
    return latest_wish_given(
        grant, visit, wishes_from=wishes_from, cancellation=CancellationState(asked.state) if asked else None
    )


def latest_wish_given(
    grant: Grant, visit: Visit | VisitView, *, wishes_from: date | None, cancellation: CancellationState | None
) -> WishOnVisit:
    """The same, where it is known from when the service takes wishes and how the latest cancellation stands."""
    row = ChangeWish.objects.filter(visit_id=visit.id).order_by("-asked_at", "-stored_at", "-id").first()
    latest = row.as_seen() if row else None
    why_not = why_not_wish(
        VisitStatus(visit.status),
        now=clock.now(),
        starts_at=visit.starts_at,
        wishes_from=wishes_from,
        cancellation=cancellation,
        latest=latest,
    )
    return WishOnVisit(latest, why_not)


def municipalities_with_begun_wishes(now: datetime) -> list[UUID]:
    """The municipalities where a visit began before its wish was answered; ids only, so it needs no grant (`hk_lookup`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_municipalities_with_begun_wishes(%s)", [now])
        return sorted(row[0] for row in cursor.fetchall())
