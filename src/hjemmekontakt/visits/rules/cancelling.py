"""What a request to call off a visit is, how far it may come, and whether one may still be made."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.visits.rules.visits import COMING, NotTaken, VisitStatus

REASON_LIMIT = 500
SILENT_AFTER = timedelta(minutes=30)  # R44


class CancellationState(StrEnum):
    """How far a request to call off a visit has come (R38)."""

    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Refusal(StrEnum):
    """Why a visit cannot be called off here, or no calendar address made; each has its sentence in `words.py`."""

    CALENDAR_ENDED = "calendar-ended"
    CALENDAR_NOT_IN_USE = "calendar-not-in-use"
    CALENDAR_PROTECTED = "calendar-protected"
    CALENDAR_TOO_MANY = "calendar-too-many"
    NOT_ACTIVE = "not-active"
    NOT_PLANNED = "not-planned"
    BEGUN = "begun"
    NOT_CANCELLABLE = "not-cancellable"
    NOT_OPENED = "not-opened"
    ALREADY_ASKED = "already-asked"
    TOO_LATE = "too-late"
    FORM_USED = "form-used"
    ANSWERED = "answered"
    NOT_CALLED_OFF = "not-called-off"
    DAY_PASSED = "day-passed"
    DAY_TOO_FAR = "day-too-far"
    ENDS_BEFORE = "ends-before"
    HAS_ENDED = "has-ended"


STEPS: dict[CancellationState, frozenset[CancellationState]] = {
    CancellationState.SENT: frozenset(
        {
            CancellationState.RECEIVED,
            CancellationState.ACCEPTED,
            CancellationState.DECLINED,
            CancellationState.EXPIRED,
            CancellationState.WITHDRAWN,
        }
    ),
    CancellationState.RECEIVED: frozenset(
        {
            CancellationState.ACCEPTED,
            CancellationState.DECLINED,
            CancellationState.EXPIRED,
            CancellationState.WITHDRAWN,
        }
    ),
    CancellationState.ACCEPTED: frozenset({CancellationState.WITHDRAWN}),
    CancellationState.DECLINED: frozenset(),
    CancellationState.EXPIRED: frozenset(),
    CancellationState.WITHDRAWN: frozenset(),
}
"""From each state of a cancellation the states that may follow (R38).

What was accepted is withdrawn only when the journal puts the visit back into its plan.
"""
OPEN = frozenset({CancellationState.SENT, CancellationState.RECEIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationView:
    """A request to call off a visit, as pages and the journal see it."""

    id: UUID
    visit_id: UUID
    citizen_id: UUID
    state: CancellationState
    reason: str
    asked_by_id: UUID
    asked_by_name: str
    on_behalf: bool
    late: bool
    asked_at: datetime
    received_at: datetime | None
    answered_at: datetime | None
    decline_reason: str
    version: int
    stored_at: datetime
    away_id: UUID | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by_name: str = ""
    needed_at: datetime | None = None
    needed_by_name: str = ""
    handled_at: datetime | None = None
    answered_too_late: str = ""
    alarmed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalCancellation:
    """A cancellation as the journal reads it, with its own identifier of the visit and the person's national id."""

    cancellation: CancellationView
    visit_identifier: tuple[str, str]
    unit_her_id: str
    national_id: str = field(repr=False)

    @property
    def asked(self) -> CancellationView:
        """What is asked, as a wish calls it too."""
        return self.cancellation

    @property
    def place(self) -> tuple[datetime, UUID]:
        """Where it stands among all that is asked of the journal: no answer moves it."""
        return self.cancellation.asked_at, self.cancellation.id


@dataclass(frozen=True, slots=True)
class CancellationOutcome:
    """What a notice of an answered cancellation needs, and no more; `away_id` where it was confirmed as one of a time away."""

    id: UUID
    citizen_id: UUID
    municipality_id: UUID
    service_id: UUID
    state: CancellationState
    starts_at: datetime
    until: datetime
    away_id: UUID | None = None


def why_not_cancel(
    status: VisitStatus,
    *,
    now: datetime,
    starts_at: datetime,
    deadline: datetime,
    may_be_cancelled: bool,
    cancel_from: date | None,
    today: date,
    late_is_allowed: bool,
    asked: CancellationState | None = None,
) -> Refusal | None:
    """Say why a visit can no longer be called off here; None means that it can (R39, R40).

    >>> from datetime import UTC
    >>> friday_four, monday_eight = datetime(2026, 3, 6, 15, tzinfo=UTC), datetime(2026, 3, 9, 7, tzinfo=UTC)
    >>> service = {"may_be_cancelled": True, "cancel_from": date(2026, 1, 1), "today": date(2026, 3, 6)}
    >>> times = {"starts_at": monday_eight, "deadline": friday_four}
    >>> why_not_cancel(VisitStatus.PLANNED, now=friday_four, late_is_allowed=False, **times, **service)
    >>> later = friday_four + timedelta(minutes=1)
    >>> why_not_cancel(VisitStatus.PLANNED, now=later, late_is_allowed=False, **times, **service)
    <Refusal.TOO_LATE: 'too-late'>
    >>> why_not_cancel(VisitStatus.PLANNED, now=later, late_is_allowed=True, **times, **service)
    """
    if status not in COMING:
        return Refusal.NOT_PLANNED
    if asked in OPEN or asked is CancellationState.ACCEPTED:
        return Refusal.ALREADY_ASKED
    if now >= starts_at:
        return Refusal.BEGUN
    if not may_be_cancelled:
        return Refusal.NOT_CANCELLABLE
    if cancel_from is None or cancel_from > today:
        return Refusal.NOT_OPENED
    if not late_is_allowed and is_late(now, deadline=deadline):
        return Refusal.TOO_LATE
    return None


