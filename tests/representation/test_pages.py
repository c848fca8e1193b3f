"""The pages of fullmakt in a browser without JavaScript: the list, «Gi fullmakt» step by step, each way to end one."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from hjemmekontakt.login.models import Session
from tests.doors import client_of
from tests.pages import text_of
from tests.people import NATIONAL_IDS, an_id
from tests.representation.conftest import LIV, NILS

GIVE, MINE = "/profil/fullmakter/ny/", "/profil/fullmakter/"


def draft_in(response) -> str:
    return re.search(r'name="utkast" value="([^"]*)"', response.content.decode()).group(1)


def go_on(browser: Client, page, step: str, **answers):
    return browser.post(GIVE, {"steg": step, "utkast": draft_in(page), **answers})


def up_to_the_summary(browser: Client, number: str = LIV, rights: tuple[str, ...] = ("see-visits", "read")):
    page = go_on(browser, browser.get(GIVE), "hvem", number=f"{number[:6]} {number[6:]}")
    page = go_on(browser, page, "hva", rights=rights)
    return go_on(browser, page, "hvor-lenge", until="date", ends_on="1.5.2027")


def test_astrid_gives_liv_a_fullmakt_step_by_step(world, register, database) -> None:
    browser = client_of("astrid")
    summary = up_to_the_summary(browser)
    words = text_of(summary)
    assert "kan personen se besøk og lese meldinger for deg" in words
    assert "Gjelder til og med 1. mai 2027." in words
    done = go_on(browser, summary, "oppsummering")
    assert done["Location"] == MINE
    page = text_of(browser.get(MINE))
    assert "Invitasjonen er sendt." in page
    assert "Invitasjon som venter på svar" in page
    assert "Krogh" not in page
    again = go_on(browser, summary, "oppsummering")
    assert again["Location"] == MINE
    assert database.execute("SELECT count(*) FROM fullmakt WHERE state = 'offered'").fetchone() == (1,)


def test_neither_duration_is_chosen_beforehand_and_the_number_stands_in_no_address(world, register) -> None:
    browser = client_of("astrid")
    page = go_on(browser, browser.get(GIVE), "hvem", number=LIV)
    page = go_on(browser, page, "hva", rights=["read"])
    assert "checked" not in page.content.decode()
    assert LIV not in page.content.decode()
    assert text_of(page).index("Til jeg trekker den tilbake") < text_of(page).index("Til en dato")


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("", "Skriv fødselsnummeret"),
        ("123", "Fødselsnummeret har 11 siffer."),
        ("05847510067", "Fødselsnummeret er ikke gyldig."),
        ("058475100\x0066", "Null-tegn er ikke tillatt"),
        ("<b>hei</b>", "Fødselsnummeret har 11 siffer."),
        ("😀" * 40, "Fødselsnummeret har 11 siffer."),
        ("٠٥٨٤٧٥١٠٠٦٦", "Fødselsnummeret har 11 siffer."),
    ],
)
def test_a_number_that_is_none_is_said_at_its_field(world, register, number, why) -> None:
    browser = client_of("astrid")
    page = go_on(browser, browser.get(GIVE), "hvem", number=number)
    assert page.status_code == 200
    assert 'href="#id_number"' in page.content.decode()
    assert why in text_of(page) or "\x00" in number


def test_a_receiver_who_cannot_is_refused_without_a_reason_and_the_answers_are_kept(world, register) -> None:
    browser = client_of("astrid")
    page = go_on(browser, up_to_the_summary(browser, number=NILS), "oppsummering")
    assert "Vi kunne ikke sende invitasjonen til dette nummeret." in text_of(page)
    assert "800 43 573" in text_of(page)
    assert "Foss" not in text_of(page)
    page = go_on(browser, page, "hvem", number=LIV)
    assert 'value="see-visits" checked' in page.content.decode()


def test_rights_that_make_no_whole_and_a_day_that_has_been_are_asked_again(world, register) -> None:
    browser = client_of("astrid")
    page = go_on(browser, browser.get(GIVE), "hvem", number=LIV)
    page = go_on(browser, page, "hva", rights=["write"])
    assert "må også få lese dem" in text_of(page)
    page = go_on(browser, page, "hva", rights=["read", "write"])
    page = go_on(browser, page, "hvor-lenge", until="date", ends_on="2020-01-01")
    assert "Datoen har vært." in text_of(page)
    page = go_on(browser, page, "hvor-lenge", until="date")
    assert "Skriv den siste dagen" in text_of(page)
    page = go_on(browser, page, "hvor-lenge", tilbake="1")
    assert 'value="write" checked' in page.content.decode()


def test_a_step_jumped_over_is_asked_and_a_changed_draft_begins_anew(world, register, database) -> None:
    browser = client_of("astrid")
    page = go_on(browser, browser.get(GIVE), "oppsummering")
    assert "Hvem skal få fullmakt?" in text_of(page)
    page = browser.post(GIVE, {"steg": "oppsummering", "utkast": "forged"})
    assert "Hvem skal få fullmakt?" in text_of(page)
    of_another = up_to_the_summary(client_of("siri"))
    page = go_on(browser, of_another, "oppsummering")
    assert "Hvem skal få fullmakt?" in text_of(page)
    assert database.execute("SELECT count(*) FROM fullmakt WHERE state = 'offered'").fetchone() == (0,)


def test_an_old_log_in_must_be_made_fresh_first(world, register) -> None:
    browser = client_of("astrid")
    page = browser.get(GIVE)
    _make_the_log_in_older(timedelta(minutes=6))
    assert browser.get(GIVE)["Location"] == "/logg-inn/?fersk=1&neste=/profil/fullmakter/ny/"
    page = go_on(browser, page, "hvem", number=LIV)
    assert "Hva skal fullmakten gjelde?" in text_of(page)
    _make_the_log_in_older(timedelta(minutes=15))
    assert go_on(browser, page, "hva", rights=["read"])["Location"].startswith("/logg-inn/?fersk=1")


def _make_the_log_in_older(by: timedelta) -> None:
    for row in Session.objects.all():
        row.authenticated_at -= by
        row.save(update_fields=["authenticated_at"])


def test_nils_learns_whom_to_call(world) -> None:
    page = client_of("nils").get(GIVE)
    assert page.status_code == 403
    assert "Du kan ikke gi fullmakt her. Ring 800 43 573" in text_of(page)


def test_jonas_acting_for_astrid_reaches_none_of_her_fullmakter(world, register) -> None:
    browser = client_of("jonas", acting_for="astrid")
    given = an_id("fullmakt astrid jonas")
    for path in (MINE, GIVE, f"{MINE}{given}/trekk-tilbake/", f"{MINE}{given}/si-fra-deg/"):
        assert browser.get(path).status_code == 403


def test_astrid_withdraws_after_being_told_what_happens(world, database) -> None:
    browser = client_of("astrid")
    page = text_of(browser.get(MINE))
    assert "Jonas Berg kan se besøk, avlyse besøk, lese meldinger, skrive meldinger og få varsler." in page
    path = f"{MINE}{an_id('fullmakt astrid jonas')}/trekk-tilbake/"
    assert "Hjelpen hjemme går som før." in text_of(browser.get(path))
    assert browser.post(path)["Location"] == MINE
    page = text_of(browser.get(MINE))
    assert "Ingen har fullmakt fra deg." in page
    assert "Du trakk den tilbake." in page
    assert browser.get(path)["Location"] == MINE


def test_jonas_gives_up_his_fullmakt(world) -> None:
    browser = client_of("jonas")
    path = f"{MINE}{an_id('fullmakt astrid jonas')}/si-fra-deg/"
    assert "Du kan ikke lenger" in text_of(browser.get(path))
    browser.post(path)
    assert "Du har ikke fullmakt fra noen." in text_of(browser.get(MINE))


@pytest.mark.parametrize(("answer", "then"), [("ja", "Du har fullmakt fra Astrid Berg"), ("nei", "Du sa nei takk.")])
def test_siri_answers_an_invitation(world, register, answer, then) -> None:
    giver, receiver = client_of("astrid"), client_of("siri")
    register.people["15858210391"] = register.people[NATIONAL_IDS["siri"]]
    _offer_to_siri(giver)
    page = receiver.get(MINE)
    assert "Astrid Berg vil gi deg fullmakt" in text_of(page)
    path = re.search(r'action="(/profil/fullmakter/[^"]+/svar/)"', page.content.decode()).group(1)
    receiver.post(path, {"svar": answer})
    assert then in text_of(receiver.get(MINE))


def _offer_to_siri(browser: Client) -> None:
    from hjemmekontakt.access.rules import Right
    from hjemmekontakt.representation import actions
    from tests.people import herself

    actions.offer_fullmakt(
        herself("astrid", "Astrid Berg"),
        an_id("siri"),
        rights={Right.READ},
        ends_on=None,
        form_key=an_id("an offer"),
    )


def test_a_foreign_and_an_unknown_fullmakt_are_the_same_page(world) -> None:
    browser = client_of("siri")
    foreign = browser.get(f"{MINE}{an_id('fullmakt astrid jonas')}/trekk-tilbake/")
    unknown = browser.get(f"{MINE}{an_id('nothing')}/trekk-tilbake/")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert text_of(foreign) == text_of(unknown)


def test_the_list_is_read_in_few_queries(world, queries_in) -> None:
    browser = client_of("astrid")
    assert queries_in(lambda: browser.get(MINE)) <= 12
