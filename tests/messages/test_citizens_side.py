"""What the citizen meets in her dialogues: statuses, archive, reopening, categories, worry, a closed unit, paper (R14-R29)."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Right
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.rules import Refusal, ThreadState, Worry
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id, on_behalf

ALL = ["visit", "help", "practical", "medicine", "equipment", "feedback", "other"]


@pytest.fixture
def browser(world):
    return client_of("astrid")


@pytest.fixture
def set_thread(database):
    """Set columns of a thread behind the policies, as the unit's side will one day."""

    def put(thread_id, **columns) -> None:
        names = ", ".join(f"{name} = %s" for name in columns)
        database.execute(f"UPDATE thread SET {names} WHERE id = %s", [*columns.values(), thread_id])

    return put


@pytest.fixture
def set_service(database, world):
    def put(**columns) -> None:
        names = ", ".join(f"{name} = %s" for name in columns)
        database.execute(f"UPDATE service SET {names} WHERE id = %s", [*columns.values(), world.nord_nursing])

    return put


@pytest.fixture
def handled(world):
    """Something done with a thread at work: `handled(thread_id, "closed", place=1)`."""

    def put(thread_id, what: str, *, place: int = 1, to_unit=None) -> None:
        world.insert(
            "handling",
            thread_id=thread_id,
            citizen_id=an_id("astrid"),
            municipality_id=world.tunvik,
            unit_id=world.nord,
            to_unit_id=to_unit,
            what=what,
            by_name="Gerd Vik",
            to_name="",
            place=place,
            at=datetime(2026, 3, 2, 11, 30, tzinfo=UTC),
            changed_at=datetime(2026, 3, 2, 11, 30, tzinfo=UTC),
        )

    return put


# Statuses


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"state": "sent"}, "Sendt"),
        ({"state": "failed"}, "Ikke levert. Ring 32 00 00 10."),
        ({"state": "received"}, "Mottatt av kommunen"),
        ({"state": "opened"}, "Åpnet av en ansatt"),
        ({"state": "answered", "answer_by": None}, "Du har fått svar"),
        ({"state": "no-reply", "answer_by": None}, "Lest. Trenger ikke svar."),
        ({"state": "as-case", "case_kind": "complaint"}, "Vi behandler dette som en klage. Du får brev."),
        ({"state": "as-case", "case_kind": "application"}, "Vi behandler dette som en søknad. Du får brev."),
        ({"state": "closed", "answer_by": None}, "Avsluttet"),
    ],
)
def test_every_state_is_said_in_words_in_the_list_and_over_the_dialogue(
    browser, write, astrid, set_thread, columns, sentence
) -> None:
    thread = write(astrid).thread_id
    set_thread(thread, **columns)
    assert sentence in text_of(browser.get("/meldinger/")).replace("\xa0", " ")
    assert sentence in text_of(browser.get(f"/meldinger/{thread}/")).replace("\xa0", " ")
    assert sentence in text_of(browser.get(f"/meldinger/{thread}/utskrift/")).replace("\xa0", " ")


def test_every_state_stands_in_that_table() -> None:
    table = test_every_state_is_said_in_words_in_the_list_and_over_the_dialogue.pytestmark[0].args[1]
    assert {columns["state"] for columns, _ in table} == set(ThreadState)


def test_a_service_answered_in_the_journal_says_so_and_offers_to_ask_for_the_log(
    browser, write, astrid, journal, set_service, world
) -> None:
    set_service(answers_in="journal")
    sent = write(astrid)
    actions.record_receipt(journal, sent.message_id)
    shown = browser.get(f"/meldinger/{sent.thread_id}/")
    assert "Mottatt i kommunens journal. Den viser selv hvem som leser." in text_of(shown)
    assert "Be om å se hvem som har lest" in text_of(shown)
    asked = browser.get(f"/meldinger/ny/?tjeneste={world.nord_nursing}&om=innsyn")
    assert 'value="Hvem har lest meldingene mine?"' in asked.content.decode()
    assert "Jeg ber om å få se loggen" in asked.content.decode()