def is_late(now: datetime, *, deadline: datetime) -> bool:
    """Tell whether it is so late that the unit may not manage to stop the visit (R39).

    >>> from datetime import UTC
    >>> is_late(datetime(2026, 3, 6, 15, 1, tzinfo=UTC), deadline=datetime(2026, 3, 6, 15, tzinfo=UTC))
    True
    """
    return now > deadline


def why_not_step(now_in: CancellationState, *, to: CancellationState) -> NotTaken | None:
    """Say why a cancellation cannot go from one state to another; the same state again is no step at all (R38).

    >>> why_not_step(CancellationState.SENT, to=CancellationState.ACCEPTED)
    >>> why_not_step(CancellationState.ACCEPTED, to=CancellationState.DECLINED)
    <NotTaken.NO_SUCH_STEP: 'no-such-step'>
    """
    return None if to is now_in or to in STEPS[now_in] else NotTaken.NO_SUCH_STEP


def why_not_withdraw(state: CancellationState) -> Refusal | None:
    """Say why a request can no longer be taken back; until the journal has answered it can, and a second time is once (R43).

    >>> why_not_withdraw(CancellationState.RECEIVED), why_not_withdraw(CancellationState.WITHDRAWN)
    (None, None)
    >>> why_not_withdraw(CancellationState.ACCEPTED)
    <Refusal.ANSWERED: 'answered'>
    """
    return None if state in OPEN or state is CancellationState.WITHDRAWN else Refusal.ANSWERED


def why_not_need(
    state: CancellationState, *, answered_too_late: str, ends_at: datetime, now: datetime
) -> Refusal | None:
    """Say why «I need the visit after all» cannot be said here: it is not called off, or its time has passed (R43).

    >>> from datetime import UTC
    >>> ten, eleven = datetime(2026, 3, 6, 10, tzinfo=UTC), datetime(2026, 3, 6, 11, tzinfo=UTC)
    >>> why_not_need(CancellationState.ACCEPTED, answered_too_late="", ends_at=eleven, now=ten)
    >>> why_not_need(CancellationState.DECLINED, answered_too_late="", ends_at=eleven, now=ten)
    <Refusal.NOT_CALLED_OFF: 'not-called-off'>
    >>> why_not_need(CancellationState.ACCEPTED, answered_too_late="", ends_at=ten, now=eleven)
    <Refusal.BEGUN: 'begun'>
    """
    if state is not CancellationState.ACCEPTED and not is_off_against_her_will(state, answered_too_late):
        return Refusal.NOT_CALLED_OFF
    return Refusal.BEGUN if now >= ends_at else None


def is_off_against_her_will(state: CancellationState, answered_too_late: str) -> bool:
    """Tell whether the journal called the visit off although she had taken her request back (R43).

    >>> is_off_against_her_will(CancellationState.WITHDRAWN, "accepted")
    True
    >>> is_off_against_her_will(CancellationState.WITHDRAWN, "declined")
    False
    """
    return state is CancellationState.WITHDRAWN and answered_too_late == CancellationState.ACCEPTED


def is_needed(asked: CancellationView) -> bool:
    """Tell whether a visit is called off although she has said that she needs it (R43)."""
    off = asked.state is CancellationState.ACCEPTED or is_off_against_her_will(asked.state, asked.answered_too_late)
    return asked.needed_at is not None and off


def too_late(answer: CancellationState, *, before: str) -> str:
    """Say what is kept of an answer to a request that was taken back: an acceptance outweighs a refusal (R43).

    >>> too_late(CancellationState.DECLINED, before=""), too_late(CancellationState.DECLINED, before="accepted")
    ('declined', 'accepted')
    """
    return before if before == CancellationState.ACCEPTED else answer.value


def silent_since(state: CancellationState, *, asked_at: datetime, now: datetime) -> datetime | None:
    """Say since when the journal has owed an answer, where it has owed one for half an hour (R44); else None.

    >>> from datetime import UTC
    >>> ten = datetime(2026, 3, 6, 10, tzinfo=UTC)
    >>> silent_since(CancellationState.RECEIVED, asked_at=ten, now=ten + timedelta(minutes=29))
    >>> silent_since(CancellationState.RECEIVED, asked_at=ten, now=ten + timedelta(minutes=30)).hour
    10
    >>> silent_since(CancellationState.DECLINED, asked_at=ten, now=ten + timedelta(days=1))
    """
    return asked_at if state in OPEN and now - asked_at >= SILENT_AFTER else None
