"""What Tunvik's journal reads and searches: its organisation, its people, those it helps, what they said yes to, and the log."""

from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from django.db import ProgrammingError, connection, transaction

from hjemmekontakt.access.for_journal import let_in
from hjemmekontakt.access.rules import Right
from hjemmekontakt.consent.models import Acceptance
from hjemmekontakt.fhir import router, systems
from hjemmekontakt.fhir.calls.readables import READABLES
from hjemmekontakt.representation.models import Fullmakt
from hjemmekontakt.visits.actions import record_visits
from tests.fhir.test_door import caller, said
from tests.people import NATIONAL_IDS, an_id, the_journal
from tests.visits.reports import ASTRIDS_MORNING, later

ASTRID, JONAS, MONA = an_id("astrid"), an_id("jonas"), an_id("mona")
FORM = "application/x-www-form-urlencoded"
ALL = frozenset({f"system/{kind}.rs" for kind in READABLES})


@pytest.fixture
def epj(journal):
    """Tunvik's journal, that may read all."""
    return caller(journal, ALL)


@pytest.fixture
def fjordby(world):
    """Fjordby's journal, that may read all."""
    return caller(the_journal(world.fjordby), ALL)


def found(answer) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    return [each["resource"] for each in said(answer).get("entry", []) if each["search"]["mode"] == "match"]


