"""Tunvik's journal hands in a night's visits as lines, and asks for what it may read: late answers, each line accounted for."""

import json
from dataclasses import replace
from threading import Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.http import HttpResponse

from hjemmekontakt.bulk import queries, rules
from hjemmekontakt.bulk.rules import Part
from hjemmekontakt.bulk.working import unseal
from hjemmekontakt.fhir import export_work, import_work, large_jobs, reading_ahead, systems
from hjemmekontakt.fhir.calls import large_jobs as calls
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.statements import database
from hjemmekontakt.visits import reporting
from hjemmekontakt.visits.actions import importing
from tests.fhir.test_bundle import bundle, put, statuses
from tests.fhir.test_door import VISIT, caller, changed, named, of, said
from tests.fhir.test_plans_at_the_door import kind, template
from tests.people import NATIONAL_IDS, an_id, the_journal

NDJSON = "application/fhir+ndjson"
SCOPES = frozenset({"system/Appointment.cruds", "system/Patient.rs", "system/EpisodeOfCare.rs"})


@pytest.fixture
def epj(journal):
    """Tunvik's journal."""
    return caller(journal, SCOPES)


@pytest.fixture
def strangers(world, journal):
    """Others than the client whose job it is: Fjordby's journal, and another client of Tunvik's own."""
    return [
        caller(replace(the_journal(world.fjordby), id=an_id("Fjordby's journal")), SCOPES),
        caller(replace(journal, id=an_id("Tunvik's other journal")), SCOPES),
    ]


def lines(*resources: Any) -> bytes:
    return b"".join(each if isinstance(each, bytes) else json.dumps(each).encode() + b"\n" for each in resources)


def handed_in(epj, body: bytes, **headers: str) -> str:
    """Where the job is asked after."""
    answer = epj("POST", "$import", body, type=NDJSON, **headers)
    assert answer.status_code == 202, answer.content
    return answer["Content-Location"].removeprefix("http://testserver/fhir/")


def worked() -> None:
    while large_jobs.work():
        pass


def fetched(call, url: str) -> list[dict[str, Any]]:
    answer = call("GET", url.removeprefix("http://testserver/fhir/"), Accept=NDJSON)
    assert (answer.status_code, answer["Content-Type"]) == (200, NDJSON)
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def visits(world) -> list[str]:
    rows = world.connection.execute("SELECT identifier_value FROM visit ORDER BY 1").fetchall()
    return [value for (value,) in rows]


# ---- $import


def test_an_import_is_kept_worked_on_and_each_line_that_is_not_taken_is_named(epj, world) -> None:
    body = lines(
        named("urn:a"),
        b"\n",
        {**of("einar"), "identifier": named("urn:b")["identifier"]},
        b"{no json\n",
        named("urn:c"),
    )
    job = handed_in(epj, body)
    assert visits(world) == []
    waiting = epj("GET", job)
    assert (waiting.status_code, waiting["X-Progress"], waiting["Retry-After"]) == (202, "0 of 5 lines", "1")

    worked()

    manifest = said(epj("GET", job))
    assert manifest["requiresAccessToken"] is True
    assert manifest["extension"] == {"lines": 5, "counts": {"created": 2, "refused": 2}}
    assert visits(world) == ["urn:a", "urn:c"]
    (errors,) = manifest["error"]
    assert (errors["type"], errors["count"]) == ("OperationOutcome", 2)
    inactive, broken = fetched(epj, errors["url"])
    assert inactive["extension"] == [{"url": systems.LINE, "valueUnsignedInt": 3}]
    assert inactive["issue"][0]["details"]["coding"][0]["code"] == "E35"
    assert inactive["issue"][0]["diagnostics"].startswith("Line 3: ")
    assert broken["issue"][0]["diagnostics"].startswith("Line 4: ")


def test_nothing_of_the_body_is_kept_once_it_is_worked_on(epj, world, superuser: psycopg.Connection) -> None:
    handed_in(epj, lines(of("einar")))
    kept = superuser.execute("SELECT content_sealed FROM bulk_part").fetchone()
    assert kept is not None
    assert NATIONAL_IDS["einar"].encode() in unseal(kept[0])
    assert NATIONAL_IDS["einar"].encode() not in bytes(kept[0]), "sealed while it waits"
    worked()
    assert superuser.execute("SELECT count(*) FROM bulk_part").fetchone() == (0,)
    (told,) = superuser.execute("SELECT id FROM bulk_job").fetchone() or ()
    (piece,) = superuser.execute("SELECT content_sealed FROM bulk_file WHERE job_id = %s", [told]).fetchone() or ()
    assert NATIONAL_IDS["einar"].encode() not in unseal(piece)


