"""Whether a unit answers the phone now, and when it opens next."""

from dataclasses import dataclass
from datetime import date, datetime, time

from hjemmekontakt.ground.workdays import OSLO, Calendar, day_of


@dataclass(frozen=True, slots=True)
class OpenUntil:
    """The unit is open, and closes at this moment."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class ClosedUntil:
    """The unit is closed, and opens at this moment."""

    moment: datetime


def hours_now(opens_at: time, closes_at: time, *, calendar: Calendar, now: datetime) -> OpenUntil | ClosedUntil:
    """Say whether a unit is open now, and until when; on red days and closing days it is closed (R22).

    >>> hours = dict(opens_at=time(8), closes_at=time(15, 30), calendar=Calendar())
    >>> hours_now(now=datetime(2026, 3, 2, 10, tzinfo=OSLO), **hours).moment.strftime("%A %H:%M")
    'Monday 15:30'
    >>> hours_now(now=datetime(2026, 3, 6, 16, tzinfo=OSLO), **hours).moment.strftime("%A %H:%M")
    'Monday 08:00'
    """
    today = day_of(now)
    if calendar.is_workday(today):
        opens, closes = _at(opens_at, today), _at(closes_at, today)
        if now < opens:
            return ClosedUntil(opens)
        if now < closes:
            return OpenUntil(closes)
    return ClosedUntil(_at(opens_at, calendar.next_workday(today)))


def _at(hour: time, day: date) -> datetime:
    return datetime.combine(day, hour, tzinfo=OSLO)
