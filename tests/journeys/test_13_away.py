"""On a phone: one visit called off and confirmed, a week away that covers what is planned later, an undo, and a no."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from hjemmekontakt.ground.workdays import OSLO
from tests.journeys.reader import PHONE
from tests.journeys.running import Demo, until

SERIES = "Tilsyn sent på kvelden"


@pytest.fixture(scope="module")
def quiet_demo(start_demo) -> Iterator[Demo]:
    """A demo of this journey's own: nobody else misses the visits that fall away in it."""
    with start_demo("away-demo") as running:
        yield running


@pytest.fixture
def astrid(quiet_demo, at_a_browser):
    """Astrid with her phone."""
    reader = at_a_browser(quiet_demo, "Astrid Berg")
    reader.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    return reader


def answers(demo: Demo, cancellation: str, **how: object) -> None:
    """From now on the journal answers so."""
    demo.journal("policy", cancellation=cancellation, **{"delay_s": 0, **how})


def open_visit(astrid, visit) -> None:
    """Open the page of a visit from the list."""
    astrid.open("/timeavtaler/")
    astrid.follow(re.compile("."), within=astrid.place_of(visit["starts_at"]))


def call_off(astrid, visit) -> None:
    """Ask for one visit to be called off."""
    open_visit(astrid, visit)
    astrid.follow("Avlys besøk", within=astrid.main)
    astrid.press("Bekreft avlysning")
    astrid.sees("Avlysningen er sendt.")


def _heard_of(demo: Demo, visit) -> bool:
    return any(each.get("visit") == visit["identifier"] for each in demo.journal_has("seen"))


def day_of(visit) -> date:
    return datetime.fromisoformat(visit["starts_at"]).astimezone(OSLO).date()


def test_an_undo_while_the_journal_is_silent(quiet_demo, astrid):
    answers(quiet_demo, "silent")
    visit = quiet_demo.coming("astrid", "Kveldsstell", days_off=2)
    call_off(astrid, visit)
    astrid.sees_after_a_while("Mottatt av kommunen i dag")
    astrid.picture("avlys-angre")
    quiet_demo.move_clock(quiet_demo.now() + timedelta(minutes=31))
    astrid.reload()
    astrid.sees("Kommunens system har ikke svart ennå", re.compile("så vet du sikkert"))
    astrid.picture("avlys-ikke-svart")

    astrid.press("Angre", within=astrid.main)
    astrid.sees("Du har angret. Vi kommer som planlagt.")
    astrid.picture("angret")
    expect(astrid.main.get_by_role("link", name="Avlys besøk")).to_be_visible()
    quiet_demo.let_everything_be_done()
    assert [each["status"] for each in quiet_demo.journal_has("plan") if each["identifier"] == visit["identifier"]] == [
        "proposed"
    ]
    quiet_demo.move_clock(quiet_demo.now() - timedelta(minutes=31))


def test_a_journal_that_calls_it_off_in_spite_of_the_undo_is_told_of_honestly(quiet_demo, astrid):
    answers(quiet_demo, "accept", delay_s=8, blindly=True)
    visit = quiet_demo.coming("astrid", "Kveldsstell", days_off=3)
    call_off(astrid, visit)
    until(lambda: _heard_of(quiet_demo, visit), what="the request in the journal")
    astrid.press("Angre", within=astrid.main)
    astrid.sees("Du har angret. Vi kommer som planlagt.")
    astrid.sees_after_a_while("Du angret, men kommunen har avlyst besøket.")
    astrid.picture("angret-for-sent")


def test_one_is_confirmed_and_needed_after_all_and_one_is_declined(quiet_demo, astrid):
    answers(quiet_demo, "accept")
    call_off(astrid, quiet_demo.coming("astrid", "Morgenstell", days_off=2))
    astrid.sees_after_a_while("Avlyst av deg")
    expect(astrid.main.locator(".hk-steps li[data-state=done]")).to_have_count(3)
    astrid.picture("avlyst-trengs")
    astrid.press("Jeg trenger besøket likevel")
    astrid.sees("Ring for å få besøket likevel", re.compile("Vi har sagt fra til kommunen at besøket trengs likevel."))
    astrid.picture("trengs-likevel")

    answers(quiet_demo, "decline")
    call_off(astrid, quiet_demo.coming("astrid", "Morgenstell", days_off=3))
    astrid.sees_after_a_while("Vi kunne ikke avlyse besøket. Vi kommer som planlagt.")
    astrid.picture("ikke-avlyst")


