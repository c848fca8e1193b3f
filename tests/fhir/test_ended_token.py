"""A journal whose token ended a moment ago is let in nowhere, though the door still remembers it."""

import json
from dataclasses import replace

import pytest

from hjemmekontakt.fhir import router, systems
from hjemmekontakt.fhir.door import FORM, JSON
from hjemmekontakt.fhir.router import OFFERED
from tests.fhir.test_door import ADDRESS, ASTRID, EVERYTHING, VISIT, caller
from tests.people import an_id

ID = str(an_id("something"))
TRANSACTION = {
    "resourceType": "Bundle",
    "type": "transaction",
    "entry": [{"request": {"method": "PUT", "url": ADDRESS}, "resource": VISIT}],
}
STRANGER = f"patient.identifier={systems.FNR}|14834410000".replace("|", "%7C")


@pytest.fixture
def ended(journal):
    """Tunvik's journal by a token that is no more."""
    return caller(replace(journal, token=b"no such token"), EVERYTHING)


@pytest.mark.parametrize("kind", OFFERED)
def test_nothing_is_read_or_sought(ended, kind: str) -> None:
    asked = [f"{kind}/{ID}"]
    if OFFERED[kind].search is not None:
        asked += [kind, f"{kind}?_id={ID}"]
    if OFFERED[kind].history is not None:
        asked += [f"{kind}/{ID}/_history", f"{kind}/{ID}/_history/1"]
    for path in asked:
        answer = ended("GET", path)
        assert (answer.status_code, answer["WWW-Authenticate"][:6]) == (401, "Bearer"), path
        assert json.loads(answer.content)["issue"][0]["code"] == "login"


@pytest.mark.parametrize(
    ("method", "path", "content", "type"),
    [
        ("PUT", ADDRESS, VISIT, JSON),
        ("PUT", f"Appointment/{ID}", VISIT, JSON),
        ("POST", "Appointment", VISIT, JSON),
        ("POST", "", TRANSACTION, JSON),
        ("POST", "", {**TRANSACTION, "type": "batch"}, JSON),
        ("POST", "", {**TRANSACTION, "type": "batch", "entry": []}, JSON),
        ("POST", "Appointment/_search", STRANGER.encode(), FORM),
        ("GET", "Patient/" + ID + "/$everything", None, JSON),
        ("POST", "Subscription", {"resourceType": "Subscription"}, JSON),
        ("PUT", f"Task/{ID}", {"resourceType": "Task"}, JSON),
        ("POST", "digitally-active", {"fnrListe": [ASTRID]}, JSON),
        ("POST", "$import", b"{}", "application/fhir+ndjson"),
        ("GET", "$export", None, JSON),
    ],
)
def test_nothing_is_written_and_nothing_is_told_of_anybody(ended, database, method, path, content, type) -> None:
    path = "/".join(router.digitally_active.PATH) if path == "digitally-active" else path
    answer = ended(method, path, content, type=type)
    assert answer.status_code == 401, answer.content
    assert database.execute("SELECT count(*) FROM visit").fetchone() == (0,)
    assert database.execute("SELECT count(*) FROM access_entry").fetchone() == (0,)
