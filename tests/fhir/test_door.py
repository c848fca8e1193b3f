"""Tunvik's journal at the FHIR door, with real bytes: what it may, what it gets back, and what is never said."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from hjemmekontakt.access.rules import Actor, Standing
from hjemmekontakt.fhir import door, router, systems
from hjemmekontakt.fhir.calls import appointment, appointment_response, communication, subscription, task
from hjemmekontakt.fhir.calls.readables import READABLES
from hjemmekontakt.fhir.door import query_of
from hjemmekontakt.ground.national_ids import make_synthetic
from hjemmekontakt.project.logs import JsonLines
from hjemmekontakt.visits.actions import ask_to_cancel_visit, withdraw_cancellation
from tests.people import NATIONAL_IDS, an_id, the_journal

EVERYTHING = frozenset(
    {
        "system/Appointment.cruds",
        "system/Task.rus",
        "system/Patient.r",
        "system/Communication.rs",
        "system/Binary.r",
        "system/AppointmentResponse.rs",
    }
)
JSON = "application/fhir+json"
ASTRID = NATIONAL_IDS["astrid"]
SOMEBODY = make_synthetic(date(1944, 3, 14), 100)
VISIT: dict[str, Any] = {
    "resourceType": "Appointment",
    "meta": {"lastUpdated": "2026-03-01T20:00:00Z"},
    "status": "proposed",
    "contained": [
        {"resourceType": "Organization", "id": "u", "identifier": [{"system": systems.HER_ID, "value": "8141002"}]},
        {
            "resourceType": "Location",
            "id": "h",
            "type": [{"coding": [{"system": systems.PLACE, "code": "PTRES"}]}],
        },
    ],
    "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:1", "assigner": {"reference": "#u"}}],
    "serviceCategory": [{"coding": [{"system": systems.SERVICE_CATEGORY, "code": "7"}]}],
    "appointmentType": {"coding": [{"system": systems.APPOINTMENT_TYPE, "code": "Hjemmebesok"}]},
    "description": "Morgenstell",
    "supportingInformation": [{"reference": "#u"}],
    "participant": [
        {"actor": {"type": "Patient", "identifier": {"system": systems.FNR, "value": ASTRID}}, "status": "accepted"}
    ],
    "requestedPeriod": [{"start": "2026-03-06T08:00:00+01:00", "end": "2026-03-06T10:00:00+01:00"}],
}
ADDRESS = "Appointment?identifier=" + quote("urn:ietf:rfc:3986|urn:uuid:1")

Call = Callable[..., HttpResponse]


def changed(**elements: Any) -> dict[str, Any]:
    """Astrid's visit on Friday with some elements changed; None takes one away."""
    resource = {**copy.deepcopy(VISIT), **elements}
    return {name: value for name, value in resource.items() if value is not None}


def named(value: str, **elements: Any) -> dict[str, Any]:
    """Another visit like it."""
    return changed(identifier=[{**VISIT["identifier"][0], "value": value}], **elements)


def of(person: str) -> dict[str, Any]:
    """The same visit, with another patient."""
    actor = {"type": "Patient", "identifier": {"system": systems.FNR, "value": NATIONAL_IDS[person]}}
    return changed(participant=[{"actor": actor, "status": "accepted"}])


def caller(actor: Actor, scopes: frozenset[str]) -> Call:
    """Calls the door as this client."""

    def call(method: str, path: str, content: Any = None, *, type: str = JSON, **headers: str) -> HttpResponse:
        body = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
        request = RequestFactory().generic(method, f"/fhir/{path}", body, content_type=type, headers=headers)
        return router.answer(request, known=(actor, scopes, "epj"))

    return call


@pytest.fixture
def epj(journal) -> Call:
    """Tunvik's journal with all its scopes."""
    return caller(journal, EVERYTHING)


@pytest.fixture
def fjordby(world) -> Call:
    """Fjordby's journal with all its scopes."""
    return caller(replace(the_journal(world.fjordby), id=an_id("Fjordby's journal")), EVERYTHING)


