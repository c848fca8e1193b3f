"""Tunvik's journal sends much at once: a transaction is all or nothing, a batch each by itself; what failed is named."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hjemmekontakt.fhir import systems
from hjemmekontakt.visits.actions import withdraw_cancellation
from tests.at_once import at_once
from tests.fhir.test_door import (
    ADDRESS,
    ASTRID,
    SOMEBODY,
    VISIT,
    asked,
    caller,
    changed,
    epj,
    fjordby,
    named,
    of,
    said,
)
from tests.fhir.test_plans_at_the_door import MONDAYS_AND_THURSDAYS
from tests.people import an_id
from tests.visits.conftest import told

__all__ = ["asked", "epj", "fjordby", "told"]  # the fixtures of stories beside this one

LATER = "2026-03-01T21:00:00Z"


def put(resource: dict[str, Any], **request: Any) -> dict[str, Any]:
    """An entry that puts a visit by its identifier."""
    [identifier] = resource["identifier"]
    url = f"Appointment?identifier={identifier['system']}|{identifier['value']}"
    return {"resource": resource, "request": {"method": "PUT", "url": url, **request}}


def create(resource: dict[str, Any], **request: Any) -> dict[str, Any]:
    """An entry that creates a visit."""
    return {"resource": resource, "request": {"method": "POST", "url": "Appointment", **request}}


def get(url: str, **request: Any) -> dict[str, Any]:
    """An entry that reads."""
    return {"request": {"method": "GET", "url": url, **request}}


def bundle(kind: str, *entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def statuses(answer: Any) -> list[str]:
    return [entry["response"]["status"][:3] for entry in said(answer)["entry"]]


def codes(entry: dict[str, Any]) -> list[str]:
    return [issue["code"] for issue in entry["response"]["outcome"]["issue"]]


def performed(value: str = "urn:uuid:1", at: str = LATER) -> dict[str, Any]:
    return named(
        value,
        meta={"lastUpdated": at},
        status="fulfilled",
        requestedPeriod=None,
        start="2026-03-06T08:10:00+01:00",
        end="2026-03-06T08:30:00+01:00",
    )


def called_off() -> dict[str, Any]:
    """Astrid's visit on Friday, called off as she wished."""
    reason = {"coding": [{"system": systems.CANCELLATION, "code": "AAI"}]}
    return changed(meta={"lastUpdated": LATER}, status="cancelled", cancelationReason=reason)


def stored(database: Any) -> list[tuple[str, str, int]]:
    return database.execute("SELECT identifier_value, status, version FROM visit ORDER BY identifier_value").fetchall()


def test_a_transaction_is_taken_whole_and_answered_entry_by_entry(epj, database, told) -> None:
    answer = epj("POST", "", bundle("transaction", put(performed()), create(named("urn:uuid:2"))))
    assert (answer.status_code, said(answer)["type"]) == (200, "transaction-response")
    first, second = said(answer)["entry"]
    assert statuses(answer) == ["201", "201"]
    assert first["response"]["location"].startswith("http://testserver/fhir/Appointment/")
    assert first["response"]["location"].endswith("/_history/1")
    assert (first["response"]["etag"], "resource" in first) == ('W/"1"', False)
    assert datetime.fromisoformat(second["response"]["lastModified"])
    assert stored(database) == [("urn:uuid:1", "performed", 1), ("urn:uuid:2", "planned", 1)]
    assert [event for event, _ in told()] == ["VisitsPerformed"]
    again = epj("POST", "", bundle("transaction", put(performed()), create(named("urn:uuid:2"))))
    assert statuses(again) == ["200", "200"]
    assert len(told()) == 1


