"""A citizen takes her request back, or needs the visit after all."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits.actions.asking import take_back
from hjemmekontakt.visits.events import VisitNeeded
from hjemmekontakt.visits.models import Cancellation
from hjemmekontakt.visits.rules import (
    OPEN,
    CancellationState,
    CancellationView,
    why_not_need,
    why_not_withdraw,
)


@intent
def withdraw_cancellation(actor: Actor, cancellation_id: UUID) -> CancellationView:
    """She who may cancel takes a request back, until the journal has answered; pressed twice is once (R43).

    Whoever asked: the recipient herself, or another whose fullmakt lets her cancel, may take it back.
    """
    grant = require(actor, May.WITHDRAW_CANCELLATION, about=lookup.cancellation(cancellation_id))
    asked = Cancellation.objects.select_for_update().get(id=cancellation_id)
    why_not = why_not_withdraw(CancellationState(asked.state))
    if why_not:
        raise Refused(why_not)

    if asked.state in OPEN:
        take_back(grant, asked, by_name=actor.name)
    return asked.as_seen()


@intent
def need_visit(actor: Actor, cancellation_id: UUID) -> CancellationView:
    """A visit that is called off is needed after all: marked in the unit's queue, beside the number to call (R43)."""
    grant = require(actor, May.NEED_VISIT, about=lookup.cancellation(cancellation_id))
    asked = Cancellation.objects.select_for_update(of=("self",)).select_related("visit").get(id=cancellation_id)
    why_not = why_not_need(
        CancellationState(asked.state),
        answered_too_late=asked.answered_too_late,
        ends_at=asked.visit.ends_at,
        now=clock.now(),
    )
    if why_not:
        raise Refused(why_not)

    if asked.needed_at is None:
        put_in_queue(grant, asked, needed_by=actor.name)
    return asked.as_seen()


def put_in_queue(grant: Grant, asked: Cancellation, *, needed_by: str) -> None:
    """Let a visit that is needed wait in its unit's queue until an employee has settled it (R43)."""
    asked.needed_at, asked.needed_by_name, asked.handled_at = clock.now(), needed_by, None
    asked.save(update_fields=["needed_at", "needed_by_name", "handled_at"])
    outbox.publish(
        VisitNeeded(
            cancellation_id=asked.id,
            visit_id=asked.visit_id,
            unit_id=asked.unit_id,
            municipality_id=asked.municipality_id,
        )
    )
