"""Mona tells everybody with a visit tomorrow that they come later, and sees from the day's list who has written."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from playwright.sync_api import expect

from hjemmekontakt.demo.persons import BY_KEY
from tests.journeys.test_11_at_work import write

ASTRID = BY_KEY["astrid"].mobile
LATER = "Vi kommer senere"


def test_everybody_with_a_visit_is_told_and_nobody_can_answer(own_demo, at_a_browser):
    mona = at_a_browser(own_demo, "Mona Lie", door="/ansatt/")
    mona.open("/ansatt/utsendinger/")
    mona.follow("Ny utsending")
    mona.page.get_by_label("Alle med besøk i morgen").check()
    mona.press("Vis hvem det er")
    mona.sees("1 person får meldingen", "Astrid Berg, f. 1944")
    mona.sees_not("Nils Foss")
    mona.page.get_by_label("Emne").fill(LATER)
    mona.page.get_by_role("textbox", name="Melding").fill(
        "Vi er forsinket i morgen. Lurer du på noe, ring 32 00 00 10."
    )
    mona.picture("utsending")
    mona.press("Send til 1 person")
    mona.sees("Utsendingen er laget.", re.compile("Går ut i dag kl."))
    sending = urlsplit(mona.page.url).path
    with own_demo.told_of(own_demo.sms, ASTRID) as the_sms:
        own_demo.move_clock(own_demo.now() + timedelta(minutes=3))
        mona.open(sending)
        mona.sees_after_a_while("Sendt til 1 av 1.")
    assert "Du har fått en ny melding." in the_sms()["text"]

    astrid = at_a_browser(own_demo, "Astrid Berg")
    astrid.open("/meldinger/")
    astrid.sees(f"Ulest: {LATER}", "Melding til deg")
    astrid.follow(LATER)
    astrid.sees(
        "Vi er forsinket i morgen.", "Denne meldingen kan ikke besvares. Ring 32 00 00 10 hvis du lurer på noe."
    )
    astrid.sees_not("Du har fått svar", "Send melding")

    mona.open("/ansatt/")
    mona.sees_not(LATER)
    mona.follow("Alle", within=mona.main)
    expect(mona.main.get_by_role("row").filter(has_text=LATER)).to_contain_text("Utsending")
    mona.follow(LATER)
    mona.sees("Innbyggeren kan ikke svare på denne meldingen.")
    expect(mona.page.get_by_role("button", name="Send svar")).to_have_count(0)


def test_the_days_list_says_who_has_written_until_it_is_read(own_demo, at_a_browser):
    write(at_a_browser(own_demo, "Astrid Berg"), "Koden til porten", "Koden er ny fra i dag.")
    mona = at_a_browser(own_demo, "Mona Lie", door="/ansatt/")
    mona.open("/ansatt/i-dag/")
    mona.follow("Dagen etter")
    visit = mona.main.locator("li", has_text="Morgenstell").first
    expect(visit).to_contain_text("Astrid Berg")
    expect(visit.get_by_role("link", name="Koden til porten")).to_contain_text("Ulest")
    mona.picture("i-dag")
    tomorrow = urlsplit(mona.page.url)
    mona.follow("Astrid Berg", within=visit)
    mona.sees("Kan nås digitalt", "Jonas Berg")
    assert mona.heading == "Astrid Berg, f. 1944"
    mona.open(f"{tomorrow.path}?{tomorrow.query}")
    mona.follow("Koden til porten", within=visit)
    mona.open(f"{tomorrow.path}?{tomorrow.query}")
    expect(visit.get_by_role("link", name="Koden til porten")).not_to_contain_text("Ulest")


def test_gerd_sees_how_soon_they_answer_and_nobody_is_counted_out(own_demo, at_a_browser):
    gerd = at_a_browser(own_demo, "Gerd Vik", door="/ansatt/")
    gerd.open("/ansatt/")
    gerd.follow("Statistikk")
    gerd.sees("For få meldinger til å vise tall")
    with own_demo.weeks_of_messages("astrid"):
        gerd.reload()
        gerd.sees("Besvart innen fristen", "Hva som skjedde med meldingene")
        expect(gerd.main.get_by_role("rowheader", name="Besøk og tid")).to_be_visible()
        gerd.sees_not("For få meldinger til å vise tall", "Astrid")
        gerd.picture("statistikk")
