"""The rules of the silence alarm hold whatever the hour: never at night, never before its time, never of one who is away."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.visits.rules import (
    GRACE,
    LEADER_FIRST,
    OLDEST_RUNG,
    TO_BE_REPORTED,
    Measure,
    NotSwitched,
    NotYetKin,
    Unreported,
    VisitStatus,
    is_night,
    when_kin_are_told,
    why_not_ring,
    why_not_switch_on,
    why_not_tell_kin,
)

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))
WAITS = st.timedeltas(timedelta(0), timedelta(days=2))


@given(MOMENTS, WAITS)
def test_kin_are_told_neither_at_night_nor_before_the_leader_has_had_half_an_hour(raised_at, wait) -> None:
    now = raised_at + wait
    why_not = why_not_tell_kin(raised_at=raised_at, handled_at=None, told_at=None, now=now)
    if why_not is None:
        assert wait >= LEADER_FIRST
        assert time(7) <= now.astimezone(OSLO).time() < time(22)


@given(MOMENTS)
def test_the_moment_that_is_promised_is_the_first_at_which_they_are_told(raised_at) -> None:
    turn = when_kin_are_told(raised_at)
    facts = {"raised_at": raised_at, "handled_at": None, "told_at": None}
    assert why_not_tell_kin(now=turn, **facts) is None
    assert why_not_tell_kin(now=turn - timedelta(minutes=1), **facts) in (NotYetKin.LEADERS_TURN, NotYetKin.NIGHT)
    assert raised_at + LEADER_FIRST <= turn <= raised_at + timedelta(hours=11)


@given(MOMENTS, WAITS, MOMENTS)
def test_what_is_settled_or_told_is_never_told(raised_at, wait, some_moment) -> None:
    now = raised_at + wait
    settled = why_not_tell_kin(raised_at=raised_at, handled_at=some_moment, told_at=None, now=now)
    told = why_not_tell_kin(raised_at=raised_at, handled_at=None, told_at=some_moment, now=now)
    assert (settled, told) == (NotYetKin.SETTLED, NotYetKin.TOLD)


def test_the_nights_when_the_clock_changes_end_at_seven_by_the_wall() -> None:
    spring = when_kin_are_told(datetime(2026, 3, 28, 22, 30, tzinfo=OSLO))
    autumn = when_kin_are_told(datetime(2026, 10, 24, 22, 30, tzinfo=OSLO))
    assert spring.astimezone(UTC) == datetime(2026, 3, 29, 5, tzinfo=UTC)
    assert autumn.astimezone(UTC) == datetime(2026, 10, 25, 6, tzinfo=UTC)
    for end in (spring, autumn):
        assert not is_night(end)
        assert is_night(end - timedelta(seconds=1))


def test_an_evening_that_turns_into_night_while_the_worker_was_slow_waits() -> None:
    raised = datetime(2026, 3, 2, 21, 29, tzinfo=OSLO)
    slow = datetime(2026, 3, 2, 22, 1, tzinfo=OSLO)
    assert why_not_tell_kin(raised_at=raised, handled_at=None, told_at=None, now=slow) is NotYetKin.NIGHT


VISITS = st.builds(
    Unreported,
    id=st.just(UUID(int=1)),
    citizen_id=st.just(UUID(int=2)),
    unit_id=st.just(UUID(int=3)),
    status=st.sampled_from(VisitStatus),
    starts_at=MOMENTS,
    ends_at=MOMENTS,
    silence_from=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    called_off=st.booleans(),
    away=st.booleans(),
    protected=st.booleans(),
)


@given(VISITS, st.timedeltas(timedelta(hours=-30), timedelta(hours=30)))
def test_what_rings_was_to_come_has_ended_and_nothing_explains_it(visit, since_its_end) -> None:
    now = visit.ends_at + since_its_end
    if why_not_ring(visit, now=now) is None:
        assert visit.status in TO_BE_REPORTED
        assert [visit.away, visit.called_off, visit.protected] == [False, False, False]
        assert GRACE <= now - visit.ends_at <= OLDEST_RUNG
        assert visit.silence_from <= visit.starts_at.astimezone(OSLO).date()


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_ninety_five_in_a_hundred_and_not_one_less(visits, in_time) -> None:
    measure = Measure(visits, min(in_time, visits))
    why_not = why_not_switch_on(measure, is_opened=True, discussed=True)
    enough = visits > 0 and measure.in_time / visits >= 0.95
    assert (why_not is None) == enough
    if why_not is None:
        assert measure.percent >= 95
        assert why_not_switch_on(measure, is_opened=True, discussed=False) is NotSwitched.NOT_DISCUSSED
        assert why_not_switch_on(measure, is_opened=False, discussed=True) is NotSwitched.NOT_OPENED
