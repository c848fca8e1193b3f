"""Whose a dialogue is comes with who opens it (decision 76): nobody sees more by it, and nobody less."""

from datetime import date
from uuid import UUID

import pytest
from django.urls import reverse

from hjemmekontakt.access import lookup
from hjemmekontakt.access.rules import About
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.statements import fetch
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.login.rules import dialogue_shown_at
from tests.doors import client_of
from tests.people import an_id
from tests.trips import trips

PERSONS = {
    "astrid": {},
    "jonas": {"acting_for": "astrid"},
    "siri": {},
    "einar": {},
    "mona": {"employee": True},
    "gerd": {"employee": True},
    "per": {"employee": True},
    "kari": {"employee": True},
}


def page_of(thread: UUID, *, at_work: bool) -> str:
    return reverse("inbox:thread" if at_work else "messages:thread", args=[thread])


@pytest.mark.parametrize("at_work", [True, False])
def test_the_door_knows_a_dialogues_own_page_and_nothing_below_it(at_work) -> None:
    page = page_of(an_id("a dialogue"), at_work=at_work)
    assert dialogue_shown_at(page) == an_id("a dialogue")
    assert {dialogue_shown_at(f"{page}{rest}") for rest in ("svar/", "nytt/", "x")} == {None}


@pytest.mark.parametrize("who", PERSONS)
def test_what_the_door_found_out_decides_as_what_the_page_asks_for_itself(world, who, astrid, write, log_of) -> None:
    if who in ("siri", "einar"):
        world.activation(who)
    thread = write(astrid).thread_id
    browser, page = client_of(who, **PERSONS[who]), page_of(thread, at_work="employee" in PERSONS[who])

    def told(ask) -> tuple[int, list]:
        before = len(log_of("astrid"))
        return ask(page).status_code, log_of("astrid")[before:]

    by_the_door, by_the_page = told(browser.get), told(browser.head)  # the door asks for what is got alone
    assert by_the_door == by_the_page
    assert by_the_door[0] == (200 if who in ("astrid", "jonas", "mona", "gerd") else 404)


def test_help_that_has_ended_closes_the_dialogue_to_the_unit_at_once(world, database, astrid, write) -> None:
    page, mona = page_of(write(astrid).thread_id, at_work=True), client_of("mona", employee=True)
    assert mona.get(page).status_code == 200
    database.execute("UPDATE decision SET ends_on = '2026-03-01' WHERE citizen_id = %s", [an_id("astrid")])
    assert (mona.get(page).status_code, mona.head(page).status_code) == (403, 403)


def test_one_who_is_not_let_in_is_told_nothing_of_a_dialogue(world, astrid, write) -> None:
    thread = write(astrid).thread_id
    for at_work in (True, False):
        browser = client_of("siri", has_accepted=False)  # a session, at the one door, and before the terms
        answers = [browser.get(page_of(each, at_work=at_work)) for each in (thread, an_id("no dialogue"))]
        assert {(each.status_code, each["Location"].partition("?")[0]) for each in answers} == {
            (302, "/ansatt/logg-inn/" if at_work else "/bruksvilkar/")
        }


def test_an_employee_opens_a_dialogue_in_two_trips(world, astrid, write) -> None:
    page, mona = page_of(write(astrid).thread_id, at_work=True), client_of("mona", employee=True)
    assert mona.get(page).status_code == 200
    assert trips(lambda: mona.get(page)) == 2, "who, and whose; the dialogue"


def test_what_was_found_out_of_another_dialogue_is_not_believed(world, astrid, write) -> None:
    thread = write(astrid).thread_id
    asked = lookup.thread(thread)
    foreign = About("thread", an_id("another"), citizen_id=an_id("siri"), has_decision=True)
    assert lookup.thread(thread, known=foreign) == asked
    assert lookup.thread(thread, known=About("visit", thread, citizen_id=an_id("siri"))) == asked
    assert lookup.thread(an_id("no dialogue")) == About("thread", an_id("no dialogue"))


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2026, 3, 2), None),
        (date(2026, 3, 2), date(2026, 3, 2)),
        (date(2026, 1, 1), date(2026, 3, 1)),
        (date(2026, 3, 3), None),
    ],
)
def test_a_decision_holds_for_a_dialogue_as_it_holds_everywhere(
    world, database, astrid, write, starts_on, ends_on
) -> None:
    thread = write(astrid).thread_id
    whose = "WHERE citizen_id = %s AND service_id = %s"
    values = [an_id("astrid"), world.nord_nursing]
    database.execute(f"UPDATE decision SET starts_on = %s, ends_on = %s {whose}", [starts_on, ends_on, *values])
    holds = fetch("SELECT hk_has_decision(%s, %s, %s)", [*values, day_of(clock.now())])[0][0]
    assert lookup.thread(thread).has_decision == holds