def included(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    entries = said(answer).get("entry", [])
    return sorted(
        each["fullUrl"][len("http://testserver/fhir/") :] for each in entries if each["search"]["mode"] == "include"
    )


def posted(call, kind: str, form: str, **headers: str):
    return call("POST", f"{kind}/_search", form.encode(), type=FORM, **headers)


def number(key: str) -> str:
    return quote(f"{systems.FNR}|{NATIONAL_IDS[key]}")


def names(resources: list[dict[str, Any]]) -> set[str]:
    return {each["name"] for each in resources}


# ---- the organisation


def test_the_municipality_is_read_as_a_tree_with_its_numbers(epj, world) -> None:
    whole = said(epj("GET", f"Organization/{world.tunvik}"))
    assert whole["identifier"] == [
        {"system": systems.ORGANISATION_NUMBER, "value": "881410011"},
        {"system": systems.HER_ID, "value": "8141001"},
    ]
    assert "partOf" not in whole
    nord = said(epj("GET", f"Organization/{world.nord}"))
    assert nord["identifier"] == [{"system": systems.HER_ID, "value": "8141002"}]
    assert nord["telecom"] == [{"system": "phone", "value": "32 00 00 10", "use": "work"}]
    district = said(epj("GET", nord["partOf"]["reference"]))
    assert (district["name"], district["partOf"]["reference"]) == ("Nord", f"Organization/{world.tunvik}")
    assert "identifier" not in district


@pytest.mark.parametrize(
    ("query", "which"),
    [
        ("", {"Tunvik", "Nord", "Sør", "Hjemmetjenesten Nord", "Hjemmetjenesten Sør"}),
        ("name=hjemme", {"Hjemmetjenesten Nord", "Hjemmetjenesten Sør"}),
        ("name=nord", {"Nord"}),
        ("type=municipality", {"Tunvik"}),
        ("type=unit,office", {"Hjemmetjenesten Nord", "Hjemmetjenesten Sør"}),
        ("identifier=8141002", {"Hjemmetjenesten Nord"}),
        (f"identifier={systems.HER_ID}|8141002", {"Hjemmetjenesten Nord"}),
        (f"identifier={systems.ORGANISATION_NUMBER}|881410011", {"Tunvik"}),
        ("identifier=urn:x|8141002", set()),
        ("identifier=8142002", set()),
        (f"partof=Organization/{an_id('Tunvik')}", {"Nord", "Sør"}),
        (f"partof={an_id('Tunvik Nord')}", {"Hjemmetjenesten Nord"}),
        (f"_id={an_id('Hjemmetjenesten Nord')}", {"Hjemmetjenesten Nord"}),
        (f"_id={an_id('Hjemmetjenesten Fjordby')}", set()),
        ("_lastUpdated=ge2020-01-01", {"Tunvik", "Nord", "Sør", "Hjemmetjenesten Nord", "Hjemmetjenesten Sør"}),
        ("_lastUpdated=lt2020-01-01", set()),
        ("colour=green", {"Tunvik", "Nord", "Sør", "Hjemmetjenesten Nord", "Hjemmetjenesten Sør"}),
    ],
)
def test_the_organisation_is_searched(epj, query, which) -> None:
    assert names(found(epj("GET", f"Organization?{query}"))) == which
    assert names(found(posted(epj, "Organization", query or "_count=50"))) == which


def test_a_changed_phone_is_found_by_when_it_was_changed(epj, world, database) -> None:
    database.execute("UPDATE unit SET phone = '32 00 00 99' WHERE id = %s", [world.nord])
    changed = said(epj("GET", f"Organization/{world.nord}"))
    since = quote(changed["meta"]["lastUpdated"])
    assert names(found(epj("GET", f"Organization?_lastUpdated=ge{since}"))) == {"Hjemmetjenesten Nord"}
    assert names(found(epj("GET", f"HealthcareService?_lastUpdated=ge{since}"))) == {
        "Hjemmesykepleie",
        "Praktisk hjelp",
    }
    database.execute("UPDATE unit SET phone = phone WHERE id = %s", [world.nord])
    assert said(epj("GET", f"Organization/{world.nord}"))["meta"] == changed["meta"]


def test_a_service_tells_what_is_open_and_from_which_day(epj, world) -> None:
    nursing = said(epj("GET", f"HealthcareService/{world.nord_nursing}"))
    opened = {
        each["extension"][0]["valueCode"]: each["extension"][1]["valueDate"]
        for each in nursing["extension"]
        if each["url"] == systems.OPENED
    }
    assert opened == dict.fromkeys(("messages", "visits", "cancel", "notices"), "2026-01-01")
    assert nursing["identifier"] == [{"system": systems.SERVICE_ID, "value": "15"}]
    assert nursing["providedBy"]["reference"] == f"Organization/{world.nord}"
    assert nursing["specialty"][0]["coding"] == [{"system": systems.HELP, "code": "15"}]
    cleaning = said(epj("GET", f"HealthcareService/{world.nord_cleaning}"))
    assert [each["url"] for each in cleaning["extension"]] == [systems.HANDLED_IN] * 2


def test_services_are_searched_with_their_units(epj, world) -> None:
    at_nord = epj(
        "GET", f"HealthcareService?organization=Organization/{world.nord}&_include=HealthcareService:organization"
    )
    assert names(found(at_nord)) == {"Hjemmesykepleie", "Praktisk hjelp"}
    assert included(at_nord) == [f"Organization/{world.nord}"]
    assert names(found(epj("GET", "HealthcareService?name=praktisk"))) == {"Praktisk hjelp"}
    code = quote(f"{systems.SERVICE_ID}|15")
    assert len(found(epj("GET", f"HealthcareService?identifier={code}"))) == 2
    assert found(epj("GET", f"HealthcareService?organization={world.fjordby_unit}")) == []


# ---- who works there


def test_employees_are_found_and_never_told_by_national_id(epj) -> None:
    assert {each["name"][0]["family"] for each in found(epj("GET", "Practitioner"))} == {"Lie", "Sand", "Vik"}
    [mona] = found(epj("GET", "Practitioner?name=mon"))
    assert mona["id"] == str(MONA)
    assert mona["qualification"][0]["code"] == {
        "coding": [{"system": systems.PROFESSION, "code": "SP", "display": "Sykepleier"}],
        "text": "sykepleier",
    }
    sought = posted(epj, "Practitioner", f"identifier={number('mona')}")
    assert [each["id"] for each in found(sought)] == [str(MONA)]
    assert NATIONAL_IDS["mona"] not in sought.content.decode()
    assert found(posted(epj, "Practitioner", f"identifier={number('kari')}")) == []
    assert epj("GET", f"Practitioner/{an_id('kari')}").status_code == 404
    assert epj("GET", "Practitioner?identifier=urn:x%7C1").status_code == 400


def test_one_who_has_left_is_told_as_not_active(epj, database) -> None:
    database.execute("UPDATE employee SET active = false WHERE id = %s", [MONA])
    assert [each["id"] for each in found(epj("GET", "Practitioner?active=false"))] == [str(MONA)]
    assert [each["active"] for each in found(epj("GET", f"PractitionerRole?practitioner={MONA}"))] == [False]
    assert len(found(epj("GET", "Practitioner?active=true,false"))) == 3


def test_roles_come_with_who_has_them_and_where(epj, world) -> None:
    answer = epj(
        "GET",
        "PractitionerRole?role=team-leader&_include=PractitionerRole:practitioner&_include=PractitionerRole:organization",
    )
    [role] = found(answer)
    assert role["practitioner"]["reference"] == f"Practitioner/{an_id('gerd')}"
    assert included(answer) == sorted([f"Organization/{world.nord}", f"Practitioner/{an_id('gerd')}"])
    assert said(epj("GET", f"PractitionerRole/{role['id']}")) == role
    assert len(found(epj("GET", f"PractitionerRole?organization=Organization/{world.nord}"))) == 2
    assert epj("GET", f"PractitionerRole/{an_id('duty kari')}").status_code == 404


# ---- whom it helps


def test_patients_are_those_who_use_the_service_and_each_is_logged(epj, database) -> None:
    [astrid] = found(epj("GET", "Patient"))
    assert (astrid["id"], astrid["identifier"]) == (
        str(ASTRID),
        [{"system": systems.FNR, "value": NATIONAL_IDS["astrid"]}],
    )
    lines = database.execute("SELECT act, in_list, citizen_id FROM access_entry").fetchall()
    assert lines == [("read-for-journal", True, ASTRID)]
    assert [each["id"] for each in found(posted(epj, "Patient", f"identifier={number('astrid')}"))] == [str(ASTRID)]
    for key in ("einar", "siri"):
        assert found(posted(epj, "Patient", f"identifier={number(key)}")) == []
    assert epj("GET", "Patient?identifier=urn:x%7C1").status_code == 400
    assert posted(epj, "Patient", "identifier=urn:x%7C1").status_code == 400


def test_who_has_become_active_since_is_found_by_it(epj, world, database) -> None:
    database.execute("UPDATE citizen SET changed_at = '2026-01-01T00:00:00Z'")
    world.activation("einar")
    database.execute(
        "UPDATE activation SET activated_at = '2026-03-02T02:10:00Z' WHERE citizen_id = %s", [an_id("einar")]
    )
    assert [each["id"] for each in found(epj("GET", "Patient?_lastUpdated=ge2026-03-02"))] == [str(an_id("einar"))]
    assert [each["id"] for each in found(epj("GET", "Patient?_lastUpdated=lt2026-03-02"))] == [str(ASTRID)]


def test_one_whose_help_has_ended_is_no_longer_there(epj, world, database) -> None:
    database.execute("UPDATE decision SET ends_on = '2026-03-01' WHERE citizen_id = %s", [ASTRID])
    for kind in ("Patient", "EpisodeOfCare", "CareTeam", "RelatedPerson", "Consent"):
        assert found(epj("GET", kind)) == [], kind
    assert epj("GET", f"Patient/{ASTRID}").status_code == 404


def test_a_decision_is_an_episode_with_its_team(epj, world) -> None:
    id = world.decision("astrid", world.tunvik, world.nord, world.nord_cleaning, ends=date(2026, 1, 31))
    soon = world.decision("astrid", world.tunvik, world.sor, world.sor_nursing, starts=date(2026, 4, 1))
    now = an_id(f"decision astrid {world.nord_nursing}")
    assert {each["id"]: each["status"] for each in found(epj("GET", f"EpisodeOfCare?patient=Patient/{ASTRID}"))} == {
        str(id): "finished",
        str(soon): "planned",
        str(now): "active",
    }
    for status, which in (("finished", {id}), ("planned", {soon}), ("active", {now}), ("active,planned", {now, soon})):
        assert {each["id"] for each in found(epj("GET", f"EpisodeOfCare?status={status}"))} == set(map(str, which))
    episode = said(epj("GET", f"EpisodeOfCare/{now}"))
    assert episode["patient"]["identifier"]["value"] == NATIONAL_IDS["astrid"]
    assert episode["period"] == {"start": "2025-09-01"}
    assert episode["type"] == [{"coding": [{"system": systems.HELP, "code": "15"}], "text": "Hjemmesykepleie"}]
    team = said(epj("GET", episode["team"][0]["reference"]))
    assert team["participant"] == [
        {
            "member": {
                "reference": f"Organization/{world.nord}",
                "type": "Organization",
                "display": "Hjemmetjenesten Nord",
            }
        },
        {
            "role": [
                {
                    "coding": [{"system": systems.PRIMARY_CONTACT, "code": "9", "display": "Primærkontakt"}],
                    "text": "sykepleier",
                }
            ],
            "member": {"type": "Practitioner", "display": "Mona"},
        },
    ]
    assert {each["id"] for each in found(epj("GET", "CareTeam?status=inactive"))} == {str(id)}
    both = epj("GET", "CareTeam?status=active&_include=CareTeam:patient&_include=CareTeam:participant")
    assert included(both) == sorted([f"Organization/{world.nord}", f"Patient/{ASTRID}"])
    assert len(found(posted(epj, "EpisodeOfCare", f"patient.identifier={number('astrid')}"))) == 3
    assert found(posted(epj, "EpisodeOfCare", f"patient.identifier={number('einar')}")) == []
    assert len(found(epj("GET", f"EpisodeOfCare?organization={world.sor}"))) == 1


# ---- who acts, and what was said yes to


def test_jonas_acts_for_astrid_by_name_and_rights_alone(epj, world) -> None:
    answer = epj("GET", f"RelatedPerson?patient=Patient/{ASTRID}&_include=RelatedPerson:patient")
    [jonas] = found(answer)
    assert jonas["name"] == [{"family": "Berg", "given": ["Jonas"]}]
    assert jonas["patient"]["reference"] == f"Patient/{ASTRID}"
    assert jonas["period"] == {"start": "2026-02-01"}
    assert {each["valueCoding"]["code"] for each in jonas["extension"][0]["extension"]} == {
        right.value for right in Right
    }
    assert included(answer) == [f"Patient/{ASTRID}"]
    text = answer.content.decode()
    assert NATIONAL_IDS["jonas"] not in text
    assert str(JONAS) not in text
    assert said(epj("GET", f"RelatedPerson/{jonas['id']}")) == jonas


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE fullmakt SET state = 'ended', ended_at = '2026-02-20T10:00:00Z', end_reason = 'withdrawn'",
        "UPDATE citizen SET protection = 'confidential' WHERE given_name = 'Jonas'",
        "UPDATE citizen SET deceased_on = '2026-02-20' WHERE given_name = 'Jonas'",
    ],
)
def test_one_who_acts_no_more_is_not_named(epj, database, change) -> None:
    database.execute(change)
    id = an_id("fullmakt astrid jonas")
    assert found(epj("GET", "RelatedPerson")) == []
    assert epj("GET", f"RelatedPerson/{id}").status_code == 404
    ended = epj("GET", f"Consent/{id}")
    assert said(ended)["status"] == "inactive"
    assert "actor" not in said(ended)["provision"]
    assert "Jonas" not in ended.content.decode()
    assert [each["id"] for each in found(epj("GET", "Consent?category=fullmakt&status=inactive"))] == [str(id)]
    assert found(epj("GET", "Consent?category=fullmakt&status=active")) == []