def test_remarks_are_told_where_they_are_asked_for(epj) -> None:
    body = lines(changed(comment="Nøkkelboks ved døra"))
    assert said_of(epj, handed_in(epj, body)) == []
    job = handed_in(epj, body, Prefer="respond-async, return=OperationOutcome")
    (remarks,) = said_of(epj, job)
    told = fetched(epj, remarks["url"])
    assert any(issue["expression"] == ["Appointment.comment"] for issue in told[0]["issue"])
    assert "Nøkkelboks" not in json.dumps(told, ensure_ascii=False)


def said_of(epj, job: str) -> list[dict[str, Any]]:
    worked()
    return said(epj("GET", job))["output"]


def test_the_same_import_twice_changes_nothing(epj, world) -> None:
    body = lines(*(named(f"urn:{number}") for number in range(5)))
    said_of(epj, handed_in(epj, body))
    job = handed_in(epj, body)
    worked()
    assert said(epj("GET", job))["extension"]["counts"] == {"known": 5}
    assert world.connection.execute("SELECT DISTINCT version FROM visit").fetchall() == [(1,)]


def breaks_in_recording(grant, coming):
    lines = list(coming)
    if any(each.report.identifier_value == "urn:3" for _, each in lines):
        raise RuntimeError("broken")
    return RECORDED(grant, iter(lines))


def breaks_in_reading(line: bytes):
    if b"urn:3" in line:
        raise RuntimeError("broken")
    return READ(line)


RECORDED, READ = import_work._recorded, reading_ahead.read


@pytest.mark.parametrize(
    ("room", "name", "breaks"),
    [(import_work, "_recorded", breaks_in_recording), (reading_ahead, "read", breaks_in_reading)],
)
def test_a_line_that_breaks_something_here_holds_nobody_else_back(epj, world, monkeypatch, room, name, breaks) -> None:
    monkeypatch.setattr(room, name, breaks)
    job = handed_in(epj, lines(*(named(f"urn:{number}") for number in range(8))))
    for _ in range(40):
        world.connection.execute("UPDATE bulk_job SET due_at = now() - interval '1 hour'")
        large_jobs.work()
    assert visits(world) == [f"urn:{number}" for number in range(8) if number != 3]
    (told,) = fetched(epj, said(epj("GET", job))["error"][0]["url"])
    assert told["extension"][0]["valueUnsignedInt"] == 4


@pytest.fixture
def in_twos(monkeypatch):
    """A body is cut into parts of two lines."""
    monkeypatch.setattr(calls, "LINES_AT_ONCE", 2)


MIXED = (named("urn:0"), b"{no json\n", of("einar"), named("urn:1"), b"\n", named("urn:2"), named("urn:1"))


def test_lines_read_ahead_become_the_same_as_lines_read_in_their_turn(epj, world, in_twos) -> None:
    job = handed_in(epj, lines(*MIXED), Prefer="return=OperationOutcome")
    held = []
    while large_jobs.work():
        held.append(large_jobs.AHEAD.holds)
    manifest = said(epj("GET", job))
    assert held == [2, 1, 1, 0], "the next part is read while the database works on this one, and no more than that"
    assert manifest["extension"] == {"lines": 7, "counts": {"created": 3, "known": 1, "refused": 2}}
    assert visits(world) == ["urn:0", "urn:1", "urn:2"]
    assert [each["extension"][0]["valueUnsignedInt"] for each in fetched(epj, manifest["error"][0]["url"])] == [2, 3]


