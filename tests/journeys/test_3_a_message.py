"""Astrid writes to the home service; Mona of her unit answers, and nobody else can read it."""

import re
from urllib.parse import urlsplit

from hjemmekontakt.demo.persons import BY_KEY

ASTRID = BY_KEY["astrid"].mobile
SUBJECT, TEXT = "Nøkkelen til bakdøra", "Hei!\n\nHvem har den ekstra nøkkelen nå?"
ANSWER = "Hei, Astrid. Nøkkelen ligger i nøkkelboksen."


def test_astrid_writes_mona_answers_and_astrid_reads(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg")
    astrid.follow("Helsekontakter", within=astrid.main)
    astrid.sees("Hjemmesykepleie", "Hjemmetjenesten Nord", "Hjelp til medisiner, morgenstell og støttestrømper")
    astrid.picture("helsekontakter")
    astrid.follow("Skriv melding", within=astrid.main)
    astrid.sees("Trenger du hjelp med en gang? Ikke skriv her.", re.compile("Du får svar senest .+ kl. 16"))

    astrid.picture("skriv-melding")
    astrid.press("Send melding")
    astrid.sees("Skriv en melding før du sender.")
    astrid.page.get_by_label("Emne").fill(SUBJECT)
    astrid.page.get_by_role("textbox", name="Melding").fill(TEXT)
    astrid.press("Send melding")
    astrid.sees("Meldingen er sendt. Svaret kommer hit.", re.compile("Du får svar senest .+ kl. 16"))
    assert astrid.heading == SUBJECT
    thread = urlsplit(astrid.page.url).path

    mona = at_a_browser(demo, "Mona Lie", door="/ansatt/")
    mona.sees("Hjemmetjenesten Nord", "Astrid Berg, f. 1944")
    mona.picture("innboks")
    mona.follow(SUBJECT)
    mona.sees("Hvem har den ekstra nøkkelen nå?")
    at_work = urlsplit(mona.page.url).path
    mona.page.get_by_role("textbox", name="Svar").fill(ANSWER)
    mona.picture("svar")
    with demo.told_of(demo.sms, ASTRID) as the_sms:
        mona.press("Send svar")
        mona.sees("Svaret er sendt.")
    text = the_sms()["text"]
    assert text.startswith("Tunvik: Du har fått en ny melding. Logg inn")
    assert not re.search("Nøkkel|Mona|Hjemme|http|Astrid", text)

    astrid.open("/meldinger/")
    astrid.sees(f"Ulest: {SUBJECT}", "Du har fått svar")
    astrid.picture("meldinger")
    astrid.follow(SUBJECT)
    astrid.sees(ANSWER, "Mona, sykepleier", re.compile("Lest av 1 ansatt i Hjemmetjenesten Nord"))
    astrid.picture("samtale")
    astrid.open("/meldinger/")
    astrid.sees_not(f"Ulest: {SUBJECT}")

    mona.open(at_work)
    mona.sees(re.compile("Åpnet av innbyggeren eller den som har fullmakt, sist i dag"))
    strangers_find_nothing(demo, at_a_browser, at_work=at_work, thread=thread)


def strangers_find_nothing(demo, at_a_browser, *, at_work, thread):
    """Per of another unit and Kari of another municipality do not even learn that the dialogue exists."""
    for name, unit in (("Per Sand", "Hjemmetjenesten Sør"), ("Kari Eide", "Hjemmetjenesten Fjordby")):
        stranger = at_a_browser(demo, name, door="/ansatt/")
        stranger.sees(unit)
        stranger.follow("Alle", within=stranger.main)
        stranger.sees_not(SUBJECT, "Astrid Berg")
        assert stranger.status_of(at_work) == 404
        stranger.sees_not(SUBJECT, "Astrid")
    siri = at_a_browser(demo, "Siri Holm")
    if siri.heading == "Bruksvilkår":
        siri.press("Jeg godtar bruksvilkårene")
    assert siri.status_of(thread) in (200, 404)
    siri.sees_not(SUBJECT)