def test_a_message_that_takes_no_answer_says_whom_to_call(browser, write, answer, astrid, mona, set_thread) -> None:
    thread = write(astrid).thread_id
    answer(mona, thread, "Vi holder stengt på fredag.")
    set_thread(thread, one_way=True, citizen_place=0)
    shown = browser.get(f"/meldinger/{thread}/")
    assert "Denne meldingen kan ikke besvares. Ring 32 00 00 10" in text_of(shown)
    assert "<textarea" not in shown.content.decode()
    assert "Melding til deg" in text_of(shown)
    with pytest.raises(Refused) as refused:
        actions.reply(astrid, thread, text="Men", form_key=an_id("svar"))
    assert refused.value.why is Refusal.ONE_WAY


def test_an_answer_given_on_the_phone_says_so_with_its_signature(
    browser, write, answer, astrid, mona, database
) -> None:
    thread = write(astrid).thread_id
    answer(mona, thread, "Avtalte at Mona kommer klokka ti.")
    database.execute(
        "UPDATE message SET channel = 'phone', signature = 'Mona, Hjemmetjenesten Nord' WHERE sender = 'unit'"
    )
    shown = text_of(browser.get(f"/meldinger/{thread}/"))
    assert "Svar på telefon, skrevet ned av Mona, Hjemmetjenesten Nord" in shown


def test_what_was_done_at_work_stands_between_the_messages_in_its_place(
    browser, write, answer, astrid, mona, world, handled
) -> None:
    thread = write(astrid).thread_id
    answer(mona, thread, "Ja.")
    handled(thread, "transferred", place=1, to_unit=world.sor)
    handled(thread, "taken", place=1)
    handled(thread, "closed", place=2)
    shown = text_of(browser.get(f"/meldinger/{thread}/"))
    parts = [
        "Hvem har nøkkelen?",
        "Overført fra Hjemmetjenesten Nord til Hjemmetjenesten Sør i dag kl. 12.30",
        "Ja.",
        "Samtalen er avsluttet",
    ]
    places = [shown.index(part) for part in parts]
    assert places == sorted(places)
    assert "Gerd" not in shown
    assert [each.what for each in queries.thread(astrid, thread).handlings] == ["transferred", "closed"]


# The archive


def test_what_astrid_puts_away_comes_back_when_the_unit_writes(browser, write, answer, astrid, mona) -> None:
    thread = write(astrid).thread_id
    browser.get(f"/meldinger/{thread}/")
    gone = browser.post(f"/meldinger/{thread}/arkiver/", follow=True)
    assert "Samtalen ligger i arkivet." in text_of(gone)
    assert "Angre" in text_of(gone)
    assert "Ingen meldinger her" in text_of(gone)
    assert "Nøkkel" in text_of(browser.get("/meldinger/arkiv/"))
    answer(mona, thread)
    assert "Ulest: Nøkkel" in text_of(browser.get("/meldinger/"))
    assert "Arkivet er tomt" in text_of(browser.get("/meldinger/arkiv/"))


def test_she_takes_it_back_herself(browser, write, astrid) -> None:
    thread = write(astrid).thread_id
    browser.get(f"/meldinger/{thread}/")
    browser.post(f"/meldinger/{thread}/arkiver/")
    assert "Hent fram igjen" in text_of(browser.get(f"/meldinger/{thread}/"))
    back = browser.post(f"/meldinger/{thread}/hent-fram/", follow=True)
    assert "Samtalen ligger i meldingene dine igjen." in text_of(back)
    assert "Nøkkel" in text_of(back)


def test_an_answer_that_comes_while_she_puts_it_away_is_not_hidden(write, answer, astrid, mona) -> None:
    thread = write(astrid).thread_id
    queries.thread(astrid, thread)
    answer(mona, thread)
    actions.put_away(astrid, thread)
    assert [row.unread for row in queries.threads_of(astrid).rows] == [1]