@pytest.mark.parametrize("at_once", [3, 500])
def test_however_many_lines_are_asked_about_at_once_plans_come_first_and_the_same_becomes_of_each(
    epj, world, monkeypatch, at_once: int
) -> None:
    monkeypatch.setattr(reporting, "AT_ONCE", at_once)
    friday, of_the_plan = named("urn:friday"), {"url": systems.PLAN_DAY, "valueDate": "2026-03-06"}
    named_by_plan = {"url": systems.PLAN, "valueReference": {"identifier": {"value": "urn:plan"}}}
    its_visit = named("urn:of-the-plan", extension=[named_by_plan, of_the_plan])
    plan = named("urn:plan", extension=template(kind("d"), {"url": "occurrenceCount", "valuePositiveInt": 2}))
    job = handed_in(
        epj, lines(friday, of("einar"), its_visit, b"{no json\n", plan, friday), Prefer="return=OperationOutcome"
    )
    worked()
    manifest = said(epj("GET", job))
    assert manifest["extension"]["counts"] == {"created": 2, "changed": 1, "known": 1, "refused": 2}
    assert [each["extension"][0]["valueUnsignedInt"] for each in fetched(epj, manifest["error"][0]["url"])] == [2, 4]
    told = "SELECT identifier_value FROM visit WHERE status <> 'expected' ORDER BY 1"
    assert world.connection.execute(told).fetchall() == [("urn:friday",), ("urn:of-the-plan",)]


def test_all_of_a_part_is_read_before_its_first_visit_is_kept() -> None:
    assert rules.LINES_AT_ONCE <= 2 * reporting.AT_ONCE, "so its plans are kept before its visits, wherever they stand"


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_of_words_about_one_visit_the_newest_counts_whichever_came_first_and_in_whichever_portion(
    epj, world, monkeypatch, at_once: int
) -> None:
    monkeypatch.setattr(reporting, "AT_ONCE", at_once)
    early, late = ({"lastUpdated": f"2026-03-01T0{hour}:00:00Z"} for hour in (8, 9))
    told = [
        named("urn:a", description="The new word", meta=late),
        named("urn:b", description="The old word", meta=early),
        named("urn:a", description="The old word", meta=early),
        named("urn:b", description="The new word", meta=late),
        of("einar"),
    ]
    handed_in(epj, lines(*told))
    worked()
    rows = world.connection.execute("SELECT identifier_value, title FROM visit ORDER BY 1").fetchall()
    assert rows == [("urn:a", "The new word"), ("urn:b", "The new word")]


def test_what_breaks_in_the_second_portion_takes_the_first_along_and_is_done_again(epj, world, monkeypatch) -> None:
    monkeypatch.setattr(reporting, "AT_ONCE", 2)
    kept: list[int] = []

    def breaks_the_second_time(understood: Any) -> None:
        kept.append(len(understood))
        if len(kept) == 2:
            raise OSError("the second portion")

    monkeypatch.setattr(importing, "beside_others", breaks_the_second_time)
    job = handed_in(epj, lines(*(named(f"urn:{number}") for number in range(4))))
    assert not large_jobs.work()
    assert (kept, visits(world)) == ([2, 2], [])
    assert database.line().meanwhile is None, "nothing of it goes on in what comes after"
    monkeypatch.undo()
    world.connection.execute("UPDATE bulk_job SET due_at = now() - interval '1 hour'")
    worked()
    assert visits(world) == [f"urn:{number}" for number in range(4)]
    assert said(epj("GET", job))["extension"] == {"lines": 4, "counts": {"created": 4}}


def test_an_import_of_plans_alone_keeps_them(epj, world) -> None:
    plan = named("urn:plan", extension=template(kind("d"), {"url": "occurrenceCount", "valuePositiveInt": 2}))
    job = handed_in(epj, lines(plan))
    worked()
    assert said(epj("GET", job))["extension"] == {"lines": 1, "counts": {"created": 1}}
    assert world.connection.execute("SELECT count(*) FROM visit WHERE status = 'expected'").fetchone() == (2,)


@pytest.mark.parametrize("of_a_kind", ["batch", "transaction"])
def test_an_import_and_a_bundle_that_wait_for_each_other_are_both_done_in_the_end_and_each_visit_once(
    epj, world, monkeypatch, of_a_kind: str
) -> None:
    monkeypatch.setattr(reporting, "AT_ONCE", 1)
    both = bundle(of_a_kind, put(named("urn:first")), put(named("urn:second")))
    answers: list[str] = []

    def tell_both() -> None:
        answers.extend(statuses(epj("POST", "", both)))
        connection.close()

    teller = Thread(target=tell_both)
    portions: list[object] = []

    def while_the_bundle_waits(understood: Any) -> None:
        portions.append(understood)
        if len(portions) == 2:  # the import has put the second visit in: the bundle the first, and waits for the second
            monkeypatch.setattr(reporting, "AT_ONCE", 500)
            teller.start()
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            while not world.connection.execute(waiting).fetchone()[0]:
                assert teller.is_alive()

    monkeypatch.setattr(importing, "beside_others", while_the_bundle_waits)
    handed_in(epj, lines(named("urn:second"), named("urn:first")))
    assert large_jobs.work()
    teller.join(20)
    assert answers in (["200", "200"], ["201", "201"]), "one of them gave way, and was done again, after the other"
    assert visits(world) == ["urn:first", "urn:second"]
    assert world.connection.execute("SELECT count(*) FROM bulk_part").fetchone() == (0,)