WRONG = [
    ("inactive", put(of("einar") | {"identifier": named("urn:uuid:9")["identifier"]}), 422, "business-rule"),
    ("no such day", put(named("urn:uuid:9", requestedPeriod=[{"start": "soon"}])), 422, None),
    ("unknown element", put(named("urn:uuid:9", colour="green")), 400, "structure"),
    ("another version", put(named("urn:uuid:9"), ifMatch='W/"7"'), 412, "conflict"),
    ("a read", get("Appointment"), 422, "not-supported"),
    ("a deletion", {"request": {"method": "DELETE", "url": "Appointment/x"}}, 422, "not-supported"),
    ("another kind", {"request": {"method": "POST", "url": "Communication"}}, 422, "not-supported"),
    ("no such task", {"resource": {}, "request": {"method": "PUT", "url": f"Task/{an_id('x')}"}}, 400, None),
    ("a number in the address", get(f"Patient?identifier={SOMEBODY}"), 400, "security"),
    ("a number in the path", get(f"Patient/{SOMEBODY}"), 400, "security"),
    ("a number in a header", create(named("urn:uuid:9"), ifNoneExist=f"identifier=x|{SOMEBODY}"), 400, "security"),
]


@pytest.mark.parametrize(("what", "entry", "status", "code"), WRONG, ids=[each[0] for each in WRONG])
def test_one_bad_entry_ends_a_transaction_with_its_place_and_nothing_is_stored(
    epj, database, told, what, entry, status, code
) -> None:
    answer = epj("POST", "", bundle("transaction", put(performed()), entry))
    assert (answer.status_code, said(answer)["resourceType"]) == (status, "OperationOutcome"), answer.content
    issue, *_, last = said(answer)["issue"]
    assert issue["expression"][0].startswith("Bundle.entry[1]")
    assert issue["diagnostics"].startswith("Bundle.entry[1]: ")
    assert code is None or issue["code"] == code
    assert last["diagnostics"] == "Nothing of this transaction was stored."
    assert not [number for number in (ASTRID, SOMEBODY) if number in answer.content.decode()]
    assert (stored(database), told()) == ([], [])


def test_every_bad_entry_of_a_transaction_is_named_at_once(epj, database) -> None:
    entries = [put(named("urn:uuid:9", colour="green")), put(VISIT), put(named("urn:uuid:8", serviceCategory=None))]
    answer = epj("POST", "", bundle("transaction", *entries))
    places = [issue["expression"][0] for issue in said(answer)["issue"] if "expression" in issue]
    assert places == ["Bundle.entry[0].resource.colour", "Bundle.entry[2].resource.serviceCategory"]
    later = [put(of("einar")), put(named("urn:uuid:5")), put({**of("siri"), "identifier": named("b")["identifier"]})]
    refused = said(epj("POST", "", bundle("transaction", *later)))["issue"]
    assert [each["details"]["coding"][0]["code"] for each in refused[:-1]] == ["E35", "E35"]
    assert [each["expression"] for each in refused[:-1]] == [["Bundle.entry[0]"], ["Bundle.entry[2]"]]
    assert stored(database) == []


def test_in_a_batch_an_inactive_persons_line_alone_fails(epj, database) -> None:
    answer = epj(
        "POST",
        "",
        bundle(
            "batch",
            put(VISIT),
            put({**of("einar"), "identifier": named("urn:uuid:2")["identifier"]}),
            put(named("urn:uuid:3", colour="green")),
            get("Appointment?status=proposed"),
            get(f"Patient?identifier={SOMEBODY}"),
            get(f"Communication/{an_id('none')}"),
            put(named("urn:uuid:4")),
        ),
    )
    assert (answer.status_code, said(answer)["type"]) == (200, "batch-response")
    assert statuses(answer) == ["201", "422", "400", "200", "400", "404", "201"]
    entries = said(answer)["entry"]
    assert entries[1]["response"]["outcome"]["issue"][0]["details"]["coding"][0]["code"] == "E35"
    assert entries[2]["response"]["outcome"]["issue"][0]["expression"] == ["Appointment.colour"]
    assert entries[3]["resource"]["type"] == "searchset"
    assert len(entries[3]["resource"]["entry"]) == 2  # the writes come before the reads
    assert codes(entries[4]) == ["security"]
    assert ASTRID not in json.dumps([each for place, each in enumerate(entries) if place != 3])
    assert [value for value, _, _ in stored(database)] == ["urn:uuid:1", "urn:uuid:4"]


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_of_several_words_about_one_visit_the_newest_counts_whichever_comes_first(epj, database, told, kind) -> None:
    newest = performed(at="2026-03-01T22:00:00Z")
    answer = epj("POST", "", bundle(kind, put(newest), put(performed(at=LATER)), put(VISIT), put(newest)))
    assert statuses(answer) == ["200", "200", "200", "201"]
    oldest = said(answer)["entry"][2]["response"]
    assert oldest["outcome"]["issue"][0]["severity"] == "information"
    assert stored(database) == [("urn:uuid:1", "performed", 1)]
    assert [event for event, _ in told()] == ["VisitsPerformed"]


