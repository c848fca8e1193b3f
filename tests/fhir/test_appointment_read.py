"""A journal's Appointment, read: Astrid's home visits on a Monday in March, as a vendor would send them."""

import copy
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from hjemmekontakt.fhir import appointment
from hjemmekontakt.fhir.outcome import BadResource, outcome
from hjemmekontakt.fhir.visit_report import CancelReason, Place, VisitStatus

ASTRID = "04924299957"
CET = timezone(timedelta(hours=1))
CANCELLATION = "urn:oid:2.16.578.1.12.4.1.1.7621"

WINDOW: dict[str, Any] = {
    "resourceType": "Appointment",
    "meta": {"lastUpdated": "2027-03-20T20:00:00Z"},
    "status": "proposed",
    "contained": [
        {
            "resourceType": "Organization",
            "id": "u",
            "identifier": [{"system": "urn:oid:2.16.578.1.12.4.1.2", "value": "8140001"}],
            "partOf": {"reference": "#m"},
        },
        {
            "resourceType": "Organization",
            "id": "m",
            "identifier": [{"system": "urn:oid:2.16.578.1.12.4.1.2", "value": "8140000"}],
        },
        {
            "resourceType": "Location",
            "id": "h",
            "type": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "PTRES"}]}],
        },
    ],
    "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:1", "assigner": {"reference": "#u"}}],
    "serviceCategory": [{"coding": [{"system": "urn:oid:2.16.578.1.12.4.1.1.7619", "code": "7"}]}],
    "appointmentType": {"coding": [{"system": "urn:oid:2.16.578.1.12.4.1.1.7617", "code": "Hjemmebesok"}]},
    "description": "Morgenstell",
    "supportingInformation": [{"reference": "#u"}],
    "participant": [
        {
            "actor": {"type": "Patient", "identifier": {"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": ASTRID}},
            "status": "accepted",
        }
    ],
    "requestedPeriod": [{"start": "2027-03-22T08:00:00+01:00", "end": "2027-03-22T11:00:00+01:00"}],
}
EIGHT = datetime(2027, 3, 22, 8, tzinfo=CET)
MONA = {
    "resourceType": "Practitioner",
    "id": "p",
    "name": [{"given": ["Mona"], "family": "Lie"}],
    "qualification": [{"code": {"coding": [{"system": "urn:oid:2.16.578.1.12.4.1.1.9060", "code": "SP"}]}}],
}


def sent(**changes: Any) -> dict[str, Any]:
    """Astrid's window with these elements changed; None takes one away."""
    resource = {**copy.deepcopy(WINDOW), **changes}
    return {name: value for name, value in resource.items() if value is not None}


def exact(status: str, **changes: Any) -> dict[str, Any]:
    """The same visit with start and end."""
    times = {"start": "2027-03-22T08:10:00+01:00", "end": "2027-03-22T08:35:00+01:00", "requestedPeriod": None}
    return sent(status=status, **{**times, **changes})


def with_mona(actor: dict[str, Any]) -> dict[str, Any]:
    """The participants and contained resources of a visit that Mona makes."""
    return {
        "participant": [*WINDOW["participant"], {"actor": actor, "status": "accepted"}],
        "contained": [*WINDOW["contained"], MONA],
    }


def read(resource: dict[str, Any]) -> appointment.ReadAppointment:
    return appointment.read(json.dumps(resource).encode())


def refused(resource: dict[str, Any] | bytes) -> BadResource:
    body = resource if isinstance(resource, bytes) else json.dumps(resource).encode()
    with pytest.raises(BadResource) as refusal:
        appointment.read(body)
    return refusal.value


def places(refusal: BadResource) -> list[str]:
    return [issue.expression for issue in refusal.issues]


def test_a_proposed_visit_is_a_planned_window():
    told = read(WINDOW)

    report = told.report
    assert (report.status, report.is_window) == (VisitStatus.PLANNED, True)
    assert (report.starts_at, report.ends_at) == (EIGHT, EIGHT + timedelta(hours=3))
    assert (report.identifier_system, report.identifier_value) == ("urn:ietf:rfc:3986", "urn:uuid:1")
    assert (report.unit_her_id, report.municipality_her_id) == ("8140001", "8140000")
    assert (report.patient_national_id, report.title, report.place) == (ASTRID, "Morgenstell", Place.HOME)
    assert (report.may_cancel, report.cancel_reason, report.service_id) == (None, None, None)
    assert told.remarks == ()


