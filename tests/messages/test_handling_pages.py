"""The unit's page of a dialogue: what stands on it and where, what is refused in words, and how few questions it asks."""

import re

import pytest

from hjemmekontakt.messages import actions, queries
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id


@pytest.fixture
def thread(write, astrid):
    return write(astrid).thread_id


@pytest.fixture
def monas_browser(world):
    return client_of("mona", employee=True)


@pytest.fixture
def gerds_browser(world):
    return client_of("gerd", employee=True)


def address(thread, part: str = "") -> str:
    return f"/ansatt/meldinger/{thread}/{part}"


def hidden(page, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]+)"', page.content.decode())[1]


def test_a_note_stands_in_its_place_and_cannot_be_taken_for_a_message(thread, monas_browser, mona, answer, at) -> None:
    at("monday 11:00")
    actions.note(mona, thread, text="Sønnen har nøkkelen.", form_key=an_id("n"))
    at("monday 12:00")
    answer(mona, thread, "Naboen har den.")
    page = monas_browser.get(address(thread))
    words = text_of(page)
    assert words.index("Hvem har nøkkelen?") < words.index("Sønnen har nøkkelen.") < words.index("Naboen har den.")
    note = re.search(r'<div class="hk-note">.*?</div>', page.content.decode(), re.DOTALL)[0]
    assert "Intern merknad" in note
    assert "Innbyggeren ser ikke dette." in note
    assert "Sønnen" not in client_of("astrid").get(f"/meldinger/{thread}/").content.decode()


def test_the_answer_comes_first_and_the_rarer_deeds_after(thread, monas_browser) -> None:
    words = text_of(monas_browser.get(address(thread)))
    places = [
        words.index(said)
        for said in ("Send svar", "Lagre merknad", "Lagre telefonsvar", "Overfør", "Mer ", "Dette er en klage")
    ]
    assert places == sorted(places)


def test_a_note_and_a_phone_answer_are_written_on_the_page(thread, monas_browser) -> None:
    page = monas_browser.get(address(thread))
    seen = hidden(page, "seen_message_id")
    noted = monas_browser.post(
        address(thread, "merknad/"), {"text": "Ring datteren.", "form_key": str(an_id("n"))}, follow=True
    )
    assert "Merknaden er lagret. Bare ansatte ser den." in text_of(noted)
    said = {"text": "Vi ringte.", "form_key": str(an_id("p")), "seen_message_id": seen}
    answered = monas_browser.post(address(thread, "telefon/"), said, follow=True)
    assert "Telefonsvaret er skrevet inn." in text_of(answered)
    assert "Svart på telefon" in text_of(answered)
    assert "Vi ringte." in text_of(client_of("astrid").get(f"/meldinger/{thread}/"))


def test_a_phone_answer_that_comes_second_keeps_its_text(thread, monas_browser, mona, answer, stored) -> None:
    seen = hidden(monas_browser.get(address(thread)), "seen_message_id")
    answer(mona, thread)
    said = {"text": "Vi ringte henne.", "form_key": str(an_id("p")), "seen_message_id": seen}
    refused = monas_browser.post(address(thread, "telefon/"), said)
    assert refused.status_code == 400
    assert "En kollega har svart siden du åpnet siden." in text_of(refused)
    assert "Vi ringte henne." in refused.content.decode()
    assert stored() == (1, 2)


@pytest.mark.parametrize("part", ["merknad/", "telefon/"])
def test_an_empty_line_is_refused_with_words(thread, monas_browser, part, stored) -> None:
    refused = monas_browser.post(address(thread, part), {"text": " ", "form_key": str(an_id("x"))})
    assert refused.status_code == 400
    assert "Rett opp dette" in text_of(refused)
    assert stored() == (1, 1)


def test_what_needs_no_reply_is_said_once_however_often_it_is_pressed(thread, monas_browser, database) -> None:
    seen = hidden(monas_browser.get(address(thread)), "seen_message_id")
    for _ in range(2):
        page = monas_browser.post(address(thread, "trenger-ikke-svar/"), {"seen_message_id": seen}, follow=True)
    assert "Trenger ikke svar, sier Mona Lie" in text_of(page)
    assert database.execute("SELECT count(*) FROM handling").fetchone() == (1,)


def test_closing_and_opening_again(thread, monas_browser, mona, answer) -> None:
    assert "Samtalen kan avsluttes når ingenting venter på svar." in text_of(monas_browser.get(address(thread)))
    answer(mona, thread)
    closed = text_of(monas_browser.post(address(thread, "avslutt/"), follow=True))
    assert "Samtalen er avsluttet." in closed
    assert "Send svar" not in closed
    assert "Samtalen er åpnet igjen." in text_of(monas_browser.post(address(thread, "apne-igjen/"), follow=True))


def test_gerd_gives_it_to_mona_who_finds_it_under_mine(thread, gerds_browser, monas_browser, world) -> None:
    page = gerds_browser.get(address(thread, "gi/"))
    assert "Gi til Mona Lie, sykepleier" in text_of(page)
    assert "Per Sand" not in text_of(page)
    gerds_browser.post(address(thread, "gi/"), {"employee_id": an_id("mona")})
    assert "Nøkkel" in text_of(monas_browser.get(f"/ansatt/innboks/{world.nord}/?vis=mine"))
    assert "Legg tilbake" in text_of(monas_browser.get(address(thread)))
    assert "Samtalen er lagt tilbake." in text_of(monas_browser.post(address(thread, "legg-tilbake/"), follow=True))