def said(answer: HttpResponse) -> dict[str, Any]:
    return json.loads(answer.content)


def test_a_visit_is_created_changed_and_read_back_with_its_version(epj) -> None:
    created = epj("PUT", ADDRESS, VISIT)
    assert (created.status_code, created["ETag"]) == (201, 'W/"1"')
    id = said(created)["id"]
    assert created["Location"] == f"http://testserver/fhir/Appointment/{id}/_history/1"
    again = epj("PUT", ADDRESS, VISIT)
    assert (again.status_code, again["ETag"], said(again)["id"]) == (200, 'W/"1"', id)
    moved = changed(
        meta={"lastUpdated": "2026-03-01T21:00:00Z"},
        requestedPeriod=[{"start": "2026-03-06T12:00:00+01:00", "end": "2026-03-06T14:00:00+01:00"}],
    )
    assert epj("PUT", ADDRESS, moved)["ETag"] == 'W/"2"'
    read = epj("GET", f"Appointment/{id}")
    assert (read.status_code, read["ETag"], read["Content-Type"]) == (200, 'W/"2"', JSON)
    assert said(read)["requestedPeriod"][0]["start"].startswith("2026-03-06T1")
    assert said(read)["participant"][0]["actor"]["identifier"] == {"system": systems.FNR, "value": ASTRID}
    assert "Last-Modified" in read
    assert epj("GET", f"Appointment/{id}", **{"If-None-Match": 'W/"2"'}).status_code == 304
    assert epj("GET", f"Appointment/{id}/_history/2").status_code == 200
    assert said(epj("GET", f"Appointment/{id}/_history/1"))["meta"]["versionId"] == "1"
    assert epj("GET", f"Appointment/{id}/_history/3").status_code == 404


def test_an_older_word_is_answered_and_changes_nothing(epj) -> None:
    epj("PUT", ADDRESS, VISIT)
    older = changed(meta={"lastUpdated": "2026-03-01T19:00:00Z"}, description="Gammelt")
    answer = epj("PUT", ADDRESS, older)
    assert (answer.status_code, said(answer)["description"]) == (200, "Morgenstell")
    told = said(epj("PUT", ADDRESS, older, Prefer="return=OperationOutcome"))
    assert told["issue"][0]["severity"] == "information"


def test_what_the_client_prefers_back(epj) -> None:
    minimal = epj("PUT", ADDRESS, VISIT, Prefer="return=minimal")
    assert (minimal.status_code, minimal.content) == (201, b"")
    whole = epj("PUT", ADDRESS, VISIT, Prefer="return=representation")
    assert said(whole)["resourceType"] == "Appointment"
    with_comment = changed(meta={"lastUpdated": "2026-03-01T21:00:00Z"}, comment="Nøkkelboks ved døra")
    outcome = said(epj("PUT", ADDRESS, with_comment, Prefer="return=OperationOutcome"))
    assert outcome["resourceType"] == "OperationOutcome"
    assert any(issue["expression"] == ["Appointment.comment"] for issue in outcome["issue"])
    assert "Nøkkelboks" not in json.dumps(outcome, ensure_ascii=False)


def test_if_match_keeps_one_from_writing_over_anothers_word(epj) -> None:
    assert epj("PUT", ADDRESS, VISIT, **{"If-Match": 'W/"1"'}).status_code == 412
    epj("PUT", ADDRESS, VISIT)
    newer = changed(meta={"lastUpdated": "2026-03-01T21:00:00Z"}, description="Nytt")
    assert epj("PUT", ADDRESS, newer, **{"If-Match": 'W/"9"'}).status_code == 412
    assert epj("PUT", ADDRESS, newer, **{"If-Match": 'W/"1"'})["ETag"] == 'W/"2"'
    assert epj("PUT", ADDRESS, newer, **{"If-Match": "soon"}).status_code == 400