@pytest.mark.parametrize(
    "actor",
    [
        {"reference": "#p"},
        {"type": "Practitioner", "display": "Mona Lie"},
        {"reference": "Practitioner/12", "display": "Lie, Mona"},
    ],
)
def test_a_booked_visit_is_assigned_when_somebody_is_named(actor):
    report = read(exact("booked", **with_mona(actor))).report

    assert (report.status, report.is_window, report.performer_first_name) == (VisitStatus.ASSIGNED, False, "Mona")


def test_the_role_comes_from_the_profession_the_practitioner_role_or_the_participant():
    profession = read(exact("booked", **with_mona({"reference": "#p"}))).report
    role = {
        "resourceType": "PractitionerRole",
        "id": "r",
        "practitioner": {"reference": "#p"},
        "code": [{"text": "Primærkontakt"}],
    }
    as_primary = with_mona({"reference": "#r"})
    as_primary["contained"].append(role)
    in_words = with_mona({"type": "Practitioner", "display": "Mona Lie"})
    in_words["participant"][1]["type"] = [{"text": "Helsefagarbeider"}]

    assert profession.performer_role == "Sykepleier"
    assert read(exact("booked", **as_primary)).report.performer_role == "Primærkontakt"
    assert read(exact("booked", **as_primary)).report.performer_first_name == "Mona"
    assert read(exact("booked", **in_words)).report.performer_role == "Helsefagarbeider"


def test_a_booked_visit_without_a_name_is_planned_at_an_exact_time():
    report = read(exact("booked")).report

    assert (report.status, report.is_window) == (VisitStatus.PLANNED, False)


def test_a_fulfilled_visit_is_performed_at_its_actual_times():
    report = read(exact("fulfilled", minutesDuration=25)).report

    assert report.status is VisitStatus.PERFORMED
    assert report.ends_at - report.starts_at == timedelta(minutes=25)
    assert report.minutes_duration == 25


@pytest.mark.parametrize(
    ("wire", "code", "status", "reason"),
    [
        ("cancelled", "AAT", VisitStatus.CANCELLED, CancelReason.BY_SERVICE),
        ("cancelled", "AAI", VisitStatus.CANCELLED, CancelReason.BY_RECIPIENT),
        ("cancelled", "APVAI", VisitStatus.CANCELLED, CancelReason.ON_BEHALF_OF_RECIPIENT),
        ("cancelled", "AIH", VisitStatus.NOT_PERFORMED, CancelReason.NOT_HOME),
        ("cancelled", "IM", VisitStatus.NOT_PERFORMED, CancelReason.NOT_MET),
        ("noshow", "AIH", VisitStatus.NOT_PERFORMED, CancelReason.NOT_HOME),
    ],
)
def test_nobody_home_is_not_performed_and_never_cancelled(wire, code, status, reason):
    why = {"coding": [{"system": CANCELLATION, "code": code}]}

    report = read(exact(wire, cancelationReason=why)).report

    assert (report.status, report.cancel_reason) == (status, reason)


def test_a_no_show_needs_no_reason_but_a_cancelled_visit_does():
    assert read(exact("noshow")).report.cancel_reason is CancelReason.NOT_MET
    assert places(refused(exact("cancelled"))) == ["Appointment.cancelationReason"]
    elsewhere = {"coding": [{"system": "urn:oid:2.16.578.1.12.4.1.1.8445", "code": "1"}]}
    assert refused(exact("cancelled", cancelationReason=elsewhere)).issues[0].code == "code-invalid"


def test_a_window_may_be_cancelled_or_withdrawn_as_a_window():
    why = {"coding": [{"system": CANCELLATION, "code": "AAT"}]}

    assert read(sent(status="cancelled", cancelationReason=why)).report.is_window
    assert read(sent(status="entered-in-error")).report.status is VisitStatus.ENTERED_IN_ERROR


def flagged(*codes: str) -> list[dict[str, Any]]:
    return [*WINDOW["contained"], *({"resourceType": "Flag", "code": {"coding": [{"code": code}]}} for code in codes)]


def test_flags_say_whether_the_citizen_may_cancel_and_silence_leaves_it_to_the_service():
    assert read(sent(contained=flagged("cancel"))).report.may_cancel is True
    assert read(sent(contained=flagged("canChangeAppointment", "cancelWithComment"))).report.may_cancel is True
    assert read(sent(contained=flagged("canChangeAppointment"))).report.may_cancel is False
    assert read(sent(contained=flagged())).report.may_cancel is None


def test_the_service_is_found_by_its_number():
    service = {"type": "HealthcareService", "identifier": {"value": "12"}}

    assert read(sent(supportingInformation=[{"reference": "#u"}, service])).report.service_id == "12"
    both = [*WINDOW["participant"], {"actor": service, "status": "accepted"}]
    assert read(sent(participant=both)).report.service_id == "12"


