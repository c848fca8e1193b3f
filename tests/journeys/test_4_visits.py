"""Astrid sees who comes and when, calls a visit off, and asks for another time."""

import re

import pytest
from playwright.sync_api import expect

from hjemmekontakt.demo.persons import BY_KEY

ASTRID = BY_KEY["astrid"].mobile


def open_visit(reader, visit) -> None:
    """Open the page of a visit from the list."""
    reader.open("/timeavtaler/")
    reader.follow(re.compile("."), within=reader.place_of(visit["starts_at"]))


def test_two_weeks_of_visits_with_windows_times_and_names(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg")
    astrid.follow("Timeavtaler", within=astrid.main)
    astrid.sees("I morgen", re.compile(r"Oppdatert kl\. \d\d\.\d\d"))
    assert astrid.main.locator("h2").count() >= 13
    astrid.picture("timeavtaler")

    tomorrow = astrid.place_of(demo.coming("astrid", "Kveldsstell", days_off=1)["starts_at"])
    expect(tomorrow).to_contain_text("Kl. 19.00")
    expect(tomorrow).to_contain_text(re.compile("Mona.* kommer"))
    later = demo.coming("astrid", "Morgenstell", days_off=3)
    expect(astrid.place_of(later["starts_at"])).to_contain_text("Mellom kl. 08 og 10")
    open_visit(astrid, later)
    astrid.sees("Hvem som kommer, er ikke bestemt ennå", "Planlagt", "Hjemmetjenesten Nord")


def test_a_visit_is_called_off_and_the_journal_confirms(demo, at_a_browser):
    visit = demo.coming("astrid", "Morgenstell", days_off=5)
    demo.journal("policy", cancellation="accept", delay_s=2)
    astrid = at_a_browser(demo, "Astrid Berg")
    open_visit(astrid, visit)
    astrid.picture("besok")

    astrid.follow("Avlys besøk")
    astrid.sees("Dette besøket faller bort", "Bare dette besøket blir avlyst.")
    astrid.page.get_by_label("Jeg er ikke hjemme").check()
    astrid.picture("avlys")
    with demo.told_of(demo.sms, ASTRID) as the_sms:
        astrid.press("Bekreft avlysning")
        astrid.sees("Avlysningen er sendt.")
        astrid.sees_after_a_while("Mottatt av kommunen i dag")
        astrid.sees_after_a_while("Avlyst av deg")
    expect(astrid.main.locator(".hk-steps li[data-state=done]")).to_have_count(3)
    astrid.picture("avlyst")
    assert the_sms()["text"].startswith("Tunvik: Avlysningen er bekreftet. Vi kommer ikke ")
    heard = [each for each in demo.journal_has("seen") if each.get("visit") == visit["identifier"]]
    assert [each["kind"] for each in heard] == ["cancellation"]


def test_a_visit_that_must_be_is_not_called_off(demo, at_a_browser):
    visit = demo.coming("astrid", "Kveldsstell", days_off=6)
    astrid = at_a_browser(demo, "Astrid Berg")
    demo.journal("policy", cancellation="decline", delay_s=0)
    open_visit(astrid, visit)
    astrid.follow("Avlys besøk")
    with demo.told_of(demo.sms, ASTRID) as the_sms:
        astrid.press("Bekreft avlysning")
        astrid.sees_after_a_while("Vi kunne ikke avlyse besøket. Vi kommer som planlagt.")
    demo.journal("policy", cancellation="accept", delay_s=1)

    astrid.sees("Dette besøket kan ikke avlyses. Ring oss.", "Ikke avlyst")
    assert "er ikke avlyst. Vi kommer som planlagt." in the_sms()["text"]


def test_medicine_is_not_called_off_here(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg")
    open_visit(astrid, demo.coming("astrid", "Medisiner", days_off=4))

    astrid.sees("Dette besøket kan du ikke avlyse her.")
    expect(astrid.main.get_by_role("link", name="Avlys besøk")).to_have_count(0)


@pytest.fixture
def no_wishes(demo):
    """Nord has not opened wishes for another time."""
    with demo.database() as database:
        database.execute("UPDATE service SET wishes_from = NULL")
        yield
        database.execute("UPDATE service SET wishes_from = visits_from")  # as the demo's services open all at once


def test_where_wishes_are_not_opened_another_time_is_asked_for_by_a_message(demo, at_a_browser, no_wishes):
    astrid = at_a_browser(demo, "Astrid Berg")
    open_visit(astrid, demo.coming("astrid", "Kveldsstell", days_off=8))
    astrid.follow("Be om annen tid")
    written = astrid.page.get_by_role("textbox", name="Melding")
    expect(written).to_have_value(re.compile("Det gjelder besøket .+ mellom kl. 19 og 21"))
    written.fill(f"{written.input_value()}etter klokka 20.")
    astrid.press("Send melding")

    astrid.sees("Ønsket er sendt. Svaret kommer hit.", re.compile("Jeg ønsker heller: etter klokka 20."))