def test_a_consent_is_the_terms_or_a_fullmakt(epj, world) -> None:
    terms, fullmakt = an_id("acceptance astrid"), an_id("fullmakt astrid jonas")
    assert {each["id"] for each in found(epj("GET", "Consent"))} == {str(terms), str(fullmakt)}
    said_yes = said(epj("GET", f"Consent/{terms}"))
    assert (said_yes["status"], said_yes["extension"]) == (
        "active",
        [{"url": systems.HOW_FAR, "valueCode": "active"}],
    )
    given = said(epj("GET", f"Consent/{fullmakt}"))
    assert given["provision"]["actor"][0]["reference"] == {
        "reference": f"RelatedPerson/{fullmakt}",
        "type": "RelatedPerson",
    }
    assert [each["code"] for each in given["provision"]["class"]] == ["Appointment", "Task", "Communication"]
    assert [each["id"] for each in found(epj("GET", "Consent?category=terms"))] == [str(terms)]
    assert [each["id"] for each in found(epj("GET", "Consent?category=fullmakt"))] == [str(fullmakt)]
    assert found(epj("GET", "Consent?status=inactive")) == []


def test_that_she_has_stopped_is_told_and_nothing_else_of_her(epj, database) -> None:
    database.execute("UPDATE acceptance SET withdrawn_at = '2026-02-20T10:00:00Z'")
    database.execute(
        "UPDATE activation SET state = 'inactive', ended_at = '2026-02-20T10:00:00Z', reason = 'withdrawn'"
    )
    [stopped] = found(epj("GET", "Consent?_lastUpdated=ge2026-02-20"))
    assert (stopped["status"], stopped["provision"]["period"]["end"]) == ("inactive", "2026-02-20T10:00:00+00:00")
    for kind in ("Patient", "EpisodeOfCare", "CareTeam", "RelatedPerson"):
        assert found(epj("GET", kind)) == [], kind


