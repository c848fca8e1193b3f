"""What a calendar is told of a visit, who may have a calendar address, and how the address is known again."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.visits.rules.cancelling import CancellationState, Refusal
from hjemmekontakt.visits.rules.views import VisitView
from hjemmekontakt.visits.rules.visits import COMING, VisitStatus

MOST_ADDRESSES = 10
FETCHED_AGAIN = timedelta(hours=1)


class EntryStatus(StrEnum):
    """How sure an entry is, in the calendars' own words."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


CALLED_OFF = frozenset({VisitStatus.CANCELLED, VisitStatus.GONE})
UNSURE = frozenset({VisitStatus.EXPECTED, VisitStatus.ON_HOLD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A visit as a calendar gets it; `ends_at` is None where only the hour it begins is known."""

    uid: str
    starts_at: datetime
    ends_at: datetime | None
    status: EntryStatus
    is_gone: bool = False
    is_busy: bool
    sequence: int
    changed_at: datetime
    service_name: str = ""
    first_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarView:
    """A calendar address as its owner, or the citizen whose visits it shows, sees it; the address itself is not kept."""

    id: UUID
    owner_id: UUID
    owner_name: str
    on_behalf: bool
    tells_more: bool
    created_at: datetime
    fetched_at: datetime | None


@dataclass(frozen=True, slots=True)
class Calendars:
    """The calendar addresses that the reader may see, and why she cannot make another, if she cannot."""

    addresses: tuple[CalendarView, ...]
    why_not_make: Refusal | None


@dataclass(frozen=True, slots=True)
class MadeCalendar:
    """A calendar address just made: the only time that its secret is told."""

    view: CalendarView
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Whose calendar stands behind a secret address now: the owner in the standing that holds today."""

    actor: Actor
    feed_id: UUID


def digest_of(secret: str) -> bytes:
    """What is kept of a secret address: its SHA-256, from which it cannot be made again (R37).

    >>> len(digest_of("hemmelig")), digest_of("hemmelig") == digest_of("Hemmelig")
    (32, False)
    """
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def uid_of(visit_id: UUID) -> str:
    """The name by which a calendar knows a visit again: the same each time, and no id of ours.

    >>> uid_of(UUID(int=1)) == uid_of(UUID(int=1)), uid_of(UUID(int=1)) == uid_of(UUID(int=2)), len(uid_of(UUID(int=1)))
    (True, False, 46)
    """
    return f"{hashlib.sha256(b'calendar ' + visit_id.bytes).hexdigest()[:32]}@hjemmekontakt"


def why_not_make(*, active: bool, protected: bool, living: int) -> Refusal | None:
    """Say why no calendar address is made; None means that it can be (R11, R37).

    >>> why_not_make(active=True, protected=False, living=0)
    >>> why_not_make(active=True, protected=True, living=0)
    <Refusal.CALENDAR_PROTECTED: 'calendar-protected'>
    >>> why_not_make(active=True, protected=False, living=10)
    <Refusal.CALENDAR_TOO_MANY: 'calendar-too-many'>
    """
    if protected:
        return Refusal.CALENDAR_PROTECTED
    if not active:
        return Refusal.CALENDAR_NOT_IN_USE
    return Refusal.CALENDAR_TOO_MANY if living >= MOST_ADDRESSES else None


def entry_of(view: VisitView, *, on_behalf: bool, tells_more: bool) -> Entry:
    """Say a visit as a calendar entry: its time and how sure it is; service and first name only where that was chosen.

    In the calendar of one who acts for her nothing is busy: the visit is not his.
    """
    called_off = view.cancellation is not None and view.cancellation.state is CancellationState.ACCEPTED
    status = status_of(view.status, is_window=view.is_window, called_off=called_off)
    changes = [view.stored_at, *([view.cancellation.stored_at] if view.cancellation else [])]
    return Entry(
        uid=uid_of(view.id),
        starts_at=view.starts_at,
        ends_at=end_of(view.starts_at, view.ends_at, minutes=view.minutes),
        status=status,
        is_gone=view.status is VisitStatus.GONE,
        is_busy=status is EntryStatus.CONFIRMED and not on_behalf,
        sequence=sequence_of(view.version, status=status),
        changed_at=max(changes),
        service_name=view.service_name if tells_more else "",
        first_name=view.performer_name if tells_more else "",
    )


def status_of(status: VisitStatus, *, is_window: bool, called_off: bool) -> EntryStatus:
    """Say how sure a visit is: a planned window may still move, one not performed was never called off (R31).

    One that is no longer in the plan was not called off either, but a calendar has one word for both.

    >>> [status_of(VisitStatus.PLANNED, is_window=window, called_off=False).value for window in (True, False)]
    ['TENTATIVE', 'CONFIRMED']
    >>> status_of(VisitStatus.ASSIGNED, is_window=False, called_off=True).value
    'CANCELLED'
    >>> status_of(VisitStatus.NOT_PERFORMED, is_window=True, called_off=True).value
    'CONFIRMED'
    """
    if status in CALLED_OFF or (status in COMING and called_off):
        return EntryStatus.CANCELLED
    if status in UNSURE or (status is VisitStatus.PLANNED and is_window):
        return EntryStatus.TENTATIVE
    return EntryStatus.CONFIRMED


def end_of(starts_at: datetime, ends_at: datetime, *, minutes: int | None) -> datetime | None:
    """Say when a visit ends: as the journal tells, else after so many minutes; None where neither is known.

    >>> from datetime import UTC
    >>> eight, ten = datetime(2026, 3, 6, 8, tzinfo=UTC), datetime(2026, 3, 6, 10, tzinfo=UTC)
    >>> end_of(eight, ten, minutes=20).hour, end_of(eight, eight, minutes=20).minute, end_of(eight, eight, minutes=None)
    (10, 20, None)
    """
    if ends_at > starts_at:
        return ends_at
    return starts_at + timedelta(minutes=minutes) if minutes else None


def sequence_of(version: int, *, status: EntryStatus) -> int:
    """Count an entry's changes, so that a calendar takes the newest: each version, and being called off, is one.

    >>> [sequence_of(1, status=status) for status in (EntryStatus.TENTATIVE, EntryStatus.CANCELLED)]
    [0, 1]
    >>> sequence_of(2, status=EntryStatus.CONFIRMED)
    2
    """
    return 2 * (version - 1) + (status is EntryStatus.CANCELLED)


def is_fetched_anew(now: datetime, *, last: datetime | None) -> bool:
    """Tell whether it is worth writing down that a calendar has fetched: at most once an hour.

    >>> from datetime import UTC
    >>> eight = datetime(2026, 3, 6, 8, tzinfo=UTC)
    >>> is_fetched_anew(eight, last=None), is_fetched_anew(eight + timedelta(minutes=59), last=eight)
    (True, False)
    """
    return last is None or abs(now - last) >= FETCHED_AGAIN