def test_where_the_newest_word_is_not_taken_the_one_before_it_is(epj, database) -> None:
    epj("PUT", ADDRESS, VISIT)
    older = changed(meta={"lastUpdated": LATER}, description="Eldre")
    newest = changed(meta={"lastUpdated": "2026-03-01T22:00:00Z"}, description="Nyest")
    answer = epj("POST", "", bundle("batch", put(newest, ifMatch='W/"4"'), put(older)))
    assert statuses(answer) == ["412", "200"]
    assert database.execute("SELECT title, version FROM visit").fetchall() == [("Eldre", 2)]


@pytest.mark.parametrize(("kind", "new", "changed"), [("batch", 6, 10), ("transaction", 6, 10)])
def test_a_hundred_visits_cost_as_many_statements_as_two(epj, told, kind, new, changed) -> None:
    def cost(resources: list[dict[str, Any]]) -> int:
        with CaptureQueriesContext(connection) as seen:
            answer = epj("POST", "", bundle(kind, *map(put, resources)))
        assert set(statuses(answer)) <= {"200", "201"}
        return len(seen)

    few, many = ["a", "b"], [f"urn:uuid:{place}" for place in range(100)]
    assert (cost([named(value) for value in few]), cost([named(value) for value in many])) == (new, new)
    assert (cost([performed(value) for value in few]), cost([performed(value) for value in many])) == (changed, changed)
    assert len(told()) == 2


def test_an_answer_and_the_visit_it_is_about_come_together_and_are_told_once(epj, asked, database, told) -> None:
    task = said(epj("GET", f"Task/{asked.id}"))
    visit = {**put(called_off()), "fullUrl": "urn:uuid:5f1d3a50-0000-4000-8000-000000000001"}
    answered = {**task, "status": "accepted", "focus": {"reference": visit["fullUrl"]}}
    answer = {"resource": answered, "request": {"method": "PUT", "url": f"Task/{asked.id}", "ifMatch": 'W/"1"'}}
    for _ in range(2):
        answer["request"].pop("ifMatch", None) if _ else None
        done = epj("POST", "", bundle("transaction", visit, answer))
        assert statuses(done) == ["200", "200"], done.content
    assert stored(database) == [("urn:uuid:1", "cancelled", 2)]
    assert [event for event, _ in told()] == ["CancellationAsked", "CancellationAnswered"]


@pytest.mark.parametrize(
    ("focus", "status"),
    [
        ("Appointment?identifier=urn:ietf:rfc:3986|urn:uuid:1", 200),
        ("Appointment?identifier=urn:ietf:rfc:3986|urn:uuid:2", 422),
        ("urn:uuid:not-here", 422),
        (f"Appointment/{an_id('other')}", 422),
    ],
)
def test_an_answer_may_name_its_visit_as_the_journal_does(epj, asked, database, told, focus, status) -> None:
    task = {**said(epj("GET", f"Task/{asked.id}")), "status": "accepted", "focus": {"reference": focus}}
    entry = {"resource": task, "request": {"method": "PUT", "url": f"Task/{asked.id}"}}
    answer = epj("POST", "", bundle("transaction", put(named("urn:uuid:2")), entry))
    assert answer.status_code == status, answer.content
    assert len(stored(database)) == (2 if status == 200 else 1)
    assert len(told()) == (2 if status == 200 else 1)