def test_an_offered_fullmakt_is_nobodys_business_yet(epj, database) -> None:
    database.execute(
        "INSERT INTO fullmakt (id, giver_id, receiver_id, rights, state, offered_at, end_reason)"
        " VALUES (gen_random_uuid(), %s, %s, '{read}', 'offered', '2026-02-20T10:00:00Z', '')",
        [ASTRID, an_id("siri")],
    )
    assert len(found(epj("GET", "Consent?category=fullmakt"))) == 1
    assert "Siri" not in epj("GET", "RelatedPerson").content.decode()


def test_a_journals_grant_reads_a_fullmakt_and_an_acceptance_and_writes_neither(journal, world) -> None:
    for model, column in ((Fullmakt, "end_reason"), (Acceptance, "language")):
        with transaction.atomic():
            let_in(journal)
            assert model.objects.count() == 1
            with pytest.raises(ProgrammingError), transaction.atomic():
                model.objects.update(**{column: "nn"})
        with transaction.atomic():
            let_in(the_journal(world.fjordby))
            assert model.objects.count() == 0


@pytest.mark.parametrize(("municipality", "told"), [("Tunvik", "Jonas\nBerg"), ("Fjordby", None), ("", None)])
def test_the_name_of_one_who_acts_is_told_to_her_own_municipality_alone(world, municipality, told) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if municipality:
            let_in(the_journal(an_id(municipality)))
        cursor.execute("SELECT hk_name_of_proxy(%s, %s)", [an_id("fullmakt astrid jonas"), date(2026, 3, 2)])
        assert cursor.fetchone() == (told,)


