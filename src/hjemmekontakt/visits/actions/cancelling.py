"""A citizen asks to have a visit called off."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.visits.events import CancellationAsked
from hjemmekontakt.visits.models import Cancellation, Visit
from hjemmekontakt.visits.rules import (
    REASON_LIMIT,
    CancellationState,
    CancellationView,
    Refusal,
    VisitStatus,
    is_late,
    why_not_cancel,
)


@intent
def ask_to_cancel_visit(actor: Actor, visit_id: UUID, *, form_key: UUID, reason: str = "") -> CancellationView:
    """The citizen, or someone with her fullmakt, asks the journal to call off a planned visit (R38, R39, R45).

    The same form sent twice asks once and answers as it did. The visit is the journal's: it does not change here.
    """
    grant = require(actor, May.CANCEL_VISIT, about=lookup.visit(visit_id))
    visit = Visit.objects.select_for_update().get(id=visit_id)
    asker = actor.as_asker()
    before = Cancellation.objects.filter(asked_by_id=asker["asked_by_id"], form_key=form_key).first()
    if before is not None:
        if before.visit_id != visit.id:
            raise Refused(Refusal.FORM_USED)
        return before.as_seen()

    why_not, late = _why_not_cancel(grant, visit)
    if why_not:
        raise Refused(why_not)

    asked = Cancellation.objects.create(
        visit=visit,
        citizen_id=visit.citizen_id,
        municipality_id=visit.municipality_id,
        unit_id=visit.unit_id,
        state=CancellationState.SENT,
        reason=reason[:REASON_LIMIT],
        late=late,
        form_key=form_key,
        asked_at=clock.now(),
        stored_at=clock.real(),
        **asker,
    )
    outbox.publish(
        CancellationAsked(
            cancellation_id=asked.id,
            visit_id=visit.id,
            citizen_id=visit.citizen_id,
            municipality_id=visit.municipality_id,
        )
    )
    return asked.as_seen()


def _why_not_cancel(grant: Grant, visit: Visit) -> tuple[Refusal | None, bool]:
    if not consent.is_active(grant, visit.citizen_id):
        return Refusal.NOT_ACTIVE, False
    now = clock.now()
    service = municipalities.service(visit.service_id)
    deadline = municipalities.calendar_of_municipality(visit.municipality_id).last_hour_before(visit.starts_at)
    latest = visit.cancellations.order_by("-asked_at", "-id").first()
    why_not = why_not_cancel(
        VisitStatus(visit.status),
        now=now,
        starts_at=visit.starts_at,
        deadline=deadline,
        may_be_cancelled=visit.cancellable,
        cancel_from=service.cancel_from,
        today=day_of(now),
        late_is_allowed=service.late_cancel_allowed,
        asked=CancellationState(latest.state) if latest else None,
    )
    return why_not, is_late(now, deadline=deadline)
