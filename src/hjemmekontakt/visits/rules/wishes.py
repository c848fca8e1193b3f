"""What a wish for another time is, which hours may be wished for, how far it may come, and what ends it (R42)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.ground.workdays import OSLO, day_of
from hjemmekontakt.visits.rules.cancelling import OPEN, CancellationState
from hjemmekontakt.visits.rules.visits import COMING, SMALLEST_MOVE, NotTaken, VisitStatus

MOST_WINDOWS = 3
WISH_TEXT_LIMIT = 500
LONGEST_WISHED = timedelta(hours=14)
FARTHEST_WISHED = timedelta(days=60)


class WishState(StrEnum):
    """How far a wish for another time has come (R42)."""

    SENT = "sent"
    RECEIVED = "received"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class WishRefusal(StrEnum):
    """Why a wish cannot be sent, answered or taken back; each has its sentence in `wish_words.py`."""

    NOT_ACTIVE = "not-active"
    NOT_OPENED = "not-opened"
    NOT_PLANNED = "not-planned"
    BEGUN = "begun"
    CANCELLATION_ASKED = "cancellation-asked"
    ALREADY_WISHED = "already-wished"
    FORM_USED = "form-used"
    TEXT_TOO_LONG = "text-too-long"
    NO_WINDOW = "no-window"
    TOO_MANY_WINDOWS = "too-many-windows"
    NO_SUCH_HOUR = "no-such-hour"
    ENDS_BEFORE = "ends-before"
    PASSED = "passed"
    TOO_LONG = "too-long"
    TOO_FAR = "too-far"
    THE_SAME_TIME = "the-same-time"
    ANSWERED = "answered"
    NOT_PROPOSED = "not-proposed"


class Answer(StrEnum):
    """What she says to a proposed time."""

    YES = "yes"
    NO = "no"


WISH_STEPS: dict[WishState, frozenset[WishState]] = {
    WishState.SENT: frozenset(
        {
            WishState.RECEIVED,
            WishState.PROPOSED,
            WishState.ACCEPTED,
            WishState.DECLINED,
            WishState.WITHDRAWN,
            WishState.EXPIRED,
        }
    ),
    WishState.RECEIVED: frozenset(
        {WishState.PROPOSED, WishState.ACCEPTED, WishState.DECLINED, WishState.WITHDRAWN, WishState.EXPIRED}
    ),
    WishState.PROPOSED: frozenset({WishState.ACCEPTED, WishState.DECLINED, WishState.EXPIRED}),
    WishState.ACCEPTED: frozenset(),
    WishState.DECLINED: frozenset(),
    WishState.WITHDRAWN: frozenset(),
    WishState.EXPIRED: frozenset(),
}
"""From each state of a wish the states that may follow (R42). A proposal is accepted or declined by her alone."""
WISH_OPEN = frozenset({WishState.SENT, WishState.RECEIVED, WishState.PROPOSED})
UNANSWERED = frozenset({WishState.SENT, WishState.RECEIVED})


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when somebody may come."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WishView:
    """A wish for another time, as pages and the journal see it.

    `settled_by_name` is who answered the municipality's proposal; `moved_at` is when the visit got its new time.
    """

    id: UUID
    visit_id: UUID
    citizen_id: UUID
    state: WishState
    windows: tuple[Window, ...]
    text: str
    asked_by_id: UUID
    asked_by_name: str
    on_behalf: bool
    asked_at: datetime
    received_at: datetime | None
    answered_at: datetime | None
    answered_by_name: str
    answer: str
    proposed: Window | None
    settled_at: datetime | None
    settled_by_name: str
    moved_at: datetime | None
    version: int
    stored_at: datetime

    @property
    def is_agreed(self) -> bool:
        """Tell whether a new time is agreed upon and the visit does not have it yet."""
        return self.state is WishState.ACCEPTED and self.moved_at is None


@dataclass(frozen=True, slots=True)
class WishOnVisit:
    """What a visit's page says of other times: her latest wish, and why she cannot send one, if she cannot."""

    wish: WishView | None
    why_not: WishRefusal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalWish:
    """A wish as the journal reads it, with its own identifier of the visit and the person's national id."""

    wish: WishView
    visit_identifier: tuple[str, str]
    unit_her_id: str
    national_id: str = field(repr=False)

    @property
    def asked(self) -> WishView:
        """What is asked, as a cancellation calls it too."""
        return self.wish

    @property
    def place(self) -> tuple[datetime, UUID]:
        """Where it stands among all that is asked of the journal: no answer moves it."""
        return self.wish.asked_at, self.wish.id


@dataclass(frozen=True, slots=True)
class WishSought:
    """One of the states that a journal searches for; a wish is declined by the municipality, or by her its proposal."""

    state: WishState
    by_her: bool | None = None


@dataclass(frozen=True, slots=True)
class WishOutcome:
    """What a notice of an answered wish needs, and no more."""

    id: UUID
    citizen_id: UUID
    municipality_id: UUID
    service_id: UUID
    version: int