def test_what_was_taken_back_ends_the_transaction_and_keeps_no_late_answer(epj, astrid, asked, database) -> None:
    task = {**said(epj("GET", f"Task/{asked.id}")), "status": "accepted"}
    withdraw_cancellation(astrid, asked.id)
    entry = {"resource": task, "request": {"method": "PUT", "url": f"Task/{asked.id}"}}
    answer = epj("POST", "", bundle("transaction", put(named("urn:uuid:2")), entry))
    assert (answer.status_code, said(answer)["issue"][0]["expression"]) == (409, ["Bundle.entry[1].resource.status"])
    assert database.execute("SELECT answered_too_late FROM cancellation").fetchone() == ("",)
    assert len(stored(database)) == 1


def test_a_bundle_that_is_too_much_or_something_else_is_not_begun(epj, database) -> None:
    many = epj("POST", "", bundle("batch", *[get("Task")] * 1001))
    reads = epj("POST", "", bundle("batch", *[get("Task")] * 101))
    large = epj("POST", "", b" " * (5 * 1024 * 1024 + 1))
    assert [each.status_code for each in (many, reads, large)] == [413, 413, 413]
    assert {said(each)["issue"][0]["code"] for each in (many, reads, large)} == {"too-costly"}
    for other, status in (
        ({"resourceType": "Bundle", "type": "collection"}, 422),
        ({"resourceType": "Bundle", "type": "batch", "entry": [{"resource": VISIT}]}, 400),
        (VISIT, 400),
        (b"{", 400),
    ):
        assert epj("POST", "", other).status_code == status
    nothing = epj("POST", "", {"resourceType": "Bundle", "type": "batch"})
    assert (nothing.status_code, said(nothing)) == (200, {"resourceType": "Bundle", "type": "batch-response"})
    assert stored(database) == []


def test_what_the_client_prefers_holds_for_every_entry(epj) -> None:
    whole = epj("POST", "", bundle("transaction", put(VISIT)), Prefer="return=representation")
    [entry] = said(whole)["entry"]
    assert entry["resource"]["identifier"][0]["value"] == "urn:uuid:1"
    batch = said(epj("POST", "", bundle("batch", put(VISIT)), Prefer="return=OperationOutcome"))
    assert "outcome" not in batch["entry"][0]["response"] or batch["entry"][0]["response"]["outcome"]["issue"]


def test_each_entry_needs_its_own_scope(journal, database) -> None:
    reader = caller(journal, frozenset({"system/Appointment.rs"}))
    answer = reader("POST", "", bundle("batch", put(VISIT), create(VISIT), get("Appointment"), get("Task")))
    assert statuses(answer) == ["403", "403", "200", "403"]
    assert reader("POST", "", bundle("transaction", put(VISIT))).status_code == 403
    assert stored(database) == []


def test_another_municipalitys_journal_reaches_nothing_of_tunviks_by_a_bundle(epj, fjordby, asked, database) -> None:
    id = said(epj("PUT", ADDRESS, VISIT))["id"]
    before = stored(database)
    task = said(epj("GET", f"Task/{asked.id}"))
    by_id = {"resource": VISIT, "request": {"method": "PUT", "url": f"Appointment/{id}"}}
    answer = {"resource": {**task, "status": "accepted"}, "request": {"method": "PUT", "url": f"Task/{asked.id}"}}
    entries = [by_id, answer, get(f"Appointment/{id}"), get("Appointment"), get("Task"), put(performed())]
    batch = said(fjordby("POST", "", bundle("batch", *entries)))["entry"]
    assert [entry["response"]["status"][:3] for entry in batch] == ["404", "404", "404", "200", "200", "422"]
    assert ["entry" in entry["resource"] for entry in batch[3:5]] == [False, False]
    for entry in (by_id, answer):
        assert fjordby("POST", "", bundle("transaction", entry)).status_code == 404
    assert stored(database) == before
    assert database.execute("SELECT state FROM cancellation").fetchone() == ("sent",)


