"""What a request to call off a visit is, how far it may come, and whether one may still be made."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.visits.rules.visits import COMING, NotTaken, VisitStatus

REASON_LIMIT = 500


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
    CancellationState.ACCEPTED: frozenset(),
    CancellationState.DECLINED: frozenset(),
    CancellationState.EXPIRED: frozenset(),
    CancellationState.WITHDRAWN: frozenset(),
}
"""From each state of a cancellation the states that may follow (R38)."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalCancellation:
    """A cancellation as the journal reads it, with its own identifier of the visit and the person's national id."""

    cancellation: CancellationView
    visit_identifier: tuple[str, str]
    unit_her_id: str
    national_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CancellationOutcome:
    """What a notice of an answered cancellation needs, and no more."""

    id: UUID
    citizen_id: UUID
    municipality_id: UUID
    service_id: UUID
    state: CancellationState
    starts_at: datetime
    until: datetime


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
    if is_late(now, deadline=deadline) and not late_is_allowed:
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
