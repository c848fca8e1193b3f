"""Nights on which the clock changes, visits over midnight, a leap day and small moves: the page shows the right hours (R104)."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.visits.actions import record_plans, record_visits
from hjemmekontakt.visits.expanding import occurrences
from hjemmekontakt.visits.queries import visits_of
from hjemmekontakt.visits.rules import PlanReport, VisitStatus, recurrence_in
from tests.doors import client_of
from tests.pages import text_of
from tests.visits.reports import ASTRIDS_MORNING, another, later, on

DAILY = recurrence_in("FREQ=DAILY")


def oslo(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=OSLO)


def plan(first: datetime, last: datetime, rule=DAILY) -> PlanReport:
    visit = replace(ASTRIDS_MORNING, identifier_value="urn:uuid:plan", starts_at=first, ends_at=last)
    return PlanReport(first=visit, recurrence=rule)


def hours(astrid) -> list[tuple[int, int, int]]:
    """Day, first and last hour by the clock on the wall, of what Astrid sees."""
    seen = [(each.starts_at.astimezone(OSLO), each.ends_at.astimezone(OSLO)) for each in visits_of(astrid).visits]
    return [(start.day, start.hour, end.hour) for start, end in seen]


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (datetime(2026, 3, 27, 12, tzinfo=UTC), oslo(2026, 3, 2, 8)),
        (datetime(2026, 10, 23, 12, tzinfo=UTC), oslo(2026, 10, 5, 8)),
    ],
    ids=["spring", "autumn"],
)
def test_a_morning_plan_stays_between_eight_and_ten_over_the_change_of_the_clock(
    journal, astrid, world, at, now, first
) -> None:
    at(now)
    record_plans(journal, [plan(first, first.replace(hour=10))])
    assert {(start, end) for _, start, end in hours(astrid)} == {(8, 10)}
    assert len(hours(astrid)) == 14
    shown = text_of(client_of("astrid").get("/timeavtaler/"))
    assert shown.count("Mellom kl. 08 og 10") == 14
    assert "07" not in shown.replace("kl. 07.42", "")


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (oslo(2026, 3, 29, 1), oslo(2026, 3, 29, 4), "Mellom kl. 01 og 04"),
        (oslo(2026, 10, 25, 1), oslo(2026, 10, 25, 4), "Mellom kl. 01 og 04"),
        (oslo(2026, 10, 24, 23), oslo(2026, 10, 25, 6), "Mellom kl. 23 og 06"),
    ],
)
def test_a_window_that_spans_the_change_shows_its_hours_by_the_wall(
    journal, astrid, world, at, start, end, said
) -> None:
    at(start.astimezone(UTC).replace(hour=9, minute=0))
    at(datetime(start.year, start.month, start.day - 1, 9, tzinfo=UTC))
    record_visits(journal, [another("night", starts_at=start, ends_at=end)])
    assert said in text_of(client_of("astrid").get("/timeavtaler/"))


def test_an_hour_that_does_not_exist_is_the_one_an_hour_later_and_has_its_length() -> None:
    night = occurrences(
        oslo(2026, 3, 28, 2), oslo(2026, 3, 28, 3), DAILY, since=date(2026, 3, 29), until=date(2026, 3, 29)
    )
    [each] = night
    assert (each.starts_at, each.ends_at) == (
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 3, 29, 2, tzinfo=UTC),
    )
    assert each.day == date(2026, 3, 29)


def test_an_hour_that_comes_twice_is_the_first() -> None:
    [each] = occurrences(
        oslo(2026, 10, 24, 2), oslo(2026, 10, 24, 4), DAILY, since=date(2026, 10, 25), until=date(2026, 10, 25)
    )
    assert (each.starts_at, each.ends_at) == (
        datetime(2026, 10, 25, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 3, tzinfo=UTC),
    )


def test_a_plan_over_midnight_ends_on_the_next_day_both_change_nights() -> None:
    for first, wanted in ((oslo(2026, 3, 27, 23), 7), (oslo(2026, 10, 23, 23), 9)):
        last = first.replace(day=first.day + 1, hour=7)
        found = list(occurrences(first, last, DAILY, since=first.date(), until=first.date().replace(day=first.day + 2)))
        lengths = [(each.ends_at - each.starts_at).total_seconds() / 3600 for each in found]
        assert lengths == [8, wanted, 8]
        assert {each.ends_at.astimezone(OSLO).hour for each in found} == {7}


def test_a_visit_over_midnight_stands_on_the_day_it_starts_and_is_now_after_midnight(
    journal, astrid, world, at
) -> None:
    at("monday 20:00")
    record_visits(journal, [another("night", starts_at=on(2, 23), ends_at=on(3, 1), is_window=False)])
    browser = client_of("astrid")
    before = text_of(browser.get("/timeavtaler/"))
    assert "I dag Kl. 23.00" in before
    assert "Nå" not in before.split("I dag")[1].split("Utførte")[0]
    at("tuesday 00:30")
    shown = text_of(browser.get("/timeavtaler/"))
    assert "I går Kl. 23.00" in shown
    assert " Nå " in shown
    assert "Kl. 23.00" not in text_of(browser.get("/timeavtaler/tidligere/"))
    at("tuesday 01:01")
    assert "Kl. 23.00" not in text_of(browser.get("/timeavtaler/"))
    assert "I går Kl. 23.00" in text_of(browser.get("/timeavtaler/tidligere/"))


def test_the_leap_day_is_a_day_like_others(journal, astrid, world, at) -> None:
    at(datetime(2028, 2, 28, 9, tzinfo=UTC))
    record_plans(journal, [plan(oslo(2028, 2, 1, 8), oslo(2028, 2, 1, 10))])
    assert [day for day, _, _ in hours(astrid)][:3] == [29, 1, 2]
    assert "Tirsdag 29. februar" in text_of(client_of("astrid").get("/timeavtaler/uke/"))
    monthly = occurrences(
        oslo(2028, 1, 29, 8),
        oslo(2028, 1, 29, 10),
        recurrence_in("FREQ=MONTHLY;BYMONTHDAY=29"),
        since=date(2028, 1, 1),
        until=date(2029, 3, 31),
    )
    assert [each.day for each in monthly][:2] == [date(2028, 1, 29), date(2028, 2, 29)]
    assert date(2029, 3, 29) in [
        each.day
        for each in occurrences(
            oslo(2028, 1, 29, 8),
            oslo(2028, 1, 29, 10),
            recurrence_in("FREQ=MONTHLY;BYMONTHDAY=29"),
            since=date(2029, 2, 1),
            until=date(2029, 3, 31),
        )
    ]


@pytest.mark.parametrize("minutes", [1, -1])
def test_a_minutes_move_is_silent_on_every_page(journal, astrid, world, minutes) -> None:
    exact = another("exact", starts_at=on(3, 8, 15), ends_at=on(3, 8, 35), is_window=False)
    record_visits(journal, [exact])
    moved = later(exact, starts_at=on(3, 8, 15 + minutes), ends_at=on(3, 8, 35 + minutes))
    visit_id = record_visits(journal, [moved])[0].visit_id
    browser = client_of("astrid")
    for path in ("/", "/timeavtaler/", f"/timeavtaler/{visit_id}/"):
        shown = text_of(browser.get(path))
        assert f"08.{15 + minutes}" in shown
        assert "Ny tid" not in shown
        assert "ny tid" not in shown


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
            "Annenhver uke etter vedtaket. Ring 32 00 00 10 hvis du er usikker på hvilken uke.",
        ),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=TH", "Hver 3. uke etter vedtaket. Ring 32 00 00 10"),
        ("FREQ=DAILY;INTERVAL=2", "Annenhver dag etter vedtaket. Ring 32 00 00 10"),
    ],
)
def test_a_plan_that_skips_says_so_and_whom_to_ask(journal, astrid, world, rule, said) -> None:
    record_plans(journal, [plan(on(5, 8), on(5, 10), recurrence_in(rule))])
    shown = text_of(client_of("astrid").get("/timeavtaler/"))
    assert said in shown
    assert "Etter vedtaket" in shown


def test_a_confirmed_visit_of_such_a_plan_is_certain_and_says_it_no_more(journal, astrid, world) -> None:
    record_plans(journal, [plan(on(5, 8), on(5, 10), recurrence_in("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;COUNT=1"))])
    record_visits(journal, [another("sure", starts_at=on(5, 8, 30), ends_at=on(5, 9), status=VisitStatus.PLANNED)])
    assert "Annenhver uke" not in text_of(client_of("astrid").get("/timeavtaler/"))


def test_a_week_on_paper_has_seven_days_and_reaches_as_far_as_the_page(journal, astrid, world) -> None:
    record_plans(journal, [plan(on(2, 8), on(2, 10))])
    browser = client_of("astrid")
    shown = text_of(browser.get("/timeavtaler/uke/"))
    assert "Besøk i uke 10, 2. mars til 8. mars" in shown
    assert all(day in shown for day in ("Mandag 2. mars", "Onsdag 4. mars", "Søndag 8. mars"))
    assert "Ingen besøk" in shown
    content = browser.get("/timeavtaler/uke/").content.decode()
    assert "?fra=2026-03-09" in content
    last = browser.get("/timeavtaler/uke/?fra=2026-03-16").content.decode()
    assert "?fra=2026-03-23" not in last
    assert "?fra=2026-03-09" in last
    for odd in ("?fra=9999-12-31", "?fra=0001-01-01", "?fra=tull", "?fra="):
        assert browser.get(f"/timeavtaler/uke/{odd}").status_code == 200


def test_staff_hand_out_the_week_of_those_they_help_and_nobody_elses(world, journal, lines) -> None:
    from tests.people import an_id

    record_plans(journal, [plan(on(2, 8), on(2, 10))])
    address = f"/ansatt/personer/{an_id('astrid')}/uke/"
    shown = text_of(client_of("mona", employee=True).get(address))
    assert "Astrid Berg" in shown
    assert "Mellom kl. 08 og 10" in shown
    assert ("print-week", "done") in [(act, outcome) for act, outcome, *_ in lines("astrid")]
    assert client_of("per", employee=True).get(address).status_code in (403, 404)
    assert client_of("mona", employee=True).get(f"/ansatt/personer/{an_id('siri')}/uke/").status_code in (403, 404)