def test_where_two_jobs_take_turns_none_is_read_ahead_and_each_has_its_own_lines(epj, world, in_twos) -> None:
    handed_in(epj, lines(*(named(f"urn:a{number}") for number in range(6))))
    large_jobs.work()
    assert large_jobs.AHEAD.holds == 2
    handed_in(epj, lines(*(named(f"urn:b{number}") for number in range(4))))
    large_jobs.work()
    assert large_jobs.AHEAD.holds == 0
    worked()
    assert visits(world) == [f"urn:{job}{number}" for job, many in (("a", 6), ("b", 4)) for number in range(many)]


def test_what_was_read_ahead_of_a_job_that_is_given_up_is_forgotten_and_recorded_nowhere(epj, world, in_twos) -> None:
    job = handed_in(epj, lines(*(named(f"urn:{number}") for number in range(4))))
    large_jobs.work()
    epj("DELETE", job)
    assert not large_jobs.work()
    assert large_jobs.AHEAD.holds == 0
    assert visits(world) == ["urn:0", "urn:1"]


def test_a_line_that_cannot_be_read_ahead_fails_in_its_own_turn(epj, world, in_twos, monkeypatch) -> None:
    monkeypatch.setattr(reading_ahead, "read", breaks_in_reading)
    handed_in(epj, lines(*(named(f"urn:{number}") for number in range(4))))
    assert large_jobs.work()
    assert visits(world) == ["urn:0", "urn:1"]
    assert not large_jobs.work(), "this is its turn"
    monkeypatch.undo()
    world.connection.execute("UPDATE bulk_job SET due_at = now() - interval '1 hour'")
    worked()
    assert visits(world) == ["urn:0", "urn:1", "urn:2", "urn:3"]


def test_a_job_is_its_own_clients_alone(epj, strangers, superuser: psycopg.Connection) -> None:
    job = handed_in(epj, lines(named("urn:a"), of("einar")))
    worked()
    url = said(epj("GET", job))["error"][0]["url"].removeprefix("http://testserver/fhir/")
    for stranger in strangers:
        for method, path in (("GET", job), ("DELETE", job), ("GET", url)):
            assert stranger(method, path).status_code == 404
    assert epj("GET", f"{job}/unknown.ndjson").status_code == 404
    assert epj("GET", job).status_code == 200


def test_a_deleted_job_goes_no_further_and_is_gone_with_all_that_was_in_it(epj, world, superuser) -> None:
    job = handed_in(epj, lines(named("urn:a")))
    assert epj("DELETE", job).status_code == 202
    worked()
    assert epj("GET", job).status_code == 404
    assert visits(world) == []
    for table in ("bulk_job", "bulk_part", "bulk_file"):
        assert superuser.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_what_came_of_a_job_is_forgotten_after_a_day(epj, superuser) -> None:
    job = handed_in(epj, lines(of("einar")))
    worked()
    large_jobs.forget()
    assert epj("GET", job).status_code == 200
    superuser.execute("UPDATE bulk_job SET forget_at = forget_at - interval '24 hours 1 minute'")
    large_jobs.forget()
    assert epj("GET", job).status_code == 404
    assert superuser.execute("SELECT count(*) FROM bulk_file").fetchone() == (0,)


@pytest.mark.parametrize(
    ("body", "type", "status", "word"),
    [
        (b"\n \n", NDJSON, 400, "no line"),
        (b"{}", "application/fhir+json", 415, "ndjson"),
        (b"x" * (calls.LONGEST_LINE + 1), NDJSON, 413, "Line 1"),
    ],
)
def test_what_cannot_be_taken_is_said_at_once_and_not_kept(epj, superuser, body, type, status, word) -> None:
    answer = epj("POST", "$import", body, type=type)
    assert (answer.status_code, word in said(answer)["issue"][0]["diagnostics"]) == (status, True)
    assert superuser.execute("SELECT count(*) FROM bulk_job").fetchone() == (0,)


