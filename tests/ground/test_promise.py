"""The promise of an answer, every day of 2024–2040 against a second source, and the working time that the clock counts."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from workalendar.europe import Norway

from hjemmekontakt.ground.workdays import OSLO, Calendar, day_of
from tests.ground.test_workdays import AMOUNTS, CALENDARS, MOMENTS, oslo

YEARS = range(2024, 2041)
SECOND = Norway()
EASTER_AND_CHRISTMAS = {(12, 24): time(12), (12, 31): time(12)}
HOURS_OF_SENDING = (time(0), time(2, 30), time(7, 59), time(15, 59), time(16, 1), time(23, 59))
LONGEST = timedelta(days=7)  # from before Maundy Thursday to after Easter, and a closing day of one's own


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def next_by_the_second_source(day: date, *, saturdays: bool, closed: frozenset[date] = frozenset()) -> date:
    while True:
        day += timedelta(days=1)
        works = day.weekday() < (6 if saturdays else 5) and not SECOND.is_holiday(day)
        if works and day not in closed:
            return day


@pytest.mark.parametrize("saturdays", [False, True])
@pytest.mark.parametrize("year", YEARS)
def test_the_promise_of_every_day_is_that_of_the_second_source(year, saturdays):
    halves = {date(year, month, day): until for (month, day), until in EASTER_AND_CHRISTMAS.items()}
    closed = frozenset({date(year, 6, 3), date(year, 10, 7)})
    unit = Calendar(closing_days=closed, half_days=halves, reads_on_saturday=saturdays)
    for day in days_of(year):
        promised = next_by_the_second_source(day, saturdays=saturdays, closed=closed)
        hour = halves.get(promised, time(16))
        for sent in HOURS_OF_SENDING:
            answer = unit.answer_by(datetime.combine(day, sent, tzinfo=OSLO))
            assert (answer.date(), answer.time()) == (promised, hour), (day, sent)
            assert answer - datetime.combine(day, sent, tzinfo=OSLO) < LONGEST


@pytest.mark.parametrize("year", YEARS)
def test_over_easter_one_who_writes_on_wednesday_is_answered_on_tuesday(year):
    easter = SECOND.get_easter_sunday(year)

    answer = Calendar().answer_by(datetime.combine(easter - timedelta(days=4), time(12), tzinfo=OSLO))

    assert answer.date() == next_by_the_second_source(easter, saturdays=False)
    assert answer.date() == easter + timedelta(days=2)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("month", [3, 10])
def test_in_the_week_when_the_clocks_change_every_promise_is_at_four_in_oslo(year, month):
    night = max(day for day in days_of(year) if day.month == month and day.weekday() == 6)
    monday = next_by_the_second_source(night, saturdays=False)
    midnight = datetime.combine(night, time(0), tzinfo=OSLO).astimezone(UTC)
    for minutes in range(0, 25 * 60, 15):
        sent = midnight + timedelta(minutes=minutes)
        if day_of(sent) == night:
            assert Calendar().answer_by(sent) == datetime.combine(monday, time(16), tzinfo=OSLO)
    friday = datetime.combine(night - timedelta(days=2), time(15), tzinfo=OSLO)
    if Calendar().is_workday(friday.date()):
        assert Calendar().working_time(friday, datetime.combine(monday, time(9), tzinfo=OSLO)) == timedelta(hours=2)


def test_a_half_day_ends_the_promise_and_the_work():
    before_christmas = Calendar(half_days={date(2026, 12, 23): time(12)})

    assert before_christmas.answer_by(oslo(2026, 12, 22, 14)) == oslo(2026, 12, 23, 12)
    assert before_christmas.working_time(oslo(2026, 12, 22, 14), oslo(2026, 12, 23, 16)) == timedelta(hours=6)
    assert not before_christmas.is_open(oslo(2026, 12, 23, 12))


def test_a_half_day_that_ends_before_anybody_reads_is_no_working_day():
    assert not Calendar(half_days={date(2026, 12, 23): time(8)}).is_workday(date(2026, 12, 23))


def test_a_half_day_on_a_red_day_opens_nothing():
    assert not Calendar(half_days={date(2026, 12, 25): time(12)}).is_workday(date(2026, 12, 25))


@given(CALENDARS, MOMENTS, AMOUNTS)
def test_working_time_and_the_moment_after_it_are_each_others_inverse(calendar, start, amount):
    moment = calendar.after_working_time(start, amount)

    assert moment >= start
    assert calendar.working_time(start, moment) == amount
    if amount:
        assert calendar.is_workday(day_of(moment))
        assert calendar.after_working_time(start, calendar.working_time(start, moment)) == moment


@given(CALENDARS, MOMENTS, AMOUNTS, AMOUNTS)
def test_working_time_adds_up_and_never_runs_backwards(calendar, start, first, second):
    middle = calendar.after_working_time(start, first)
    end = calendar.after_working_time(middle, second)

    assert calendar.working_time(start, end) == first + second
    assert calendar.working_time(end, start) == timedelta(0)


@given(CALENDARS, MOMENTS, MOMENTS)
def test_one_who_writes_later_is_never_answered_before_one_who_wrote_earlier(calendar, one, another):
    earlier, later = sorted((one, another))

    assert calendar.answer_by(earlier) <= calendar.answer_by(later)


@given(CALENDARS, MOMENTS)
def test_the_whole_of_the_working_time_ends_at_the_promised_hour(calendar, sent):
    promised = calendar.answer_by(sent)
    whole = calendar.working_time(sent, promised)

    assert whole > timedelta(0)
    assert calendar.after_working_time(sent, whole) == promised
    assert (promised - sent) < timedelta(days=14)