def test_a_visit_is_created_once_and_another_of_its_name_is_refused(epj, database, told) -> None:
    created = epj("POST", "Appointment", VISIT)
    assert (created.status_code, created["ETag"]) == (201, 'W/"1"')
    assert created["Location"].endswith("/_history/1")
    assert epj("POST", "Appointment", VISIT).status_code == 200  # the same again, as after a lost answer
    other = changed(meta={"lastUpdated": LATER}, description="Noe annet")
    refused = epj("POST", "Appointment", other)
    assert (refused.status_code, said(refused)["issue"][0]["code"]) == (412, "duplicate")
    assert database.execute("SELECT title, version FROM visit").fetchall() == [("Morgenstell", 1)]


def test_a_conditional_create_leaves_alone_what_is_there(epj, fjordby, database) -> None:
    same = {"If-None-Exist": "identifier=urn:ietf:rfc:3986|urn:uuid:1"}
    assert epj("POST", "Appointment", VISIT, **same).status_code == 201
    other = changed(meta={"lastUpdated": LATER}, description="Noe annet")
    left = epj("POST", "Appointment", other, **same)
    assert (left.status_code, left["ETag"], said(left)["description"]) == (200, 'W/"1"', "Morgenstell")
    word = epj("POST", "Appointment", other, Prefer="return=OperationOutcome", **same)
    assert said(word)["issue"][0]["severity"] == "information"
    newer = epj("PUT", ADDRESS, other)  # the word that was left alone is not held to be known
    assert (newer.status_code, newer["ETag"]) == (200, 'W/"2"')
    for wrong in ("identifier=x|y", "status=booked", "identifier=urn:uuid:1", f"identifier=x|{ASTRID}"):
        assert epj("POST", "Appointment", VISIT, **{"If-None-Exist": wrong}).status_code == 400, wrong
    assert len(stored(database)) == 1


def test_a_condition_that_fits_several_visits_writes_none(epj, database) -> None:
    twin = changed(identifier=[{**VISIT["identifier"][0], "system": "urn:other"}])
    assert epj("PUT", "Appointment?identifier=urn:uuid:1", VISIT).status_code == 201
    assert epj("PUT", "Appointment?identifier=urn:uuid:1", VISIT).status_code == 200
    epj("PUT", "Appointment?identifier=urn:other|urn:uuid:1", twin)
    refused = epj("PUT", "Appointment?identifier=urn:uuid:1", changed(meta={"lastUpdated": LATER}))
    assert (refused.status_code, said(refused)["issue"][0]["code"]) == (412, "multiple-matches")
    assert [version for _, _, version in stored(database)] == [1, 1]


def test_a_fault_in_one_visit_of_a_batch_holds_back_none_of_the_others(epj, database) -> None:
    database.execute("ALTER TABLE visit ADD CONSTRAINT tests_fault CHECK (identifier_value <> 'urn:uuid:2')")
    try:
        answer = epj("POST", "", bundle("batch", *[put(named(f"urn:uuid:{place}")) for place in (1, 2, 3)]))
        whole = epj("POST", "", bundle("transaction", *[put(named(f"urn:uuid:{place}")) for place in (2, 4)]))
    finally:
        database.execute("ALTER TABLE visit DROP CONSTRAINT tests_fault")
    assert (statuses(answer), whole.status_code) == (["201", "500", "201"], 500)
    assert [value for value, _, _ in stored(database)] == ["urn:uuid:1", "urn:uuid:3"]


def test_the_same_bundle_sent_four_times_at_once_is_told_once(epj, asked, database, told) -> None:
    task = said(epj("GET", f"Task/{asked.id}"))
    answer = {"resource": {**task, "status": "accepted"}, "request": {"method": "PUT", "url": f"Task/{asked.id}"}}
    entries = [put(called_off()), *[put(performed(f"urn:uuid:{place}")) for place in range(2, 7)], answer]
    answers = at_once(
        *[
            lambda kind=kind, order=order: epj("POST", "", bundle(kind, *order))
            for kind in ("transaction", "batch")
            for order in (entries, entries[::-1])
        ]
    )
    assert {status for answer in answers for status in statuses(answer)} == {"200", "201"}
    assert [version for _, _, version in stored(database)] == [2, 1, 1, 1, 1, 1]
    assert Counter(event for event, _ in told())["CancellationAnswered"] == 1
    performed_ids = [id for event, tells in told() if event == "VisitsPerformed" for id in tells["visit_ids"]]
    assert (len(performed_ids), len(set(performed_ids))) == (5, 5)


