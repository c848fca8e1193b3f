"""Tunvik's journal hands in a night's visits as lines, and asks for what it may read: late answers, each line accounted for."""

import json
import os
from dataclasses import replace
from functools import partial
from threading import Event, Thread, local
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection
from django.http import HttpResponse

from hjemmekontakt.access.rules import Actor, Standing
from hjemmekontakt.bulk import queries, rules
from hjemmekontakt.bulk.rules import Part
from hjemmekontakt.bulk.working import unseal
from hjemmekontakt.fhir import export_work, import_work, large_jobs, systems
from hjemmekontakt.fhir.calls import large_jobs as calls
from hjemmekontakt.ground import clock
from tests.at_once import at_once
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


def breaks_in_recording(grant, understood):
    if any(each.report.identifier_value == "urn:3" for each in understood):
        raise RuntimeError("broken")
    return RECORDED(grant, understood)


def breaks_in_reading(line: bytes):
    if b"urn:3" in line:
        raise RuntimeError("broken")
    return READ(line)


RECORDED, READ = import_work._recorded, import_work.read


@pytest.mark.parametrize(
    ("name", "breaks"),
    [("_recorded", breaks_in_recording), ("read", breaks_in_reading)],
)
def test_a_line_that_breaks_something_here_holds_nobody_else_back(epj, world, monkeypatch, name, breaks) -> None:
    monkeypatch.setattr(import_work, name, breaks)
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


def test_plans_come_first_wherever_they_stand_and_each_line_is_told_of_by_its_number(epj, world) -> None:
    friday = named("urn:friday")
    job = handed_in(
        epj, lines(friday, of("einar"), ITS_VISIT, b"{no json\n", PLAN, friday), Prefer="return=OperationOutcome"
    )
    worked()
    manifest = said(epj("GET", job))
    assert manifest["extension"]["counts"] == {"created": 2, "changed": 1, "known": 1, "refused": 2}
    assert [each["extension"][0]["valueUnsignedInt"] for each in fetched(epj, manifest["error"][0]["url"])] == [2, 4]
    told = "SELECT identifier_value FROM visit WHERE status <> 'expected' ORDER BY 1"
    assert world.connection.execute(told).fetchall() == [("urn:friday",), ("urn:of-the-plan",)]


ITS_VISIT = named(
    "urn:of-the-plan",
    extension=[
        {"url": systems.PLAN, "valueReference": {"identifier": {"value": "urn:plan"}}},
        {"url": systems.PLAN_DAY, "valueDate": "2026-03-06"},
    ],
)
PLAN = named("urn:plan", extension=template(kind("d"), {"url": "occurrenceCount", "valuePositiveInt": 2}))


@pytest.mark.parametrize("at_once", [1, 2, 1000])
def test_of_words_about_one_visit_the_newest_counts_whichever_came_first_and_in_whichever_part(
    epj, world, monkeypatch, at_once: int
) -> None:
    monkeypatch.setattr(calls, "LINES_AT_ONCE", at_once)
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


def test_an_import_of_plans_alone_keeps_them(epj, world) -> None:
    job = handed_in(epj, lines(PLAN))
    worked()
    assert said(epj("GET", job))["extension"] == {"lines": 1, "counts": {"created": 1}}
    assert world.connection.execute("SELECT count(*) FROM visit WHERE status = 'expected'").fetchone() == (2,)


# ---- two at one import


