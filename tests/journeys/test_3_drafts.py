"""What Astrid writes keeps itself, and says whom to call where her words worry; nothing she has typed is lost."""

import re

from playwright.sync_api import expect

SUBJECT = "Hofta mi"


def begin(astrid, text: str) -> None:
    astrid.open("/meldinger/ny/")
    astrid.page.get_by_label("Emne").fill(SUBJECT)
    astrid.page.get_by_role("textbox", name="Melding").fill(text)


def field(astrid):
    return astrid.page.get_by_role("textbox", name="Melding")


def said(astrid):
    return astrid.page.locator("[data-draft-said]")


def throw_away(writer) -> None:
    """So that the next journey begins with an empty page."""
    writer.open("/meldinger/ny/")
    writer.page.locator("summary", has_text="Slett kladden").click()
    writer.press("Slett kladden")
    writer.sees("Kladden er slettet.")


def test_the_draft_keeps_itself_and_is_sent_from_where_it_was_left(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg")
    begin(astrid, "Jeg lurer på noe.")
    expect(astrid.page.get_by_role("button", name="Lagre kladd")).to_have_count(0)
    expect(said(astrid)).to_have_text(re.compile(r"Kladden er lagret kl\. \d\d\.\d\d"))

    field(astrid).fill("Jeg lurer på noe. Jeg falt i natt.")
    hint = astrid.page.locator(".hk-worry")
    expect(hint).to_contain_text("Haster det? Ikke vent på svar her.")
    field(astrid).fill("Jeg vil ikke leve lenger.")
    expect(hint).to_contain_text("Mental Helse")
    field(astrid).fill("Jeg lurer på hofta mi.")
    expect(hint).to_be_empty()

    astrid.open("/meldinger/")  # what was not yet saved is saved as the page is left
    astrid.sees("Kladder")
    astrid.follow(SUBJECT)
    expect(field(astrid)).to_have_value("Jeg lurer på hofta mi.")
    astrid.press("Send melding")
    astrid.sees("Meldingen er sendt. Svaret kommer hit.")
    astrid.open("/meldinger/")
    astrid.sees_not("Kladder")


def test_a_lost_connection_and_a_lost_log_in_are_said_and_the_text_stays(demo, at_a_browser):
    astrid = at_a_browser(demo, "Astrid Berg", fresh="yes")
    begin(astrid, "Hei.")
    expect(said(astrid)).to_contain_text("Kladden er lagret")
    astrid.context.set_offline(True)
    field(astrid).fill("Hei. Nå er nettet borte.")
    expect(said(astrid)).to_contain_text("Kladden ble ikke lagret. Vi prøver igjen.")
    astrid.context.set_offline(False)
    astrid.context.clear_cookies()
    field(astrid).fill("Hei. Nå er jeg logget ut.")
    expect(said(astrid)).to_contain_text("Logg inn igjen i en ny fane")
    expect(field(astrid)).to_have_value("Hei. Nå er jeg logget ut.")
    throw_away(at_a_browser(demo, "Astrid Berg", fresh="yes"))


def test_without_scripts_she_saves_it_herself(demo, at_a_browser):
    jonas = at_a_browser(demo, "Jonas Berg", fresh="yes", scripts="off")
    jonas.open("/bytt-person/")
    jonas.press("Bruk tjenesten på vegne av Astrid Berg")
    begin(jonas, "Mor lurer på noe.")
    jonas.press("Lagre kladd")
    jonas.sees(re.compile("Kladden er lagret kl."))
    expect(field(jonas)).to_have_value("Mor lurer på noe.")
    astrid = at_a_browser(demo, "Astrid Berg")
    astrid.open("/meldinger/")
    astrid.sees_not("Mor lurer")
    throw_away(jonas)
