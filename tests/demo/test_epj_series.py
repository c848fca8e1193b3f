"""The EPJ simulator's plans that come again: told as one, confirmed for the next days, asked about by plan and day."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hjemmekontakt.demo.epj import plan, shapes
from hjemmekontakt.demo.epj.config import Config, Person, Unit
from hjemmekontakt.demo.planned import PLANS
from hjemmekontakt.fhir import appointment, systems
from hjemmekontakt.fhir.visit_report import VisitStatus
from hjemmekontakt.ground.workdays import OSLO
from tests.people import NATIONAL_IDS

ASTRID = Person("astrid", "Astrid Berg", NATIONAL_IDS["astrid"], series=tuple(PLANS["astrid"]["series"]))
RUTH = Person("ruth", "Ruth Moen", NATIONAL_IDS["siri"], unit="sor", plan=tuple(PLANS["ruth"]["plan"]))
UNITS = {"nord": Unit("Nord", "8140001"), "sor": Unit("Sør", "8140002")}
CONFIG = Config(0, "", "", "", {}, "", "", "8140000", UNITS, {"astrid": ASTRID, "ruth": RUTH})
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
[EVENINGS] = plan.series_of(ASTRID)


def read(resource):
    return appointment.read(json.dumps(resource).encode())


def test_the_portal_reads_the_series_as_a_plan_of_three_evenings_a_week() -> None:
    told = read(shapes.series(EVENINGS, ASTRID, CONFIG, changed_at=NOW)).plan
    assert (str(told.recurrence), told.first.identifier_value) == ("FREQ=WEEKLY;BYDAY=MO,TH,SA", EVENINGS.identifier)
    assert told.first.starts_at.astimezone(OSLO) == datetime(2026, 1, 5, 22, tzinfo=OSLO)


@pytest.mark.parametrize(
    ("now", "days"),
    [
        (datetime(2026, 3, 2, 21, tzinfo=OSLO), [2]),  # Monday, an hour before; the next is not before Thursday
        (datetime(2026, 3, 2, 22, tzinfo=OSLO), [5]),  # the next one is confirmed, however far off
        (datetime(2026, 3, 4, 9, tzinfo=OSLO), [5]),
        (datetime(2026, 3, 28, 9, tzinfo=OSLO), [28]),  # the night the clock springs forward
    ],
)
def test_the_next_one_is_confirmed_with_a_name_and_has_the_same_name_each_time(now, days) -> None:
    found = list(plan.confirmed(EVENINGS, now=now))
    assert [each.starts_at.day for each in found] == days
    assert {(each.status, each.performer, each.starts_at.hour) for each in found} == {("booked", plan.MONA, 22)}
    assert [each.identifier for each in found] == [
        plan.occurrence(EVENINGS, each.starts_at.date()).identifier for each in found
    ]


def test_one_called_off_before_it_was_confirmed_names_its_plan_and_day() -> None:
    off = replace(plan.occurrence(EVENINGS, date(2026, 3, 5)), status="cancelled", cancel_reason="AAI")
    told = read(shapes.appointment(off, ASTRID, CONFIG, changed_at=NOW)).report
    assert (told.status, told.series, told.series_day) == (
        VisitStatus.CANCELLED,
        EVENINGS.identifier,
        date(2026, 3, 5),
    )


@pytest.mark.parametrize("tells_its_day", ["yes", "no"])
def test_what_a_plan_alone_lets_expect_is_known_by_plan_and_day(tells_its_day) -> None:
    day = [{"url": systems.PLAN_DAY, "valueDate": "2026-03-05"}] if tells_its_day == "yes" else []
    expected = {
        "identifier": [{"system": shapes.EXPECTED_SYSTEM, "value": "x"}],
        "extension": [{"url": systems.PLAN, "valueReference": {"identifier": {"value": "p"}}}, *day],
        "requestedPeriod": [{"start": "2026-03-05T21:00:00Z", "end": "2026-03-05T22:00:00Z"}],
    }
    assert shapes.series_named(expected) == ("p", date(2026, 3, 5))
    assert shapes.series_named({**expected, "identifier": [{"system": systems.URI, "value": "urn:uuid:1"}]}) is None


def test_where_staff_tell_how_it_went_the_whole_of_today_is_planned_and_of_others_what_is_to_come() -> None:
    afternoon = datetime(2026, 3, 2, 15, tzinfo=OSLO)
    hers = [each for each in plan.two_weeks(RUTH, now=afternoon) if each.starts_at.day == 2]
    assert [each.title for each in hers] == ["Frokost", "Rydding og vask", "Handling", "Middag"]
    astrids = [each for each in plan.two_weeks(replace(ASTRID), now=afternoon) if each.starts_at.day == 2]
    assert [each.title for each in astrids] == ["Kveldsstell", "Tilsyn sent på kvelden"]