WORDS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 6)), min_size=1, max_size=8)


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS, cuts=st.sets(st.integers(1, 7)), kind=st.sampled_from(["batch", "transaction"]))
def test_in_whatever_order_and_bundles_words_come_the_newest_stand(epj, told, database, words, cuts, kind) -> None:
    for table in ("outbox", "visit_version", "visit"):
        database.execute(f"DELETE FROM {table}")

    def word(name: str, minute: int) -> dict[str, Any]:
        done = performed(name, at=f"2026-03-01T21:0{minute}:00Z")
        return put({**done, "description": f"Ord {minute}"})

    ends = sorted({*(cut for cut in cuts if cut < len(words)), len(words)})
    for begins, end in zip([0, *ends], ends, strict=False):
        answer = epj("POST", "", bundle(kind, *[word(*each) for each in words[begins:end]]))
        assert set(statuses(answer)) <= {"200", "201"}, answer.content
    newest = {name: f"Ord {max(minute for other, minute in words if other == name)}" for name, _ in words}
    assert dict(database.execute("SELECT identifier_value, title FROM visit").fetchall()) == newest
    tellings = [id for _, tells in told() for id in tells["visit_ids"]]
    assert sorted(tellings) == sorted(set(tellings))
    assert len(tellings) == len(newest)
    versions = database.execute(
        "SELECT v.version, (SELECT count(*) FROM visit_version o WHERE o.visit_id = v.id) FROM visit v"
    ).fetchall()
    assert all(version == earlier + 1 for version, earlier in versions)


def test_the_first_word_of_a_visit_that_a_plan_let_expect_creates_it(epj, astrid, database) -> None:
    epj("PUT", ADDRESS, changed(extension=MONDAYS_AND_THURSDAYS))
    at_eight = [{"start": "2026-03-09T08:00:00+01:00", "end": "2026-03-09T10:00:00+01:00"}]
    first = named("urn:uuid:2", requestedPeriod=at_eight, meta={"lastUpdated": LATER}, description="Dusj")
    before = database.execute("SELECT count(*) FROM visit").fetchone()
    once = {"ifNoneExist": "identifier=urn:ietf:rfc:3986|urn:uuid:2"}
    assert statuses(epj("POST", "", bundle("transaction", create(first, **once)))) == ["201"]
    assert statuses(epj("POST", "", bundle("transaction", create(first, **once)))) == ["200"]
    assert database.execute("SELECT count(*) FROM visit").fetchone() == before


def test_a_plan_and_a_visit_come_together_or_not_at_all(epj, database) -> None:
    plan = put(changed(extension=MONDAYS_AND_THURSDAYS))
    wrong = {**plan, "request": {"method": "PUT", "url": f"Appointment/{an_id('x')}"}}
    assert epj("POST", "", bundle("transaction", put(named("urn:uuid:2")), wrong)).status_code == 422
    refused = bundle("transaction", plan, put(named("urn:uuid:2"), ifMatch='W/"2"'))
    assert epj("POST", "", refused).status_code == 412
    plans = "SELECT (SELECT count(*) FROM visit_plan), (SELECT count(*) FROM visit)"
    assert database.execute(plans).fetchone() == (0, 0)
    for kind, expected in (("transaction", "201"), ("batch", "200")):
        answer = epj("POST", "", bundle(kind, plan, put(named("urn:uuid:2"))), Prefer="return=representation")
        assert statuses(answer) == [expected, expected]
        assert all(entry["resource"]["resourceType"] == "Appointment" for entry in said(answer)["entry"])
    assert database.execute("SELECT count(*) FROM visit_plan").fetchone() == (1,)


