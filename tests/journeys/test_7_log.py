"""Logg over bruk tells Astrid who has been there, and its seal holds."""

import json
import os
import re
import subprocess

from tests.journeys.running import ROOT

SUBJECT = "Støttestrømper"


def test_the_log_tells_who_read_and_who_acted(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg")
    astrid.open("/meldinger/ny/")
    astrid.page.get_by_label("Emne").fill(SUBJECT)
    astrid.page.get_by_role("textbox", name="Melding").fill("De nye er for trange.")
    astrid.press("Send melding")
    jonas = at_a_browser(demo, "Jonas Berg")
    jonas.open_menu()
    jonas.follow("Bytt person")
    jonas.press("Bruk tjenesten på vegne av Astrid Berg")
    jonas.open("/meldinger/")
    jonas.follow(SUBJECT)
    mona = at_a_browser(demo, "Mona Lie", door="/ansatt/")
    mona.follow(SUBJECT)

    astrid.open("/profil/")
    astrid.follow("Logg over bruk", within=astrid.main)
    astrid.sees("I dag", re.compile(r"Du logget inn kl\. \d\d\.\d\d\."))
    read = rf"leste meldingen «{SUBJECT}» kl\. \d\d\.\d\d\."
    astrid.sees(
        re.compile(f"Jonas Berg på vegne av deg {read}"),
        re.compile(f"Mona Lie, sykepleier i Hjemmetjenesten Nord, {read}"),
    )
    astrid.picture("logg")
    astrid.follow("Ansatte", within=astrid.main)
    astrid.sees(re.compile(f"Mona Lie, sykepleier i Hjemmetjenesten Nord, {read}"))
    astrid.sees_not("Jonas Berg på vegne av deg leste")
    with astrid.page.expect_download() as taken:
        astrid.page.get_by_role("link", name="Last ned hele loggen").click()
    assert taken.value.path().read_text(encoding="utf-8-sig").startswith("Dato;Klokkeslett;Hva")


def test_nobody_has_written_in_the_log_since(demo):
    demo.let_everything_be_done()
    environment = {**os.environ, **json.loads((demo.data / "environment.json").read_text(encoding="utf-8"))}

    looked = subprocess.run(
        [ROOT / "hk", "doctor", "--log"], env=environment, capture_output=True, text=True, check=False, timeout=60
    )

    assert looked.returncode == 0, looked.stdout + looked.stderr
    assert re.search(r"^ok    innsynslogg: [1-9]\d* linjer i [1-9]\d* forseglede bunter stemmer$", looked.stdout, re.M)