def until_it_waits(thread: Thread, watching: psycopg.Connection) -> None:
    """Go on when what another thread asks of this database waits for somebody's lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    while watching.execute(waiting).fetchone() == (0,):
        assert thread.is_alive()


class Held:
    """The first who is at a part stands still in it, until it is let go of."""

    def __init__(self) -> None:
        self.stands, self.let_go, self.by = Event(), Event(), local()
        self.worked: list[bool] = []
        self.hand = Thread(target=self._work)

    def __enter__(self) -> "Held":
        self.hand.start()
        assert self.stands.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go.set()
        self.hand.join(20)
        assert not self.hand.is_alive()

    def _work(self) -> None:
        self.by.held = True
        self.worked.append(large_jobs.work())
        connection.close()

    def recorded(self, grant, understood):
        """In the place of `_recorded`."""
        became = RECORDED(grant, understood)
        if getattr(self.by, "held", False):
            self.stands.set()
            assert self.let_go.wait(20)
        return became


@pytest.fixture
def held(monkeypatch) -> Held:
    held = Held()
    monkeypatch.setattr(import_work, "_recorded", held.recorded)
    return held


MIXED = (named("urn:0"), b"{no json\n", of("einar"), named("urn:1"), b"\n", named("urn:2"), named("urn:3"))


def test_while_one_is_at_a_part_another_does_the_others_and_each_line_counts_once(epj, world, in_twos, held) -> None:
    job = handed_in(epj, lines(*MIXED))
    with held:
        worked()
        assert visits(world) == ["urn:1", "urn:2", "urn:3"], "all but those of the first part"
        waiting = epj("GET", job)
        assert (waiting.status_code, waiting["X-Progress"]) == (202, "5 of 7 lines"), (
            "it is not done before the first is"
        )
    worked()
    manifest = said(epj("GET", job))
    assert manifest["extension"] == {"lines": 7, "counts": {"created": 4, "refused": 2}}
    assert visits(world) == [f"urn:{number}" for number in range(4)]
    assert [each["extension"][0]["valueUnsignedInt"] for each in fetched(epj, manifest["error"][0]["url"])] == [2, 3]
    assert world.connection.execute("SELECT count(*) FROM bulk_part").fetchone() == (0,)


def test_two_who_work_to_the_end_do_each_part_once(epj, world, in_twos) -> None:
    job = handed_in(epj, lines(*(named(f"urn:{number:02}") for number in range(40))))
    at_once(worked, worked)
    worked()
    assert said(epj("GET", job))["extension"] == {"lines": 40, "counts": {"created": 40}}
    assert world.connection.execute("SELECT count(*), max(version) FROM visit").fetchone() == (40, 1)


def test_a_job_that_has_failed_is_worked_on_by_one_alone(epj, world, in_twos, held, monkeypatch) -> None:
    job = handed_in(epj, lines(*(named(f"urn:{number}") for number in range(6))))
    with held:
        with monkeypatch.context() as broken:
            broken.setattr(import_work, "read", breaks_in_reading)
            assert not large_jobs.work(), "the second part breaks"
        world.connection.execute("UPDATE bulk_job SET due_at = now() - interval '1 hour'")
        assert not large_jobs.work(), "the other one is at it still"
    assert held.worked == [True]
    assert world.connection.execute("SELECT attempts FROM bulk_job").fetchone() == (1,), "his success is not theirs"
    worked()
    assert said(epj("GET", job))["extension"] == {"lines": 6, "counts": {"created": 6}}
    assert world.connection.execute("SELECT attempts FROM bulk_job").fetchone() == (0,)


def test_where_one_is_at_a_failed_job_alone_another_leaves_it(epj, world, in_twos, held) -> None:
    handed_in(epj, lines(*(named(f"urn:{number}") for number in range(4))))
    world.connection.execute("UPDATE bulk_job SET attempts = 1")
    one_who_saw_it_before = partial(import_work.work_on, the_client_of(world), the_job(world), failed=0)
    assert one_who_saw_it_before() is False, "it has failed meanwhile, and is no more for several"
    with held:
        assert not large_jobs.work()
        assert one_who_saw_it_before() is False
    worked()
    assert visits(world) == [f"urn:{number}" for number in range(4)]


def the_job(world) -> UUID:
    (id,) = world.connection.execute("SELECT id FROM bulk_job").fetchone()
    return id


def the_client_of(world) -> Actor:
    id, municipality_id = world.connection.execute("SELECT client_id, municipality_id FROM bulk_job").fetchone()
    return Actor(Standing.MACHINE, id, "Journalen", municipality_id=municipality_id)


def test_a_job_is_given_up_while_two_are_at_it_what_is_under_way_is_finished_and_no_more(
    epj, world, in_twos, held
) -> None:
    job = handed_in(epj, lines(*(named(f"urn:{number}") for number in range(6))))
    gone: list[int] = []
    with held:
        giving_up = Thread(target=lambda: (gone.append(epj("DELETE", job).status_code), connection.close()))
        giving_up.start()
        until_it_waits(giving_up, world.connection)
        assert not large_jobs.work(), "nothing more is begun"
        assert gone == []
    giving_up.join(20)
    assert gone == [202]
    assert visits(world) == ["urn:0", "urn:1"]
    for table in ("bulk_job", "bulk_part", "bulk_file"):
        assert world.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_a_plan_and_its_visit_in_parts_that_are_worked_on_beside_each_other_are_no_two_visits(
    epj, world, in_twos, held
) -> None:
    handed_in(epj, lines(PLAN, b"\n", ITS_VISIT))
    with held:
        beside = Thread(target=lambda: (worked(), connection.close()))
        beside.start()
        until_it_waits(beside, world.connection)  # the visit, until what its plan lets expect is there
    beside.join(20)
    of_each = "SELECT identifier_value FROM visit WHERE series_day = '2026-03-06' AND status <> 'gone'"
    assert world.connection.execute(of_each).fetchall() == [("urn:of-the-plan",)]


@pytest.mark.parametrize("of_a_kind", ["import", "batch", "transaction"])
def test_what_gives_way_to_another_who_waits_for_it_is_done_again(epj, world, superuser, of_a_kind: str) -> None:
    epj("PUT", "Appointment?identifier=urn:ietf:rfc:3986%7Curn:uuid:1", VISIT)
    told = named("urn:both")
    answers: list[Any] = []

    def tell() -> None:
        if of_a_kind == "import":
            handed_in(epj, lines(told))
            answers.append(large_jobs.work())
        else:
            answers.extend(statuses(epj("POST", "", bundle(of_a_kind, put(told)))))
        connection.close()

    teller = Thread(target=tell)
    with psycopg.connect(os.environ["HK_TEST_SUPERUSER_URL"]) as other:
        other.execute("SET deadlock_timeout = '1min'")
        changed = {"id": str(uuid4()), "identifier_value": "urn:both"}
        put_in = "INSERT INTO visit SELECT (jsonb_populate_record(visit, %s)).* FROM visit"
        other.execute(put_in, [json.dumps(changed)])
        teller.start()
        until_it_waits(teller, superuser)  # for the visit that another puts in
        other.execute(f"SELECT pg_advisory_xact_lock(hashtextextended('visits {an_id('astrid')}', 0))")
        other.rollback()
    teller.join(20)
    assert answers == [True if of_a_kind == "import" else "201"]
    assert visits(world) == ["urn:both", "urn:uuid:1"]


def test_one_worker_reads_an_export_by_one_hand_at_a_time(epj, monkeypatch) -> None:
    answer = epj("GET", "$export?_type=Patient")
    assert answer.status_code == 202
    with large_jobs.EXPORTING:
        assert not large_jobs.work(), "another hand is at it"
    assert large_jobs.work()


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