def test_an_office_is_an_office_and_not_both():
    office = copy.deepcopy(WINDOW["contained"])
    office[2]["type"][0]["coding"][0]["code"] = "OF"

    assert read(sent(contained=office)).report.place is Place.OFFICE
    assert places(refused(sent(contained=[*office, WINDOW["contained"][2]]))) == ["Appointment.contained"]


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        ({"identifier": None}, "Appointment.identifier", "required"),
        ({"identifier": [{"system": "urn:ietf:rfc:3986"}]}, "Appointment.identifier", "required"),
        ({"serviceCategory": None}, "Appointment.serviceCategory", "required"),
        (
            {"serviceCategory": [{"coding": [{"system": "urn:oid:2.16.578.1.12.4.1.1.7619", "code": "8"}]}]},
            "Appointment.serviceCategory",
            "business-rule",
        ),
        ({"supportingInformation": None}, "Appointment.supportingInformation", "required"),
        ({"participant": [{"status": "accepted"}]}, "Appointment.participant", "required"),
        ({"requestedPeriod": None}, "Appointment.requestedPeriod", "required"),
        ({"status": "booked"}, "Appointment.start", "required"),
        ({"status": "arrived"}, "Appointment.status", "not-supported"),
        ({"description": "å" * 1001}, "Appointment.description", "too-long"),
        ({"modifierExtension": [{"url": "urn:x"}]}, "Appointment", "extension"),
        (
            {"meta": {"security": [{"system": "urn:oid:2.16.578.1.12.4.1.1.9603", "code": "NORN_FORANS"}]}},
            "Appointment.meta.security",
            "not-supported",
        ),
    ],
)
def test_what_the_service_needs_is_asked_for_with_its_place(changes, place, code):
    refusal = refused(sent(**changes))

    assert refusal.status == 422
    assert (place, code) in [(issue.expression, issue.code) for issue in refusal.issues]


def test_all_that_is_wrong_is_told_at_once():
    refusal = refused(sent(identifier=None, serviceCategory=None, supportingInformation=None))

    assert len(refusal.issues) == 3


@pytest.mark.parametrize("start", ["2027-03-22", "2027-03-22T08:00:00"])
def test_a_time_without_a_zone_is_refused_with_a_sentence(start):
    period = {"start": start, "end": "2027-03-22T11:00:00+01:00"}

    window = refused(sent(requestedPeriod=[period])).issues[0]
    moment = refused(exact("booked", start=start)).issues[0]

    assert (window.expression, window.code) == ("Appointment.requestedPeriod[0].start", "value")
    assert "zone" in window.diagnostics
    assert (moment.expression, moment.code) == ("Appointment.start", "value")
    assert "zone" in moment.diagnostics


def test_a_visit_ends_after_it_starts_also_across_the_night_the_clocks_change():
    backwards = {"start": "2027-03-22T11:00:00+01:00", "end": "2027-03-22T08:00:00+01:00"}
    summer = {"start": "2027-03-28T01:30:00+01:00", "end": "2027-03-28T03:15:00+02:00"}
    not_yet = {"start": "2027-03-28T01:30:00+01:00", "end": "2027-03-28T02:15:00+02:00"}

    assert places(refused(sent(requestedPeriod=[backwards]))) == ["Appointment.requestedPeriod[0].end"]
    assert places(refused(exact("booked", end="2027-03-22T08:10:00+01:00"))) == ["Appointment.end"]
    assert read(sent(requestedPeriod=[summer])).report.is_window
    assert places(refused(sent(requestedPeriod=[not_yet]))) == ["Appointment.requestedPeriod[0].end"]


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ({"visitor": "Mona"}, "Appointment.visitor", "structure"),
        ({"identifier": [{"sytem": "x"}]}, "Appointment.identifier[0].sytem", "structure"),
        (
            {"contained": [{"resourceType": "Organization", "herId": "1"}]},
            "Appointment.contained[0].herId",
            "structure",
        ),
        ({"contained": [{"resourceType": "Visit"}]}, "Appointment.contained[0].resourceType", "structure"),
        ({"status": "planned"}, "Appointment.status", "code-invalid"),
        ({"participant": []}, "Appointment.participant", "invariant"),
        ({"participant": None}, "Appointment.participant", "required"),
        ({"resourceType": None}, "Appointment.resourceType", "required"),
        ({"resourceType": "Task"}, "Appointment.resourceType", "structure"),
        ({"minutesDuration": "30"}, "Appointment.minutesDuration", "structure"),
        ({"minutesDuration": 0}, "Appointment.minutesDuration", "value"),
    ],
)
def test_what_is_not_r4_is_told_with_its_path(change, place, code):
    refusal = refused(sent(**change))

    assert refusal.status == 400
    assert [(issue.expression, issue.code) for issue in refusal.issues] == [(place, code)]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"resourceType":"Appointment","description":"\xff"}', b"null"])
