"""Astrid sends a photograph of a wound, first with the wrong file; Mona sees it, and nobody sees where it was taken."""

import re

from hjemmekontakt.gateways.virus_fake import EICAR
from tests.messages.files import PLACE, picture

PHOTO = {"name": "IMG_0042.HEIC", "mimeType": "image/heic", "buffer": picture(size=(640, 480))}
VIRUS = {"name": "Faktura.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 " + EICAR + b"%%EOF"}
SUBJECT, TEXT = "Sår på foten", "Dette såret ble større i natt."


def test_astrid_sends_a_picture_and_mona_opens_it(demo, at_a_browser):
    for scripts in ("off", "on"):
        astrid = at_a_browser(demo, "Astrid Berg", scripts=scripts)
        astrid.open("/meldinger/ny/")
        astrid.page.get_by_label("Emne").fill(SUBJECT)
        astrid.page.get_by_role("textbox", name="Melding").fill(TEXT)
        astrid.page.get_by_label("Legg ved fil").set_input_files([PHOTO, VIRUS])
        astrid.press("Send melding")

        astrid.sees("Fila «Faktura.pdf» kan være skadelig, så den ble ikke lagt ved.", "IMG_0042.jpg")
        assert astrid.page.get_by_role("textbox", name="Melding").input_value() == TEXT
        astrid.press("Send melding")
        astrid.sees("Meldingen er sendt. Svaret kommer hit.", "IMG_0042.jpg")

    mona = at_a_browser(demo, "Mona Lie", door="/ansatt/")
    mona.follow(SUBJECT)
    address = mona.page.get_by_role("link", name="IMG_0042.jpg").get_attribute("href")
    got = mona.page.request.get(f"{demo.web}{address}")
    assert got.headers["content-type"] == "image/jpeg"
    assert re.match(rb"\xff\xd8\xff", got.body())
    assert PLACE not in got.body()
