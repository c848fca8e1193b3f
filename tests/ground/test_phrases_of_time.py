"""Days, hours and durations as Astrid reads them, in three languages, also in the nights when the clocks change."""

from datetime import UTC, date, datetime

import pytest

from hjemmekontakt.ground import phrases_of_time as say
from hjemmekontakt.ground.workdays import OSLO

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=OSLO)
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("when", "nb", "nn", "en"),
    [
        (date(2026, 11, 22), "i går", "i går", "yesterday"),
        (date(2026, 11, 23), "i dag", "i dag", "today"),
        (date(2026, 11, 24), "i morgen", "i morgon", "tomorrow"),
        (date(2026, 11, 25), "onsdag 25. november", "onsdag 25. november", "Wednesday 25 November"),
        (date(2026, 12, 1), "tirsdag 1. desember", "tysdag 1. desember", "Tuesday 1 December"),
        (date(2027, 1, 2), "lørdag 2. januar 2027", "laurdag 2. januar 2027", "Saturday 2 January 2027"),
        (date(2025, 11, 23), "søndag 23. november 2025", "søndag 23. november 2025", "Sunday 23 November 2025"),
    ],
)
def test_a_day_is_named_as_people_say_it(when, nb, nn, en):
    assert [say.day(when, today=TODAY, language=language) for language in ("nb", "nn", "en")] == [nb, nn, en]


def test_new_year_s_day_is_tomorrow_on_new_year_s_eve_without_its_year():
    assert say.day(date(2027, 1, 1), today=date(2026, 12, 31)) == "i morgen"


def test_a_language_without_its_own_words_yet_is_read_in_bokmaal():
    assert say.day(date(2026, 11, 25), today=TODAY, language="se") == "onsdag 25. november"
    assert say.day(date(2026, 11, 24), today=TODAY, language="nn-no") == "i morgon"


def test_it_is_already_today_in_norway_when_utc_still_has_yesterday():
    half_past_midnight = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

    assert say.moment(half_past_midnight, now=MONDAY) == "i dag kl. 00.30"


def test_a_moment_is_its_day_and_its_time():
    read = datetime(2026, 11, 23, 8, 12, tzinfo=UTC)

    assert say.moment(read, now=MONDAY) == "i dag kl. 09.12"
    assert say.moment(read, now=MONDAY, language="en") == "today at 09:12"


@pytest.mark.parametrize(
    ("when", "nb", "en"),
    [
        (datetime(2026, 11, 30, 16, 0, tzinfo=OSLO), "mandag 30. november kl. 16", "Monday 30 November at 16"),
        (datetime(2026, 11, 23, 16, 0, tzinfo=OSLO), "i dag kl. 16", "today at 16"),
        (datetime(2026, 11, 24, 15, 30, tzinfo=OSLO), "i morgen kl. 15.30", "tomorrow at 15:30"),
        (datetime(2027, 1, 4, 16, 0, tzinfo=OSLO), "mandag 4. januar 2027 kl. 16", "Monday 4 January 2027 at 16"),
    ],
)
def test_a_deadline_has_minutes_only_where_there_are_any(when, nb, en):
    assert say.deadline(when, now=MONDAY) == nb
    assert say.deadline(when, now=MONDAY, language="en") == en


@pytest.mark.parametrize(
    ("start", "end", "nb", "en"),
    [
        ((8, 0), (10, 0), "mellom kl. 08 og 10", "between 08 and 10"),
        ((8, 30), (10, 0), "mellom kl. 08.30 og 10.00", "between 08:30 and 10:00"),
        ((8, 15), (8, 15), "kl. 08.15", "at 08:15"),
        ((8, 0), (8, 0), "kl. 08.00", "at 08:00"),
    ],
)
def test_a_window_is_said_by_its_hours(start, end, nb, en):
    begins, ends = (datetime(2026, 11, 24, *hour, tzinfo=OSLO) for hour in (start, end))

    assert say.window(begins, ends) == nb
    assert say.window(begins, ends, language="en") == en


def test_the_evening_s_last_window_ends_at_24_and_never_at_2359():
    begins, ends = datetime(2026, 11, 24, 22, 0, tzinfo=OSLO), datetime(2026, 11, 25, 0, 0, tzinfo=OSLO)

    assert say.window(begins, ends) == "mellom kl. 22 og 24"


def test_the_night_the_clocks_go_forward_the_hour_between_two_and_three_is_never_said():
    begins, ends = datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)

    assert say.window(begins, ends) == "mellom kl. 01.30 og 03.30"


def test_the_night_the_clocks_go_back_both_half_past_twos_are_said_as_the_clock_shows():
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    assert [say.clock_time(moment) for moment in (first, second)] == ["02.30", "02.30"]
    assert say.window(first, datetime(2026, 10, 25, 2, 30, tzinfo=UTC)) == "mellom kl. 02.30 og 03.30"


@pytest.mark.parametrize(
    ("minutes", "nb", "nn", "en"),
    [
        (1, "omtrent 1 minutt", "omtrent 1 minutt", "about 1 minute"),
        (20, "omtrent 20 minutter", "omtrent 20 minutt", "about 20 minutes"),
        (60, "omtrent 1 time", "omtrent 1 time", "about 1 hour"),
        (75, "omtrent 1 time og 15 minutter", "omtrent 1 time og 15 minutt", "about 1 hour and 15 minutes"),
        (120, "omtrent 2 timer", "omtrent 2 timar", "about 2 hours"),
    ],
)
def test_how_long_a_visit_takes(minutes, nb, nn, en):
    assert [say.duration(minutes, language) for language in ("nb", "nn", "en")] == [nb, nn, en]
