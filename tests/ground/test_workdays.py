"""The promise of an answer and the last hour to call off a visit, against a second source and in odd weeks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workalendar.europe import Norway

from hjemmekontakt.ground.workdays import OSLO, Calendar, day_of, red_days

TUNVIK = Calendar()
DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 1))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2040, 12, 1), timezones=st.sampled_from([UTC, OSLO]))
CALENDARS = st.builds(
    Calendar,
    closing_days=st.frozensets(DAYS, max_size=5),
    half_days=st.dictionaries(DAYS, st.sampled_from([time(7), time(12), time(11, 45)]), max_size=5),
    reads_on_saturday=st.booleans(),
    reads_from=st.sampled_from([time(0), time(7, 30), time(8)]),
    reads_until=st.sampled_from([time(12), time(15, 30), time(16), time(23, 59)]),
)
AMOUNTS = st.timedeltas(timedelta(0), timedelta(hours=200))


def oslo(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=OSLO)


@pytest.mark.parametrize("year", range(2024, 2041))
def test_a_second_source_knows_the_same_working_days_all_year(year):
    second = Norway()
    day, ends = date(year, 1, 1), date(year, 12, 31)
    while day <= ends:
        assert TUNVIK.is_workday(day) == second.is_working_day(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (oslo(2026, 3, 18, 9, 0), oslo(2026, 3, 19, 16, 0)),
        (oslo(2026, 3, 20, 0, 5), oslo(2026, 3, 23, 16, 0)),
        (oslo(2026, 3, 20, 23, 55), oslo(2026, 3, 23, 16, 0)),
        (oslo(2026, 3, 21, 12, 0), oslo(2026, 3, 23, 16, 0)),
        (oslo(2026, 3, 22, 23, 59), oslo(2026, 3, 23, 16, 0)),
        (oslo(2026, 3, 23, 0, 1), oslo(2026, 3, 24, 16, 0)),
    ],
)
def test_astrid_is_promised_an_answer_at_four_on_the_first_working_day_after_the_day_she_wrote(sent, answered):
    assert TUNVIK.answer_by(sent) == answered


def test_what_astrid_writes_the_weekend_before_a_red_monday_is_answered_on_tuesday():
    for day in (22, 23, 24):
        assert TUNVIK.answer_by(oslo(2026, 5, day, 10, 0)) == oslo(2026, 5, 26, 16, 0)


def test_the_day_of_sending_is_the_day_in_norway_wherever_jonas_is():
    late_sunday_in_utc = datetime(2026, 3, 22, 23, 30, tzinfo=UTC)

    assert day_of(late_sunday_in_utc) == date(2026, 3, 23)
    assert TUNVIK.answer_by(late_sunday_in_utc) == oslo(2026, 3, 24, 16, 0)


def test_a_moment_without_a_time_zone_is_refused_rather_than_guessed():
    with pytest.raises(ValueError, match="time zone"):
        TUNVIK.answer_by(datetime(2026, 3, 20, 8, 0))


@pytest.mark.parametrize(
    ("visit", "until"),
    [
        (oslo(2026, 3, 19, 8, 0), oslo(2026, 3, 18, 16, 0)),
        (oslo(2026, 3, 21, 8, 0), oslo(2026, 3, 20, 16, 0)),
        (oslo(2026, 3, 22, 8, 0), oslo(2026, 3, 20, 16, 0)),
        (oslo(2026, 3, 23, 0, 30), oslo(2026, 3, 20, 16, 0)),
        (oslo(2026, 3, 24, 8, 0), oslo(2026, 3, 23, 16, 0)),
    ],
)
def test_a_visit_may_be_called_off_until_four_on_the_last_working_day_before_it(visit, until):
    assert TUNVIK.last_hour_before(visit) == until


def test_seventeenth_of_may_falls_on_ascension_day_and_nobody_reads():
    assert date(2040, 5, 10) in red_days(2040)
    assert date(2012, 5, 17) in red_days(2012)
    assert TUNVIK.answer_by(oslo(2012, 5, 16, 9, 0)) == oslo(2012, 5, 18, 16, 0)


def test_seventeenth_of_may_is_whit_monday():
    assert TUNVIK.answer_by(oslo(2027, 5, 14, 9, 0)) == oslo(2027, 5, 18, 16, 0)
    assert TUNVIK.last_hour_before(oslo(2027, 5, 18, 8, 0)) == oslo(2027, 5, 14, 16, 0)


def test_easter_in_march_is_five_days_without_an_answer():
    assert TUNVIK.answer_by(oslo(2027, 3, 24, 12, 0)) == oslo(2027, 3, 30, 16, 0)
    assert TUNVIK.last_hour_before(oslo(2027, 3, 30, 8, 0)) == oslo(2027, 3, 24, 16, 0)


def test_over_new_year_the_answer_waits_for_the_first_working_day():
    assert TUNVIK.answer_by(oslo(2026, 12, 31, 12, 0)) == oslo(2027, 1, 4, 16, 0)
    assert TUNVIK.last_hour_before(oslo(2027, 1, 1, 9, 0)) == oslo(2026, 12, 31, 16, 0)


def test_christmas_eve_is_a_working_day_until_the_municipality_closes_it():
    closed = Calendar(closing_days=frozenset({date(2026, 12, 24), date(2026, 12, 31)}))

    assert TUNVIK.answer_by(oslo(2026, 12, 23, 9, 0)) == oslo(2026, 12, 24, 16, 0)
    assert closed.answer_by(oslo(2026, 12, 23, 9, 0)) == oslo(2026, 12, 28, 16, 0)


def test_a_unit_that_reads_on_saturday_answers_friday_s_message_then_but_never_on_a_sunday():
    fjordby = Calendar(reads_on_saturday=True, reads_until=time(13))

    assert fjordby.answer_by(oslo(2026, 3, 20, 9, 0)) == oslo(2026, 3, 21, 13, 0)
    assert fjordby.answer_by(oslo(2026, 3, 21, 9, 0)) == oslo(2026, 3, 23, 13, 0)


@pytest.mark.parametrize(
    ("sent", "answered_in_utc"),
    [
        (datetime(2026, 3, 27, 12, 0, tzinfo=UTC), datetime(2026, 3, 30, 14, 0, tzinfo=UTC)),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 3, 30, 14, 0, tzinfo=UTC)),
        (datetime(2026, 10, 23, 12, 0, tzinfo=UTC), datetime(2026, 10, 26, 15, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 15, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 26, 15, 0, tzinfo=UTC)),
    ],
)
def test_four_o_clock_is_four_o_clock_also_when_the_clocks_have_changed_in_the_night(sent, answered_in_utc):
    answered = TUNVIK.answer_by(sent)

    assert answered.astimezone(UTC) == answered_in_utc
    assert answered.astimezone(OSLO).hour == 16


@given(CALENDARS, MOMENTS)
def test_an_answer_always_comes_on_a_working_day_and_none_was_passed_over(calendar, sent):
    answered = calendar.answer_by(sent)
    first = day_of(sent) + timedelta(days=1)
    between = [first + timedelta(days=n) for n in range((day_of(answered) - first).days)]

    assert calendar.is_workday(day_of(answered))
    assert day_of(answered) > day_of(sent)
    assert not any(calendar.is_workday(day) for day in between)
    closes = min(calendar.half_days.get(day_of(answered), calendar.reads_until), calendar.reads_until)
    assert answered.astimezone(OSLO).time() == closes


@given(CALENDARS, MOMENTS)
def test_the_last_hour_is_before_the_day_of_the_visit_and_no_working_day_lies_between(calendar, visit):
    until = calendar.last_hour_before(visit)
    between = [day_of(until) + timedelta(days=n) for n in range(1, (day_of(visit) - day_of(until)).days)]

    assert calendar.is_workday(day_of(until))
    assert day_of(until) < day_of(visit)
    assert not any(calendar.is_workday(day) for day in between)