def window_on(day: date, begins: time, ends: time) -> Window | WishRefusal:
    """From a day and two times on the clock to a window; midnight as its end is the midnight that follows.

    A time that the clock jumps over that night is refused; where an hour comes twice, the window has both.

    >>> night = window_on(date(2026, 10, 25), time(2, 0), time(2, 30))
    >>> night.ends_at - night.starts_at
    datetime.timedelta(seconds=5400)
    >>> window_on(date(2026, 3, 29), time(2, 30), time(4, 0))
    <WishRefusal.NO_SUCH_HOUR: 'no-such-hour'>
    >>> window_on(date(2026, 3, 30), time(10, 0), time(9, 0))
    <WishRefusal.ENDS_BEFORE: 'ends-before'>
    """
    until = day + timedelta(days=1) if ends == time(0) else day
    first = datetime.combine(day, begins)
    last = datetime.combine(until, ends)
    if last <= first:
        return WishRefusal.ENDS_BEFORE
    starts_at, ends_at = first.replace(tzinfo=OSLO, fold=0), last.replace(tzinfo=OSLO, fold=1)
    if not (_exists(starts_at) and _exists(ends_at)):
        return WishRefusal.NO_SUCH_HOUR
    return Window(starts_at.astimezone(UTC), ends_at.astimezone(UTC))


def why_not_day(day: date, *, today: date) -> WishRefusal | None:
    """Say why a day cannot be chosen at all: it is passed, or further off than any visit is planned.

    >>> why_not_day(date(2026, 3, 1), today=date(2026, 3, 2)), why_not_day(date.max, today=date(2026, 3, 2)).value
    (<WishRefusal.PASSED: 'passed'>, 'too-far')
    """
    if day < today:
        return WishRefusal.PASSED
    return WishRefusal.TOO_FAR if day - today > 2 * FARTHEST_WISHED else None


def _exists(local: datetime) -> bool:
    return local.astimezone(UTC).astimezone(OSLO).replace(tzinfo=None) == local.replace(tzinfo=None)


def why_not_window(window: Window, *, now: datetime, visits_own: Window) -> WishRefusal | None:
    """Say why these hours cannot be wished for; None means that they can (R42).

    >>> monday = datetime(2026, 3, 2, 8, tzinfo=UTC)
    >>> own = Window(monday + timedelta(days=4), monday + timedelta(days=4, hours=2))
    >>> why_not_window(Window(monday + timedelta(days=1), monday + timedelta(days=1, hours=2)), now=monday, visits_own=own)
    >>> why_not_window(own, now=monday, visits_own=own)
    <WishRefusal.THE_SAME_TIME: 'the-same-time'>
    """
    if window.starts_at <= now:
        return WishRefusal.PASSED
    if window.ends_at <= window.starts_at:
        return WishRefusal.ENDS_BEFORE
    if window.ends_at - window.starts_at > LONGEST_WISHED:
        return WishRefusal.TOO_LONG
    if day_of(window.starts_at) - day_of(now) > FARTHEST_WISHED:
        return WishRefusal.TOO_FAR
    return WishRefusal.THE_SAME_TIME if window == visits_own else None


def why_not_windows(windows: Collection[Window], *, now: datetime, visits_own: Window) -> WishRefusal | None:
    """Say why these windows together cannot be wished for: none, too many, or one that does not hold.

    >>> monday = datetime(2026, 3, 2, 8, tzinfo=UTC)
    >>> why_not_windows([], now=monday, visits_own=Window(monday, monday))
    <WishRefusal.NO_WINDOW: 'no-window'>
    """
    if not windows:
        return WishRefusal.NO_WINDOW
    if len(windows) > MOST_WINDOWS:
        return WishRefusal.TOO_MANY_WINDOWS
    return next(filter(None, (why_not_window(each, now=now, visits_own=visits_own) for each in windows)), None)


def why_not_wish(
    status: VisitStatus,
    *,
    now: datetime,
    starts_at: datetime,
    wishes_from: date | None,
    cancellation: CancellationState | None = None,
    latest: WishView | None = None,
) -> WishRefusal | None:
    """Say why another time cannot be asked for; None means that it can, also for a visit that cannot be called off (R42).

    >>> monday = datetime(2026, 3, 2, 8, tzinfo=UTC)
    >>> coming = {"now": monday, "starts_at": monday + timedelta(days=1)}
    >>> why_not_wish(VisitStatus.PLANNED, wishes_from=date(2026, 1, 1), **coming)
    >>> why_not_wish(VisitStatus.PLANNED, wishes_from=None, **coming)
    <WishRefusal.NOT_OPENED: 'not-opened'>
    >>> why_not_wish(VisitStatus.CANCELLED, wishes_from=date(2026, 1, 1), **coming)
    <WishRefusal.NOT_PLANNED: 'not-planned'>
    """
    if wishes_from is None or wishes_from > day_of(now):
        return WishRefusal.NOT_OPENED
    if status not in COMING:
        return WishRefusal.NOT_PLANNED
    if now >= starts_at:
        return WishRefusal.BEGUN
    if cancellation in OPEN or cancellation is CancellationState.ACCEPTED:
        return WishRefusal.CANCELLATION_ASKED
    if latest is not None and (latest.state in WISH_OPEN or latest.is_agreed):
        return WishRefusal.ALREADY_WISHED
    return None


