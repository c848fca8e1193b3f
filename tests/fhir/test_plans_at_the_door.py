"""A journal tells of visits that come again: R5's recurrenceTemplate on an R4 Appointment, read, answered and written back."""

import json
from dataclasses import replace
from typing import Any

import pytest

from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.appointment import read
from hjemmekontakt.fhir.outcome import BadResource
from hjemmekontakt.fhir.recurrence import write
from hjemmekontakt.visits.queries import visits_of
from tests.fhir.test_door import ADDRESS, EVERYTHING, Call, caller, changed
from tests.people import NATIONAL_IDS, an_id, the_journal

PLACE = "Appointment.extension[0]"


def kind(code: str) -> dict[str, Any]:
    coding = [{"system": systems.UNITS_OF_MEASURE, "code": code}]
    return {"url": "recurrenceType", "valueCodeableConcept": {"coding": coding}}


def template(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"url": systems.RECURRENCE, "extension": list(parts)}]


def weekly(*days: str, interval: int = 1) -> dict[str, Any]:
    flags = [{"url": day, "valueBoolean": True} for day in days]
    return {"url": "weeklyTemplate", "extension": [*flags, {"url": "weekInterval", "valuePositiveInt": interval}]}


def monthly(**parts: Any) -> dict[str, Any]:
    values = {"dayOfMonth": "valuePositiveInt", "monthInterval": "valuePositiveInt"}
    return {
        "url": "monthlyTemplate",
        "extension": [{"url": name, values.get(name, "valueCoding"): value} for name, value in parts.items()],
    }


LAST = {"url": "lastOccurrenceDate", "valueDate": "2026-03-31"}
LEFT_OUT = {"url": "excludingDate", "valueDate": "2026-03-12"}
MONDAYS_AND_THURSDAYS = template(kind("wk"), weekly("monday", "thursday"), LAST, LEFT_OUT)


@pytest.fixture
def call(journal) -> Call:
    """Tunvik's journal at the door."""
    return caller(journal, EVERYTHING)


