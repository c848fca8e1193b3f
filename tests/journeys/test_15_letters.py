"""Gerd sends Astrid an important letter, and sees on the page before it is sent that Einar's must go by post."""

from hjemmekontakt.demo.persons import BY_KEY
from tests.messages.files import document

ASTRID = BY_KEY["astrid"].mobile
TITLE = "Svar på søknaden din"
LETTER = {"name": "Vedtak.pdf", "mimeType": "application/pdf", "buffer": document()}


def write(gerd, key: str) -> None:
    """Gerd finds somebody by the national id, and comes to the page of a new letter."""
    gerd.open("/ansatt/")
    gerd.follow("Brev")
    gerd.page.get_by_label("Fødselsnummer").fill(BY_KEY[key].national_id)
    gerd.press("Gå videre")


def fill_in(gerd) -> None:
    gerd.page.get_by_label("Tittel").fill(TITLE)
    gerd.page.get_by_label("Brevet (PDF").set_input_files([LETTER])


def test_astrid_is_told_and_reads_hers_and_einars_goes_by_post(demo, at_a_browser):
    gerd = at_a_browser(demo, "Gerd Vik", door="/ansatt/")
    write(gerd, "astrid")
    gerd.sees("Brevet sendes digitalt")
    gerd.press("Send brevet")
    gerd.sees("Skriv hva brevet er, for eksempel «Svar på søknaden din».", "Velg fila med brevet. Den må være en PDF.")
    fill_in(gerd)
    gerd.page.get_by_label("Kort tekst").fill("Du får hjelp to ganger om dagen. Les mer i brevet.")
    gerd.picture("nytt-brev")
    with demo.told_of(demo.sms, ASTRID) as the_sms:
        gerd.press("Send brevet")
        gerd.sees("Brevet til Astrid Berg er sendt digitalt.", "Sendt digitalt, ikke åpnet")
    assert "Du har fått et viktig brev." in the_sms()["text"]

    astrid = at_a_browser(demo, "Astrid Berg")
    astrid.open("/meldinger/")
    astrid.sees(f"Ulest: {TITLE}")
    assert astrid.card(TITLE).get_by_text("Brev", exact=True).count() == 1
    astrid.follow(TITLE)
    astrid.sees("Vedtak.pdf", "Du kan ikke svare på brevet her.", "Spørsmål om brevet?")
    astrid.sees_not("Send melding")
    astrid.picture("brev-til-deg")

    write(gerd, "einar")
    gerd.sees("Brevet må sendes på papir", "Innbyggeren bruker ikke Hjemmekontakt.")
    fill_in(gerd)
    gerd.press("Send brevet")
    gerd.sees("Brev som ikke er tatt vare på her", "Åpnet av innbyggeren eller den som har fullmakt")
    gerd.picture("brev")
    gerd.press("Sendt i posten")
    gerd.sees("Notert. Du kan angre i ti minutter.", "Ingen brev venter på å bli sendt i posten.")
