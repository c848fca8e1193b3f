"""OperationOutcome and what the door offers."""

import json
from datetime import UTC, datetime

from hjemmekontakt.fhir import capability, outcome
from hjemmekontakt.fhir.calls.readables import READABLES
from hjemmekontakt.fhir.outcome import Issue


def test_a_person_who_is_not_active_is_told_with_the_national_code():
    told = outcome.outcome([outcome.not_active()])

    assert told["resourceType"] == "OperationOutcome"
    assert told["issue"][0]["code"] == "business-rule"
    assert told["issue"][0]["details"] == {"coding": [{"system": "urn:oid:2.16.578.1.12.4.1.1.8221", "code": "E35"}]}


def test_a_national_id_is_struck_out_whoever_wrote_it():
    careless = Issue("error", "value", "04924299957 and 049242 99957 are wrong", "Patient.04924299957")

    told = outcome.body([careless]).decode()

    assert "99957" not in told
    assert json.loads(told)["issue"][0]["diagnostics"] == "… and … are wrong"


def test_an_outcome_always_says_something():
    assert outcome.outcome([])["issue"] == [
        {"severity": "information", "code": "informational", "diagnostics": "All is well."}
    ]


def test_the_statement_offers_what_the_table_says():
    told = capability.statement(
        "http://127.0.0.1:8000/fhir",
        "http://127.0.0.1:8000/oauth/token",
        version="0.1.0",
        published=datetime(2027, 3, 22, tzinfo=UTC),
    )

    rest = told["rest"][0]
    by_type = {each["type"]: each for each in rest["resource"]}
    assert (told["fhirVersion"], told["kind"]) == ("4.0.1", "instance")
    more = {"Appointment", "AppointmentResponse", "Binary", "Communication", "Subscription", "Task"}
    assert set(by_type) == {*more, *READABLES}
    assert by_type["Appointment"]["conditionalUpdate"] is True
    assert [each["code"] for each in by_type["Patient"]["interaction"]] == ["read", "search-type"]
    assert "searchParam" not in by_type["Binary"]
    assert {"name": "part-of", "type": "reference"} in by_type["Communication"]["searchParam"]
    assert {"name": "_lastUpdated", "type": "date"} in by_type["Patient"]["searchParam"]
    assert by_type["CareTeam"]["searchInclude"] == ["CareTeam:participant", "CareTeam:patient"]
    assert by_type["Patient"]["documentation"] == "In the body of POST _search alone: identifier."
    assert [each["name"] for each in rest["operation"]] == ["export", "import"]
    assert [each["name"] for each in by_type["Patient"]["operation"]] == ["everything"]
    assert rest["security"]["extension"][0]["extension"][0]["valueUri"] == "http://127.0.0.1:8000/oauth/token"


def test_the_smart_configuration_tells_a_journal_how_to_get_its_token():
    told = capability.smart_configuration("http://127.0.0.1:8000/oauth/token")

    assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert told["token_endpoint_auth_signing_alg_values_supported"] == ["RS384", "ES384"]
    assert "system/Appointment.crus" in told["scopes_supported"]
