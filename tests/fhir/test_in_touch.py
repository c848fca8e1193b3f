"""Whether the journal is there: asked each minute, known when it fails, and said on Astrid's pages (R33)."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from msgspec.structs import replace

from hjemmekontakt.fhir import reactions
from hjemmekontakt.gateways.handover import NotAccepted
from hjemmekontakt.ground import clock
from hjemmekontakt.municipalities import contact
from hjemmekontakt.municipalities.queries import journal_states
from hjemmekontakt.project import jobs
from hjemmekontakt.visits.actions import record_visits
from hjemmekontakt.visits.rules import VisitStatus
from tests.doors import client_of
from tests.fhir.test_door import ADDRESS, EVERYTHING, VISIT, caller
from tests.fhir.test_reactions import asked_for, hook_row
from tests.fhir.test_reactions import hook as hook
from tests.pages import text_of
from tests.visits.reports import ASTRIDS_MORNING

NOBODY_THERE = "http://127.0.0.1:9/hook"
AWAY = "Vi får ikke kontakt med kommunens system akkurat nå."


@pytest.fixture(autouse=True)
def _nothing_noted():
    contact._noted.clear()


def a_minute_later(database: psycopg.Connection) -> int:
    """Let a minute pass for the hooks, and ask those that are due."""
    database.execute("UPDATE journal_hook SET asked_at = asked_at - interval '1 minute'")
    return jobs.keep_in_touch()


def state(world):
    return journal_states([world.tunvik])[world.tunvik]


def test_a_heartbeat_tells_nothing_and_notes_that_the_journal_is_there(world, hook, at) -> None:
    assert jobs.keep_in_touch() == 1
    [(_, bundle)] = hook.heard
    parameters = {each["name"]: each for each in bundle["entry"][0]["resource"]["parameter"]}
    assert parameters["type"]["valueCode"] == "heartbeat"
    assert "notification-event" not in parameters
    assert len(bundle["entry"]) == 1
    assert state(world).heard_at == clock.now()


def test_it_is_asked_once_a_minute_however_many_workers_there_are(world, hook, database) -> None:
    assert [jobs.keep_in_touch() for _ in range(3)] == [1, 0, 0]
    assert a_minute_later(database) == 1
    assert len(hook.heard) == 2


def test_one_that_does_not_answer_is_away_from_the_first_time_until_it_answers(world, hook, database, at) -> None:
    hook.status = 503
    begun = at("monday 10:00")
    jobs.keep_in_touch()
    at("monday 10:05")
    a_minute_later(database)
    assert state(world).failing_since == begun
    hook.status = 200
    a_minute_later(database)
    assert state(world).failing_since is None


@pytest.mark.parametrize(("status", "is_away"), [(503, True), (404, True), (401, True), (400, False), (429, False)])
def test_a_journal_that_says_no_is_there_and_one_that_knows_us_not_is_not(world, hook, status, is_away) -> None:
    hook.status = status
    jobs.keep_in_touch()
    assert (state(world).failing_since is not None) is is_away


def test_a_notice_that_does_not_arrive_tells_it_at_once(world, hook) -> None:
    hook.status = 500
    with pytest.raises(NotAccepted):
        reactions.tell_of_cancellations([asked_for(world.tunvik)])
    assert state(world).failing_since is not None
    hook.status = 200
    reactions.tell_of_cancellations([asked_for(world.tunvik)])
    assert state(world).failing_since is None


def test_one_that_is_away_does_not_keep_others_from_being_asked(world, hook, database) -> None:
    hook_row(world, NOBODY_THERE, world.fjordby)
    assert jobs.keep_in_touch() == 2
    states = journal_states([world.tunvik, world.fjordby])
    assert (states[world.tunvik].failing_since, states[world.fjordby].failing_since is None) == (None, False)


def test_a_call_from_the_journal_is_being_heard_and_written_at_most_once_a_minute(world, hook, journal, at) -> None:
    call = caller(journal, EVERYTHING)
    heard = at("monday 11:00")
    with CaptureQueriesContext(connection) as seen:
        for _ in range(3):
            call("PUT", ADDRESS, VISIT)
    assert sum('UPDATE "journal_hook"' in each["sql"] for each in seen) == 1
    at("monday 12:00")
    call("GET", "Appointment?status=booked")
    assert state(world).heard_at == heard


def test_astrid_and_jonas_are_told_and_whom_to_call(world, hook, journal, database, at) -> None:
    at("monday 07:42")
    visit_id = record_visits(journal, [ASTRIDS_MORNING])[0].visit_id
    jobs.keep_in_touch()
    at("monday 07:50")
    astrid = client_of("astrid")
    assert "Oppdatert kl. 07.42" in text_of(astrid.get("/timeavtaler/"))
    assert AWAY not in text_of(astrid.get("/"))
    hook.status = 503
    a_minute_later(database)
    sentence = f"{AWAY} Besøkene her er slik de var kl. 07.42. Ring 32 00 00 10 hvis det haster."
    for path in ("/", "/timeavtaler/", f"/timeavtaler/{visit_id}/", "/timeavtaler/uke/"):
        assert sentence in text_of(astrid.get(path))
    assert sentence in text_of(client_of("jonas").get("/"))
    hook.status = 200
    at("monday 07:55")
    a_minute_later(database)
    shown = text_of(astrid.get("/timeavtaler/"))
    assert AWAY not in shown
    assert "Oppdatert kl. 07.55" in shown


def test_without_a_visit_the_page_is_as_honest(world, hook) -> None:
    hook.status = 503
    jobs.keep_in_touch()
    shown = text_of(client_of("astrid").get("/timeavtaler/"))
    assert f"{AWAY} Besøkene her er de siste vi fikk vite om. Ring 32 00 00 10 hvis det haster." in shown


def test_a_quiet_journal_that_answers_is_no_matter_and_an_hour_without_a_word_is(
    world, hook, journal, database, at
) -> None:
    at("monday 08:00")
    record_visits(journal, [ASTRIDS_MORNING])
    jobs.keep_in_touch()
    astrid = client_of("astrid")
    for hour in ("09:00", "10:00", "11:00"):
        at(f"monday {hour}")
        a_minute_later(database)
        assert AWAY not in text_of(astrid.get("/timeavtaler/"))
    at("monday 12:01")
    assert AWAY in text_of(astrid.get("/timeavtaler/"))


def test_where_no_journal_is_connected_the_page_says_when_it_was_told(world, journal, at) -> None:
    record_visits(journal, [ASTRIDS_MORNING])
    at(clock.now() + timedelta(hours=5))
    shown = text_of(client_of("astrid").get("/timeavtaler/"))
    assert AWAY not in shown
    assert "Oppdatert kl. 10.00" in shown


def test_what_each_page_costs(world, hook, journal, queries_in) -> None:
    named = replace(ASTRIDS_MORNING, status=VisitStatus.ASSIGNED, performer_first_name="Mona")
    visit_id = record_visits(journal, [named])[0].visit_id
    astrid = client_of("astrid")
    pages = ("/timeavtaler/", f"/timeavtaler/{visit_id}/", "/timeavtaler/uke/", "/timeavtaler/tidligere/", "/")
    for page in pages:
        astrid.get(page)
    assert [queries_in(lambda page=page: astrid.get(page)) for page in pages] == [2, 10, 8, 9, 2]
