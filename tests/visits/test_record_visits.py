"""The journal tells, and the portal keeps what it tells: once, in order, and about nobody who is not active."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from msgspec.structs import replace

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.visits.actions import ask_to_cancel_visit, record_visits
from hjemmekontakt.visits.queries import visits_of
from hjemmekontakt.visits.rows import Row, digest_of
from hjemmekontakt.visits.rules import CancelReason, Condition, NotTaken, Outcome, Recorded, VisitStatus
from tests.at_once import at_once
from tests.people import NATIONAL_IDS, an_id, the_journal
from tests.visits.reports import ASTRIDS_MORNING, FJORDBY, SOR, another, later, on, performed


def one(journal, report, **how) -> Recorded:
    return record_visits(journal, [report], **how)[0]


def kept(database: psycopg.Connection, columns: str = "status, version") -> list[tuple]:
    return database.execute(f"SELECT {columns} FROM visit ORDER BY identifier_value").fetchall()


def test_a_new_visit_is_kept_and_astrid_sees_it(journal, astrid) -> None:
    recorded = one(journal, ASTRIDS_MORNING)
    assert (recorded.outcome, recorded.version) == (Outcome.CREATED, 1)
    [seen] = visits_of(astrid).visits
    assert (seen.id, seen.title, seen.starts_at, seen.is_window) == (recorded.visit_id, "Morgenstell", on(6, 8), True)
    assert (seen.service_name, seen.unit.name) == ("Hjemmesykepleie", "Hjemmetjenesten Nord")


def test_the_same_report_again_is_known_and_tells_nobody(journal, database, told) -> None:
    first = one(journal, performed())
    again = one(journal, later(performed(), minutes=5))
    assert (first.outcome, again.outcome) == (Outcome.CREATED, Outcome.KNOWN)
    assert again.visit_id == first.visit_id
    assert kept(database) == [("performed", 1)]
    assert [event for event, _ in told()] == ["VisitsPerformed"]


def test_a_visit_that_becomes_performed_is_told_once_for_a_whole_bundle(journal, told) -> None:
    evening = another("astrid-friday-evening", starts_at=on(6, 18), ends_at=on(6, 20))
    planned = record_visits(journal, [ASTRIDS_MORNING, evening])
    assert told() == []
    record_visits(journal, [performed(), performed(evening)])
    [(event, tells)] = told()
    assert event == "VisitsPerformed"
    assert set(tells["visit_ids"]) == {str(each.visit_id) for each in planned}
    record_visits(journal, [later(performed()), later(performed(evening))])
    assert len(told()) == 1


def test_what_is_corrected_of_a_performed_visit_is_kept_and_nobody_is_told_anew(journal, database, told) -> None:
    one(journal, performed())
    assert one(journal, later(performed(), minutes_duration=45)).outcome is Outcome.CHANGED
    assert kept(database, "version, minutes") == [(2, 45)]
    assert [event for event, _ in told()] == ["VisitsPerformed"]


def test_an_older_report_that_comes_late_changes_nothing(journal, database, told) -> None:
    one(journal, performed(minutes=10))
    outdated = one(journal, later(minutes=5, title="Et gammelt ord"))
    assert outdated.outcome is Outcome.OUTDATED
    assert kept(database, "status, version, title") == [("performed", 1, "Morgenstell")]


def test_what_came_between_two_like_reports_and_arrives_last_is_outdated(journal, database) -> None:
    one(journal, ASTRIDS_MORNING)
    one(journal, later(minutes=10))
    assert one(journal, later(minutes=5, title="Midt imellom")).outcome is Outcome.OUTDATED
    assert kept(database, "title, version") == [("Morgenstell", 1)]


def test_a_journal_whose_clock_runs_days_ahead_does_not_shut_out_its_own_later_word(journal, database) -> None:
    one(journal, replace(ASTRIDS_MORNING, last_updated=on(31, 12).replace(year=2099)))
    assert one(journal, replace(ASTRIDS_MORNING, last_updated=None, title="Nytt")).outcome is Outcome.CHANGED


def test_two_words_about_one_visit_in_a_bundle_leave_the_newest(journal, database) -> None:
    newest, oldest = record_visits(journal, [later(minutes=9, title="Nyest"), later(minutes=2, title="Eldst")])
    assert kept(database, "title") == [("Nyest",)]
    assert newest.visit_id == oldest.visit_id


@pytest.mark.parametrize("who", ["einar", "siri"])
def test_nothing_is_kept_about_somebody_who_is_not_active_and_the_others_stand(journal, database, who) -> None:
    not_active = another(who, patient_national_id=NATIONAL_IDS[who])
    refused, taken = record_visits(journal, [not_active, ASTRIDS_MORNING])
    assert refused == Recorded(not_taken=NotTaken.NOT_ACTIVE)
    assert taken.outcome is Outcome.CREATED
    assert kept(database, "citizen_id") == [(an_id("astrid"),)]


def test_einar_is_taken_the_day_he_is_active(world, journal) -> None:
    einars = another("einar", patient_national_id=NATIONAL_IDS["einar"])
    assert one(journal, einars).not_taken is NotTaken.NOT_ACTIVE
    world.activation("einar")
    assert one(journal, einars).outcome is Outcome.CREATED


def test_an_active_person_whom_the_municipality_does_not_help_is_as_unknown_as_anybody(world, database) -> None:
    told_by_fjordby = replace(ASTRIDS_MORNING, unit_her_id=FJORDBY)
    assert one(the_journal(world.fjordby), told_by_fjordby).not_taken is NotTaken.NOT_ACTIVE
    assert kept(database) == []


def test_one_municipality_cannot_touch_anothers_visit_by_naming_it(world, journal, database) -> None:
    world.decision("astrid", world.fjordby, world.fjordby_unit, world.fjordby_nursing)
    one(journal, ASTRIDS_MORNING)
    theirs = one(the_journal(world.fjordby), later(unit_her_id=FJORDBY, status=VisitStatus.CANCELLED))
    assert theirs.outcome is Outcome.CREATED
    assert set(kept(database, "status, municipality_id")) == {("cancelled", world.fjordby), ("planned", world.tunvik)}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"unit_her_id": "9999999"}, NotTaken.UNKNOWN_UNIT),
        ({"unit_her_id": FJORDBY}, NotTaken.UNKNOWN_UNIT),
        ({"unit_her_id": SOR}, NotTaken.NO_DECISION),
        ({"service_id": "77"}, NotTaken.UNKNOWN_SERVICE),
        ({"service_id": "1"}, NotTaken.NO_DECISION),
        ({"starts_at": on(1, 8).replace(year=2025), "ends_at": on(6, 8)}, NotTaken.NOT_OPENED),
    ],
)
def test_what_does_not_fit_the_municipality_is_not_taken(journal, database, changes, why) -> None:
    assert one(journal, replace(ASTRIDS_MORNING, **changes)) == Recorded(not_taken=why)
    assert kept(database) == []


def test_an_identifier_never_passes_from_one_person_to_another(world, journal, database) -> None:
    world.activation("einar")
    one(journal, ASTRIDS_MORNING)
    theirs = one(journal, later(patient_national_id=NATIONAL_IDS["einar"]))
    assert theirs.not_taken is NotTaken.ANOTHER_PERSON
    assert kept(database, "citizen_id, version") == [(an_id("astrid"), 1)]


def test_a_version_that_is_not_the_one_expected_is_not_taken(journal, database) -> None:
    assert one(journal, ASTRIDS_MORNING, conditions=[Condition(version=1)]).not_taken is NotTaken.CHANGED_MEANWHILE
    assert kept(database) == []
    one(journal, ASTRIDS_MORNING)
    assert one(journal, later(title="Nytt"), conditions=[Condition(version=1)]).version == 2
    assert (
        one(journal, later(minutes=2, title="Nyere"), conditions=[Condition(version=1)]).not_taken
        is NotTaken.CHANGED_MEANWHILE
    )


def test_a_visit_given_another_time_says_from_when_and_a_refined_window_does_not(journal, astrid) -> None:
    one(journal, ASTRIDS_MORNING)
    one(journal, later(starts_at=on(6, 8, 30), ends_at=on(6, 9), is_window=False, status=VisitStatus.ASSIGNED))
    assert visits_of(astrid).visits[0].moved_from is None
    one(journal, later(minutes=2, starts_at=on(6, 12), ends_at=on(6, 14)))
    assert visits_of(astrid).visits[0].moved_from == on(6, 8, 30)
    one(journal, later(minutes=3, starts_at=on(6, 8, 30), ends_at=on(6, 9), is_window=False))
    assert visits_of(astrid).visits[0].moved_from is None


def test_who_called_it_off_is_kept_and_not_home_is_never_cancelled(journal, database) -> None:
    one(journal, later(status=VisitStatus.CANCELLED, cancel_reason=CancelReason.BY_SERVICE))
    one(journal, another("b", status=VisitStatus.NOT_PERFORMED, cancel_reason=CancelReason.NOT_HOME))
    assert kept(database, "status, cancelled_by, not_performed_reason") == [
        ("cancelled", "municipality", ""),
        ("not-performed", "", "AIH"),
    ]


def test_the_journals_own_cancellation_answers_what_she_had_asked(journal, astrid, told) -> None:
    visit_id = one(journal, ASTRIDS_MORNING).visit_id
    ask_to_cancel_visit(astrid, visit_id, form_key=an_id("form"))
    one(journal, later(status=VisitStatus.CANCELLED, cancel_reason=CancelReason.BY_RECIPIENT))
    assert [event for event, _ in told()] == ["CancellationAsked", "CancellationAnswered"]
    [seen] = visits_of(astrid).visits
    assert (seen.status, seen.cancellation.state) == (VisitStatus.CANCELLED, "accepted")


def test_what_she_asked_and_nobody_answered_runs_out_when_the_visit_is_performed(journal, astrid, told) -> None:
    visit_id = one(journal, ASTRIDS_MORNING).visit_id
    ask_to_cancel_visit(astrid, visit_id, form_key=an_id("form"))
    one(journal, performed())
    assert [event for event, _ in told()] == ["CancellationAsked", "VisitsPerformed"]
    assert visits_of(astrid).visits[0].cancellation.state == "expired"


@pytest.mark.parametrize("who", ["astrid", "jonas_for_astrid", "mona"])
def test_nobody_but_a_journal_reports_visits(world, request, database, who) -> None:
    actor = dataclasses.replace(request.getfixturevalue(who), municipality_id=world.tunvik)
    with pytest.raises(Denied):
        record_visits(actor, [ASTRIDS_MORNING])
    assert kept(database) == []


def test_a_bundle_of_a_hundred_costs_as_many_queries_as_one(journal, told) -> None:
    many = [another(f"visit-{n}", starts_at=on(6, 8) + timedelta(minutes=n)) for n in range(100)]
    with CaptureQueriesContext(connection) as first:
        record_visits(journal, many)
    with CaptureQueriesContext(connection) as second:
        record_visits(journal, [performed(each) for each in many])
    assert (len(first), len(second)) == (6, 10)


def test_the_same_new_visit_put_by_several_at_once_is_created_once_and_known_to_the_others(journal, database) -> None:
    became = at_once(*[lambda: one(journal, ASTRIDS_MORNING)] * 4)
    assert sorted(each.outcome for each in became) == [Outcome.CREATED, *[Outcome.KNOWN] * 3]
    assert len({each.visit_id for each in became}) == 1
    assert kept(database, "version") == [(1,)]


def test_a_visit_that_is_refused_as_it_is_committed_is_not_there_and_nothing_is_told(journal, database, told) -> None:
    one(journal, ASTRIDS_MORNING)
    moved = later(ASTRIDS_MORNING, starts_at=on(6, 13), ends_at=on(6, 15))
    database.execute(
        "CREATE FUNCTION not_today() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE check_violation; END $$;"
        "CREATE CONSTRAINT TRIGGER not_today AFTER INSERT OR UPDATE ON visit DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION not_today()"
    )
    try:
        for report in (another("evening"), moved):
            with pytest.raises(IntegrityError):
                one(journal, report)
    finally:
        database.execute("DROP TRIGGER not_today ON visit; DROP FUNCTION not_today()")
    assert kept(database, "version, starts_at") == [(1, ASTRIDS_MORNING.starts_at)]
    assert told() == []
    assert database.execute("SELECT count(*) FROM visit_version").fetchall() == [(0,)]
    assert one(journal, moved).outcome is Outcome.CHANGED


def test_one_visit_told_of_alone_and_among_others_at_the_same_time_waits_for_nobody_in_a_ring(
    journal, database
) -> None:
    reports = [another(f"visit-{n}") for n in range(8)]
    record_visits(journal, reports)

    def moved(minutes: int) -> list:
        return [later(replace(each, starts_at=on(6, 12), ends_at=on(6, 14)), minutes=minutes) for each in reports]

    alone = [lambda each=each: one(journal, each) for each in moved(7)[::-1]]
    bundles = [lambda minutes=minutes: record_visits(journal, moved(minutes)) for minutes in (5, 6, 8)]
    at_once(*alone, *bundles)
    assert {(status, starts_at) for status, starts_at in kept(database, "status, starts_at")} == {
        ("planned", on(6, 12))
    }


def test_two_that_tell_the_same_news_at_the_same_time_tell_it_once(journal, database, told) -> None:
    reports = [performed(another(f"visit-{n}")) for n in range(20)]
    at_once(*[lambda batch=batch: record_visits(journal, batch) for batch in (reports, reports[::-1]) * 3])
    assert len(kept(database)) == 20
    performed_ids = [id for _, tells in told() for id in tells["visit_ids"]]
    assert len(performed_ids) == len(set(performed_ids)) == 20


TOLD_LONG_AGO = Row(
    id=UUID(int=1),
    citizen_id=UUID(int=2),
    municipality_id=UUID(int=3),
    unit_id=UUID(int=4),
    service_id=UUID(int=5),
    identifier_system="urn:ietf:rfc:3986",
    identifier_value="urn:uuid:morning",
    status="planned",
    starts_at=datetime(2026, 3, 2, 7, tzinfo=UTC),
    ends_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    is_window=True,
    minutes=20,
    title="Hjelp med morgenstell på badet",
    instruction="",
    performer_name="Mona",
    performer_role="sykepleier",
    place="home",
    cancellable=True,
    cancelled_by="",
    not_performed_reason="",
    source_updated_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    digest=b"",
)


@pytest.mark.parametrize(
    ("of_a_plan", "digest"),
    [
        ({}, "cf095601e9faa520151f0a2f4ef33223b22bf6c37e44b5f2177077e6febd3a9c"),
        (
            {
                "series": "urn:uuid:mornings",
                "series_day": date(2026, 3, 2),
                "series_rhythm": "FREQ=DAILY",
                "performer_id": UUID(int=6),
            },
            "6a3ebf6ecd6d31ffef4fcfc71f8e2458491628e0b5c3440c3ceaaac7f3b34e02",
        ),
    ],
)
def test_what_was_told_before_this_version_is_known_as_the_same(of_a_plan, digest: str) -> None:
    assert digest_of(replace(TOLD_LONG_AGO, **of_a_plan)).hex() == digest