PIECES = [
    "Appointment",
    "Task",
    "Patient",
    "/",
    "?",
    "identifier=",
    "|",
    "urn:uuid:1",
    "_history",
    "x",
    " ",
    "%00",
    "\0",
]
PIECES += [
    "%ff",
    "&",
    "..",
    "http://testserver/fhir/",
    "$everything",
    "_search",
    "é",
    "#",
    ";",
    str(an_id("x")),
    "\ud800",
]
ANYTHING = st.builds("".join, st.lists(st.sampled_from(PIECES), min_size=1, max_size=5))
ENTRIES = st.fixed_dictionaries(
    {
        "request": st.fixed_dictionaries(
            {"method": st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"]), "url": ANYTHING},
            optional=dict.fromkeys(("ifMatch", "ifNoneMatch", "ifNoneExist"), ANYTHING),
        )
    },
    optional={"resource": st.sampled_from([VISIT, {}, [], "x", None, {"resourceType": "Task"}]), "fullUrl": ANYTHING},
)


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(ENTRIES, max_size=4), kind=st.sampled_from(["batch", "transaction"]))
def test_whatever_stands_in_an_entry_is_answered_and_never_a_fault_of_ours(epj, caplog, entries, kind) -> None:
    answer = epj("POST", "", json.dumps(bundle(kind, *entries)).encode())
    assert answer.status_code < 500, answer.content
    told = said(answer)
    assert not [entry for entry in told.get("entry", []) if entry["response"]["status"].startswith("5")]
    assert told["resourceType"] in ("Bundle", "OperationOutcome")
    assert ASTRID not in caplog.text


def test_a_visit_may_name_a_plan_that_comes_in_the_same_transaction(epj, database) -> None:
    plan = {
        **create(changed(extension=MONDAYS_AND_THURSDAYS)),
        "fullUrl": "urn:uuid:5f1d3a50-0000-4000-8000-000000000002",
    }

    def visit(reference: str) -> dict[str, Any]:
        belongs = {"url": systems.PLAN, "valueReference": {"reference": reference}}
        times = {"start": "2026-03-09T12:00:00+01:00", "end": "2026-03-09T12:30:00+01:00", "requestedPeriod": None}
        return put(named("urn:uuid:2", status="booked", extension=[belongs], **times))

    for wrong in ("urn:uuid:not-here", "Appointment?status=booked", "Appointment/1"):
        refused = epj("POST", "", bundle("transaction", plan, visit(wrong)))
        assert (refused.status_code, said(refused)["issue"][0]["expression"][0][:15]) == (422, "Bundle.entry[1]")
    assert epj("POST", "", bundle("batch", visit(plan["fullUrl"]))).status_code == 200
    assert stored(database) == []
    for reference in (plan["fullUrl"], "Appointment?identifier=urn:ietf:rfc:3986|urn:uuid:1"):
        answer = epj("POST", "", bundle("transaction", visit(reference), plan))
        assert set(statuses(answer)) <= {"200", "201"}
    [(plan_of_it, day)] = database.execute(
        "SELECT series, series_day::text FROM visit WHERE identifier_value = 'urn:uuid:2'"
    ).fetchall()
    assert (plan_of_it, day) == ("urn:uuid:1", "2026-03-09")


def test_a_batch_takes_what_the_door_takes(epj, asked) -> None:
    task = said(epj("GET", f"Task/{asked.id}"))
    received = {"resource": {**task, "status": "received"}, "request": {"method": "PUT", "url": f"Task/{asked.id}"}}
    entries = [
        received,
        get(f"Task/{asked.id}", ifNoneMatch='W/"2"'),
        get(f"Appointment/{asked.visit_id}/_history"),
        get("http://testserver/fhir/Task?status=received"),
        {"request": {"method": "DELETE", "url": f"Task/{asked.id}"}},
        {"request": {"method": "POST", "url": "Appointment/_search"}},
        get("metadata"),
    ]
    answer = epj("POST", "", bundle("batch", *entries))
    assert statuses(answer) == ["200", "304", "200", "200", "405", "415", "404"]
    first, not_changed, history, *_ = said(answer)["entry"]
    assert (first["response"]["etag"], not_changed["response"]["etag"]) == ('W/"2"', 'W/"2"')
    assert ("resource" in not_changed, history["resource"]["type"]) == (False, "history")