@pytest.mark.parametrize(
    ("extension", "rule"),
    [
        (MONDAYS_AND_THURSDAYS, "FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260331"),
        (template(kind("d")), "FREQ=DAILY"),
        (template(kind("wk"), weekly("tuesday", interval=2)), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        (template(kind("wk")), "FREQ=WEEKLY"),
        (template(kind("d"), {"url": "occurrenceCount", "valuePositiveInt": 5}), "FREQ=DAILY;COUNT=5"),
        (template(kind("mo"), monthly(dayOfMonth=6, monthInterval=2)), "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=6"),
        (
            template(kind("mo"), monthly(nthWeekOfMonth={"code": "last"}, dayOfWeek={"code": "fri"}, monthInterval=1)),
            "FREQ=MONTHLY;BYDAY=-1FR",
        ),
    ],
)
def test_a_recurrence_is_read_and_written_back_the_same(extension, rule) -> None:
    told = read(json.dumps(changed(extension=extension)).encode()).plan
    assert told is not None
    assert str(told.recurrence) == rule
    again = read(json.dumps(changed(extension=[write(told)])).encode()).plan
    assert again == told


@pytest.mark.parametrize(
    ("extension", "place", "code"),
    [
        (template(weekly("monday")), PLACE, "required"),
        (template(kind("a")), f"{PLACE}.extension[0].valueCodeableConcept", "code-invalid"),
        (template(kind("d"), weekly("monday")), PLACE, "business-rule"),
        (template(kind("mo"), monthly(monthInterval=1)), PLACE, "required"),
        (
            template(kind("mo"), monthly(nthWeekOfMonth={"code": "sixth"}, dayOfWeek={"code": "fri"})),
            PLACE,
            "code-invalid",
        ),
        (
            template(kind("d"), {"url": "excludingDate", "valueDate": "2026-13"}),
            f"{PLACE}.extension[1].valueDate",
            "value",
        ),
        (
            template(kind("d"), {"url": "occurrenceDate", "valueDate": "2026-03-12"}),
            f"{PLACE}.extension[1]",
            "not-supported",
        ),
        (template(kind("d"), LAST, {"url": "occurrenceCount", "valuePositiveInt": 5}), PLACE, "business-rule"),
        (template(kind("d"), kind("wk")), f"{PLACE}.extension[1]", "business-rule"),
        (
            template(kind("d"), {"url": "timezone", "valueCodeableConcept": {"coding": [{"code": "Asia/Tokyo"}]}}),
            f"{PLACE}.extension[1]",
            "not-supported",
        ),
        ([*template(kind("d")), *template(kind("d"))], "Appointment.extension[1]", "business-rule"),
        (
            [{"url": systems.PLAN, "valueReference": {"reference": "Appointment/1"}}],
            f"{PLACE}.valueReference.identifier",
            "required",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(extension, place, code) -> None:
    with pytest.raises(BadResource) as bad:
        read(json.dumps(changed(extension=extension)).encode())
    assert [(issue.expression, issue.code) for issue in bad.value.issues][:1] == [(place, code)]


def test_a_value_of_the_wrong_kind_is_not_r4() -> None:
    with pytest.raises(BadResource) as bad:
        read(
            json.dumps(
                changed(extension=template(kind("d"), {"url": "occurrenceCount", "valuePositiveInt": "5"}))
            ).encode()
        )
    assert bad.value.status == 400


def test_a_plan_is_kept_its_visits_are_seen_and_it_is_read_back(call, astrid) -> None:
    put = call("PUT", ADDRESS, changed(extension=MONDAYS_AND_THURSDAYS))
    assert put.status_code == 201
    days = [each.starts_at.day for each in visits_of(astrid).visits]
    assert days == [9, 16]  # Thursday 12 is left out; two weeks are shown
    place = put.headers["Location"].split("/fhir/")[1].split("/_history")[0]
    got = json.loads(call("GET", place).content)
    assert (got["status"], got["identifier"][0]["value"]) == ("proposed", "urn:uuid:1")
    assert {"url": "excludingDate", "valueDate": "2026-03-12"} in got["extension"][0]["extension"]
    assert got["requestedPeriod"][0]["start"].startswith("2026-03-06T")
    assert call("PUT", ADDRESS, changed(extension=MONDAYS_AND_THURSDAYS)).status_code == 200


def test_a_plan_is_found_and_counted_by_what_it_is_called(call, world) -> None:
    """It is no visit, and stands in no other search; its visits do."""
    put = call("PUT", ADDRESS, changed(extension=MONDAYS_AND_THURSDAYS))
    plan = json.loads(put.content)
    names = [f"_id={plan['id']}", "identifier=urn:ietf:rfc:3986|urn:uuid:1", "identifier=urn:uuid:1"]
    theirs = caller(replace(the_journal(world.fjordby), id=an_id("Fjordby's journal")), EVERYTHING)
    for name in names:
        for more, total in (("", 1), ("&status=proposed", 1), ("&status=cancelled", 0), ("&status=booked", 0)):
            answer = json.loads(call("GET", f"Appointment?{name}{more}&_total=accurate").content)
            assert (answer["total"], len(answer.get("entry", []))) == (total, total), (name, more)
        assert json.loads(call("GET", f"Appointment?{name}").content)["entry"][0]["resource"] == plan
        assert json.loads(theirs("GET", f"Appointment?{name}&_total=accurate").content)["total"] == 0
    assert json.loads(call("GET", f"Appointment?{names[0]}&date=ge2027&_summary=count").content)["total"] == 0
    others = json.loads(call("GET", "Appointment?_count=200").content)["entry"]
    assert plan["id"] not in {each["resource"]["id"] for each in others}


def test_an_ended_plan_takes_its_visits_away(call, astrid) -> None:
    call("PUT", ADDRESS, changed(extension=MONDAYS_AND_THURSDAYS))
    reason = {"coding": [{"system": systems.CANCELLATION, "code": "AAT"}]}
    later = {"lastUpdated": "2026-03-01T21:00:00Z"}
    ended = changed(extension=MONDAYS_AND_THURSDAYS, status="cancelled", cancelationReason=reason, meta=later)
    assert call("PUT", ADDRESS, ended).status_code == 200
    assert visits_of(astrid).visits == ()


def test_an_occurrence_names_its_plan_and_takes_the_place(call, astrid) -> None:
    call("PUT", ADDRESS, changed(extension=MONDAYS_AND_THURSDAYS))
    [first, _] = visits_of(astrid).visits
    named = [{"url": systems.PLAN, "valueReference": {"identifier": {"value": "urn:uuid:1"}}}]
    occurrence = changed(
        extension=named,
        status="booked",
        start="2026-03-09T14:00:00+01:00",
        end="2026-03-09T14:30:00+01:00",
        requestedPeriod=None,
    )
    occurrence["identifier"][0]["value"] = "urn:uuid:2"
    assert call("PUT", ADDRESS.replace("urn%3Auuid%3A1", "urn%3Auuid%3A2"), occurrence).status_code in (200, 201)
    [seen, _] = visits_of(astrid).visits
    assert (seen.id, seen.status.value) == (first.id, "planned")


def test_expected_visits_are_among_the_proposed_ones_and_name_their_plan(call) -> None:
    call("PUT", ADDRESS, changed(extension=MONDAYS_AND_THURSDAYS))
    found = json.loads(call("GET", "Appointment?status=proposed&_count=50").content)
    first = found["entry"][0]["resource"]
    assert first["status"] == "proposed"
    assert first["extension"][0]["valueReference"]["identifier"]["value"] == "urn:uuid:1"
    assert NATIONAL_IDS["astrid"] not in first["identifier"][0]["value"]


def test_a_visit_on_hold_is_waitlist_both_ways(call, astrid) -> None:
    assert call("PUT", ADDRESS, changed(status="waitlist")).status_code == 201
    [seen] = visits_of(astrid).visits
    assert seen.status.value == "on-hold"
    found = json.loads(call("GET", "Appointment?status=waitlist").content)
    assert [
        each["resource"]["status"] for each in found["entry"] if each["resource"]["resourceType"] == "Appointment"
    ] == ["waitlist"]