def test_all_visits_of_a_series_fall_away_also_those_that_nobody_has_confirmed(quiet_demo, astrid):
    answers(quiet_demo, "accept")
    confirmed = quiet_demo.coming("astrid", SERIES, days_off=0)
    first = day_of(confirmed) + timedelta(days=7)
    astrid.open("/timeavtaler/")
    expected = astrid.place_of(datetime.combine(first, time(22), OSLO).isoformat())
    expect(expected).to_contain_text("Etter vedtaket")
    astrid.follow(re.compile("."), within=expected)
    astrid.follow("Avlys besøk", within=astrid.main)
    astrid.follow("Avlys alle besøkene i denne rekken")
    astrid.page.get_by_label("Til jeg sier fra").check()
    astrid.picture("avlys-rekke")
    astrid.press("Se hvilke besøk det gjelder")
    astrid.picture("avlys-rekke-se-over")
    astrid.sees_not("Morgenstell")
    astrid.press("Bekreft", within=astrid.main)
    astrid.sees("Det er sendt til kommunen. Her ser du hvordan det går med hvert besøk.")
    until(lambda: _waiting(astrid) == 0, what="an answer for each visit")
    astrid.picture("avlys-rekke-svar")
    called_off = {each["starts_at"] for each in quiet_demo.journal_has("plan") if _is_off(each)}
    assert len(called_off) == _called_off(astrid) >= 5, (
        "each asked about is called off in the journal, by its plan and day"
    )
    [still] = [each for each in quiet_demo.journal_has("plan") if each["identifier"] == confirmed["identifier"]]
    assert still["status"] == "booked", "the one before stands"
    astrid.press("Jeg er tilbake", within=astrid.main)
    astrid.sees("Vi har notert at du er tilbake. Se under om noen besøk fortsatt er avlyst.")


def _is_off(visit) -> bool:
    return visit["title"] == SERIES and visit["status"] == "cancelled"


def test_a_week_away_covers_a_visit_planned_later(quiet_demo, astrid):
    answers(quiet_demo, "accept")
    first = day_of(quiet_demo.coming("astrid", "Morgenstell", days_off=5))
    astrid.open("/timeavtaler/")
    astrid.follow("Jeg er borte en periode", within=astrid.main)
    astrid.page.get_by_label("Første dag").fill(first.isoformat())
    astrid.page.get_by_label("Til og med en dag jeg vet").check()
    astrid.page.get_by_label("Siste dag").fill((first + timedelta(days=6)).isoformat())
    astrid.page.get_by_label("Jeg er på reise").check()
    astrid.picture("borte")
    astrid.press("Se hvilke besøk det gjelder")
    expect(astrid.main.get_by_role("heading", level=1)).to_contain_text("Dette faller bort")
    astrid.sees("Noen besøk må du ringe om", re.compile("^Faller bort$"), "Kan ikke avlyses her")
    astrid.picture("borte-se-over")

    astrid.press("Bekreft", within=astrid.main)
    astrid.sees("Det er sendt til kommunen. Her ser du hvordan det går med hvert besøk.")
    until(lambda: _waiting(astrid) == 0, what="an answer for each visit")
    astrid.picture("borte-svar")
    before = _called_off(astrid)
    assert before >= 14

    start = datetime.combine(first + timedelta(days=2), time(16), OSLO)
    quiet_demo.journal("plan", person="astrid", start=start.isoformat(), end=(start + timedelta(hours=1)).isoformat())
    until(lambda: _called_off(astrid) == before + 1, what="the visit planned later falls away too")
    expect(astrid.place_of(start.isoformat())).to_contain_text("Ekstra besøk")
    astrid.open("/timeavtaler/")
    astrid.sees(re.compile(r"^Du er borte "), re.compile(rf"{before + 1} besøk er avlyst\."))
    astrid.picture("timeavtaler-borte")


def test_she_is_back_and_what_is_planned_then_takes_place(quiet_demo, astrid):
    astrid.open("/timeavtaler/")
    astrid.press("Jeg er tilbake", within=astrid.main)
    astrid.sees(re.compile("Avsluttet i dag"), "Jeg trenger besøket likevel")
    astrid.picture("borte-tilbake")
    start = datetime.combine(quiet_demo.now().date() + timedelta(days=8), time(17), OSLO)
    quiet_demo.journal("plan", person="astrid", start=start.isoformat(), end=(start + timedelta(hours=1)).isoformat())
    astrid.open("/timeavtaler/")
    expect(astrid.place_of(start.isoformat())).to_contain_text("Ekstra besøk")
    expect(astrid.place_of(start.isoformat())).not_to_contain_text("Avly")


def _waiting(astrid) -> int:
    astrid.reload()
    return astrid.main.get_by_text("Venter på svar fra kommunen", exact=True).count()


def _called_off(astrid) -> int:
    astrid.reload()
    return astrid.main.locator(".ds-tag").filter(has_text=re.compile("^Avlyst")).count()