def test_a_visit_is_put_by_its_id_too_and_keeps_its_identifier(epj) -> None:
    id = said(epj("PUT", ADDRESS, VISIT))["id"]
    newer = changed(id=id, meta={"lastUpdated": "2026-03-01T21:00:00Z"}, description="Nytt")
    assert epj("PUT", f"Appointment/{id}", newer)["ETag"] == 'W/"2"'
    assert epj("PUT", f"Appointment/{id}", {**newer, "id": str(an_id("other"))}).status_code == 400
    assert epj("PUT", f"Appointment/{id}", named("urn:uuid:2", id=id)).status_code == 422
    assert epj("PUT", f"Appointment/{an_id('none')}", changed()).status_code == 404


@pytest.mark.parametrize("who", ["einar", "siri"])
def test_somebody_who_is_not_active_is_refused_with_e35_and_nothing_is_kept(epj, database, caplog, who) -> None:
    answer = epj("PUT", ADDRESS, of(who))
    assert answer.status_code == 422
    [issue] = said(answer)["issue"]
    assert (issue["code"], issue["details"]["coding"]) == (
        "business-rule",
        [{"system": "urn:oid:2.16.578.1.12.4.1.1.8221", "code": "E35"}],
    )
    assert database.execute("SELECT count(*) FROM visit").fetchone() == (0,)
    assert NATIONAL_IDS[who] not in answer.content.decode() + caplog.text


def test_another_municipalitys_journal_finds_nothing_of_tunviks(epj, fjordby) -> None:
    id = said(epj("PUT", ADDRESS, VISIT))["id"]
    foreign, unknown = fjordby("GET", f"Appointment/{id}"), fjordby("GET", f"Appointment/{an_id('none')}")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.content == unknown.content
    assert fjordby("PUT", f"Appointment/{id}", VISIT).status_code == 404
    assert "entry" not in said(fjordby("GET", "Appointment"))
    patient = quote(f"{systems.FNR}|{ASTRID}")
    by_patient = fjordby(
        "POST",
        "Appointment/_search",
        f"patient.identifier={patient}".encode(),
        type="application/x-www-form-urlencoded",
    )
    assert "entry" not in said(by_patient)
    assert fjordby("PUT", ADDRESS, VISIT).status_code == 422


def found(answer: HttpResponse) -> list[str]:
    assert answer.status_code == 200, answer.content
    entries = [each for each in said(answer).get("entry", []) if each["search"]["mode"] == "match"]
    return [entry["resource"]["identifier"][0]["value"] for entry in entries]


@pytest.fixture
def plenty(epj) -> Call:
    """Seven visits, one each day from Monday 9 March, the fifth with an exact time."""
    for n in range(1, 8):
        day = f"2026-03-{n + 8:02d}"
        period = {"start": f"{day}T08:00:00+01:00", "end": f"{day}T10:00:00+01:00"}
        visit = named(f"urn:uuid:{n}", requestedPeriod=[period])
        if n == 5:
            visit = named(f"urn:uuid:{n}", status="booked", requestedPeriod=None, **period)
        assert (
            epj("PUT", "Appointment?identifier=" + quote(f"urn:ietf:rfc:3986|urn:uuid:{n}"), visit).status_code == 201
        )
    return epj


@pytest.mark.parametrize(
    ("query", "which"),
    [
        ("", "1234567"),
        ("identifier=urn:ietf:rfc:3986|urn:uuid:3", "3"),
        ("identifier=urn:uuid:3", "3"),
        ("identifier=other|urn:uuid:3", ""),
        ("date=2026-03-10", "2"),
        ("date=ge2026-03-13", "567"),
        ("date=gt2026-03-13", "67"),
        ("date=ge2026-03-10&date=lt2026-03-12", "23"),
        ("date=le2026-03-10", "12"),
        ("date=2026-03", "1234567"),
        ("date=2025", ""),
        ("date=ge2026-03-10T09:00:00%2B01:00&date=lt2026-03-12T00:00:00Z", "3"),
        ("status=booked", "5"),
        ("status=proposed", "123467"),
        ("status=booked,fulfilled", "5"),
        ("status=cancelled", ""),
        (f"patient=Patient/{an_id('astrid')}", "1234567"),
        (f"patient={an_id('einar')}", ""),
        ("colour=green", "1234567"),
    ],
)
def test_searches(plenty, query, which) -> None:
    assert found(plenty("GET", f"Appointment?{query}")) == [f"urn:uuid:{n}" for n in which]