def test_jonas_list_is_not_astrids(write, astrid, jonas_for_astrid, log_of) -> None:
    thread = write(astrid).thread_id
    queries.thread(jonas_for_astrid, thread)
    before = log_of("astrid")
    actions.put_away(jonas_for_astrid, thread)
    assert log_of("astrid") == before
    assert [row.id for row in queries.threads_of(astrid).rows] == [thread]
    assert queries.threads_of(jonas_for_astrid).rows == ()


@pytest.mark.parametrize("who", ["siri", "mona", "jonas who may only write"])
def test_who_may_not_put_it_away(who, write, astrid, siri, mona, database) -> None:
    writer = on_behalf("jonas", "Jonas Berg", of="astrid", of_name="Astrid Berg", rights=frozenset({Right.WRITE}))
    persons = {"siri": siri, "mona": mona, "jonas who may only write": writer}
    thread = write(astrid).thread_id
    for deed in (actions.put_away, actions.fetch_back):
        with pytest.raises(Denied):
            deed(persons[who], thread)
    assert database.execute("SELECT count(*) FROM reading WHERE archived_place IS NOT NULL").fetchone() == (0,)


# Reopening


def test_a_reply_within_thirty_days_opens_a_closed_dialogue_again(
    browser, write, answer, astrid, mona, at, set_thread
) -> None:
    closed = at("monday 12:00")
    thread = write(astrid).thread_id
    answer(mona, thread)
    set_thread(thread, state="closed", closed_at=closed)
    at(closed + timedelta(days=30))
    sent = actions.reply(astrid, thread, text="En ting til.", form_key=an_id("svar"))
    view = queries.thread(astrid, thread)
    assert (view.state, view.answer_by) == (ThreadState.SENT, sent.answer_by)
    assert "Samtalen er åpnet igjen" in text_of(browser.get(f"/meldinger/{thread}/"))


def test_later_a_new_dialogue_continues_it_and_each_leads_to_the_other(
    browser, write, answer, astrid, mona, at, set_thread, world
) -> None:
    closed = at("monday 12:00")
    thread = write(astrid).thread_id
    answer(mona, thread)
    set_thread(thread, state="closed", closed_at=closed)
    at(closed + timedelta(days=31))
    with pytest.raises(Refused) as refused:
        actions.reply(astrid, thread, text="En ting til.", form_key=an_id("svar"))
    assert refused.value.why is Refusal.CLOSED_LONG_AGO
    shown = browser.get(f"/meldinger/{thread}/")
    assert "Skriv en ny melding om det samme" in text_of(shown)
    address = f"/meldinger/ny/?tjeneste={world.nord_nursing}&fortsetter={thread}"
    assert address.replace("&", "&amp;") in shown.content.decode()
    form = browser.get(address)
    assert "Du skriver videre om det samme som i: Nøkkel" in text_of(form)
    assert 'value="Nøkkel"' in form.content.decode()
    sent = browser.post(address, {"subject": "Nøkkel", "text": "Ett år til", "form_key": str(an_id("ny"))})
    assert "Fortsetter fra: Nøkkel" in text_of(browser.get(sent.url))
    assert "Fortsetter i: Nøkkel" in text_of(browser.get(f"/meldinger/{thread}/"))


def test_nobody_continues_a_dialogue_that_is_not_hers(write, astrid, world, database, stored, browser) -> None:
    world.activation("einar")
    thread = write(astrid).thread_id
    einar = client_of("einar", has_accepted=False)
    address = f"/meldinger/ny/?tjeneste={world.nord_nursing}&fortsetter={thread}"
    assert einar.get(address).status_code == 404
    assert einar.post(address, {"subject": "X", "text": "X", "form_key": str(an_id("x"))}).status_code == 404
    assert stored() == (1, 1)
    assert browser.get(f"/meldinger/ny/?fortsetter={an_id('nothing')}").status_code == 404


# Categories and limits


def test_a_category_is_offered_only_where_the_service_has_any(browser, set_service) -> None:
    assert "Hva gjelder det?" not in text_of(browser.get("/meldinger/ny/"))
    set_service(categories=ALL)
    shown = text_of(browser.get("/meldinger/ny/"))
    for words in (
        "Besøk og tid",
        "Spørsmål om hjelpen",
        "Praktisk beskjed",
        "Medisiner, henting eller levering",
        "Hjelpemidler",
        "Klage eller tilbakemelding",
        "Annet",
    ):
        assert words in shown
    assert "Gjelder det et vedtak? Du kan klage her eller i brev. Klagefristen er vanligvis tre uker" in shown