def test_a_body_of_too_many_lines_is_refused_and_not_kept(epj, superuser, monkeypatch) -> None:
    monkeypatch.setattr(calls, "MOST_LINES", 3)
    answer = epj("POST", "$import", b"{}\n" * 4, type=NDJSON)
    assert answer.status_code == 413
    assert superuser.execute("SELECT count(*) FROM bulk_part").fetchone() == (0,)


def test_a_sixth_job_waits_its_turn(epj) -> None:
    jobs = [handed_in(epj, lines(VISIT)) for _ in range(rules.AT_MOST)]
    answer = epj("POST", "$import", lines(VISIT), type=NDJSON)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    epj("DELETE", jobs[0])
    handed_in(epj, lines(VISIT))


def test_to_import_takes_the_right_to_create_and_to_update(journal) -> None:
    for scope in ("system/Appointment.rus", "system/Appointment.crs", "system/Patient.cruds"):
        call = caller(journal, frozenset({scope}))
        assert call("POST", "$import", lines(VISIT), type=NDJSON).status_code == 403


def test_a_body_is_cut_into_parts_of_whole_lines(monkeypatch) -> None:
    monkeypatch.setattr(calls, "LINES_AT_ONCE", 2)
    read = iter([b"a\nbb", b"b\nc\n\nd", b"\n", b"", b""])
    assert [(each.first_line, each.content) for each in calls.parts_in(lambda _: next(read))] == [
        (1, b"a\nbbb"),
        (3, b"c\n"),
        (5, b"d"),
    ]


# ---- $export


def exported(epj, query: str = "") -> dict[str, list[dict[str, Any]]]:
    answer = epj("GET", f"$export{query}")
    assert answer.status_code == 202, answer.content
    worked()
    manifest = said(epj("GET", answer["Content-Location"].removeprefix("http://testserver/fhir/")))
    return {file["type"]: fetched(epj, file["url"]) for file in manifest["output"]}


def test_an_export_holds_what_the_client_may_read_and_nobody_elses(epj, strangers) -> None:
    epj("PUT", "Appointment?identifier=urn:ietf:rfc:3986%7Curn:uuid:1", VISIT)
    found = exported(epj)
    assert {kind: len(each) for kind, each in found.items()} == {"Appointment": 1, "EpisodeOfCare": 1, "Patient": 1}
    assert found["Patient"][0]["id"] == str(an_id("astrid"))
    assert found["Appointment"][0]["resourceType"] == "Appointment"
    assert exported(strangers[0]) == {}, "nobody in Fjordby uses the service"


def test_an_export_comes_page_by_page_and_is_logged_as_a_read_of_each(epj, world, monkeypatch) -> None:
    monkeypatch.setattr(calls, "AT_ONCE", 2)
    said_of(epj, handed_in(epj, lines(*(named(f"urn:{number}") for number in range(5)))))
    found = exported(epj, "?_type=Appointment")["Appointment"]
    assert [each["identifier"][0]["value"] for each in found] == [f"urn:{number}" for number in range(5)]
    read = "SELECT citizen_id, in_list, count(*) FROM access_entry WHERE act = 'read-for-journal' GROUP BY 1, 2"
    assert world.connection.execute(read).fetchall() == [(an_id("astrid"), True, 1)]


def test_an_export_since_a_moment_holds_what_changed_after_it(epj) -> None:
    epj("PUT", "Appointment?identifier=urn:ietf:rfc:3986%7Curn:uuid:1", VISIT)
    before, after = clock.real().replace(year=2020).isoformat(), clock.real().isoformat()
    assert len(exported(epj, f"?_type=Appointment&_since={before}")["Appointment"]) == 1
    assert exported(epj, f"?_type=Appointment&_since={after}") == {}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("_type=AuditEvent", 400),
        ("_type=Patient,Consent", 403),
        ("_since=yesterday", 400),
        ("_outputFormat=text/csv", 400),
    ],
)
def test_an_export_that_is_not_given(epj, query: str, status: int) -> None:
    assert epj("GET", f"$export?{query}").status_code == status