def test_pages_go_on_by_a_sealed_cursor_that_holds_for_its_own_client_alone(plenty, fjordby) -> None:
    first = plenty("GET", "Appointment?_count=3&date=ge2026-03-10")
    assert found(first) == ["urn:uuid:2", "urn:uuid:3", "urn:uuid:4"]
    [_self, following] = said(first)["link"]
    assert following["relation"] == "next"
    path = following["url"].removeprefix("http://testserver/fhir/")
    plenty("PUT", "Appointment?identifier=" + quote("urn:ietf:rfc:3986|urn:uuid:1b"), named("urn:uuid:1b"))
    second = plenty("GET", path)
    assert found(second) == ["urn:uuid:5", "urn:uuid:6", "urn:uuid:7"]
    assert [link["relation"] for link in said(second)["link"]] == ["self"]
    for stranger in (fjordby("GET", path), plenty("GET", path[:-3] + "AAA"), plenty("GET", "Appointment?_cursor=%00")):
        assert stranger.status_code == 400
    assert plenty("GET", path.replace("Appointment", "Task")).status_code == 400


def test_a_format_in_the_address_goes_before_the_header_and_may_be_for_the_eye(plenty) -> None:
    plain = plenty("GET", "Appointment?_format=json", Accept="text/html,application/xml")
    laid_out = plenty("GET", "Appointment?_format=json&_pretty=true", Accept="text/html")
    assert (plain.status_code, b"\n" in plain.content) == (200, False)
    assert laid_out.content.startswith(b'{\n  "resourceType": "Bundle"')
    assert laid_out["Content-Length"] == str(len(laid_out.content))
    assert said(laid_out)["entry"] == said(plain)["entry"]
    assert plenty("GET", "Appointment?_format=xml", Accept=JSON).status_code == 406
    assert plenty("GET", "Appointment/none?_pretty=true").content.startswith(b"{\n")


def test_a_national_id_is_sought_by_post_and_stands_in_no_address(plenty) -> None:
    wanted = quote(f"{systems.FNR}|{ASTRID}")
    form = "application/x-www-form-urlencoded"
    answer = plenty("POST", "Appointment/_search", f"patient.identifier={wanted}&_count=2".encode(), type=form)
    assert len(found(answer)) == 2
    links = json.dumps(said(answer)["link"])
    assert ASTRID not in links
    assert found(plenty("GET", said(answer)["link"][1]["url"].removeprefix("http://testserver/fhir/"))) == [
        "urn:uuid:3",
        "urn:uuid:4",
    ]
    unknown = quote(f"{systems.FNR}|{NATIONAL_IDS['siri']}")
    assert found(plenty("POST", "Appointment/_search", f"patient.identifier={unknown}".encode(), type=form)) == []


@pytest.mark.parametrize(
    "query",
    [
        f"patient.identifier={systems.FNR}|{ASTRID}",
        f"patient.identifier={ASTRID}",
        f"patient:identifier={systems.DNR}|1",
        f"identifier={systems.FNR}|{ASTRID}",
        f"identifier=urn:x|{SOMEBODY}",
        f"_id={SOMEBODY}",
    ],
)
def test_a_national_id_in_an_address_is_refused_and_points_to_post(epj, query) -> None:
    answer = epj("GET", "Appointment?" + quote(query, safe="=&"))
    assert answer.status_code == 400
    assert "_search" in said(answer)["issue"][0]["diagnostics"]
    assert ASTRID not in answer.content.decode()
    assert SOMEBODY not in answer.content.decode()