@pytest.mark.parametrize(("chosen", "stored_as"), [("medicine", "medicine"), ("", "other")])
def test_a_message_stands_under_its_category_or_under_other(browser, set_service, database, chosen, stored_as) -> None:
    set_service(categories=ALL)
    form = {"subject": "Resept", "text": "Hei.", "form_key": str(an_id("a")), "category": chosen}
    assert browser.post("/meldinger/ny/", form).status_code == 302
    assert database.execute("SELECT category FROM thread").fetchone() == (stored_as,)


def test_a_forged_category_is_refused_and_the_text_kept(browser, set_service, astrid, world, stored) -> None:
    set_service(categories=["visit", "other"])
    form = {"subject": "Resept", "text": "Hei du.", "form_key": str(an_id("a")), "category": "medicine"}
    answer = browser.post("/meldinger/ny/", form)
    assert answer.status_code == 400
    assert "Velg hva meldingen gjelder, fra lista." in text_of(answer)
    assert "Hei du." in answer.content.decode()
    with pytest.raises(Refused) as refused:
        actions.write_message(
            astrid, service_id=world.nord_nursing, subject="X", text="X", form_key=an_id("b"), category="medicine"
        )
    assert (refused.value.why, stored()) == (Refusal.CATEGORY_UNKNOWN, (0, 0))


def test_a_service_with_a_shorter_limit_counts_and_refuses_by_it(browser, set_service, write, astrid, stored) -> None:
    set_service(text_limit=1000)
    assert 'data-limit="1000"' in browser.get("/meldinger/ny/").content.decode()
    form = {"subject": "Nøkkel", "text": "å" * 1001, "form_key": str(an_id("a"))}
    answer = browser.post("/meldinger/ny/", form)
    assert "Den kan være på inntil 1000 tegn." in text_of(answer)
    assert "å" * 1001 in answer.content.decode()
    thread = write(astrid, "å" * 1000).thread_id
    shown = browser.post(f"/meldinger/{thread}/svar/", {"text": "å" * 1001, "form_key": str(an_id("b"))})
    assert "Den kan være på inntil 1000 tegn." in text_of(shown)
    assert stored() == (1, 1)


# Words that worry, and the language


@pytest.mark.parametrize(
    ("text", "worry"),
    [
        ("Jeg falt på badet.", Worry.URGENT),
        ("Ho ligg på golvet no.", Worry.URGENT),
        ("I have chest pain.", Worry.URGENT),
        ("Jeg vil ikke leve lenger.", Worry.LIFE),
        ("Kan dere komme klokka ti?", None),
    ],
)
def test_worrying_words_are_sent_at_once_and_the_next_page_opens_with_whom_to_call(
    browser, astrid, database, text, worry
) -> None:
    form = {"subject": "Hei", "text": text, "form_key": str(an_id("a"))}
    sent = browser.post("/meldinger/ny/", form)
    assert sent.status_code == 302
    page = browser.get(sent.url).content.decode()
    main = re.sub(r"<template.*?</template>", "", page[page.index("<main") :], flags=re.DOTALL)
    shown = " ".join(re.sub(r"<[^>]+>", " ", main).replace("\xa0", " ").split())
    assert ("Haster det? Ikke vent på svar her. Fare for liv: ring 113" in shown) == (worry is Worry.URGENT)
    assert ("Mental Helse: 116 123" in shown) == (worry is Worry.LIFE)
    if worry:
        assert shown.index("Hjemmetjenesten Nord: 32 00 00 10") < shown.index("Meldingen er sendt.")
    assert database.execute("SELECT urgent_words FROM thread").fetchone() == (worry is not None,)


