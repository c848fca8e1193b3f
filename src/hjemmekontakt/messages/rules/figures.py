"""The figures of a unit: how soon it answers and how much comes, so that nobody is counted out of them (R82, R92)."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil, floor

from hjemmekontakt.ground.workdays import OSLO, Calendar
from hjemmekontakt.messages.rules.writing import CATEGORIES

FEWEST = 5


class Period(StrEnum):
    """How far back the figures go."""

    FOUR_WEEKS = "4-uker"
    TWELVE_WEEKS = "12-uker"
    TWELVE_MONTHS = "12-maneder"


DAYS: dict[Period, int] = {Period.FOUR_WEEKS: 28, Period.TWELVE_WEEKS: 84, Period.TWELVE_MONTHS: 365}


class Outcome(StrEnum):
    """What became of a message: answered as promised or later, needed no answer, or waits."""

    AS_PROMISED = "as-promised"
    LATE = "late"
    NO_REPLY = "no-reply"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Came:
    """One message that came from a citizen, with nothing of whom or what: when, by when, and what became of it."""

    sent_at: datetime
    answer_by: datetime | None
    answered_at: datetime | None
    waived_at: datetime | None
    category: str
    by_phone: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a table; None where it may not be shown."""

    key: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """Some numbers that add up; `others_hidden` where larger numbers are hidden too, so that none can be worked out."""

    cells: tuple[Cell, ...]
    others_hidden: str = ""

    @property
    def highest(self) -> int:
        """The highest number shown."""
        return max((cell.count or 0 for cell in self.cells), default=0)