BAD: list[tuple[str, str, Any, dict[str, str], int]] = [
    ("PUT", ADDRESS, b"{", {}, 400),
    ("PUT", ADDRESS, b"", {}, 415),
    ("PUT", ADDRESS, b"\xff\xfe", {}, 400),
    ("PUT", ADDRESS, b"[" * 100_000, {}, 400),
    ("PUT", ADDRESS, changed(colour="green"), {}, 400),
    ("PUT", ADDRESS, changed(status="green"), {}, 400),
    ("PUT", ADDRESS, changed(resourceType="Patient"), {}, 400),
    ("PUT", ADDRESS, changed(participant=[]), {}, 400),
    ("PUT", ADDRESS, changed(meta={"lastUpdated": "2026-03-01T20:00:00"}), {}, 400),
    ("PUT", ADDRESS, changed(serviceCategory=None), {}, 422),
    ("PUT", ADDRESS, changed(requestedPeriod=None), {}, 422),
    ("PUT", ADDRESS, changed(description="x" * 1001), {}, 422),
    ("PUT", ADDRESS, changed(description="nul\0tegn"), {}, 422),
    (
        "PUT",
        ADDRESS,
        changed(requestedPeriod=[{"start": "0001-01-01T00:00:00+01:00", "end": "0001-01-01T01:00:00+01:00"}]),
        {},
        422,
    ),
    ("PUT", ADDRESS, named("urn:uuid:2"), {}, 400),
    ("PUT", "Appointment", VISIT, {}, 400),
    ("PUT", "Appointment?identifier=a&identifier=b", VISIT, {}, 400),
    ("PUT", "Appointment?identifier=a&status=booked", VISIT, {}, 400),
    ("PUT", ADDRESS, VISIT, {"type": "text/plain"}, 415),
    ("PUT", ADDRESS, VISIT, {"type": "application/fhir+json; charset=latin1"}, 415),
    ("PUT", ADDRESS, b" " * (1024 * 1024 + 1), {}, 413),
    ("PUT", ADDRESS, VISIT, {"Accept": "application/fhir+xml"}, 406),
    ("GET", "Appointment?_format=xml", None, {}, 406),
    ("GET", "Appointment/none", None, {}, 404),
    ("GET", "Appointment?status=green", None, {}, 400),
    ("GET", "Appointment?date=soon", None, {}, 400),
    ("GET", "Appointment?date=9999", None, {}, 400),
    ("GET", "Appointment?date=ap2026", None, {}, 400),
    ("GET", "Appointment?_count=-1", None, {}, 400),
    ("GET", "Appointment?_total=some", None, {}, 400),
    ("GET", "Appointment?_summary=some", None, {"Prefer": "handling=strict"}, 400),
    ("GET", "Appointment?_count=many", None, {}, 400),
    ("GET", "Appointment?identifier=%00", None, {}, 400),
    ("GET", "Appointment?patient=nobody", None, {}, 400),
    ("GET", "Appointment?colour=green", None, {"Prefer": "handling=strict"}, 400),
    ("POST", "Appointment/_search", b"status=booked", {}, 415),
    ("POST", "Appointment/_search", b"patient.identifier=x", {"type": "application/x-www-form-urlencoded"}, 400),
    ("POST", "Appointment/_search", b"date=\xff", {"type": "application/x-www-form-urlencoded"}, 400),
    ("POST", "Appointment", b"{}", {}, 400),
    ("DELETE", f"Appointment/{an_id('x')}", None, {}, 405),
    ("PATCH", f"Appointment/{an_id('x')}", None, {}, 405),
    ("GET", "Communication", None, {}, 400),
    ("GET", "Communication?subject.identifier=x", None, {}, 400),
    ("PUT", "Communication", None, {}, 405),
    ("GET", f"Binary/{an_id('x')}", None, {}, 404),
    ("GET", f"AppointmentResponse/{an_id('x')}", None, {}, 404),
    ("POST", "AppointmentResponse", {"resourceType": "AppointmentResponse"}, {}, 405),
    ("GET", "AppointmentResponse?part-status=declined&patient.identifier=x", None, {}, 400),
    ("GET", "Observation", None, {}, 404),
    ("GET", "", None, {}, 405),
    ("GET", "Appointment/a/b/c/d", None, {}, 404),
    ("PUT", f"Task/{an_id('x')}", b"{}", {}, 400),
    ("GET", f"Task/{an_id('x')}", None, {}, 404),
    ("GET", f"Patient/{an_id('einar')}", None, {}, 404),
    ("GET", f"Patient/{an_id('siri')}", None, {}, 404),
    ("GET", f"Communication/{an_id('x')}", None, {}, 404),
]