# ---- the log


def test_the_municipalitys_own_lines_of_her_log_are_read_the_latest_first(epj, fjordby, at, database) -> None:
    epj("GET", f"Patient/{ASTRID}")
    at("monday 12:00")
    epj("GET", f"Patient/{ASTRID}")
    database.execute(
        "INSERT INTO access_entry (at, act, outcome, standing, actor_name, citizen_id, municipality_id, about_kind,"
        " actor_role, actor_unit, in_list)"
        " VALUES ('2026-03-01T10:00:00Z', 'log-in', 'done', 'self', 'Astrid Berg', %s, NULL, 'citizen', '', '', false),"
        " ('2026-03-01T11:00:00Z', 'read-thread-as-staff', 'no-decision', 'employee', 'Per Sand', %s, %s, 'thread',"
        " 'nurse', 'Hjemmetjenesten Sør', false)",
        [ASTRID, ASTRID, an_id("Tunvik")],
    )
    lines = found(epj("GET", f"AuditEvent?patient=Patient/{ASTRID}"))
    assert [each["subtype"][0]["code"] for each in lines] == ["read-for-journal"] * 2 + ["read-thread-as-staff"]
    assert [(each["action"], each["outcome"]) for each in lines] == [("R", "0"), ("R", "0"), ("R", "4")]
    assert lines[2]["agent"][0]["who"] == {"display": "Per Sand, Hjemmetjenesten Sør"}
    assert lines[2]["entity"][0]["what"]["reference"] == f"Patient/{ASTRID}"
    assert said(epj("GET", f"AuditEvent/{lines[2]['id']}")) == lines[2]
    assert fjordby("GET", f"AuditEvent/{lines[2]['id']}").status_code == 404
    assert found(fjordby("GET", f"AuditEvent?patient={ASTRID}")) == []
    assert len(found(epj("GET", f"AuditEvent?patient={ASTRID}&date=2026-03-01"))) == 1
    assert len(found(posted(epj, "AuditEvent", f"patient.identifier={number('astrid')}&date=2026-03-01"))) == 1


