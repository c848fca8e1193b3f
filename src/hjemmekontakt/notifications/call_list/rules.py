"""When a change of a visit must be told by phone, and how long it can be undone that somebody rang (R36)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.notifications.rules import PASSES_QUIET_HOURS, What
from hjemmekontakt.notifications.timing import Quiet, hurries_until

WAITS_FOR_RECEIPT = timedelta(minutes=15)
UNDO_WITHIN = timedelta(minutes=10)
SHOWN_AFTER = timedelta(hours=24)  # what was to be told of a visit is of no use a day after it


class WhyCall(StrEnum):
    """Why somebody must be rung."""

    CRITICAL = "critical"
    NO_NUMBER = "no-number"
    NOT_TOLD = "not-told"
    NO_RECEIPT = "no-receipt"


class NotUndone(StrEnum):
    """Why it is not undone that somebody rang; each has its sentence in `words.py`."""

    NOT_CALLED = "not-called"
    ANOTHERS = "anothers"
    TOO_LATE = "too-late"


@dataclass(frozen=True, slots=True)
class CallView:
    """One call on the list: whom to ring, about which visit of which service, and why."""

    visit_id: UUID
    citizen_id: UUID
    service_id: UUID
    what: What
    known_start: datetime
    new_start: datetime
    why: WhyCall
    raised_at: datetime
    called_at: datetime | None = None
    called_by_id: UUID | None = None
    called_by_name: str = ""


def when_to_raise(now: datetime, *, known_start: datetime, critical: bool, quiet: Quiet | None = None) -> datetime:
    """Say when a change goes on the list, if no receipt has come: at once if critical, or if an SMS would come too late.

    `quiet` are the quiet hours of her whom it is about: what hurries waits in them until six.

    >>> from datetime import UTC
    >>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> when_to_raise(nine, known_start=nine + timedelta(hours=5), critical=False) - nine
    datetime.timedelta(seconds=900)
    >>> when_to_raise(nine, known_start=nine + timedelta(hours=5), critical=True) == nine
    True
    """
    sent_from = hurries_until(quiet, now) or now
    if critical or now < known_start <= sent_from:
        return now
    return sent_from + WAITS_FOR_RECEIPT


def must_be_watched(what: What) -> bool:
    """Tell whether a change is one that the unit must know has come through.

    >>> must_be_watched(What.VISIT_MOVED_SOON), must_be_watched(What.VISIT_MOVED)
    (True, False)
    """
    return what in PASSES_QUIET_HOURS


def why_not_undo(
    *, called_by_id: UUID | None, called_at: datetime | None, actor_id: UUID | None, now: datetime
) -> NotUndone | None:
    """Say why it is not undone that somebody rang: nobody did, it was another, or more than ten minutes ago.

    >>> from datetime import UTC
    >>> nine, mona = datetime(2026, 3, 2, 9, tzinfo=UTC), UUID(int=1)
    >>> why_not_undo(called_by_id=mona, called_at=nine, actor_id=mona, now=nine + UNDO_WITHIN)
    >>> why_not_undo(called_by_id=mona, called_at=nine, actor_id=mona, now=nine + timedelta(minutes=11))
    <NotUndone.TOO_LATE: 'too-late'>
    """
    if called_at is None:
        return NotUndone.NOT_CALLED
    if called_by_id != actor_id:
        return NotUndone.ANOTHERS
    return NotUndone.TOO_LATE if now - called_at > UNDO_WITHIN else None