@pytest.mark.parametrize(("method", "path", "content", "how", "status"), BAD)
def test_what_is_wrong_is_said_as_an_outcome_and_nothing_of_it_is_repeated(
    epj, database, caplog, method, path, content, how, status
) -> None:
    answer = epj(method, path, content, **how)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == JSON
    [issue, *_] = said(answer)["issue"]
    assert issue["severity"] == "error"
    assert ASTRID not in answer.content.decode() + caplog.text
    assert database.execute("SELECT count(*) FROM visit").fetchone() == (0,)


def test_an_unknown_element_is_named_by_its_path(epj) -> None:
    answer = epj("PUT", ADDRESS, changed(participant=[{**VISIT["participant"][0], "colour": "green"}]))
    assert said(answer)["issue"][0]["expression"] == ["Appointment.participant[0].colour"]


@pytest.mark.parametrize(
    ("scopes", "read", "write", "search"),
    [
        ({"system/Appointment.cruds"}, 404, 201, 200),
        ({"system/Appointment.rs"}, 404, 403, 200),
        ({"system/Appointment.read"}, 404, 403, 200),
        ({"system/Appointment.write"}, 403, 201, 403),
        ({"system/*.u"}, 403, 201, 403),
        ({"system/Task.cruds"}, 403, 403, 403),
        ({"user/Appointment.cruds", "openid"}, 403, 403, 403),
        (set(), 403, 403, 403),
    ],
)
def test_a_token_does_what_its_scopes_say(journal, scopes, read, write, search) -> None:
    call = caller(journal, frozenset(scopes))
    answers = [call("GET", f"Appointment/{an_id('x')}"), call("PUT", ADDRESS, VISIT), call("GET", "Appointment")]
    assert [answer.status_code for answer in answers] == [read, write, search]


def test_without_a_token_nothing_is_told_but_what_is_offered(world) -> None:
    factory = RequestFactory()
    refused = router.answer(factory.get("/fhir/Appointment"), known=None)
    assert (refused.status_code, refused["WWW-Authenticate"][:6]) == (401, "Bearer")
    offered = router.answer(factory.get("/fhir/metadata"), known=None)
    assert said(offered)["fhirVersion"] == "4.0.1"
    smart = router.answer(factory.get("/fhir/.well-known/smart-configuration"), known=None)
    assert said(smart)["token_endpoint"] == "http://testserver/fhir/token"
    assert router.answer(factory.post("/fhir/metadata"), known=None).status_code == 405


def test_what_is_offered_is_what_is_answered(epj) -> None:
    for resource in said(epj("GET", "metadata"))["rest"][0]["resource"]:
        codes = {interaction["code"] for interaction in resource["interaction"]}
        calls = router.OFFERED[resource["type"]]
        assert ("search-type" in codes, "update" in codes, bool(resource.get("conditionalUpdate"))) == (
            calls.search is not None,
            calls.put_by_id is not None,
            calls.put_by_identifier is not None,
        )
        written = {
            "Appointment": appointment.PARAMETERS,
            "AppointmentResponse": {name for name in appointment_response.READABLE.parameters if ":" not in name},
            "Communication": {name for name in communication.PARAMETERS if ":" not in name},
            "Subscription": subscription.PARAMETERS,
            "Task": task.PARAMETERS,
        }
        read = {kind: {name for name in each.parameters if ":" not in name} for kind, each in READABLES.items()}
        heeded = (written | read).get(resource["type"], frozenset())
        assert {parameter["name"] for parameter in resource.get("searchParam", [])} == heeded