def test_the_hint_is_gone_when_the_unit_has_answered(browser, write, answer, astrid, mona) -> None:
    thread = write(astrid, "Jeg falt i natt.").thread_id
    assert queries.thread(astrid, thread).worry is Worry.URGENT
    answer(mona, thread)
    assert queries.thread(astrid, thread).worry is None


def test_the_marking_follows_what_waits(write, answer, astrid, mona, database) -> None:
    def marked() -> bool:
        return database.execute("SELECT urgent_words FROM thread").fetchone()[0]

    thread = write(astrid, "Jeg falt i natt.").thread_id
    actions.reply(astrid, thread, text="Er det noen der?", form_key=an_id("b"))
    assert marked() is True
    answer(mona, thread)
    actions.reply(astrid, thread, text="Takk for hjelpen.", form_key=an_id("c"))
    assert marked() is False
    actions.reply(astrid, thread, text="Nå blør det.", form_key=an_id("d"))
    assert marked() is True


def test_jonas_who_may_not_read_is_told_whom_to_call_too(world) -> None:
    world.connection.execute("SET session_replication_role = replica")
    world.connection.execute("DELETE FROM fullmakt")
    world.connection.execute("SET session_replication_role = DEFAULT")
    world.fullmakt("astrid", "jonas", rights=(Right.WRITE,))
    jonas = client_of("jonas", acting_for="astrid")
    form = {"subject": "Mor", "text": "Hun falt i natt.", "form_key": str(an_id("a"))}
    sent = jonas.post("/meldinger/ny/", form, follow=True)
    assert "Haster det? Ikke vent på svar her. Fare for liv: ring 113." in text_of(sent)


def test_the_page_carries_the_words_for_its_script_and_no_script_of_its_own(browser) -> None:
    page = browser.get("/meldinger/ny/").content.decode()
    assert "ligg pa golvet" in page
    assert page.count("<script") == 1


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hei, jeg vet ikke hvem som kommer i morgen.", "nb"),
        ("Hei, eg veit ikkje kven som kjem i morgon.", "nn"),
        ("Could you please tell me who will come?", "en"),
        ("Ok", ""),
    ],
)
def test_the_language_is_guessed_and_kept(write, astrid, database, text, language) -> None:
    thread = write(astrid, text).thread_id
    assert database.execute("SELECT language FROM thread").fetchone() == (language,)
    actions.reply(astrid, thread, text="Ok", form_key=an_id("b"))
    assert database.execute("SELECT language FROM thread").fetchone() == (language,)


# A closed unit


@pytest.mark.parametrize("covered", [True, False])
def test_a_closed_unit_is_said_with_who_answers_and_whom_to_call(browser, write, astrid, world, covered) -> None:
    world.insert(
        "cover",
        id=an_id("cover"),
        municipality_id=world.tunvik,
        unit_id=world.nord,
        covering_unit_id=world.sor if covered else None,
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 3, 6),
        phone="32 00 00 20",
    )
    thread = write(astrid).thread_id
    meanwhile = "Hjemmetjenesten Sør svarer i mellomtiden. " if covered else ""
    sentence = f"Hjemmetjenesten Nord er stengt til og med fredag 6. mars. {meanwhile}Haster det, ring 32 00 00 20."
    for address in ("/meldinger/ny/", f"/meldinger/{thread}/", "/helsekontakter/"):
        assert sentence in text_of(browser.get(address)).replace("\xa0", " "), address


def test_after_its_last_day_it_is_open_again(browser, world) -> None:
    world.insert(
        "cover",
        id=an_id("cover"),
        municipality_id=world.tunvik,
        unit_id=world.nord,
        covering_unit_id=None,
        starts_on=date(2026, 2, 23),
        ends_on=date(2026, 3, 1),
        phone="32 00 00 20",
    )
    assert "er stengt" not in text_of(browser.get("/meldinger/ny/"))


