"""On which days a plan's visits come, and at which hours: by the clock on the wall in Norway, summer and winter (R31, R104)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from dateutil import rrule

from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.visits.rules import Frequency, Recurrence
from hjemmekontakt.visits.rules.plans import WEEKDAYS

_FREQUENCIES = {Frequency.DAILY: rrule.DAILY, Frequency.WEEKLY: rrule.WEEKLY, Frequency.MONTHLY: rrule.MONTHLY}
_WEEKDAYS = dict(zip(WEEKDAYS, (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU), strict=True))
_MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One visit of a plan: the day it is of, and its hours in UTC."""

    day: date
    starts_at: datetime
    ends_at: datetime


def occurrences(
    starts_at: datetime,
    ends_at: datetime,
    recurrence: Recurrence,
    *,
    except_days: Collection[date] = (),
    since: date,
    until: date,
) -> Iterator[Occurrence]:
    """The visits of a plan on the days from `since` to `until`, both included, in their order.

    >>> from datetime import timedelta
    >>> first = datetime(2026, 3, 27, 8, tzinfo=OSLO)
    >>> daily = Recurrence(frequency=Frequency.DAILY)
    >>> days = {"since": date(2026, 3, 28), "until": date(2026, 3, 29)}
    >>> [f"{each.starts_at:%d. %H}" for each in occurrences(first, first + timedelta(hours=2), daily, **days)]
    ['28. 07', '29. 06']
    """
    first, last = starts_at.astimezone(OSLO), ends_at.astimezone(OSLO)
    for day in _days(first.date(), recurrence, since=since, until=until):
        if day not in except_days:
            yield _on(day, first, last)


def _days(first: date, recurrence: Recurrence, *, since: date, until: date) -> Iterator[date]:
    rule = rrule.rrule(
        _FREQUENCIES[recurrence.frequency],
        dtstart=datetime.combine(first, _MIDNIGHT),
        interval=recurrence.interval,
        wkst=rrule.MO,
        byweekday=[_WEEKDAYS[day](nth) if nth else _WEEKDAYS[day] for nth, day in recurrence.days] or None,
        bymonthday=recurrence.day_of_month,
        until=datetime.combine(recurrence.until, _MIDNIGHT) if recurrence.until else None,
        count=recurrence.count,
    )
    begin, end = datetime.combine(since, _MIDNIGHT), datetime.combine(until, _MIDNIGHT)
    return (each.date() for each in rule.between(begin, end, inc=True))


def _on(day: date, first: datetime, last: datetime) -> Occurrence:
    """One day's hours; an hour that the change night skips is the one an hour later, one that comes twice is the first."""
    ends_on = day + (last.date() - first.date())
    starts_at = datetime.combine(day, first.time(), tzinfo=OSLO).astimezone(UTC)
    ends_at = datetime.combine(ends_on, last.time(), tzinfo=OSLO).astimezone(UTC)
    return Occurrence(day, starts_at, ends_at if ends_at > starts_at else starts_at + (last - first))
