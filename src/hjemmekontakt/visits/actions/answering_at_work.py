"""The staff of a unit that keeps its visits here answer cancellations and wishes; others note their calls (R42, R44)."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.visits.actions.answering import write_answer
from hjemmekontakt.visits.actions.answering_wishes import overtake, write_wish_answer
from hjemmekontakt.visits.actions.moving import call_off, move
from hjemmekontakt.visits.models import Cancellation, ChangeWish, Visit
from hjemmekontakt.visits.rules import OPEN, CancellationState, CancelledBy
from hjemmekontakt.visits.rules.waiting import AnswerRefusal, why_not_answer_here, why_not_handle
from hjemmekontakt.visits.rules.wishes import UNANSWERED, WISH_OPEN, Window, WishState, why_not_propose


@intent
def confirm_cancellation(actor: Actor, cancellation_id: UUID) -> None:
    """An employee confirms that a visit is called off: it falls away at once (R38)."""
    asked, visit, grant = _cancellation(actor, cancellation_id)
    write_answer(grant, asked, CancellationState.ACCEPTED, by=actor.name)
    call_off(grant, visit, by=CancelledBy.ON_BEHALF if asked.on_behalf else CancelledBy.RECIPIENT)
    overtake(grant, {visit.id: None})


@intent
def decline_cancellation(actor: Actor, cancellation_id: UUID, *, reason: str) -> None:
    """An employee says why a visit cannot be called off: it stays as planned (R38)."""
    asked, _visit, grant = _cancellation(actor, cancellation_id)
    if not reason.strip():
        raise Refused(AnswerRefusal.REASON_MISSING)
    write_answer(grant, asked, CancellationState.DECLINED, by=actor.name, reason=reason.strip())


@intent
def accept_wish(actor: Actor, wish_id: UUID, *, window: Window) -> None:
    """An employee accepts one of the times that she wished for: the visit gets it at once (R42)."""
    wish, visit, grant = _wish(actor, wish_id)
    if wish.state not in UNANSWERED:
        raise Refused(AnswerRefusal.ANSWERED_ALREADY)
    if window not in wish.wished():
        raise Refused(AnswerRefusal.NO_SUCH_WINDOW)
    if unfit := why_not_propose(window, now=clock.now()):
        raise Refused(unfit)
    move(grant, visit, window)
    wish.moved_at = clock.now()
    write_wish_answer(grant, wish, WishState.ACCEPTED, by=actor.name)


@intent
def propose_other_time(actor: Actor, wish_id: UUID, *, window: Window) -> None:
    """An employee proposes another time than those she wished for: it waits for her answer (R42)."""
    wish, _visit, grant = _wish(actor, wish_id)
    if unfit := why_not_propose(window, now=clock.now()):
        raise Refused(unfit)
    write_wish_answer(grant, wish, WishState.PROPOSED, proposed=window, by=actor.name)


@intent
def decline_wish(actor: Actor, wish_id: UUID, *, reason: str) -> None:
    """An employee says why the visit cannot get another time: it stays as planned (R42)."""
    wish, _visit, grant = _wish(actor, wish_id)
    if not reason.strip():
        raise Refused(AnswerRefusal.REASON_MISSING)
    write_wish_answer(grant, wish, WishState.DECLINED, reason=reason.strip(), by=actor.name)


@intent
def settle_by_phone(actor: Actor, cancellation_id: UUID) -> None:
    """An employee has called about a cancellation that rang, or a visit that is needed after all: it waits no more (R44)."""
    require(actor, May.SETTLE_REQUEST, about=lookup.cancellation(cancellation_id))
    asked = Cancellation.objects.select_for_update().get(id=cancellation_id)
    why_not = why_not_handle(alarmed_at=asked.alarmed_at, needed_at=asked.needed_at, handled_at=asked.handled_at)
    if why_not:
        raise Refused(why_not)
    asked.handled_at, asked.handled_by_name = clock.now(), actor.name
    asked.save(update_fields=["handled_at", "handled_by_name"])


def _cancellation(actor: Actor, id: UUID) -> tuple[Cancellation, Visit, Grant]:
    grant = require(actor, May.ANSWER_CANCELLATION, about=lookup.cancellation(id))
    visit = Visit.objects.select_for_update().get(id=Cancellation.objects.get(id=id).visit_id)
    asked = Cancellation.objects.select_for_update().get(id=id)
    _must_be_answered_here(visit, is_open=asked.state in OPEN)
    return asked, visit, grant


def _wish(actor: Actor, id: UUID) -> tuple[ChangeWish, Visit, Grant]:
    grant = require(actor, May.ANSWER_WISH, about=lookup.change_wish(id))
    visit = Visit.objects.select_for_update().get(id=ChangeWish.objects.get(id=id).visit_id)
    wish = ChangeWish.objects.select_for_update().get(id=id)
    _must_be_answered_here(visit, is_open=wish.state in WISH_OPEN)
    return wish, visit, grant


def _must_be_answered_here(visit: Visit, *, is_open: bool) -> None:
    answers_in = municipalities.service(visit.service_id).visits_in
    why_not = why_not_answer_here(answers_in, is_open=is_open, now=clock.now(), starts_at=visit.starts_at)
    if why_not:
        raise Refused(why_not)
