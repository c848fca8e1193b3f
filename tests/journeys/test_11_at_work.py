"""Mona and Gerd share an inbox: who has what, what is noted, who answers, and what Astrid reads of it in words."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

NOTE = "Nøkkelen henger i skapet, tredje krok."


def write(astrid, subject: str, text: str, *, category: str = "Praktisk beskjed") -> str:
    """Astrid writes; the path of her dialogue."""
    astrid.open("/meldinger/ny/")
    astrid.page.get_by_label(category).check()
    astrid.page.get_by_label("Emne").fill(subject)
    astrid.page.get_by_role("textbox", name="Melding").fill(text)
    if category == "Klage eller tilbakemelding":
        expect(astrid.page.locator(".hk-worry")).to_contain_text("Haster det?")
        astrid.picture("skriv-melding-kategori")
    astrid.press("Send melding")
    astrid.sees("Meldingen er sendt. Svaret kommer hit.")
    return urlsplit(astrid.page.url).path


def find(employee, subject: str) -> None:
    """From the inbox to a dialogue."""
    employee.open("/ansatt/")
    employee.follow(subject)


def unfold(employee, name: str) -> None:
    employee.main.locator("summary", has_text=re.compile(f"^{name}$")).click()


def answer_field(employee):
    return employee.page.get_by_role("textbox", name="Svar")


def test_two_have_it_open_one_answers_and_the_other_keeps_her_text(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg")
    hers = write(astrid, "Nøkkelboksen", "Jeg falt i går, og boksen er tom.", category="Klage eller tilbakemelding")
    mona = at_a_browser(demo, "Mona Lie", door="/ansatt/")
    mona.press("Ta Nøkkelboksen")
    mona.sees("Du har tatt samtalen.")
    find(mona, "Nøkkelboksen")
    unfold(mona, "Intern merknad")
    mona.page.get_by_role("textbox", name="Intern merknad").fill(NOTE)
    mona.press("Lagre merknad")
    mona.sees("Merknaden er lagret. Bare ansatte ser den.", "Mona Lie tok samtalen")

    gerd = at_a_browser(demo, "Gerd Vik", door="/ansatt/")
    gerd.open("/ansatt/")
    expect(gerd.main.get_by_role("row").filter(has_text="Nøkkelboksen")).to_contain_text("Mona Lie ser på den")
    gerd.picture("innboks-delt")
    gerd.follow("Nøkkelboksen")
    gerd.sees("Mona Lie har også denne åpen nå", NOTE)
    expect(gerd.main.get_by_text("Astrid Berg, f. 1944")).to_have_count(1)
    answer_field(gerd).fill("Vi kommer med en ny nøkkel.")

    mona.page.get_by_label("Mal", exact=True).select_option(label="Takk for beskjeden")
    mona.page.get_by_role("button", name="Sett inn").click()
    expect(answer_field(mona)).to_have_value(re.compile("Hei Astrid!\n\nTakk for beskjeden"))
    mona.sees("Svaret signeres: Mona, sykepleier, Hjemmetjenesten Nord")
    mona.picture("samtale-paa-jobb")
    mona.press("Send svar")
    mona.sees("Svaret er sendt.")

    gerd.press("Send svar")
    gerd.sees("En kollega har svart siden du åpnet siden. Les svaret først.", "Takk for beskjeden. Vi har notert det.")
    expect(answer_field(gerd)).to_have_value("Vi kommer med en ny nøkkel.")
    answer_field(gerd).fill("")

    astrid.open(hers)
    astrid.sees("Du har fått svar", "Takk for beskjeden", "Mona, sykepleier, Hjemmetjenesten Nord")
    astrid.sees_not(NOTE, "Intern merknad", "Vi kommer med en ny nøkkel.")


def test_what_needs_no_answer_and_what_was_said_on_the_phone(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg")
    thanks = write(astrid, "Takk for hjelpen", "Tusen takk!")
    shower = write(astrid, "Dusjen", "Når kommer dere?", category="Besøk og tid")
    mona = at_a_browser(demo, "Mona Lie", door="/ansatt/")
    find(mona, "Takk for hjelpen")
    mona.press("Trenger ikke svar")
    mona.sees("Meldingen er merket «Trenger ikke svar». Dere kan fortsatt svare.")
    find(mona, "Dusjen")
    unfold(mona, "Svart på telefon")
    mona.page.get_by_role("textbox", name="Hva ble sagt på telefonen?").fill("Vi kommer klokka elleve.")
    mona.press("Lagre telefonsvar")
    mona.sees("Telefonsvaret er skrevet inn. Innbyggeren ser det i samtalen.", "Svart på telefon")
    unfold(mona, "Mer")
    mona.press("Avslutt samtalen")
    mona.sees("Samtalen er avsluttet.")

    astrid.open(thanks)
    astrid.sees("Lest. Trenger ikke svar.")
    astrid.open(shower)
    astrid.sees(re.compile("Svar på telefon, skrevet ned av Mona"), "Vi kommer klokka elleve.", "Samtalen er avsluttet")


def test_by_keyboard_alone_from_astrids_message_to_pers_inbox(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg")
    astrid.open("/meldinger/")
    astrid.key("Skriv melding", role="link")
    astrid.key("Emne", role="textbox", typed="Feil sted?")
    astrid.key("Melding", role="textbox", typed="Gjelder dette dere?")
    astrid.key("Send melding")
    hers = urlsplit(astrid.page.url).path

    mona = at_a_browser(demo, "Mona Lie", door="/ansatt/")
    mona.open("/ansatt/")
    mona.key("Feil sted?", role="link")
    at_work = urlsplit(mona.page.url).path
    mona.reach(mona.main.locator("summary", has_text="Intern merknad"))
    mona.page.keyboard.press("Enter")
    mona.key("Intern merknad", role="textbox", typed="Sør har overtatt henne.")
    mona.key("Lagre merknad")
    mona.key("Svar", role="textbox", typed="Vi sender den videre til Sør.")
    mona.key("Send svar")
    with demo.also_helped("astrid", unit="sor"):
        mona.key("Overfør", role="link")
        mona.sees("Hele samtalen flyttes, også merknadene.")
        mona.key("Overfør til Hjemmesykepleie, Hjemmetjenesten Sør")
        mona.sees("Samtalen er overført. Svarfristen er den samme.")
        assert mona.status_of(at_work) == 404, "Nord has let go of it"

        per = at_a_browser(demo, "Per Sand", door="/ansatt/")
        per.open("/ansatt/")
        per.follow("Alle", within=per.main)
        per.sees("Overført fra Hjemmetjenesten Nord av Mona Lie")
        per.follow("Feil sted?")
        per.sees("Sør har overtatt henne.", "Overført fra Hjemmetjenesten Nord til Hjemmetjenesten Sør av Mona Lie")
        astrid.open(hers)
        astrid.sees("Overført fra Hjemmetjenesten Nord til Hjemmetjenesten Sør", "Hjemmesykepleie, Hjemmetjenesten Sør")
        astrid.sees_not("Sør har overtatt henne.")
