"""The journal answers what was asked of it."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits.actions.withdrawing import put_in_queue
from hjemmekontakt.visits.events import CancellationAnswered
from hjemmekontakt.visits.models import Cancellation
from hjemmekontakt.visits.rules import (
    OPEN,
    REASON_LIMIT,
    CancellationState,
    CancellationView,
    NotTaken,
    too_late,
    why_not_step,
    why_not_words,
)


@intent
def answer_cancellation(
    actor: Actor,
    cancellation_id: UUID,
    *,
    state: CancellationState,
    reason: str = "",
    visit_id: UUID | None = None,
    version: int | None = None,
) -> CancellationView:
    """The journal has received, accepted or declined a cancellation; the same answer again changes nothing (R38, R44).

    `version` is the one that the journal believes to change (If-Match), `visit_id` the visit it believes to answer for.
    The visit itself changes only by a report. A request that was taken back stays so, whatever is answered; the answer is
    kept beside it, and the journal's door says it (R43).
    """
    grant = require(actor, May.ANSWER_CANCELLATION, about=lookup.cancellation(cancellation_id))
    return answer_asked(grant, cancellation_id, state, reason=reason, visit_id=visit_id, version=version)


def answer_asked(
    grant: Grant,
    cancellation_id: UUID,
    state: CancellationState,
    *,
    reason: str,
    visit_id: UUID | None,
    version: int | None,
) -> CancellationView:
    """Take in a journal's answer to one cancellation, where it fits."""
    if why_not := why_not_words(reason, at_most=REASON_LIMIT):
        raise Refused(why_not)
    asked = Cancellation.objects.select_for_update().get(id=cancellation_id, municipality_id=grant.municipality_id)
    before = CancellationState(asked.state)
    if version is not None and version != asked.version:
        raise Refused(NotTaken.CHANGED_MEANWHILE)
    if visit_id not in (None, asked.visit_id):
        raise Refused(NotTaken.ANOTHER_VISIT)
    if state is before or (state is CancellationState.RECEIVED and before not in OPEN):
        return asked.as_seen()  # the receipt that comes after the answer says nothing new
    if before is CancellationState.WITHDRAWN:
        keep_late_answer(grant, asked, state)
        return asked.as_seen()
    why_not = why_not_step(before, to=state)
    if why_not:
        raise Refused(why_not)

    write_answer(grant, asked, state, reason=reason)
    return asked.as_seen()


def keep_late_answer(grant: Grant, asked: Cancellation, answer: CancellationState) -> None:
    """Keep what the journal answered after the undo; where it called the visit off, the unit and she are told (R43)."""
    kept = too_late(answer, before=asked.answered_too_late)
    if kept == asked.answered_too_late:
        return
    asked.answered_too_late = kept
    asked.save(update_fields=["answered_too_late"])
    if kept == CancellationState.ACCEPTED:
        put_in_queue(grant, asked, needed_by=asked.withdrawn_by_name)
        outbox.publish(CancellationAnswered(**asked.as_told()))


def write_answer(
    grant: Grant, asked: Cancellation, state: CancellationState, *, reason: str = "", by: str = ""
) -> None:
    """Write the municipality's answer on a locked request, and tell of it; `by` is the employee who answered here (R38)."""
    now = clock.now()
    asked.state = state
    asked.version += 1
    asked.stored_at = clock.real()
    asked.received_at = asked.received_at or now
    if state not in OPEN:
        asked.answered_at, asked.answered_by_name = now, by
    if state is CancellationState.DECLINED:
        asked.decline_reason = reason
    asked.save(update_fields=[*ANSWERED, "state", "version", "stored_at"])
    if state in (CancellationState.ACCEPTED, CancellationState.DECLINED):
        outbox.publish(CancellationAnswered(**asked.as_told()))


ANSWERED = ("received_at", "answered_at", "answered_by_name", "decline_reason")
