"""Working days and the two promises that rest on them: when an answer comes, and how late a visit may be called off."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

OSLO = ZoneInfo("Europe/Oslo")
ONE_DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When somebody reads and answers: Monday to Friday at its hours, minus red days and closing days (R21, R22).

    A half day ends at an hour of its own. With `reads_on_saturday` Saturdays are days like the others, Sundays never.
    """

    closing_days: frozenset[date] = frozenset()
    half_days: Mapping[date, time] = field(default_factory=dict, hash=False)
    reads_on_saturday: bool = False
    reads_from: time = time(8)
    reads_until: time = time(16)
    cancel_hour: int = 16
    _known: dict[date, tuple[datetime, datetime] | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def is_workday(self, day: date) -> bool:
        """Tell whether messages are read on this day (R21, R22).

        >>> Calendar().is_workday(date(2026, 3, 23))
        True
        >>> Calendar().is_workday(date(2026, 5, 17)), Calendar().is_workday(date(2026, 12, 24))
        (False, True)
        """
        if day.weekday() == SUNDAY or (day.weekday() == SATURDAY and not self.reads_on_saturday):
            return False
        return day not in red_days(day.year) and day not in self.closing_days and self._closes(day) > self.reads_from

    def next_workday(self, day: date) -> date:
        """Find the first working day after this day (R21).

        >>> Calendar().next_workday(date(2026, 4, 1))
        datetime.date(2026, 4, 7)
        """
        return next(later for later in _days_from(day, step=ONE_DAY) if self._hours(later))

    def workday_before(self, day: date) -> date:
        """Find the last working day before this day (R39).

        >>> Calendar().workday_before(date(2026, 4, 7))
        datetime.date(2026, 4, 1)
        """
        return next(earlier for earlier in _days_from(day, step=-ONE_DAY) if self.is_workday(earlier))

    def answer_by(self, sent_at: datetime) -> datetime:
        """Say by when a message is answered: when the first working day after the day it was sent ends (R21).

        >>> print(Calendar().answer_by(datetime(2026, 3, 20, 8, 0, tzinfo=OSLO)))
        2026-03-23 16:00:00+01:00
        >>> short = Calendar(half_days={date(2026, 4, 1): time(12)})
        >>> print(short.answer_by(datetime(2026, 3, 31, 8, 0, tzinfo=OSLO)))
        2026-04-01 12:00:00+02:00
        """
        answered_on = self.next_workday(day_of(sent_at))
        return datetime.combine(answered_on, self._closes(answered_on), tzinfo=OSLO)

    def is_open(self, moment: datetime) -> bool:
        """Tell whether somebody reads messages at this moment (R23).

        >>> friday_four = datetime(2026, 3, 20, 16, 0, tzinfo=OSLO)
        >>> Calendar().is_open(friday_four - timedelta(minutes=1)), Calendar().is_open(friday_four)
        (True, False)
        """
        hours = self._hours(day_of(moment))
        return hours is not None and hours[0] <= moment < hours[1]

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """Count the time in which somebody reads, from one moment to a later one; none where it is not later (R82).

        >>> friday, monday = datetime(2026, 3, 20, 15, 0, tzinfo=OSLO), datetime(2026, 3, 23, 9, 30, tzinfo=OSLO)
        >>> print(Calendar().working_time(friday, monday))
        2:30:00
        """
        start, end, total = start.astimezone(UTC), end.astimezone(UTC), timedelta()
        for opens, closes in self.hours_from(day_of(start)):
            if opens >= end:
                return total
            total += max(min(closes, end) - max(opens, start), timedelta())
        raise AssertionError("days do not end")

    def after_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """Find the moment at which so much working time has passed; for none it is the start itself (R81, R82).

        >>> print(Calendar().after_working_time(datetime(2026, 3, 20, 15, 0, tzinfo=OSLO), timedelta(hours=4)))
        2026-03-23 11:00:00+01:00
        """
        if amount <= timedelta():
            return start
        start = start.astimezone(UTC)
        for opens, closes in self.hours_from(day_of(start)):
            begins = max(opens, start)
            if begins + amount <= closes:
                return (begins + amount).astimezone(OSLO)
            amount -= max(closes - begins, timedelta())
        raise AssertionError("days do not end")

    def last_hour_before(self, visit_starts_at: datetime) -> datetime:
        """Say until when a visit may be called off: at four on the last working day before the day of the visit (R39).

        >>> print(Calendar().last_hour_before(datetime(2026, 3, 23, 8, 30, tzinfo=OSLO)))
        2026-03-20 16:00:00+01:00
        """
        return _last_hour_before(self, day_of(visit_starts_at))

    def _closes(self, day: date) -> time:
        return min(self.half_days.get(day, self.reads_until), self.reads_until)

    def _hours(self, day: date) -> tuple[datetime, datetime] | None:
        if day not in self._known:
            hours = _in_utc(day, self.reads_from, self._closes(day)) if self.is_workday(day) else None
            self._known[day] = hours
        return self._known[day]

    def hours_from(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The hours of each working day from this day on, in UTC, where the time between two moments is what passes."""
        while True:
            if hours := self._hours(day):
                yield hours
            day += ONE_DAY


def day_of(moment: datetime) -> date:
    """Say which day it is in Norway at this moment; a moment without a time zone is refused.

    >>> day_of(datetime(2026, 3, 22, 23, 30, tzinfo=UTC))
    datetime.date(2026, 3, 23)
    """
    return _day_of(moment)


@lru_cache(maxsize=4096)
def _day_of(moment: datetime) -> date:
    if moment.utcoffset() is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(OSLO).date()


def start_of(day: date) -> datetime:
    """Say when a day begins in Norway, also where the clock changes in its night.

    >>> start_of(date(2026, 3, 30)) - start_of(date(2026, 3, 29))
    datetime.timedelta(days=1)
    >>> start_of(date(2026, 3, 30)).astimezone(UTC) - start_of(date(2026, 3, 29)).astimezone(UTC)
    datetime.timedelta(seconds=82800)
    """
    return datetime.combine(day, time(0), tzinfo=OSLO)


@lru_cache(maxsize=64)
def red_days(year: int) -> frozenset[date]:
    """List the public holidays of a year in Norway (R22).

    >>> date(2027, 3, 25) in red_days(2027)
    True
    """
    return frozenset(holidays.country_holidays("NO", language="no", years=year))


@lru_cache(maxsize=1024)
def _last_hour_before(calendar: Calendar, day: date) -> datetime:
    """The same for all visits of a day: a citizen's plan asks for it visit by visit."""
    return datetime.combine(calendar.workday_before(day), time(calendar.cancel_hour), tzinfo=OSLO)


@lru_cache(maxsize=1024)
def _in_utc(day: date, opens: time, closes: time) -> tuple[datetime, datetime]:
    return tuple(datetime.combine(day, hour, tzinfo=OSLO).astimezone(UTC) for hour in (opens, closes))


def _days_from(day: date, *, step: timedelta) -> Iterator[date]:
    while True:
        day += step
        yield day
