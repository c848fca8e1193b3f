"""What an employee reports of a visit in the field, where no journal does: what, when, until when, and how it is undone (R86)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from hjemmekontakt.visits.rules.visits import COMING, VisitStatus

OSLO = ZoneInfo("Europe/Oslo")
BEFORE_THE_START = timedelta(hours=2)
UNDO_WITHIN = timedelta(minutes=10)
WORDS_LIMIT = 200
OVER_MIDNIGHT = timedelta(hours=4)  # an evening visit may become so late


class NotPerformed(StrEnum):
    """Why a visit came to nothing, as it was at the door; the first two are codes of the national list 7621 (R31)."""

    NO_CONTACT = "IM"
    NOT_HOME = "AIH"
    REFUSED = "refused"
    OTHER = "other"


class NotReported(StrEnum):
    """Why what an employee reports is not taken, or not undone; each has its sentence in `words.py`."""

    KEPT_IN_JOURNAL = "kept-in-journal"
    TOO_EARLY = "too-early"
    TOO_LATE = "too-late"
    REPORTED_ALREADY = "reported-already"
    CALLED_OFF = "called-off"
    NOT_COMING = "not-coming"
    IN_THE_FUTURE = "in-the-future"
    BEFORE_THE_VISIT = "before-the-visit"
    WORDS_MISSING = "words-missing"
    WORDS_TOO_LONG = "words-too-long"
    FORM_USED = "form-used"
    NOT_HERS_TO_UNDO = "not-hers-to-undo"
    UNDONE_TOO_LATE = "undone-too-late"
    CHANGED_MEANWHILE = "changed-meanwhile"


@dataclass(frozen=True, slots=True)
class AtTheDoor:
    """What an employee tells: performed (no reason) or why not, the clock's time where it is not now, and her own words."""

    reason: NotPerformed | None = None
    clock_time: time | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class ReportedAtWork:
    """What was reported of a visit here: how it went, when, by whom, and until when she may undo it."""

    visit_id: UUID
    reason: NotPerformed | None
    words: str
    at: datetime
    by_id: UUID
    by_name: str
    reported_at: datetime
    undo_until: datetime


def why_not_report(
    status: VisitStatus,
    *,
    visits_in: str,
    starts_at: datetime,
    ends_at: datetime,
    called_off: bool,
    now: datetime,
) -> NotReported | None:
    """Say why an employee cannot report a visit now: from two hours before it begins to the end of the next day (R86).

    >>> eight = datetime(2026, 3, 2, 8, tzinfo=OSLO)
    >>> told = dict(visits_in="portal", starts_at=eight, ends_at=eight + timedelta(minutes=20), called_off=False)
    >>> why_not_report(VisitStatus.PLANNED, now=eight, **told)
    >>> why_not_report(VisitStatus.PLANNED, now=eight - timedelta(hours=2, minutes=1), **told)
    <NotReported.TOO_EARLY: 'too-early'>
    >>> why_not_report(VisitStatus.PLANNED, now=datetime(2026, 3, 4, 0, 0, tzinfo=OSLO), **told)
    <NotReported.TOO_LATE: 'too-late'>
    """
    if visits_in != "portal":
        return NotReported.KEPT_IN_JOURNAL
    if status in (VisitStatus.PERFORMED, VisitStatus.NOT_PERFORMED):
        return NotReported.REPORTED_ALREADY
    if status is VisitStatus.CANCELLED or (status in COMING and called_off):
        return NotReported.CALLED_OFF
    if status not in COMING:
        return NotReported.NOT_COMING
    if now < starts_at - BEFORE_THE_START:
        return NotReported.TOO_EARLY
    last_day = ends_at.astimezone(OSLO).date() + timedelta(days=1)
    return NotReported.TOO_LATE if now.astimezone(OSLO).date() > last_day else None


def why_not_words_at_the_door(told: AtTheDoor) -> NotReported | None:
    """Say why an employee's words will not do: «Annet» says what, and no more than a line or two.

    >>> why_not_words_at_the_door(AtTheDoor(NotPerformed.OTHER))
    <NotReported.WORDS_MISSING: 'words-missing'>
    """
    if told.reason is NotPerformed.OTHER and not told.words.strip():
        return NotReported.WORDS_MISSING
    return NotReported.WORDS_TOO_LONG if len(told.words) > WORDS_LIMIT else None


def moment_at_the_door(
    clock_time: time | None, *, starts_at: datetime, ends_at: datetime, now: datetime
) -> datetime | NotReported:
    """Say when it was: now on the visit's own day, its planned end on the day after; or the clock's time that she gave.

    A visit over midnight is found on the day that fits. None of it lies ahead, nor long before the visit.

    >>> late = datetime(2026, 3, 2, 23, 30, tzinfo=OSLO)
    >>> visit = dict(starts_at=late, ends_at=late + timedelta(hours=1), now=late + timedelta(hours=2))
    >>> moment_at_the_door(time(0, 10), **visit).isoformat()
    '2026-03-03T00:10:00+01:00'
    >>> moment_at_the_door(time(3, 0), **visit)
    <NotReported.IN_THE_FUTURE: 'in-the-future'>
    """
    first, last = starts_at.astimezone(OSLO).date(), ends_at.astimezone(OSLO).date()
    if clock_time is None:
        return now if now.astimezone(OSLO).date() <= last else ends_at
    same_day = datetime.combine(first, clock_time, tzinfo=OSLO)
    day_after = datetime.combine(first + timedelta(days=1), clock_time, tzinfo=OSLO)
    if same_day < starts_at - BEFORE_THE_START:
        if day_after > ends_at + OVER_MIDNIGHT:
            return NotReported.BEFORE_THE_VISIT
        same_day = day_after
    return same_day if same_day <= now else NotReported.IN_THE_FUTURE


def why_not_undo(
    *, by_id: UUID, actor_id: UUID | None, reported_at: datetime, is_as_reported: bool, now: datetime
) -> NotReported | None:
    """Say why a report cannot be undone: another's, older than ten minutes, or the journal has told something since.

    >>> mona, ten = UUID(int=1), datetime(2026, 3, 2, 10, tzinfo=OSLO)
    >>> mine = dict(by_id=mona, actor_id=mona, reported_at=ten, is_as_reported=True)
    >>> why_not_undo(now=ten + UNDO_WITHIN, **mine)
    >>> why_not_undo(now=ten + UNDO_WITHIN + timedelta(seconds=1), **mine)
    <NotReported.UNDONE_TOO_LATE: 'undone-too-late'>
    """
    if by_id != actor_id:
        return NotReported.NOT_HERS_TO_UNDO
    if not is_as_reported:
        return NotReported.CHANGED_MEANWHILE
    return NotReported.UNDONE_TOO_LATE if now > reported_at + UNDO_WITHIN else None
