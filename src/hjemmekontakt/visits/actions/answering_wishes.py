"""The journal answers wishes for another time, and wishes that a visit has overtaken are closed (R42)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits.events import WishAnswered, WishSettled
from hjemmekontakt.visits.models import ChangeWish
from hjemmekontakt.visits.rules import REASON_LIMIT, NotTaken
from hjemmekontakt.visits.rules.visits import why_not_words
from hjemmekontakt.visits.rules.wishes import (
    UNANSWERED,
    WISH_OPEN,
    Window,
    WishRefusal,
    WishState,
    WishView,
    what_becomes_of,
    why_not_propose,
    why_not_wish_step,
)

AT_ONCE = 100
ANSWERS = frozenset({WishState.ACCEPTED, WishState.PROPOSED, WishState.DECLINED})


@intent
def answer_wish(
    actor: Actor,
    wish_id: UUID,
    *,
    state: WishState,
    reason: str = "",
    proposed: Window | None = None,
    visit_id: UUID | None = None,
    version: int | None = None,
) -> WishView:
    """The journal has received, accepted or declined a wish, or proposes another time; the same again changes nothing (R42).

    `version` is the one that the journal believes to change (If-Match), `visit_id` the visit it believes to answer for.
    The visit itself changes only by a report.
    """
    grant = require(actor, May.ANSWER_WISH, about=lookup.change_wish(wish_id))
    return answer_wished(grant, wish_id, state, reason=reason, proposed=proposed, visit_id=visit_id, version=version)


def answer_wished(
    grant: Grant,
    wish_id: UUID,
    state: WishState,
    *,
    reason: str,
    proposed: Window | None,
    visit_id: UUID | None,
    version: int | None,
) -> WishView:
    """Take in a journal's answer to one wish, where it fits."""
    if why_not := why_not_words(reason, at_most=REASON_LIMIT):
        raise Refused(why_not)
    wish = (
        ChangeWish.objects.select_for_update(of=("self",))
        .select_related("visit")
        .get(id=wish_id, municipality_id=grant.municipality_id)
    )
    if version is not None and version != wish.version:
        raise Refused(NotTaken.CHANGED_MEANWHILE)
    if visit_id not in (None, wish.visit_id):
        raise Refused(NotTaken.ANOTHER_VISIT)
    if _is_known(wish, state, proposed):
        return wish.as_seen()
    why_not = why_not_wish_step(WishState(wish.state), to=state)
    if why_not:
        raise Refused(why_not)
    if clock.now() >= wish.visit.starts_at:
        raise Refused(WishRefusal.BEGUN)
    if state is WishState.PROPOSED and (unfit := _why_not_propose(proposed)):
        raise Refused(unfit)

    write_wish_answer(grant, wish, state, reason=reason, proposed=proposed)
    return wish.as_seen()


def write_wish_answer(
    grant: Grant,
    wish: ChangeWish,
    state: WishState,
    *,
    reason: str = "",
    proposed: Window | None = None,
    by: str = "",
) -> None:
    """Write the municipality's answer on a locked wish, and tell of it; `by` is the employee who answered here."""
    now = clock.now()
    wish.state = state
    wish.received_at = wish.received_at or now
    if state in ANSWERS:
        wish.answered_at, wish.answered_by_name = now, by
    if state is WishState.DECLINED:
        wish.answer = reason
    if state is WishState.PROPOSED and proposed is not None:
        wish.proposed_starts_at, wish.proposed_ends_at = proposed.starts_at, proposed.ends_at
        wish.answer = reason
    _keep(wish)
    if state in ANSWERS:
        outbox.publish(WishAnswered(**wish.as_told()))


def overtake(grant: Grant, times: Mapping[UUID, Window | None]) -> None:
    """Close the wishes whose visits got another time, or (None) no longer come; a wish that is met is settled (R42)."""
    if not times:
        return
    waits = Q(state__in=WISH_OPEN) | Q(state=WishState.ACCEPTED, moved_at__isnull=True)
    rows = ChangeWish.objects.select_for_update().filter(
        waits, visit_id__in=list(times), municipality_id=grant.municipality_id
    )
    for wish in rows.order_by("id"):
        _overtake(wish, times[wish.visit_id], now=clock.now())


def _overtake(wish: ChangeWish, moved_to: Window | None, *, now: datetime) -> None:
    before = WishState(wish.state)
    after = what_becomes_of(before, wish.wished(), moved_to=moved_to)
    if after is before and moved_to is None:
        return  # it was agreed, and the visit fell away for another reason
    wish.state = after
    if after is WishState.ACCEPTED:
        wish.moved_at = now
        wish.answered_at = wish.answered_at or now
    _keep(wish)
    if after is not before:
        outbox.publish((WishAnswered if after is WishState.ACCEPTED else WishSettled)(**wish.as_told()))


@intent
def expire_wishes(actor: Actor, municipality_id: UUID, *, now: datetime, limit: int = AT_ONCE) -> int:
    """The portal closes the wishes whose visit has begun before anybody agreed on another time; how many (R42)."""
    require(actor, May.EXPIRE_WISHES, about=lookup.municipality(municipality_id))
    rows = ChangeWish.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state__in=WISH_OPEN, visit__starts_at__lte=now, municipality_id=municipality_id
    )
    found = list(rows.order_by("id")[:limit])
    for wish in found:
        wish.state = WishState.EXPIRED
        _keep(wish)
        outbox.publish(WishSettled(**wish.as_told()))
    return len(found)


def _is_known(wish: ChangeWish, state: WishState, proposed: Window | None) -> bool:
    """A receipt that comes after the answer, or the same answer again, says nothing new."""
    if state is WishState.RECEIVED and wish.state not in UNANSWERED:
        return True
    if state != wish.state:
        return state is WishState.PROPOSED and wish.settled_at is not None and wish.proposed() == proposed
    return state is not WishState.PROPOSED or wish.proposed() == proposed


def _why_not_propose(proposed: Window | None) -> WishRefusal | None:
    return WishRefusal.NO_WINDOW if proposed is None else why_not_propose(proposed, now=clock.now())


def _keep(wish: ChangeWish) -> None:
    wish.version += 1
    wish.stored_at = clock.real()
    wish.save(
        update_fields=[
            "state",
            "received_at",
            "answered_at",
            "answered_by_name",
            "answer",
            "proposed_starts_at",
            "proposed_ends_at",
            "moved_at",
            "version",
            "stored_at",
        ]
    )