def test_a_file_is_read_only_with_the_right_to_its_type(epj, journal) -> None:
    answer = epj("GET", "$export?_type=Patient")
    worked()
    job = answer["Content-Location"].removeprefix("http://testserver/fhir/")
    narrow = caller(journal, frozenset({"system/Appointment.rs"}))
    assert narrow("GET", f"{job}/Patient.ndjson").status_code == 403


def test_a_page_that_two_workers_read_is_written_once(epj, journal, monkeypatch) -> None:
    answer = epj("GET", "$export?_type=Patient")
    id = an_uuid(answer)
    job = queries.job(journal, id)
    assert job is not None
    assert export_work.work_on(journal, id, failed=0) is True
    assert export_work._keep(journal, id, "Patient", [{"id": "x"}], came_from=job.asked, further=None) is False


def an_uuid(answer: HttpResponse) -> UUID:
    return UUID(answer["Content-Location"].rsplit("/", 1)[1])


# ---- Patient/<id>/$everything


def everything(call, query: str = "") -> list[str]:
    """The resources of all pages, each as type and whose."""
    path: str | None = f"Patient/{an_id('astrid')}/$everything{query}"
    found: list[str] = []
    while path:
        answer = call("GET", path)
        assert answer.status_code == 200, answer.content
        bundle = said(answer)
        found += [each["resource"]["resourceType"] for each in bundle.get("entry", [])]
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        path = links["next"].removeprefix("http://testserver/fhir/") if "next" in links else None
    return found


@pytest.fixture
def reads_all(journal):
    kinds = ("Appointment", "AuditEvent", "CareTeam", "Consent", "EpisodeOfCare", "Patient", "RelatedPerson")
    return caller(journal, frozenset({*(f"system/{kind}.rs" for kind in kinds), "system/Appointment.cruds"}))


def test_everything_about_a_citizen_page_by_page(reads_all) -> None:
    for number in range(5):
        reads_all("PUT", f"Appointment?identifier=urn:ietf:rfc:3986%7Curn:{number}", named(f"urn:{number}"))
    whole = ["Patient", "RelatedPerson", "EpisodeOfCare", "CareTeam", "Consent", "Consent", *["Appointment"] * 5]
    whole.append("AuditEvent")
    assert [each for each in everything(reads_all) if each != "AuditEvent"] == whole[:-1]
    assert [each for each in everything(reads_all, "?_count=3") if each != "AuditEvent"] == whole[:-1]
    assert "AuditEvent" in everything(reads_all)
    assert everything(reads_all, "?_type=Appointment,Patient&_count=2") == ["Patient", *["Appointment"] * 5]


def test_everything_holds_to_its_time_and_what_the_token_lets(reads_all, epj) -> None:
    reads_all("PUT", "Appointment?identifier=urn:ietf:rfc:3986%7Curn:uuid:1", VISIT)
    assert everything(reads_all, "?_type=Appointment&start=2026-03-06&end=2026-03-06") == ["Appointment"]
    assert everything(reads_all, "?_type=Appointment&start=2026-03-07") == []
    assert everything(reads_all, f"?_type=Appointment&_since={clock.real().isoformat()}") == []
    assert everything(epj) == ["Patient", "EpisodeOfCare", "Appointment"]
    assert epj("GET", f"Patient/{an_id('astrid')}/$everything?_type=Consent").status_code == 403
    assert epj("GET", f"Patient/{an_id('astrid')}/$everything?_type=Nothing").status_code == 400


def test_everything_about_somebody_who_is_not_there_is_not_found(reads_all, strangers) -> None:
    assert reads_all("GET", f"Patient/{an_id('einar')}/$everything").status_code == 404
    assert strangers[0]("GET", f"Patient/{an_id('astrid')}/$everything").status_code == 404


def test_a_cursor_is_good_for_its_own_citizen_alone(reads_all, world) -> None:
    world.activation("einar")
    answer = said(reads_all("GET", f"Patient/{an_id('astrid')}/$everything?_count=1"))
    cursor = answer["link"][1]["url"].partition("_cursor=")[2]
    assert reads_all("GET", f"Patient/{an_id('einar')}/$everything?_cursor={cursor}").status_code == 400


def test_a_part_is_halved_until_one_line_is_left() -> None:
    first, second = rules.halves(Part(1, 2, b"a\nb"))
    assert (first.content, second.content) == (b"a", b"b")