@pytest.mark.parametrize("where", ["svar/", "telefon/", "merknad/", "kladd/"])
def test_what_was_written_while_the_dialogue_was_sent_on_stands_to_be_copied(
    thread, monas_browser, gerds_browser, world, where
) -> None:
    world.decision("astrid", world.tunvik, world.sor, world.sor_nursing)
    gerds_browser.post(address(thread, "overfor/"), {"service_id": world.sor_nursing, "unit_id": world.nord})
    written = {"text": "Et langt svar.", "form_key": an_id("sent"), "seen_message_id": an_id("sett")}

    late, unknown = (monas_browser.post(address(each, where), written) for each in (thread, an_id("ingen samtale")))

    assert late.status_code == unknown.status_code == 404
    assert "Samtalen er ikke hos enheten din." in text_of(late)
    assert "Et langt svar." in late.content.decode()
    assert text_of(late) == text_of(unknown)


def test_a_transfer_is_pressed_twice_and_per_finds_it_once(thread, monas_browser, world, log_of) -> None:
    assert "Ingen andre steder å overføre til" in text_of(monas_browser.get(address(thread, "overfor/")))
    world.decision("astrid", world.tunvik, world.sor, world.sor_nursing)
    page = monas_browser.get(address(thread, "overfor/"))
    assert "Overfør til Hjemmesykepleie, Hjemmetjenesten Sør" in text_of(page)
    pressed = {"service_id": world.sor_nursing, "unit_id": world.nord}
    done = monas_browser.post(address(thread, "overfor/"), pressed, follow=True)
    assert "Samtalen er overført. Svarfristen er den samme." in text_of(done)
    again = monas_browser.post(address(thread, "overfor/"), pressed, follow=True)
    assert again.status_code == 200
    assert "Samtalen er ikke hos enheten din." in text_of(again)
    assert monas_browser.get(address(thread)).status_code == 404
    inbox = text_of(client_of("per", employee=True).get(f"/ansatt/innboks/{world.sor}/"))
    assert "Overført fra Hjemmetjenesten Nord av Mona Lie" in inbox


def test_an_unknown_dialogue_answers_as_one_that_was_transferred(monas_browser, world) -> None:
    page = monas_browser.post(address(an_id("nothing"), "overfor/"), {"service_id": world.sor_nursing}, follow=True)
    assert "Samtalen er ikke hos enheten din." in text_of(page)


def test_a_complaint_asks_first_and_says_what_will_happen(thread, monas_browser, world) -> None:
    assert "Samtalen går til teamlederen i enheten." in text_of(monas_browser.get(address(thread, "sak/klage/")))
    world.office()
    page = text_of(monas_browser.get(address(thread, "sak/klage/")))
    for said in ("Vi behandler dette som en klage. Du får brev.", "Tildelingskontoret", "Dette kan ikke angres."):
        assert said in page
    done = monas_browser.post(address(thread, "sak/klage/"), {"unit_id": world.nord}, follow=True)
    assert "Samtalen behandles som en sak." in text_of(done)
    assert monas_browser.get(address(thread)).status_code == 404
    assert monas_browser.get(address(thread, "sak/noe-annet/")).status_code == 404


def test_a_service_that_answers_in_its_journal_is_read_only(thread, monas_browser, database) -> None:
    database.execute("UPDATE service SET answers_in = 'journal'")
    words = text_of(monas_browser.get(address(thread)))
    assert "Denne tjenesten svarer i journalsystemet." in words
    for button in ("Send svar", "Lagre merknad", "Trenger ikke svar", "Overfør", "Ta samtalen"):
        assert button not in words
    assert "Denne tjenesten svarer i journalsystemet." in text_of(
        monas_browser.post(address(thread, "ta/"), follow=True)
    )


@pytest.mark.parametrize("part", ["ta/", "legg-tilbake/", "trenger-ikke-svar/", "avslutt/", "apne-igjen/"])
def test_what_is_done_by_a_press_is_never_done_by_a_link(thread, monas_browser, part, database) -> None:
    monas_browser.get(address(thread, part))
    assert database.execute("SELECT count(*) FROM handling").fetchone() == (0,)


def test_the_page_asks_as_often_however_long_the_dialogue(
    thread, monas_browser, mona, astrid, answer, queries_in
) -> None:
    monas_browser.get(address(thread))
    few = queries_in(lambda: monas_browser.get(address(thread)))
    for number in range(5):
        actions.reply(astrid, thread, text="Og en ting til.", form_key=an_id(f"r {number}"))
        actions.note(mona, thread, text="Merknad.", form_key=an_id(f"n {number}"))
        answer(mona, thread, key=f"s {number}")
    assert queries_in(lambda: monas_browser.get(address(thread))) == few
    assert few == 2
    assert len(queries.staff_thread(mona, thread).messages) == 11
