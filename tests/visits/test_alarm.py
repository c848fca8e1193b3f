"""A journal that is silent for half an hour: the unit is told once, and her page says whom to call (R44)."""

from datetime import timedelta

import pytest

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.ground import clock
from hjemmekontakt.project import jobs
from hjemmekontakt.visits.actions import answer_cancellation, ask_to_cancel_visit, record_visits, withdraw_cancellation
from hjemmekontakt.visits.actions import ring_for_silent_journals as ring
from hjemmekontakt.visits.queries import municipalities_with_silent_journals
from hjemmekontakt.visits.rules import CancellationState
from tests.at_once import at_once
from tests.doors import client_of
from tests.people import an_id
from tests.visits.reports import another, on
from tests.visits.test_pages import page


@pytest.fixture
def asked(journal, astrid):
    """Three requests of Astrid's, sent at ten."""
    visits = [another(f"v{n}", starts_at=on(6, 8 + 2 * n), ends_at=on(6, 9 + 2 * n)) for n in range(3)]
    recorded = record_visits(journal, visits)
    return [ask_to_cancel_visit(astrid, each.visit_id, form_key=an_id(str(each.visit_id))) for each in recorded]


def rung(told) -> list[dict]:
    return [tells for event, tells in told() if event == "JournalSilent"]


def test_for_half_an_hour_nothing_rings_and_then_once(world, asked, at, told, database) -> None:
    at("monday 10:29")
    assert municipalities_with_silent_journals(clock.now()) == []
    assert ring(the_portal(), world.tunvik, now=clock.now()) == 0
    now = at("monday 10:30")
    assert municipalities_with_silent_journals(now) == [world.tunvik]
    assert [ring(the_portal(), world.tunvik, now=now) for _ in range(2)] == [3, 0]
    assert municipalities_with_silent_journals(now) == []
    [event] = rung(told)
    assert set(event["cancellation_ids"]) == {str(each.id) for each in asked}
    assert (event["unit_id"], event["municipality_id"]) == (str(world.nord), str(world.tunvik))
    assert database.execute("SELECT DISTINCT alarmed_at, version FROM cancellation").fetchall() == [(now, 1)]


def test_what_is_answered_or_taken_back_never_rings_and_what_is_received_does(
    world, asked, astrid, journal, at, told
) -> None:
    first, second, third = asked
    answer_cancellation(journal, first.id, state=CancellationState.ACCEPTED)
    withdraw_cancellation(astrid, second.id)
    answer_cancellation(journal, third.id, state=CancellationState.RECEIVED)
    now = at("monday 11:00")
    assert ring(the_portal(), world.tunvik, now=now) == 1
    assert rung(told)[0]["cancellation_ids"] == [str(third.id)]


def test_another_municipalitys_clock_leaves_them_alone(world, asked, at, told) -> None:
    now = at("monday 11:00")
    assert ring(the_portal(), world.fjordby, now=now) == 0
    assert rung(told) == []


def test_two_workers_ring_each_of_them_once(world, asked, at, told) -> None:
    now = at("monday 11:00")
    at_once(*[lambda: ring(the_portal(), world.tunvik, now=now, limit=2)] * 4)
    ring(the_portal(), world.tunvik, now=now)
    ids = [id for event in rung(told) for id in event["cancellation_ids"]]
    assert len(ids) == len(set(ids)) == 3


def test_the_minutes_job_rings(world, asked, at, told, database) -> None:
    jobs.run_minutely(now=at("monday 11:00"))
    assert database.execute("SELECT count(*) FROM cancellation WHERE alarmed_at IS NOT NULL").fetchone() == (3,)


@pytest.mark.parametrize("who", ["astrid", "jonas_for_astrid", "mona", "journal"])
def test_nobody_but_the_portal_rings(world, request, who) -> None:
    with pytest.raises(Denied):
        ring(request.getfixturevalue(who), world.tunvik, now=clock.now())


def test_her_page_says_that_nobody_has_answered_and_whom_to_call(asked, astrid, journal, at) -> None:
    browser, path = client_of("astrid"), f"/timeavtaler/{asked[0].visit_id}/"
    silent = "Kommunens system har ikke svart ennå Ring 32 00 00 10 , så vet du sikkert."
    at("monday 10:29")
    assert silent not in page(browser, path)
    at(clock.now() + timedelta(minutes=1))
    assert silent in page(browser, path)
    assert "Angre" in page(browser, path)
    answer_cancellation(journal, asked[0].id, state=CancellationState.ACCEPTED)
    assert silent not in page(browser, path)
