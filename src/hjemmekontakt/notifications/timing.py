"""When a person is told: by the quiet of her night, at once, once a day or all of a day together; pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from hjemmekontakt.ground.workdays import OSLO, day_of
from hjemmekontakt.notifications.rules import (
    PASSES_QUIET_HOURS,
    Channel,
    Decision,
    Kind,
    Mode,
    Planned,
    Way,
    Ways,
    What,
    Wish,
    Wishes,
)

REMIND_AFTER = timedelta(hours=24)  # R56
REMIND_OF_LETTER_AFTER = timedelta(days=7)  # R56
KEEP_CODES = timedelta(hours=24)
HELD_TOO_LONG = timedelta(hours=12)  # R53
URGENT = timedelta(hours=24)  # R36
MORNING = time(6)  # R36
DIGEST_HOURS = tuple(range(9, 21))
QUIET_FROM, QUIET_UNTIL = (21, 22, 23), (6, 7, 8, 9)
"""The hours that can be chosen by a person, and set by a municipality; none of the digest's lies in any night that can be."""
LEAST_OPEN = (
    2  # hours of a day in which notices go, whatever an installation sets: one alone may be missing when clocks change
)


AT_ONCE = Way()


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours of a night, in Norway, in which a person wants no notices (R53)."""

    starts: int
    ends: int

    def covers(self, local: datetime) -> bool:
        """Tell whether this moment, in Norway's time, lies in the night.

        >>> Quiet(21, 8).covers(datetime(2026, 3, 2, 7, 59)), Quiet(21, 8).covers(datetime(2026, 3, 2, 8))
        (True, False)
        """
        if self.starts <= self.ends:
            return self.starts <= local.hour < self.ends
        return local.hour >= self.starts or local.hour < self.ends


@dataclass(frozen=True, slots=True)
class Timed:
    """A plan with its hour: told from `due_at`, or gathered until then; `remind_at` is when it is seen whether it was read."""

    plan: Planned
    due_at: datetime
    remind_at: datetime | None = None


def quiet_of(text: str) -> Quiet | None:
    """Read the hours that hold where a person has chosen none: «21-8»; empty is none.

    >>> quiet_of("21-8"), quiet_of("")
    (Quiet(starts=21, ends=8), None)
    """
    if not text:
        return None
    starts, _, ends = text.partition("-")
    found = Quiet(int(starts), int(ends))
    if not (0 <= found.starts <= 23 and 0 <= found.ends <= 23):
        raise ValueError("quiet hours are two hours of the day, like 21-8")
    if 0 < (found.starts - found.ends) % 24 < LEAST_OPEN:
        raise ValueError("quiet hours must leave two hours of the day in which notices go")
    return found


def quiet_until(quiet: Quiet | None, now: datetime) -> datetime | None:
    """Say until when the night holds a notice back; None where it is not night (R53). The hours are those of the clock in Norway.

    >>> spring_forward = datetime(2026, 3, 28, 22, tzinfo=UTC)  # 23:00 in Oslo; the night is an hour shorter
    >>> quiet_until(Quiet(21, 8), spring_forward).isoformat()
    '2026-03-29T06:00:00+00:00'
    >>> quiet_until(Quiet(21, 8), datetime(2026, 3, 28, 12, tzinfo=UTC))
    """
    local = now.astimezone(OSLO)
    if quiet is None or not quiet.covers(local):
        return None
    morning = local.date() + timedelta(days=1 if local.hour >= quiet.ends else 0)
    return datetime.combine(morning, time(quiet.ends), tzinfo=OSLO).astimezone(UTC)


def held_until(what: What, at: datetime | None, *, quiet: Quiet | None, now: datetime) -> datetime | None:
    """Say until when a notice waits for the night to end; what is about a visit within a day waits no longer than six (R36).

    >>> evening = datetime(2026, 3, 2, 21, tzinfo=UTC)  # 22:00 in Oslo
    >>> tomorrow_at_seven, tonight = evening + timedelta(hours=9), evening + timedelta(hours=1)
    >>> held_until(What.CANCELLATION_DECLINED, tomorrow_at_seven, quiet=Quiet(21, 8), now=evening).isoformat()
    '2026-03-03T05:00:00+00:00'
    >>> held_until(What.CANCELLATION_DECLINED, tonight, quiet=Quiet(21, 8), now=evening)
    >>> held_until(What.VISIT_MOVED_SOON, tonight, quiet=Quiet(21, 8), now=evening).isoformat()
    '2026-03-03T05:00:00+00:00'
    """
    if what in PASSES_QUIET_HOURS:
        return hurries_until(quiet, now)
    ends = quiet_until(quiet, now)
    if ends is None or at is None or what not in ABOUT_A_COMING_VISIT or not now < at <= now + URGENT:
        return ends
    earliest = _six_or(ends)
    return earliest if now < earliest < at else None


def hurries_until(quiet: Quiet | None, now: datetime) -> datetime | None:
    """Say until when what hurries waits: it passes the quiet hours, but wakes nobody before six; None is now (R36).

    Who has no quiet hours has a night all the same: nobody is woken by a visit that is moved.

    >>> evening = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)  # half past nine in Oslo
    >>> [hurries_until(quiet, evening) for quiet in (Quiet(22, 7),)]
    [None]
    >>> hurries_until(Quiet(21, 8), evening).isoformat(), hurries_until(None, evening).isoformat()
    ('2026-03-03T05:00:00+00:00', '2026-03-03T05:00:00+00:00')
    """
    ends = quiet_until(quiet or NIGHT, now)
    if ends is None:
        return None
    earliest = _six_or(ends)
    return earliest if now < earliest else None


def _six_or(ends: datetime) -> datetime:
    """Six in the morning on which a night ends, or its end where that is earlier."""
    return min(datetime.combine(ends.astimezone(OSLO).date(), MORNING, tzinfo=OSLO).astimezone(UTC), ends)


NIGHT = Quiet(21, 6)
ABOUT_A_COMING_VISIT = frozenset({What.CANCELLATION_ACCEPTED, What.CANCELLATION_DECLINED})


def next_hour(hour: int, now: datetime) -> datetime:
    """Say when it is next this hour in Norway: today if it is still to come, else tomorrow (R48).

    >>> next_hour(18, datetime(2026, 3, 2, 9, tzinfo=UTC)).isoformat()
    '2026-03-02T17:00:00+00:00'
    """
    today = day_of(now)
    at = datetime.combine(today, time(hour), tzinfo=OSLO)
    return (at if at > now else datetime.combine(today + timedelta(days=1), time(hour), tzinfo=OSLO)).astimezone(UTC)


def is_held_too_long(what: What, happened_at: datetime | None, *, until: datetime) -> bool:
    """Tell whether a performed visit that night holds back is so old in the morning that it joins a digest (R53).

    >>> eight, yesterday_at_seven = datetime(2026, 3, 3, 7, tzinfo=UTC), datetime(2026, 3, 2, 18, tzinfo=UTC)
    >>> is_held_too_long(What.VISIT_PERFORMED, yesterday_at_seven, until=eight)
    True
    """
    return what is What.VISIT_PERFORMED and happened_at is not None and until - happened_at > HELD_TOO_LONG


def in_time(plan: Planned, way: Way, *, now: datetime, grace: timedelta) -> Timed:
    """Give a plan its hour: a message waits a little for who reads it anyway, a performed visit as she has chosen (R48).

    Which visit is the first of a day is known from what was told before: `only_the_first`.
    """
    if plan.decision is not Decision.DUE:
        return Timed(plan, now)
    what = plan.happening.what
    if what is What.MESSAGE:
        return Timed(plan, now + grace, remind_at=now + grace + REMIND_AFTER)
    if what is What.LETTER:
        return Timed(plan, now, remind_at=now + REMIND_OF_LETTER_AFTER)
    if what is What.VISIT_PERFORMED and way.mode is Mode.DEVIATIONS:
        return Timed(replace(plan, channel=Channel.NONE, decision=Decision.ONLY_DEVIATIONS), now)
    if what is What.VISIT_PERFORMED and way.mode is Mode.DIGEST:
        return Timed(replace(plan, decision=Decision.GATHERED), next_hour(way.hour, now))
    return Timed(plan, now)


def with_what_is_late(wishes: Wishes, ways: Ways) -> Wishes:
    """Let who asked only for what goes wrong be told of visits without a word too, by the same channel (R48, M2).

    >>> jonas, astrid = UUID(int=2), UUID(int=1)
    >>> wishes = {Wish(jonas, astrid, Kind.VISIT_PERFORMED): Channel.SMS}
    >>> Wish(jonas, astrid, Kind.VISIT_SILENT) in with_what_is_late(wishes, {(jonas, astrid): Way(Mode.DEVIATIONS)})
    True
    """
    late = {
        Wish(*pair, Kind.VISIT_SILENT): channel
        for pair, way in ways.items()
        if way.mode is Mode.DEVIATIONS
        and (channel := wishes.get(Wish(*pair, Kind.VISIT_PERFORMED), Channel.NONE)) is not Channel.NONE
    }
    return {**wishes, **late}


FirstOfDay = tuple[UUID, UUID, date]
"""Receiver, whom it is about, and the day."""


def only_the_first(timed: Iterable[Timed], ways: Ways, told: Collection[FirstOfDay]) -> list[Timed]:
    """Let who wants only the first visit of a day be told of no other; `told` are the days on which that has been (R48)."""
    told, decided = set(told), []
    for each in sorted(timed, key=_when):
        day = first_of_day(each, ways)
        if day in told:
            plan = replace(each.plan, channel=Channel.NONE, decision=Decision.NOT_FIRST)
            each = replace(each, plan=plan)
        elif day:
            told.add(day)
        decided.append(each)
    return decided


def first_of_day(timed: Timed, ways: Ways) -> FirstOfDay | None:
    """The day of which this may be the first visit told; None where that makes no difference."""
    plan = timed.plan
    pair = (plan.receiver_id, plan.happening.about_id)
    counts = plan.happening.what is What.VISIT_PERFORMED and plan.decision is Decision.DUE
    if not counts or plan.happening.happened_at is None or ways.get(pair, AT_ONCE).mode is not Mode.FIRST:
        return None
    return (*pair, day_of(plan.happening.happened_at))


def _when(timed: Timed) -> tuple[datetime, str]:
    happening = timed.plan.happening
    return happening.happened_at or timed.due_at, happening.key
