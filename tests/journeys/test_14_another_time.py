"""Astrid wishes another time on her phone and says yes to what is proposed; a nurse answers where no journal does."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from hjemmekontakt.demo.persons import BY_KEY
from hjemmekontakt.ground.workdays import OSLO
from tests.journeys.running import Demo, until

ASTRID = BY_KEY["astrid"].mobile
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


def write_time(reader, number: int, day: datetime, begins: str, ends: str) -> None:
    """Fill in one of the form's times, as a phone's pickers do."""
    for name, value in [("day", day.date().isoformat()), ("begins", begins), ("ends", ends)]:
        reader.page.locator(f"[name=tid{number}-{name}]").fill(value)


def ask(reader, visit, *, days_later: int) -> None:
    """Wish two other times for a visit: at ten some days later, and at two the day after that."""
    day = datetime.fromisoformat(visit["starts_at"]).astimezone(OSLO) + timedelta(days=days_later)
    reader.open("/timeavtaler/")
    reader.follow(re.compile("."), within=reader.place_of(visit["starts_at"]))
    reader.follow("Be om annen tid")
    write_time(reader, 1, day, "10:00", "11:00")
    reader.page.get_by_text("Legg til flere tider").click()
    write_time(reader, 2, day + timedelta(days=1), "14:00", "15:30")
    reader.page.get_by_label("Vil du si noe mer?").fill("Jeg skal til legen.")


@contextmanager
def answered_at_work(demo: Demo) -> Iterator[None]:
    """While this lasts, Nord keeps its visits here and not in the journal."""
    with demo.database() as database:
        database.execute("UPDATE service SET visits_in = 'portal' WHERE name = 'Hjemmesykepleie'")
        try:
            yield
        finally:
            database.execute("UPDATE service SET visits_in = 'journal' WHERE name = 'Hjemmesykepleie'")


@pytest.fixture
def journal_proposes(demo) -> Iterator[None]:
    demo.journal("policy", cancellation="accept", wish="propose", delay_s=1)
    yield
    demo.journal("policy", cancellation="accept", delay_s=1)


def test_a_proposal_is_accepted_and_the_visit_is_moved(demo, at_a_browser, journal_proposes) -> None:
    visit = demo.coming("astrid", "Morgenstell", days_off=7)
    astrid = at_a_browser(demo, "Astrid Berg")
    astrid.page.set_viewport_size(PHONE)
    ask(astrid, visit, days_later=1)
    astrid.picture("annen-tid")
    astrid.page.set_viewport_size(PHONE)
    with demo.told_of(demo.sms, ASTRID) as the_sms:
        astrid.press("Send ønsket")
        astrid.sees("Ønsket er sendt.", "Besøket står som planlagt til kommunen har svart.")
        astrid.sees_after_a_while("Vi foreslår")
    assert the_sms()["text"] == "Tunvik: Kommunen har svart på ønsket om annen tid. Logg inn for å se svaret."
    expect(astrid.main.get_by_role("heading", name="Vi foreslår")).to_contain_text("mellom kl. 11 og 12")
    astrid.picture("forslag-om-ny-tid")
    astrid.page.set_viewport_size(PHONE)

    astrid.press("Ja, det passer")
    astrid.sees("Du har sagt ja til den nye tiden.")
    astrid.sees_after_a_while("Besøket fikk ny tid etter ønsket om annen tid.")
    astrid.sees("Ny tid")
    expect(astrid.main.locator("h1")).to_contain_text("mellom kl. 11 og 12")
    heard = [each for each in demo.journal_has("seen") if each.get("visit") == visit["identifier"]]
    assert [each["kind"] for each in heard] == ["change-wish"]
    moved = next(each for each in demo.journal_has("plan") if each["identifier"] == visit["identifier"])
    assert datetime.fromisoformat(moved["starts_at"]) != datetime.fromisoformat(visit["starts_at"])


def test_a_nurse_sees_what_waits_and_accepts_one_of_the_times(demo, at_a_browser) -> None:
    visit = demo.coming("astrid", "Kveldsstell", days_off=9)
    demo.journal("policy", cancellation="silent", wish="silent", delay_s=0)
    with answered_at_work(demo):
        astrid = at_a_browser(demo, "Astrid Berg")
        ask(astrid, visit, days_later=0)
        astrid.press("Send ønsket")
        astrid.sees("Ønsket er sendt.")
        until(lambda: demo.journal_has("seen"), what="the journal to hear")

        mona = at_a_browser(demo, "Mona Lie", door="/ansatt/")
        mona.page.set_viewport_size(PHONE)
        mona.follow(re.compile("Avlysninger og ønsker"))
        mona.sees("Ønske om annen tid: Astrid Berg")
        mona.picture("avlysninger-og-onsker")
        mona.page.set_viewport_size(DESK)
        mona.follow(re.compile("Ønske om annen tid: Astrid Berg"))
        mona.sees("Jeg skal til legen.", "Ønskede tider")
        mona.picture("ett-onske")
        mona.press("Godta")
        mona.sees("Det er gjort, og det står hvem som gjorde det.")

        astrid.page.reload()
        astrid.sees("Besøket fikk ny tid etter ønsket om annen tid.", "Ny tid")
        expect(astrid.main.locator("h1")).to_contain_text("mellom kl. 10 og 11")
        expect(astrid.main.get_by_role("link", name="Be om annen tid")).to_have_count(1)
    demo.journal("policy", cancellation="accept", delay_s=1)
