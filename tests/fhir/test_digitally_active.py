"""Tunvik's journal asks who can be reached here, in Helsenorge's shape: many at once, in the body, nothing repeated."""

import json
from datetime import date

import pytest

from hjemmekontakt.access.rules import Standing
from hjemmekontakt.ground.national_ids import make_synthetic
from tests.fhir.test_door import caller, said
from tests.people import NATIONAL_IDS, an_id, the_journal

PATH = "digitaltaktiv/helsenorgeaktivsjekken/v1"
SCOPE = frozenset({"system/DigitaltAktiv.s"})
STRANGER = make_synthetic(date(1944, 3, 14), 100)


@pytest.fixture
def epj(journal):
    return caller(journal, SCOPE)


def question(*numbers: str, **more: object) -> dict[str, object]:
    return {"fnrListe": list(numbers), "omraade": "Helsehjelp", **more}


def answer(herself: bool = False, *, others: bool = False) -> dict[str, bool]:
    return {"erDigitaltAktivSelv": herself, "erDigitaltAktivViaAndre": others, "tildeltFullmakt": False}


def test_each_one_asked_about_is_answered(epj) -> None:
    astrid, einar, siri = (NATIONAL_IDS[key] for key in ("astrid", "einar", "siri"))
    told = epj("POST", PATH, question(astrid, einar, siri, STRANGER), type="application/json")
    assert told.status_code == 200
    assert told["Content-Type"] == "application/json"
    assert told["Cache-Control"] == "no-store"
    assert said(told) == {
        "erAktivListe": {
            astrid: answer(True, others=True),
            einar: answer(),
            siri: answer(),
            STRANGER: answer(),
        }
    }


def test_without_a_fullmakt_nobody_acts_for_her(epj, database) -> None:
    database.execute("UPDATE fullmakt SET state = 'ended', ended_at = '2026-02-20T10:00:00Z', end_reason = 'withdrawn'")
    astrid = NATIONAL_IDS["astrid"]
    assert said(epj("POST", PATH, question(astrid)))["erAktivListe"][astrid] == answer(True)


def test_another_municipality_is_told_nothing_of_her(world) -> None:
    fjordby = caller(the_journal(world.fjordby), SCOPE)
    astrid = NATIONAL_IDS["astrid"]
    assert said(fjordby("POST", PATH, question(astrid)))["erAktivListe"] == {astrid: answer()}
    world.decision("astrid", world.fjordby, world.fjordby_unit, world.fjordby_nursing)
    assert said(fjordby("POST", PATH, question(astrid)))["erAktivListe"][astrid]["erDigitaltAktivSelv"] is True


def test_each_whom_the_municipality_helps_is_told_in_her_log_once(epj, database, at) -> None:
    numbers = [NATIONAL_IDS[key] for key in ("astrid", "einar", "siri")]
    for _ in range(2):
        epj("POST", PATH, question(*numbers))
    lines = database.execute("SELECT act, standing, citizen_id, in_list FROM access_entry").fetchall()
    assert sorted(lines) == sorted(
        ("ask-who-is-active", Standing.MACHINE, an_id(key), True) for key in ("astrid", "einar")
    )


def test_a_thousand_take_as_few_statements_as_one(epj, queries_in) -> None:
    one = queries_in(lambda: epj("POST", PATH, question(NATIONAL_IDS["astrid"])))
    thousand = [f"{n:011d}" for n in range(999)] + [NATIONAL_IDS["astrid"]]
    told = []
    assert queries_in(lambda: told.append(epj("POST", PATH, question(*thousand)))) == one == 7
    assert len(said(told[0])["erAktivListe"]) == 1000


A_NUMBER = NATIONAL_IDS["astrid"]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (question(*[A_NUMBER] * 1001), 413),
        (question(*[f"{n:011d}" for n in range(1001)]), 413),
        (question(A_NUMBER, f"{A_NUMBER}\n"), 400),
        (question(A_NUMBER, f"{A_NUMBER}1"), 400),
        (question(A_NUMBER, "١٢٣٤٥٦٧٨٩٠١"), 400),
        ({"fnrListe": [int("9" + A_NUMBER[1:])]}, 400),
        ({"fnrListe": A_NUMBER}, 400),
        ({"omraade": A_NUMBER}, 400),
        (question(A_NUMBER, omraade=A_NUMBER), 400),
        ([A_NUMBER], 400),
        (f'{{"fnrListe": ["{A_NUMBER}"'.encode(), 400),
        (b"\xff" + A_NUMBER.encode(), 400),
        (b"[" * 100_000, 400),
        (b" " * (1024 * 1024 + 1), 413),
    ],
)
def test_what_is_wrong_is_refused_and_no_number_is_repeated(epj, caplog, database, content, status) -> None:
    refused = epj("POST", PATH, content)
    assert (refused.status_code, said(refused)["resourceType"]) == (status, "OperationOutcome")
    assert A_NUMBER not in refused.content.decode() + caplog.text
    assert database.execute("SELECT count(*) FROM access_entry").fetchone() == (0,)


def test_it_needs_its_scope_its_method_and_a_body(epj, journal, astrid) -> None:
    assert caller(journal, frozenset({"system/Patient.rs"}))("POST", PATH, question()).status_code == 403
    assert caller(astrid, SCOPE)("POST", PATH, question()).status_code == 403
    assert epj("GET", PATH).status_code == 405
    assert epj("GET", f"{PATH}?fnr={STRANGER}").status_code == 400
    assert epj("POST", PATH, question(), type="text/plain").status_code == 415
    assert said(epj("POST", PATH, question())) == {"erAktivListe": {}}
    assert epj("POST", "digitaltaktiv/helsenorgeaktivsjekken/v2", question()).status_code == 404
    assert said(epj("POST", PATH, json.dumps({"fnrListe": []}).encode())) == {"erAktivListe": {}}