def test_a_body_that_is_no_resource_is_refused(body):
    assert refused(body).status == 400


def test_endless_nesting_is_refused():
    depth = 5000
    nested = b'{"resourceType":"Appointment","extension":' + b'[{"url":"x","extension":' * depth + b"1" + b"}]" * depth

    assert refused(nested + b"}").issues[0].code == "too-costly"


def test_every_r4_element_is_taken_and_what_is_not_kept_is_told():
    everything = sent(
        id="a1",
        implicitRules="urn:x",
        language="nb",
        text={"status": "generated", "div": "<div>Morgenstell</div>"},
        extension=[{"url": "urn:x", "valueString": "x"}],
        serviceType=[{"text": "x"}],
        specialty=[{"text": "x"}],
        reasonCode=[{"text": "x"}],
        reasonReference=[{"reference": "Condition/1"}],
        priority=1,
        slot=[{"reference": "Slot/1"}],
        created="2027-03",
        comment="x",
        basedOn=[{"reference": "ServiceRequest/1"}],
        _status={"id": "s"},
        _description={"extension": [{"url": "urn:x"}]},
        contained=[*WINDOW["contained"], {"resourceType": "DocumentReference", "id": "d", "status": "current"}],
    )

    told = read(everything).remarks

    assert {issue.severity for issue in told} == {"information"}
    assert "Appointment.reasonCode" in [issue.expression for issue in told]
    assert len(told) == 13


def test_where_a_visit_strays_from_the_profile_it_is_taken_with_a_warning():
    loose = sent(meta=None, appointmentType=None, contained=WINDOW["contained"][:2])
    loose["identifier"][0].pop("assigner")

    told = read(loose).remarks

    assert [issue.severity for issue in told] == ["warning"] * 4
    assert told[0].expression == "Appointment.meta.lastUpdated"


def test_no_refusal_repeats_a_national_id_or_what_was_written():
    wrong = [
        sent(status=ASTRID),
        sent(**{ASTRID: "x"}),
        sent(minutesDuration=ASTRID),
        sent(id="Astrid Berg"),
        sent(requestedPeriod=[{"start": ASTRID, "end": "Morgenstell"}]),
        sent(contained=[{"resourceType": ASTRID}]),
        sent(participant=[{**WINDOW["participant"][0], "status": "Morgenstell"}]),
        sent(description="Morgenstell" * 100),
    ]
    twelve_digits = sent()
    twelve_digits["participant"][0]["actor"]["identifier"]["value"] = ASTRID + "1"
    wrong.append(twelve_digits)
    for resource in wrong:
        said = json.dumps(outcome(refused(resource).issues)) + str(refused(resource))
        assert ASTRID not in said
        assert "Astrid" not in said
        assert "Morgenstell" not in said


def test_the_national_id_is_not_in_the_reports_own_picture():
    assert ASTRID not in repr(read(WINDOW).report)


@pytest.mark.parametrize(
    "resource",
    [
        WINDOW,
        exact("booked", **with_mona({"reference": "#p"}), minutesDuration=25, patientInstruction="Døra er åpen."),
        exact("booked"),
        exact("fulfilled", **with_mona({"reference": "#p"})),
        exact("noshow"),
        exact("cancelled", cancelationReason={"coding": [{"system": CANCELLATION, "code": "AIH"}]}),
        sent(status="cancelled", cancelationReason={"coding": [{"system": CANCELLATION, "code": "APVAI"}]}),
        sent(status="entered-in-error"),
        sent(contained=flagged("cancel")),
        sent(contained=flagged("canChangeAppointment")),
        sent(supportingInformation=[{"reference": "#u"}, {"type": "HealthcareService", "identifier": {"value": "12"}}]),
    ],
)
def test_what_is_written_reads_back_as_the_same_visit_and_follows_the_profile(resource):
    report = read(resource).report

    resource = appointment.write(report, id="v1", version=3, last_updated=report.last_updated)
    written = json.loads(msgspec.json.encode(resource))
    back = read(written)

    assert back.report == report
    assert back.remarks == ()
    assert (written["id"], written["meta"]["versionId"]) == ("v1", "3")