def why_not_wish_step(now_in: WishState, *, to: WishState) -> NotTaken | None:
    """Say why the municipality cannot take a wish from one state to another; the same state again is no step (R42).

    A proposal waits for her: the municipality cannot accept it for her, but may take it back or propose another time.

    >>> why_not_wish_step(WishState.SENT, to=WishState.PROPOSED)
    >>> why_not_wish_step(WishState.PROPOSED, to=WishState.ACCEPTED)
    <NotTaken.NO_SUCH_STEP: 'no-such-step'>
    >>> why_not_wish_step(WishState.PROPOSED, to=WishState.PROPOSED)
    """
    for_her_alone = now_in is WishState.PROPOSED and to is WishState.ACCEPTED
    fits = to is now_in or (to in WISH_STEPS[now_in] and not for_her_alone)
    return None if fits else NotTaken.NO_SUCH_STEP


def why_not_withdraw_wish(state: WishState) -> WishRefusal | None:
    """Say why she cannot take a wish back: it is answered.

    >>> why_not_withdraw_wish(WishState.RECEIVED)
    >>> why_not_withdraw_wish(WishState.PROPOSED)
    <WishRefusal.ANSWERED: 'answered'>
    """
    return None if state in UNANSWERED else WishRefusal.ANSWERED


def why_not_answer_proposal(state: WishState, *, now: datetime, visit_starts_at: datetime) -> WishRefusal | None:
    """Say why she cannot answer a proposal: there is none that waits for her, or the visit's time has begun.

    >>> monday = datetime(2026, 3, 2, 8, tzinfo=UTC)
    >>> why_not_answer_proposal(WishState.PROPOSED, now=monday, visit_starts_at=monday + timedelta(hours=1))
    >>> why_not_answer_proposal(WishState.PROPOSED, now=monday, visit_starts_at=monday)
    <WishRefusal.BEGUN: 'begun'>
    """
    if state is not WishState.PROPOSED:
        return WishRefusal.NOT_PROPOSED
    return WishRefusal.BEGUN if now >= visit_starts_at else None


def why_not_propose(window: Window, *, now: datetime) -> WishRefusal | None:
    """Say why the municipality cannot propose these hours; an exact time begins and ends at once.

    >>> monday = datetime(2026, 3, 2, 8, tzinfo=UTC)
    >>> why_not_propose(Window(monday + timedelta(hours=1), monday + timedelta(hours=1)), now=monday)
    >>> why_not_propose(Window(monday, monday + timedelta(hours=1)), now=monday)
    <WishRefusal.PASSED: 'passed'>
    """
    if window.starts_at <= now:
        return WishRefusal.PASSED
    if window.ends_at < window.starts_at:
        return WishRefusal.ENDS_BEFORE
    if window.ends_at - window.starts_at > LONGEST_WISHED:
        return WishRefusal.TOO_LONG
    return WishRefusal.TOO_FAR if day_of(window.starts_at) - day_of(now) > 2 * FARTHEST_WISHED else None


def new_time(before: Window, now_is: Window) -> Window | None:
    """The visit's new time, where it has got another one: a finer time within its window, or a small move, is none (R36).

    >>> eight, nine, ten, noon = (datetime(2026, 3, 3, hour, tzinfo=UTC) for hour in (8, 9, 10, 12))
    >>> new_time(Window(eight, ten), Window(nine, ten))
    >>> new_time(Window(eight, ten), Window(ten, noon)) == Window(ten, noon)
    True
    """
    if before.starts_at <= now_is.starts_at and now_is.ends_at <= before.ends_at:
        return None
    starts_near = abs(now_is.starts_at - before.starts_at) < SMALLEST_MOVE
    ends_near = abs(now_is.ends_at - before.ends_at) < SMALLEST_MOVE
    return None if starts_near and ends_near else now_is


def what_becomes_of(state: WishState, windows: Iterable[Window], *, moved_to: Window | None) -> WishState:
    """Say what becomes of a wish whose visit got a new time, or (None) no longer comes.

    A time that begins within one she wished for is the answer she hoped for; anything else has overtaken the wish.

    >>> eight, nine, ten, noon = (datetime(2026, 3, 3, hour, tzinfo=UTC) for hour in (8, 9, 10, 12))
    >>> what_becomes_of(WishState.SENT, [Window(eight, ten)], moved_to=Window(nine, ten))
    <WishState.ACCEPTED: 'accepted'>
    >>> what_becomes_of(WishState.SENT, [Window(eight, ten)], moved_to=Window(noon, noon))
    <WishState.EXPIRED: 'expired'>
    >>> what_becomes_of(WishState.ACCEPTED, [], moved_to=Window(noon, noon))
    <WishState.ACCEPTED: 'accepted'>
    """
    if state not in WISH_OPEN:
        return state
    hoped_for = moved_to is not None and any(
        each.starts_at <= moved_to.starts_at < each.ends_at and moved_to.ends_at <= each.ends_at for each in windows
    )
    return WishState.ACCEPTED if hoped_for and state in UNANSWERED else WishState.EXPIRED
