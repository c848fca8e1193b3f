"""A citizen wishes another time for a visit, takes the wish back, and answers what the municipality proposes (R42, R45)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.visits.actions.moving import move
from hjemmekontakt.visits.events import ChangeWished, WishSettled
from hjemmekontakt.visits.models import ChangeWish, Visit
from hjemmekontakt.visits.queries.wishes import latest_wish
from hjemmekontakt.visits.rules.visits import why_not_words
from hjemmekontakt.visits.rules.wishes import (
    WISH_TEXT_LIMIT,
    Answer,
    Window,
    WishRefusal,
    WishState,
    WishView,
    why_not_answer_proposal,
    why_not_windows,
    why_not_withdraw_wish,
)


@intent
def wish_other_time(
    actor: Actor, visit_id: UUID, *, windows: Sequence[Window], form_key: UUID, text: str = ""
) -> WishView:
    """The citizen, or someone with her fullmakt, wishes up to three other times for a visit (R42).

    The same form sent twice wishes once and answers as it did. The visit stays as planned until it gets another time.
    """
    grant = require(actor, May.WISH_OTHER_TIME, about=lookup.visit(visit_id))
    visit = Visit.objects.select_for_update().get(id=visit_id)
    asker = actor.as_asker()
    before = ChangeWish.objects.filter(asked_by_id=asker["asked_by_id"], form_key=form_key).first()
    if before is not None:
        if before.visit_id != visit.id:
            raise Refused(WishRefusal.FORM_USED)
        return before.as_seen()

    wished = list(dict.fromkeys(windows))
    why_not = _why_not(grant, visit, wished, text=text)
    if why_not:
        raise Refused(why_not)

    wish = ChangeWish.objects.create(
        visit=visit,
        citizen_id=visit.citizen_id,
        municipality_id=visit.municipality_id,
        unit_id=visit.unit_id,
        state=WishState.SENT,
        windows=[{"from": _said(each.starts_at), "to": _said(each.ends_at)} for each in wished],
        text=text,
        form_key=form_key,
        asked_at=clock.now(),
        stored_at=clock.real(),
        **asker,
    )
    outbox.publish(ChangeWished(**wish.as_told()))
    return wish.as_seen()


@intent
def withdraw_wish(actor: Actor, wish_id: UUID) -> WishView:
    """She takes her wish back before it is answered; twice is once (R42)."""
    require(actor, May.WITHDRAW_WISH, about=lookup.change_wish(wish_id))
    wish = ChangeWish.objects.select_for_update().get(id=wish_id)
    if wish.state == WishState.WITHDRAWN:
        return wish.as_seen()
    why_not = why_not_withdraw_wish(WishState(wish.state))
    if why_not:
        raise Refused(why_not)

    _settle(wish, WishState.WITHDRAWN, by=actor.name)
    return wish.as_seen()


@intent
def answer_proposal(actor: Actor, wish_id: UUID, *, answer: Answer, proposed: Window) -> WishView:
    """She says yes or no to the time that the municipality proposes; the same answer again changes nothing (R42).

    `proposed` is the time she was shown. On «no» the visit stays as planned. Where her unit keeps its visits here, a
    «yes» moves the visit at once; else the journal moves it.
    """
    grant = require(actor, May.ANSWER_PROPOSAL, about=lookup.change_wish(wish_id))
    visit = Visit.objects.select_for_update().get(id=ChangeWish.objects.get(id=wish_id).visit_id)
    wish = ChangeWish.objects.select_for_update().get(id=wish_id)
    to = WishState.ACCEPTED if answer is Answer.YES else WishState.DECLINED
    if wish.state == to and wish.settled_at is not None and wish.proposed() == proposed:
        return wish.as_seen()
    why_not = why_not_answer_proposal(WishState(wish.state), now=clock.now(), visit_starts_at=visit.starts_at)
    if why_not or wish.proposed() != proposed:
        raise Refused(why_not or WishRefusal.NOT_PROPOSED)

    if to is WishState.ACCEPTED and municipalities.service(visit.service_id).visits_in == "portal":
        move(grant, visit, proposed)
        wish.moved_at = clock.now()
    _settle(wish, to, by=actor.name)
    return wish.as_seen()


def _why_not(grant: Grant, visit: Visit, windows: Sequence[Window], *, text: str) -> WishRefusal | None:
    if not consent.is_active(grant, visit.citizen_id):
        return WishRefusal.NOT_ACTIVE
    if why_not_words(text, at_most=WISH_TEXT_LIMIT):
        return WishRefusal.TEXT_TOO_LONG
    own = Window(visit.starts_at, visit.ends_at)
    return latest_wish(grant, visit).why_not or why_not_windows(windows, now=clock.now(), visits_own=own)


def _settle(wish: ChangeWish, state: WishState, *, by: str) -> None:
    wish.state = state
    wish.settled_at, wish.settled_by_name = clock.now(), by
    wish.version += 1
    wish.stored_at = clock.real()
    wish.save(update_fields=["state", "settled_at", "settled_by_name", "moved_at", "version", "stored_at"])
    outbox.publish(WishSettled(**wish.as_told()))


def _said(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