@pytest.fixture
def asked(epj, astrid):
    """What Astrid has asked to have called off on Friday."""
    visit_id = said(epj("PUT", ADDRESS, VISIT))["id"]
    return ask_to_cancel_visit(astrid, visit_id, form_key=an_id("form"), reason="Jeg er ikke hjemme")


def test_the_journal_fetches_what_was_asked_and_answers_it(epj, asked) -> None:
    fetched = epj("GET", f"Task/{asked.id}")
    task = said(fetched)
    assert (fetched["ETag"], task["status"], task["reasonCode"]["text"]) == ('W/"1"', "requested", "Jeg er ikke hjemme")
    assert task["focus"]["identifier"]["value"] == "urn:uuid:1"
    assert task["for"]["identifier"]["value"] == ASTRID
    received = epj("PUT", f"Task/{asked.id}", {**task, "status": "received"}, **{"If-Match": 'W/"1"'})
    assert (received.status_code, received["ETag"], said(received)["status"]) == (200, 'W/"2"', "received")
    assert epj("PUT", f"Task/{asked.id}", {**task, "status": "accepted"}, **{"If-Match": 'W/"1"'}).status_code == 412
    for _ in range(2):
        accepted = epj("PUT", f"Task/{asked.id}", {**task, "status": "accepted"})
        assert (accepted["ETag"], said(accepted)["status"]) == ('W/"3"', "accepted")
    refused = epj("PUT", f"Task/{asked.id}", {**task, "status": "rejected", "statusReason": {"text": "Nei"}})
    assert refused.status_code == 422
    assert epj("PUT", f"Task/{asked.id}", {**task, "status": "cancelled"}).status_code == 422


def test_a_rejected_one_needs_its_reason_and_the_right_visit(epj, asked) -> None:
    task = said(epj("GET", f"Task/{asked.id}"))
    assert epj("PUT", f"Task/{asked.id}", {**task, "status": "rejected"}).status_code == 422
    elsewhere = {**task, "status": "accepted", "focus": {"reference": f"Appointment/{an_id('other')}"}}
    assert epj("PUT", f"Task/{asked.id}", elsewhere).status_code == 422
    rejected = epj("PUT", f"Task/{asked.id}", {**task, "status": "rejected", "statusReason": {"text": "Medisin"}})
    assert said(rejected)["statusReason"] == {"text": "Medisin"}


@pytest.mark.parametrize("answer", ["accepted", "completed", "rejected"])
def test_an_answer_to_what_was_taken_back_is_told_so_and_is_kept(epj, astrid, asked, database, answer) -> None:
    told = {**said(epj("GET", f"Task/{asked.id}")), "status": answer, "statusReason": {"text": "Medisin"}}
    withdraw_cancellation(astrid, asked.id)
    fetched = epj("GET", f"Task/{asked.id}")
    assert (fetched["ETag"], said(fetched)["status"]) == ('W/"2"', "cancelled")
    assert epj("PUT", f"Task/{asked.id}", told, **{"If-Match": 'W/"1"'}).status_code == 412
    assert database.execute("SELECT answered_too_late FROM cancellation").fetchone() == ("",)
    for _ in range(2):
        refused = epj("PUT", f"Task/{asked.id}", told)
        assert refused.status_code == 409
        [issue] = said(refused)["issue"]
        assert "took this request back" in issue["diagnostics"]
    kept = "declined" if answer == "rejected" else "accepted"
    assert database.execute("SELECT answered_too_late, state FROM cancellation").fetchone() == (kept, "withdrawn")
    received = epj("PUT", f"Task/{asked.id}", {**told, "status": "received"})
    assert (received.status_code, said(received)["status"]) == (200, "cancelled")