def test_a_protected_address_is_not_given_away_by_a_closed_unit_or_a_transfer(world, write, handled) -> None:
    from tests.people import herself

    world.decision("nils", world.tunvik, world.nord, world.nord_nursing)
    world.activation("nils")
    world.insert(
        "cover",
        id=an_id("cover"),
        municipality_id=world.tunvik,
        unit_id=world.nord,
        covering_unit_id=world.sor,
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 3, 6),
        phone="32 00 00 20",
    )
    nils = herself("nils", "Nils Foss")
    thread = write(nils).thread_id
    world.connection.execute(
        "INSERT INTO handling (thread_id, citizen_id, municipality_id, unit_id, to_unit_id, what, by_name, to_name,"
        " place, at, changed_at) VALUES (%s, %s, %s, %s, %s, 'transferred', '', '', 1, now(), now())",
        [thread, an_id("nils"), world.tunvik, world.nord, world.sor],
    )
    browser = client_of("nils", has_accepted=False)
    for address in ("/meldinger/ny/", f"/meldinger/{thread}/", f"/meldinger/{thread}/utskrift/", "/helsekontakter/"):
        page = browser.get(address)
        main = page.content.decode()
        main = main[main.index("<main") : main.index("</main>")]
        assert page.status_code == 200
        assert "Hjemmetjenesten Nord" not in main, address
        assert "Hjemmetjenesten Sør" not in main, address


# Paper


def test_a_dialogue_on_paper_has_who_when_and_what_and_is_logged_as_reading(
    browser, write, answer, astrid, mona, log_of
) -> None:
    thread = write(astrid).thread_id
    answer(mona, thread, "Naboen har den.")
    page = browser.get(f"/meldinger/{thread}/utskrift/")
    shown = text_of(page)
    for part in (
        "Gjelder Astrid Berg",
        "Astrid Berg, mandag 2. mars kl. 10.00 Hvem har nøkkelen?",
        "Mona Lie, sykepleier, mandag 2. mars kl. 10.00 Naboen har den.",
        "Velg «Skriv ut» i nettleseren din",
    ):
        assert part in shown
    assert "<title>Nøkkel" in page.content.decode()
    assert log_of("astrid")[-1] == ("read-thread", "done", "Astrid Berg")
    assert client_of("siri").get(f"/meldinger/{thread}/utskrift/").status_code in (200, 404)
    assert "Nøkkel" not in text_of(client_of("siri").get(f"/meldinger/{thread}/utskrift/"))


# Sending over again


def test_a_resend_after_a_lost_connection_and_a_second_tab_are_one_message(browser, write, astrid, stored) -> None:
    thread = write(astrid).thread_id
    form = {"text": "Er det noen der?", "form_key": str(an_id("samme")), "for_id": str(an_id("astrid"))}
    sent = [browser.post(f"/meldinger/{thread}/svar/", form).url for _ in range(3)]
    assert set(sent) == {f"/meldinger/{thread}/"}
    assert stored() == (1, 2)


# The pages do not ask more as there is more to show


def test_no_pages_queries_grow_with_what_it_shows(browser, write, answer, astrid, mona, handled, world) -> None:
    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(address).status_code == 200
        return len(seen)

    first = write(astrid).thread_id
    browser.get(f"/meldinger/{first}/")
    actions.save_draft(astrid, thread_id=first, text="Men", form_key=an_id("kladd"))
    away = write(astrid, key="bort").thread_id
    browser.get(f"/meldinger/{away}/")
    browser.post(f"/meldinger/{away}/arkiver/")
    addresses = ["/meldinger/", "/meldinger/arkiv/", "/meldinger/ny/", f"/meldinger/{first}/"]
    addresses += [f"/meldinger/{first}/utskrift/", "/helsekontakter/"]
    for address in addresses:
        asked(address)  # lists are logged once in a while only
    few = [asked(address) for address in addresses]
    for number in range(6):
        thread = write(astrid, key=f"ny {number}").thread_id
        actions.save_draft(astrid, thread_id=thread, text="Men", form_key=an_id(f"kladd {number}"))
        answer(mona, first, key=f"svar {number}")
        handled(first, "no-reply", place=number)
        browser.get(f"/meldinger/{thread}/")
        if number % 2:
            browser.post(f"/meldinger/{thread}/arkiver/")
    browser.get(f"/meldinger/{first}/")
    assert [asked(address) for address in addresses] == few
    assert max(few) <= 24, few