@dataclass(frozen=True, slots=True)
class Share:
    """A share in whole per cent, exactly, or only that it is at least or at most so much."""

    kind: str
    percent: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the page and the file show of a unit in a period."""

    period: Period
    since: date
    until: date
    came: int | None
    within: Share | None
    median: timedelta | None
    ninetieth: timedelta | None
    outcomes: Table
    ways: Table
    categories: Table
    hours: Table
    weekdays: Table


def first_day(period: Period, *, today: date) -> date:
    """Say on which day a period begins; it ends yesterday, so that a day is counted when it is over.

    >>> first_day(Period.FOUR_WEEKS, today=date(2026, 3, 30))
    datetime.date(2026, 3, 2)
    """
    return today - timedelta(days=DAYS[period])


def hidden(counts: dict[str, int]) -> Table:
    """Hide every number from one to four, and as many of the others as it takes that none can be worked out (R92).

    A nought is nobody, and is shown, unless nothing else is left to hide behind.

    >>> [cell.count for cell in hidden({"a": 20, "b": 3, "c": 9}).cells]
    [20, None, None]
    >>> [cell.count for cell in hidden({"a": 20, "b": 4, "c": 4, "d": 3}).cells]
    [20, None, None, None]
    >>> [cell.count for cell in hidden({"a": 20, "b": 0, "c": 9}).cells]
    [20, 0, 9]
    >>> [cell.count for cell in hidden({"a": 0, "b": 3}).cells]
    [None, None]
    """
    gone = {key for key, count in counts.items() if 0 < count < FEWEST}
    small = len(gone)
    rest = sorted((key for key in counts if counts[key] >= FEWEST), key=lambda key: counts[key])
    while gone and rest and _can_be_worked_out([counts[key] for key in gone], shown=[counts[key] for key in rest]):
        gone.add(rest.pop(0))
    if gone and _can_be_worked_out([counts[key] for key in gone], shown=[counts[key] for key in rest]):
        gone = set(counts)
    cells = tuple(Cell(key, None if key in gone else count) for key, count in counts.items())
    return Table(cells, "others" if len(gone) > small else "")


def _can_be_worked_out(hidden_counts: Sequence[int], *, shown: Sequence[int]) -> bool:
    """Whether the sum of what is hidden, which the total tells, gives any away to one who knows how we hide.

    She knows that a small number is one to four, and that a larger one is hidden only where it is the least of those.
    """
    whole, most = sum(hidden_counts), FEWEST - 1
    small = sum(1 for count in hidden_counts if count <= most)
    larger = len(hidden_counts) - small
    least = max(1, whole - most * (small - 1) - larger * min(shown, default=whole))
    greatest = min(most, whole - (small - 1) - larger * FEWEST)
    return whole < FEWEST or least >= greatest


def share(part: int, rest: int) -> Share | None:
    """Say how large a part is of the whole, no closer than lets anybody count to fewer than five (R92).

    >>> share(90, 10), share(98, 2), share(1, 40), share(3, 1)
    (Share(kind='exactly', percent=90), Share(kind='at-least', percent=96), Share(kind='at-most', percent=10), None)
    """
    whole = part + rest
    if whole < FEWEST or (part < FEWEST and rest < FEWEST):
        return None
    if rest < FEWEST:
        return Share("at-least", floor(100 * max(whole - FEWEST + 1, 0) / whole))
    if part < FEWEST:
        return Share("at-most", ceil(100 * (FEWEST - 1) / whole))
    return Share("exactly", floor(100 * part / whole))


def percentile(times: Sequence[timedelta], percent: int) -> timedelta | None:
    """The time within which so many of a hundred were answered (nearest rank); None where it would tell of single ones.

    >>> hours = [timedelta(hours=n) for n in range(1, 11)]
    >>> print(percentile(hours, 50), percentile(hours, 90), percentile(hours[:4], 50))
    5:00:00 9:00:00 None
    """
    if len(times) < FEWEST:
        return None
    return sorted(times)[ceil(len(times) * percent / 100) - 1]


class WorkingClock:
    """Working time between moments, for many moments of a period: the days are counted once, and then looked up."""

    def __init__(self, calendar: Calendar, since: date) -> None:
        self.days = calendar.hours_from(since)
        self.opens: list[datetime] = []
        self.closes: list[datetime] = []
        self.before: list[timedelta] = []

    def until(self, moment: datetime) -> timedelta:
        """The working time from the beginning to this moment.

        >>> clock = WorkingClock(Calendar(), date(2026, 3, 2))
        >>> print(clock.until(datetime(2026, 3, 3, 9, 30, tzinfo=OSLO)), clock.until(datetime(2026, 3, 2, 17, tzinfo=OSLO)))
        9:30:00 8:00:00
        """
        while not self.opens or self.opens[-1] <= moment:
            self._count_a_day()
        at = bisect_right(self.opens, moment) - 1
        return self.before[at] + (min(moment, self.closes[at]) - self.opens[at]) if at >= 0 else timedelta()

    def _count_a_day(self) -> None:
        opens, closes = next(self.days)
        passed = self.before[-1] + (self.closes[-1] - self.opens[-1]) if self.opens else timedelta()
        self.opens.append(opens)
        self.closes.append(closes)
        self.before.append(passed)


def figures(
    came: Iterable[Came], *, period: Period, today: date, categories: Sequence[str], calendar: Calendar
) -> Figures:
    """Work out the figures of a unit; working time is counted by its days and hours as they are known now (R82).

    >>> figures([], period=Period.FOUR_WEEKS, today=date(2026, 3, 30), categories=(), calendar=Calendar()).came
    0
    """
    since = first_day(period, today=today)
    clock, times, rows = WorkingClock(calendar, since), [], list(came)
    outcomes, ways, by_category, by_hour, by_day = (
        Counter[str](),
        Counter[str](),
        Counter[str](),
        Counter[str](),
        Counter[str](),
    )
    for each in rows:
        local = each.sent_at.astimezone(OSLO)
        became = outcome(each)
        outcomes[became] += 1
        by_category[each.category] += 1
        by_hour[f"{local.hour:02}"] += 1
        by_day[str(local.weekday())] += 1
        if each.answered_at is not None:
            ways[each.by_phone or "here"] += 1
            times.append(clock.until(each.answered_at) - clock.until(each.sent_at))
    known = [each for each in ("", *CATEGORIES) if each in by_category or each in categories]
    return Figures(
        period=period,
        since=since,
        until=today - timedelta(days=1),
        came=None if 0 < len(rows) < FEWEST else len(rows),
        within=share(outcomes[Outcome.AS_PROMISED], outcomes[Outcome.LATE]),
        median=percentile(times, 50),
        ninetieth=percentile(times, 90),
        outcomes=hidden({each: outcomes[each] for each in Outcome}),
        ways=hidden({way: ways[way] for way in ("here", "phone")}),
        categories=hidden({each: by_category[each] for each in known}),
        hours=hidden({f"{hour:02}": by_hour[f"{hour:02}"] for hour in range(24)}),
        weekdays=hidden({str(day): by_day[str(day)] for day in range(7)}),
    )


def outcome(came: Came) -> Outcome:
    """Say what became of a message; «Trenger ikke svar» is counted apart (R21).

    >>> ten, promised = datetime(2026, 3, 2, 10, tzinfo=OSLO), datetime(2026, 3, 3, 16, tzinfo=OSLO)
    >>> outcome(Came(ten, promised, promised, None, "", "")), outcome(Came(ten, promised, None, ten, "", ""))
    (<Outcome.AS_PROMISED: 'as-promised'>, <Outcome.NO_REPLY: 'no-reply'>)
    """
    if came.answered_at is not None:
        kept = came.answer_by is None or came.answered_at <= came.answer_by
        return Outcome.AS_PROMISED if kept else Outcome.LATE
    return Outcome.NO_REPLY if came.waived_at is not None else Outcome.WAITING
