"""Astrid gives her calendar an address, reads her visits there, and takes it back."""

import re
from uuid import UUID

import httpx
from playwright.sync_api import expect

from hjemmekontakt.visits.rules import uid_of
from tests.visits.calendars import events_in

AN_ADDRESS = re.compile(r"/kalender/[\w-]{43}\.ics$")
A_VISIT = re.compile(r"/timeavtaler/([0-9a-f-]{36})/$")


def visits_on_the_pages(reader) -> set[str]:
    """What a calendar calls the visits that she has links to, on both pages and to the end of them."""
    found: set[str] = set()
    for path in ("/timeavtaler/", "/timeavtaler/tidligere/"):
        reader.open(path)
        while True:
            hrefs = reader.main.get_by_role("link").evaluate_all("links => links.map(link => link.pathname)")
            found |= {uid_of(UUID(match[1])) for match in map(A_VISIT.search, hrefs) if match}
            if not reader.main.get_by_role("link", name="Vis flere").count():
                break
            reader.follow("Vis flere", within=reader.main)
    return found


def test_the_calendar_fetches_what_the_pages_show_until_she_deletes_its_address(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg")
    shown = visits_on_the_pages(astrid)
    astrid.open("/timeavtaler/")
    astrid.follow("Legg i kalenderen min")
    astrid.sees("Alle som har adressen, kan se det samme uten å logge inn.", "Tenk over dette først")
    astrid.picture("kalender")

    astrid.press("Lag kalenderadresse")
    astrid.sees("Vi viser adressen bare nå.")
    address = astrid.page.get_by_label("Adressen", exact=True).input_value().strip()
    assert AN_ADDRESS.search(address)
    opens = astrid.page.get_by_role("link", name="Åpne i kalenderen").get_attribute("href")
    assert opens == address.replace("http:", "webcal:")
    for fold in ("Outlook", "Google Kalender", "iPhone, iPad og Mac"):
        astrid.main.locator("summary", has_text=fold).click()
    astrid.sees("Lim inn adressen. Velg å oppdatere hver time.", "Velg «Abonner fra nettet» og lim inn adressen.")

    fetched = httpx.get(address)
    events = events_in(fetched.content)
    assert set(events) == shown
    assert {str(event["summary"]).removeprefix("Avlyst: ") for event in events.values()} == {"Besøk"}
    assert httpx.get(address, headers={"If-None-Match": fetched.headers["ETag"]}).status_code == 304
    assert httpx.head(address).headers["ETag"] == fetched.headers["ETag"]

    astrid.open("/timeavtaler/kalender/")
    expect(astrid.page.get_by_text(address)).to_have_count(0)
    astrid.sees(re.compile(r"Sist hentet i dag"))
    astrid.picture("kalenderadresser")
    astrid.follow("Slett adressen")
    astrid.sees("Adressen slutter å virke med en gang.")
    astrid.press("Slett adressen")
    astrid.sees("Adressen er slettet. Den virker ikke lenger.")
    assert httpx.get(address).status_code == 404