def test_the_log_is_read_page_by_page_and_of_one_person_at_a_time(epj, database) -> None:
    database.execute(
        "INSERT INTO access_entry (at, act, outcome, standing, actor_name, citizen_id, municipality_id, about_kind,"
        " actor_role, actor_unit, in_list) SELECT '2026-03-01T10:00:00Z', 'see-today', 'done', 'employee', 'Mona Lie', %s,"
        " %s, '', '', '', true FROM generate_series(1, 5)",
        [ASTRID, an_id("Tunvik")],
    )
    seen, path = [], f"AuditEvent?patient={ASTRID}&date=2026-03-01&_count=2"
    while path:
        answer = epj("GET", path)
        seen += [each["id"] for each in found(answer)]
        links = {each["relation"]: each["url"] for each in said(answer)["link"]}
        path = links.get("next", "").removeprefix("http://testserver/fhir/")
    assert len(seen) == len(set(seen)) == 5
    assert epj("GET", "AuditEvent").status_code == 400
    for id in ("x", "-1", "9" * 30):
        assert epj("GET", f"AuditEvent/{id}").status_code == 404


# ---- what holds for all of them

KINDS = sorted(READABLES)
NEEDED = {"AuditEvent": f"patient={ASTRID}", "Provenance": f"target={an_id('visit')}"}


@pytest.mark.parametrize("kind", KINDS)
def test_pages_of_one_give_each_once(epj, journal, world, kind) -> None:
    world.activation("einar")
    where = NEEDED.get(kind, "")
    if kind == "Provenance":
        told = [record_visits(journal, [each]) for each in (ASTRIDS_MORNING, later(title="Dusj"))]
        where = f"target=Appointment/{told[0][0].visit_id}"
    if kind == "AuditEvent":
        for key in ("einar", "astrid"):
            epj("GET", f"Patient/{an_id(key)}")
            epj("GET", f"Patient/{an_id(key)}")
    whole = [each["id"] for each in found(epj("GET", f"{kind}?{where}"))]
    one_by_one, path = [], f"{kind}?{where}&_count=1"
    while path and len(one_by_one) <= len(whole):
        answer = epj("GET", path)
        one_by_one += [each["id"] for each in found(answer)]
        links = {each["relation"]: each["url"] for each in said(answer)["link"]}
        path = links.get("next", "").removeprefix("http://testserver/fhir/")
    assert whole
    assert set(whole) <= set(one_by_one)
    assert len(one_by_one) == len(set(one_by_one))


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_without_the_scope_reads_and_finds_nothing(journal, kind) -> None:
    others = caller(journal, ALL - {f"system/{kind}.rs"})
    where = f"?{NEEDED.get(kind, NEEDED['AuditEvent'])}"
    assert others("GET", f"{kind}/{an_id('x')}").status_code == 403
    assert others("GET", f"{kind}{where}").status_code == 403
    assert posted(others, kind, where[1:]).status_code == 403
    only_search = caller(journal, frozenset({f"system/{kind}.s"}))
    assert only_search("GET", f"{kind}{where}").status_code == 200
    assert only_search("GET", f"{kind}/{an_id('x')}").status_code == 403


