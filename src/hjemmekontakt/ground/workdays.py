"""Working days and the two promises that rest on them: when an answer comes, and how late a visit may be called off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

OSLO = ZoneInfo("Europe/Oslo")
ONE_DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days on which somebody reads and answers: Monday to Friday, minus red days and closing days (R21, R22)."""

    closing_days: frozenset[date] = frozenset()
    reads_on_saturday: bool = False
    answer_hour: int = 16
    cancel_hour: int = 16

    def is_workday(self, day: date) -> bool:
        """Tell whether messages are read on this day (R21, R22).

        >>> Calendar().is_workday(date(2026, 3, 23))
        True
        >>> Calendar().is_workday(date(2026, 5, 17)), Calendar().is_workday(date(2026, 12, 24))
        (False, True)
        """
        if day.weekday() == SUNDAY or (day.weekday() == SATURDAY and not self.reads_on_saturday):
            return False
        return day not in red_days(day.year) and day not in self.closing_days

    def next_workday(self, day: date) -> date:
        """Find the first working day after this day (R21).

        >>> Calendar().next_workday(date(2026, 4, 1))
        datetime.date(2026, 4, 7)
        """
        return next(later for later in _days_from(day, step=ONE_DAY) if self.is_workday(later))

    def workday_before(self, day: date) -> date:
        """Find the last working day before this day (R39).

        >>> Calendar().workday_before(date(2026, 4, 7))
        datetime.date(2026, 4, 1)
        """
        return next(earlier for earlier in _days_from(day, step=-ONE_DAY) if self.is_workday(earlier))

    def answer_by(self, sent_at: datetime) -> datetime:
        """Say by when a message is answered: at four on the first working day after the day it was sent (R21).

        >>> print(Calendar().answer_by(datetime(2026, 3, 20, 8, 0, tzinfo=OSLO)))
        2026-03-23 16:00:00+01:00
        """
        return _at_hour(self.next_workday(day_of(sent_at)), self.answer_hour)

    def last_hour_before(self, visit_starts_at: datetime) -> datetime:
        """Say until when a visit may be called off: at four on the last working day before the day of the visit (R39).

        >>> print(Calendar().last_hour_before(datetime(2026, 3, 23, 8, 30, tzinfo=OSLO)))
        2026-03-20 16:00:00+01:00
        """
        return _at_hour(self.workday_before(day_of(visit_starts_at)), self.cancel_hour)


def day_of(moment: datetime) -> date:
    """Say which day it is in Norway at this moment; a moment without a time zone is refused.

    >>> from datetime import UTC
    >>> day_of(datetime(2026, 3, 22, 23, 30, tzinfo=UTC))
    datetime.date(2026, 3, 23)
    """
    if moment.utcoffset() is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(OSLO).date()


@lru_cache(maxsize=64)
def red_days(year: int) -> frozenset[date]:
    """List the public holidays of a year in Norway (R22).

    >>> date(2027, 3, 25) in red_days(2027)
    True
    """
    return frozenset(holidays.country_holidays("NO", language="no", years=year))


def _days_from(day: date, *, step: timedelta) -> Iterator[date]:
    while True:
        day += step
        yield day


def _at_hour(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=OSLO)