def test_tasks_are_searched_by_status_and_visit(epj, fjordby, asked) -> None:
    for query, count in [
        ("", 1),
        ("status=requested", 1),
        ("status=accepted,rejected", 0),
        (f"focus=Appointment/{asked.visit_id}", 1),
        (f"focus=Appointment/{an_id('other')}", 0),
        (f"_id={asked.id}", 1),
    ]:
        assert len(said(epj("GET", f"Task?{query}")).get("entry", [])) == count, query
    assert "entry" not in said(fjordby("GET", "Task"))
    assert fjordby("GET", f"Task/{asked.id}").status_code == 404
    task = said(epj("GET", f"Task/{asked.id}"))
    assert fjordby("PUT", f"Task/{asked.id}", {**task, "status": "accepted"}).status_code == 404


def test_jonas_is_told_by_name_alone(epj, jonas_for_astrid) -> None:
    visit_id = said(epj("PUT", ADDRESS, VISIT))["id"]
    asked = ask_to_cancel_visit(jonas_for_astrid, visit_id, form_key=an_id("form"))
    task = said(epj("GET", f"Task/{asked.id}"))
    assert task["requester"] == {"type": "RelatedPerson", "display": "Jonas Berg"}
    assert NATIONAL_IDS["jonas"] not in json.dumps(task)


def test_an_active_patient_is_told_to_her_own_municipality_and_it_is_logged(epj, fjordby, database) -> None:
    patient = said(epj("GET", f"Patient/{an_id('astrid')}"))
    assert patient["identifier"] == [{"system": systems.FNR, "value": ASTRID}]
    assert fjordby("GET", f"Patient/{an_id('astrid')}").status_code == 404
    lines = database.execute("SELECT act, standing, citizen_id FROM access_entry").fetchall()
    assert lines == [("read-for-journal", "machine", an_id("astrid"))]


def test_a_search_writes_down_whom_it_showed(plenty, database) -> None:
    plenty("GET", "Appointment")
    lines = database.execute(
        "SELECT act, in_list FROM access_entry WHERE citizen_id = %s", [an_id("astrid")]
    ).fetchall()
    assert lines == [("read-for-journal", True)]


def test_a_citizen_at_the_machines_door_gets_nowhere(world, astrid) -> None:
    call = caller(astrid, EVERYTHING)
    assert call("GET", f"Appointment/{an_id('x')}").status_code in (403, 404)
    assert call("GET", f"Patient/{an_id('astrid')}").status_code == 403


def test_a_fault_of_our_own_is_said_and_logged_without_what_was_sent(epj, database, caplog) -> None:
    database.execute("ALTER TABLE visit RENAME TO visit_away")
    try:
        answer = epj("PUT", ADDRESS, VISIT)
    finally:
        database.execute("ALTER TABLE visit_away RENAME TO visit")
    assert answer.status_code == 500
    assert said(answer)["issue"][0]["code"] == "exception"
    [record] = [each for each in caplog.records if each.name == "hjemmekontakt.fhir.router"]
    line = json.loads(JsonLines().format(record))
    assert line["error"] == "ProgrammingError"
    assert ASTRID not in answer.content.decode() + json.dumps(line)


def test_a_machine_without_its_municipality_is_a_bug_that_stops(world) -> None:
    nobody = Actor(Standing.MACHINE, an_id("nobody"), "Ingen")
    assert caller(nobody, EVERYTHING)("GET", "Appointment").status_code == 500


@given(st.text(alphabet="ab=&+%7C;| é", max_size=30))
def test_parameters_are_read_as_python_itself_reads_them(text: str) -> None:
    expected: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        expected.setdefault(name, []).append(value)
    assert dict(query_of(text).lists()) == expected


def test_more_parameters_than_anybody_needs_are_not_read() -> None:
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    assert len(query_of("&".join(f"a{n}=1" for n in range(most)))) == most
    with pytest.raises(door.Stop) as stopped:
        query_of("&".join(f"a{n}=1" for n in range(most + 1)))
    assert stopped.value.status == 400