def test_what_is_included_needs_its_own_scope(journal) -> None:
    call = caller(journal, frozenset({"system/EpisodeOfCare.rs"}))
    assert call("GET", "EpisodeOfCare?_include=EpisodeOfCare:patient").status_code == 403


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("query", "lenient", "strict"),
    [
        ("colour=green", 200, 400),
        ("_include=Observation:subject", 200, 200),
        ("_id=x&_id=y", 400, 400),
        ("patient:missing=true", 400, 400),
        ("_lastUpdated=soon", 400, 400),
        ("_count=-1", 400, 400),
        ("_total=some", 400, 400),
        ("_summary=some", 200, 400),
        ("_cursor=x", 400, 400),
        ("patient=%00", 400, 400),
    ],
)
def test_parameters_are_heeded_refused_or_passed_over(epj, kind, query, lenient, strict) -> None:
    query = f"{query}&{NEEDED[kind]}" if kind in NEEDED and "patient=" not in query else query
    parameters = READABLES[kind].known("GET")
    asked = {part.split("=")[0].split(":")[0] for part in query.split("&")} - {"_count", "_cursor"}
    for preference, wanted in (("handling=lenient", lenient), ("handling=strict", strict)):
        answer = epj("GET", f"{kind}?{query}", Prefer=preference)
        if asked <= parameters or "%00" in query:
            expected = 400 if "_include" in query and preference == "handling=strict" else wanted
        else:
            expected = (
                400
                if preference == "handling=strict" or (wanted == 400 and asked & parameters - {"patient", "target"})
                else 200
            )
        assert answer.status_code == expected, (preference, answer.content)
        assert said(answer)["resourceType"] == ("Bundle" if expected == 200 else "OperationOutcome")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["identifier", "patient.identifier", "patient:identifier", "name", "_id"])
def test_a_national_id_never_stands_in_an_address(epj, kind, name) -> None:
    answer = epj("GET", f"{kind}?{name}={number('astrid')}")
    assert answer.status_code == 400
    assert "_search" in said(answer)["issue"][0]["diagnostics"]
    assert NATIONAL_IDS["astrid"] not in answer.content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_they_are_read_and_never_written(epj, kind) -> None:
    for method, path in (
        ("POST", kind),
        ("PUT", f"{kind}/{an_id('x')}"),
        ("DELETE", f"{kind}/{an_id('x')}"),
        ("PUT", kind),
    ):
        assert epj(method, path, {"resourceType": kind}).status_code == 405
    unknown = epj("GET", f"{kind}/{an_id('x')}")
    assert (unknown.status_code, said(unknown)["resourceType"]) == (404, "OperationOutcome")


@pytest.mark.parametrize("kind", KINDS)
def test_a_search_takes_few_statements_however_much_it_finds(epj, world, queries_in, kind) -> None:
    world.activation("einar")
    where = f"?patient={ASTRID}"
    few = {"Consent": 6, "Organization": 4, "HealthcareService": 4, "Practitioner": 4, "PractitionerRole": 4}
    assert queries_in(lambda: epj("GET", f"{kind}{where}")) <= few.get(kind, 5)


def test_an_opened_one_is_logged_each_time_and_a_list_once(epj, database) -> None:
    id = an_id(f"decision astrid {an_id('nursing Nord')}")
    for _ in range(2):
        epj("GET", f"EpisodeOfCare/{id}")
        epj("GET", "EpisodeOfCare")
    lines = database.execute("SELECT about_kind, in_list FROM access_entry ORDER BY id").fetchall()
    assert sorted(lines) == [("decision", False), ("decision", False), ("municipality", True)]


def test_a_citizen_and_an_employee_get_nothing_here(astrid, mona) -> None:
    for actor in (astrid, mona):
        for kind in KINDS:
            answer = caller(actor, ALL)("GET", f"{kind}/{an_id('x') if kind != 'AuditEvent' else '1'}")
            assert answer.status_code in (403, 404, 500), kind
            assert said(answer)["resourceType"] == "OperationOutcome"


def test_every_readable_type_is_at_the_door() -> None:
    assert set(READABLES) <= set(router.OFFERED)
