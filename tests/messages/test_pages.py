"""The pages of messages in a browser that is logged in: what stands on them, and that nothing typed is lost."""

import re
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hjemmekontakt.access.rules import Right
from hjemmekontakt.messages import queries
from tests.doors import client_of
from tests.people import an_id


@pytest.fixture
def astrids_browser(world):
    return client_of("astrid")


@pytest.fixture
def monas_browser(world):
    return client_of("mona", employee=True)


def page(answer) -> str:
    """The page's text as a reader meets it: without markup, one space between words."""
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    assert main
    words = " ".join(re.sub(r"<[^>]+>", " ", main[0]).replace("\xa0", " ").split())
    return re.sub(r" (?=[.,:])", "", words)


def form_key_in(answer) -> str:
    return re.search(r'name="form_key" value="([^"]+)"', answer.content.decode())[1]


def jonas_with(world, right: Right):
    """Jonas's browser, where his fullmakt from Astrid holds this right alone."""
    world.connection.execute("SET session_replication_role = replica")  # a fullmakt is history: it never changes
    world.connection.execute("DELETE FROM fullmakt")
    world.connection.execute("SET session_replication_role = DEFAULT")
    world.fullmakt("astrid", "jonas", rights=(right,))
    return client_of("jonas", acting_for="astrid")


def send(browser, *, subject="Nøkkel", text="Hvem har nøkkelen?", key=None):
    key = key or form_key_in(browser.get("/meldinger/ny/"))
    return browser.post("/meldinger/ny/", {"subject": subject, "text": text, "form_key": key})


def test_the_whole_story_in_two_browsers(astrids_browser, monas_browser, world, at) -> None:
    at("monday 10:00")
    form = astrids_browser.get("/meldinger/ny/")
    assert "Du får svar senest i morgen kl. 16." in page(form)
    sent = send(astrids_browser, key=form_key_in(form))
    assert sent.status_code == 302
    thread = astrids_browser.get(sent.url)
    assert "Meldingen er sendt. Svaret kommer hit. Du får svar senest i morgen kl. 16." in page(thread)
    assert "Sendt" in page(thread)

    inbox = monas_browser.get("/ansatt/", follow=True)
    assert "Innboks" in page(inbox)
    assert "Nøkkel" in page(inbox)
    assert "Astrid Berg, f. 1944" in page(inbox)
    address = re.search(r"/ansatt/meldinger/[0-9a-f-]+/", inbox.content.decode())[0]
    opened = monas_browser.get(address)
    answered = monas_browser.post(
        f"{address}svar/",
        {
            "text": "Naboen har den.",
            "form_key": form_key_in(opened),
            "seen_message_id": re.search(r'name="seen_message_id" value="([^"]+)"', opened.content.decode())[1],
        },
        follow=True,
    )
    assert "Svaret er sendt." in page(answered)
    assert "Mona Lie, sykepleier" in page(answered)

    assert "Ulest: Nøkkel" in page(astrids_browser.get("/meldinger/"))
    read = page(astrids_browser.get(sent.url))
    assert "Du har fått svar" in read
    assert "Mona, sykepleier" in read
    assert "Lest av 1 ansatt i Hjemmetjenesten Nord, sist i dag kl. 10.00." in read
    assert "Ulest" not in page(astrids_browser.get("/meldinger/"))


def test_whom_to_call_stands_before_the_fields_and_the_promise_above_the_button(astrids_browser) -> None:
    shown = page(astrids_browser.get("/meldinger/ny/"))
    parts = ["Skriv melding", "Fare for liv: ring 113", "Emne", "Melding Inntil", "Du får svar senest", "Send melding"]
    assert "Gjelder det besøket i dag: ring Hjemmetjenesten Nord, 32 00 00 10." in shown
    places = [shown.index(part) for part in parts[:2]]
    for part in parts[2:]:
        places.append(shown.index(part, places[-1]))
    assert places == sorted(places)


def test_in_the_evening_she_is_told_when_somebody_reads_and_whom_to_call(astrids_browser, at) -> None:
    at("monday 20:00")
    shown = page(astrids_browser.get(send(astrids_browser).url))
    assert "Vi leser meldinger mandag til fredag kl. 08–16. Haster det, ring 32 00 00 10." in shown


@pytest.mark.parametrize(
    ("subject", "text", "sentence"),
    [
        ("", "Hei.", "Skriv hva meldingen gjelder"),
        ("Nøkkel", "", "Skriv en melding før du sender."),
        ("Nøkkel", " \n ", "Skriv en melding før du sender."),
        ("Nøkkel", "a" * 4001, "Meldingen er for lang."),
        ("ø" * 51, "Hei.", "Emnet er for langt."),
        ("Nøkkel", "Hei\0du", "tegn som vi ikke kan lese"),
        ("Nøk\0kel", "Hei", "tegn som vi ikke kan lese"),
    ],
)
def test_bad_input_gets_a_clear_error_and_the_text_is_kept(astrids_browser, stored, subject, text, sentence) -> None:
    answer = send(astrids_browser, subject=subject, text=text)
    assert answer.status_code == 400
    assert sentence in page(answer)
    assert "Rett opp dette" in page(answer)
    kept = answer.content.decode()
    assert (text.strip() or "<textarea") in kept
    assert f'value="{subject}"' in kept
    assert stored() == (0, 0)


def test_markup_and_emoji_are_text_and_nothing_else(astrids_browser) -> None:
    shown = astrids_browser.get(send(astrids_browser, subject="<b>🔑</b>", text="<script>1</script>\r\n🔑 & så").url)
    content = shown.content.decode()
    assert "<script>1" not in content
    assert "&lt;script&gt;1&lt;/script&gt;<br>🔑 &amp; så" in content
    assert "&lt;b&gt;🔑&lt;/b&gt;" in content


def test_a_line_is_one_character_long_whatever_the_browser_sends(astrids_browser, astrid) -> None:
    sent = send(astrids_browser, text="a\r\n" * 2000)
    assert sent.status_code == 302
    (row,) = queries.threads_of(astrid).rows
    assert queries.thread(astrid, row.id).messages[0].text == "a\n" * 2000


def test_a_resend_shows_the_same_thread(astrids_browser, stored) -> None:
    key = form_key_in(astrids_browser.get("/meldinger/ny/"))
    assert send(astrids_browser, key=key).url == send(astrids_browser, key=key).url
    assert stored() == (1, 1)


def test_new_words_in_a_used_form_are_kept_and_can_be_sent_again(astrids_browser, stored) -> None:
    key = form_key_in(astrids_browser.get("/meldinger/ny/"))
    send(astrids_browser, key=key)
    refused = send(astrids_browser, key=key, text="En helt annen sak.")
    assert refused.status_code == 400
    assert "Dette skjemaet er allerede sendt." in page(refused)
    assert "En helt annen sak." in refused.content.decode()
    assert send(astrids_browser, key=form_key_in(refused), text="En helt annen sak.").status_code == 302
    assert stored() == (2, 2)


@pytest.mark.parametrize("key", ["x", "00000000", "' OR 1=1"])
def test_a_page_without_its_key_is_too_old_and_keeps_the_text(astrids_browser, stored, key) -> None:
    answer = send(astrids_browser, key=key)
    assert answer.status_code == 400
    assert "Siden hadde stått åpen for lenge" in page(answer)
    assert "Hvem har nøkkelen?" in answer.content.decode()
    assert UUID(form_key_in(answer))
    assert stored() == (0, 0)


def test_the_thirty_first_message_says_whom_to_call(astrids_browser, write, astrid) -> None:
    for number in range(30):
        write(astrid, key=f"skjema {number}")
    answer = send(astrids_browser)
    assert answer.status_code == 400
    assert "Du har sendt 30 meldinger den siste timen." in page(answer)
    assert "ring 32 00 00 10" in page(answer)


def test_the_service_is_chosen_only_where_there_is_more_than_one(astrids_browser, world, database) -> None:
    world.decision("astrid", world.tunvik, world.nord, world.nord_cleaning)
    assert "Send melding" in page(astrids_browser.get("/meldinger/ny/"))
    database.execute("UPDATE service SET messages_from = '2026-01-01' WHERE id = %s", [world.nord_cleaning])
    choice = astrids_browser.get("/meldinger/ny/")
    assert "Hvem vil du skrive til?" in page(choice)
    cleaning = f"/meldinger/ny/?tjeneste={world.nord_cleaning}"
    assert cleaning in choice.content.decode()
    assert "Til Praktisk hjelp, Hjemmetjenesten Nord" in page(astrids_browser.get(cleaning))


def test_where_nothing_is_opened_she_is_told_whom_to_call(astrids_browser, world, database) -> None:
    database.execute("UPDATE service SET messages_from = NULL")
    shown = page(astrids_browser.get("/meldinger/ny/"))
    assert "Ikke åpnet for meldinger ennå. Ring 32 00 00 10." in shown
    assert "Hvem vil du skrive til?" not in shown


@pytest.mark.parametrize("service", ["x", str(an_id("no such service")), str(an_id("nursing Sør")), "%00"])
def test_a_forged_service_is_not_found(astrids_browser, stored, service) -> None:
    assert astrids_browser.get(f"/meldinger/ny/?tjeneste={service}").status_code == 404
    answer = astrids_browser.post(
        f"/meldinger/ny/?tjeneste={service}", {"subject": "Hei", "text": "Hei", "form_key": str(an_id("skjema"))}
    )
    assert (answer.status_code, stored()) == (404, (0, 0))


def test_a_foreign_thread_and_an_unknown_one_are_the_same_page(write, astrid, world) -> None:
    sent = write(astrid)
    siris = client_of("siri")
    foreign, unknown = siris.get(f"/meldinger/{sent.thread_id}/"), siris.get(f"/meldinger/{an_id('nothing')}/")
    assert page(foreign) == page(unknown)
    per = client_of("per", employee=True)
    foreign, unknown = (
        per.get(f"/ansatt/meldinger/{sent.thread_id}/"),
        per.get(f"/ansatt/meldinger/{an_id('nothing')}/"),
    )
    assert foreign.status_code == unknown.status_code == 404
    assert page(foreign) == page(unknown)


def test_a_reply_that_is_refused_keeps_its_text(astrids_browser, write, astrid, stored) -> None:
    sent = write(astrid)
    answer = astrids_browser.post(
        f"/meldinger/{sent.thread_id}/svar/", {"text": "b" * 4001, "form_key": str(an_id("svar"))}
    )
    assert answer.status_code == 400
    assert "Meldingen er for lang." in page(answer)
    assert "b" * 4001 in answer.content.decode()
    assert form_key_in(answer) == str(an_id("svar"))
    assert stored() == (1, 1)


def test_an_answer_that_comes_second_keeps_its_text_and_shows_the_first(
    monas_browser, write, answer, astrid, world
) -> None:
    from tests.people import at_work

    sent = write(astrid)
    opened = monas_browser.get(f"/ansatt/meldinger/{sent.thread_id}/").content.decode()
    gerd = at_work("gerd", "Gerd Vik", municipality=world.tunvik, unit=world.nord, unit_name="Hjemmetjenesten Nord")
    answer(gerd, sent.thread_id, "Gerd har svart.")
    seen = re.search(r'name="seen_message_id" value="([^"]+)"', opened)[1]
    form = {"text": "Mona svarer også.", "form_key": str(an_id("m")), "seen_message_id": seen}
    refused = monas_browser.post(f"/ansatt/meldinger/{sent.thread_id}/svar/", form)
    assert "En kollega har svart siden du åpnet siden." in page(refused)
    assert "Gerd har svart." in page(refused)
    assert "Mona svarer også." in refused.content.decode()
    form["seen_message_id"] = re.search(r'name="seen_message_id" value="([^"]+)"', refused.content.decode())[1]
    assert monas_browser.post(f"/ansatt/meldinger/{sent.thread_id}/svar/", form).status_code == 302


def test_who_wrote_is_said_to_each_reader(write, astrid, jonas_for_astrid, astrids_browser, monas_browser) -> None:
    sent = write(jonas_for_astrid)
    assert "Jonas Berg på vegne av deg" in page(astrids_browser.get(f"/meldinger/{sent.thread_id}/"))
    assert "Jonas Berg på vegne av Astrid Berg" in page(monas_browser.get(f"/ansatt/meldinger/{sent.thread_id}/"))
    jonas = client_of("jonas", acting_for="astrid")
    his = jonas.get(f"/meldinger/{sent.thread_id}/")
    assert "Jonas Berg på vegne av Astrid Berg" in page(his)
    assert "Send melding på vegne av Astrid Berg" in page(his)
    own = write(astrid, key="skjema 2")
    assert "Du i dag kl. 10.00" in page(astrids_browser.get(f"/meldinger/{own.thread_id}/"))


def test_a_promise_that_was_not_kept_is_said_with_whom_to_call(astrids_browser, write, astrid, at) -> None:
    sent = write(astrid)
    at("tuesday 16:01")
    assert "Svaret er forsinket" in page(astrids_browser.get("/meldinger/"))
    thread = page(astrids_browser.get(f"/meldinger/{sent.thread_id}/"))
    assert "Svaret er forsinket. Ring 32 00 00 10 hvis du ikke kan vente." in thread


def test_jonas_who_may_only_read_meets_no_button_to_write(write, astrid, world) -> None:
    sent = write(astrid)
    jonas = jonas_with(world, Right.READ)
    for address in ("/meldinger/", f"/meldinger/{sent.thread_id}/"):
        shown = page(jonas.get(address))
        assert "Nøkkel" in shown
        assert "Skriv melding" not in shown
        assert "Send melding" not in shown
    assert jonas.get("/meldinger/ny/").status_code == 403


def test_jonas_who_may_only_write_is_not_led_to_what_he_may_not_read(world, stored) -> None:
    assert send(jonas_with(world, Right.WRITE)).url == "/"
    assert stored() == (1, 1)


def test_one_who_is_not_active_is_told_what_is_missing(world) -> None:
    einars = client_of("einar")
    for address in ("/meldinger/", "/meldinger/ny/"):
        assert "Send melding" not in page(einars.get(address))


def test_the_empty_list_says_what_will_stand_there(astrids_browser) -> None:
    assert "Du har ingen meldinger ennå" in page(astrids_browser.get("/meldinger/"))


@pytest.mark.parametrize("mark", ["x", "1.2", "20260302T090000000000.zz", "%00"])
def test_a_bookmark_that_is_none_shows_the_list_from_its_beginning(
    astrids_browser, monas_browser, world, write, astrid, mark
) -> None:
    write(astrid)
    assert "Nøkkel" in page(astrids_browser.get(f"/meldinger/?foer={mark}"))
    assert "Nøkkel" in page(monas_browser.get(f"/ansatt/innboks/{world.nord}/?etter={mark}"))


def test_one_who_works_in_no_unit_is_told_so(world, database) -> None:
    database.execute("DELETE FROM duty WHERE employee_id = %s", [an_id("gerd")])
    answer = client_of("gerd", employee=True).get("/ansatt/")
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("address", "most"), [("/meldinger/", 16), ("/meldinger/ny/", 18), ("/meldinger/{thread}/", 23)]
)
def test_the_citizens_pages_ask_the_database_few_times(astrids_browser, write, astrid, address, most) -> None:
    sent = [write(astrid, key=f"skjema {number}") for number in range(5)]
    with CaptureQueriesContext(connection) as asked:
        answer = astrids_browser.get(address.format(thread=sent[0].thread_id))
    assert answer.status_code == 200
    assert len(asked) <= most, [each["sql"][:90] for each in asked]


def test_the_empty_forms_of_a_dialogue_are_its_own_also_where_they_are_kept(write, astrid, monas_browser) -> None:
    threads = [write(astrid, key=key).thread_id for key in ("a", "b")]
    pages = [monas_browser.get(f"/ansatt/meldinger/{thread}/").content.decode() for thread in threads]
    for thread, other, html in zip(threads, reversed(threads), pages, strict=True):
        assert str(other) not in html
        for form in ("svar/", "telefon/", "merknad/", "trenger-ikke-svar/"):
            assert f'action="/ansatt/meldinger/{thread}/{form}"' in html
        assert "Svaret signeres: Mona" in html
        assert "\0" not in html
    keys = [key for html in pages for key in re.findall(r'name="form_key" value="([^"]+)"', html)]
    assert len(set(keys)) == len(keys) == 6


@pytest.mark.parametrize(("address", "most"), [("/ansatt/innboks/{unit}/", 14), ("/ansatt/meldinger/{thread}/", 20)])
def test_the_units_pages_ask_the_database_few_times(monas_browser, write, astrid, world, address, most) -> None:
    sent = [write(astrid, key=f"skjema {number}") for number in range(5)]
    with CaptureQueriesContext(connection) as asked:
        answer = monas_browser.get(address.format(thread=sent[0].thread_id, unit=world.nord))
    assert answer.status_code == 200
    assert len(asked) <= most, [each["sql"][:90] for each in asked]


def test_to_send_a_message_is_two_statements(astrids_browser, world, database, stored) -> None:
    """Who is there, and the message with all that belongs to it; four more where she presses twice (decision 77).

    Two more where something of the organisation has changed: the message was not taken in, and the place is read anew.
    """
    address, form = f"/meldinger/ny/?tjeneste={world.nord_nursing}", {"subject": "Nøkkel", "text": "Hvem har nøkkelen?"}

    def asked_to_send(key: str) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            answer = astrids_browser.post(address, {**form, "form_key": an_id(key)})
        assert answer.status_code == 302
        return [each["sql"][:90] for each in asked]

    asked_to_send("skjema 1")
    assert len(asked_to_send("skjema 1")) == 6
    assert len(asked_to_send("skjema 2")) == 2
    database.execute("UPDATE unit SET phone = '32 00 00 99' WHERE id = %s", [world.nord])
    assert len(asked_to_send("skjema 3")) == 4
    assert len(asked_to_send("skjema 3")) == 6
    assert stored() == (3, 3)


def test_to_write_on_asks_the_database_few_times(astrids_browser, write, astrid) -> None:
    thread = write(astrid).thread_id
    with CaptureQueriesContext(connection) as asked:
        answer = astrids_browser.post(f"/meldinger/{thread}/svar/", {"text": "Og døra?", "form_key": an_id("svar 1")})
    assert answer.status_code == 302
    assert len(asked) <= 13, [each["sql"][:90] for each in asked]


def test_one_who_is_not_ready_is_told_so_before_anything_else_when_she_sends(world, stored) -> None:
    sent = client_of("einar").post(
        f"/meldinger/ny/?tjeneste={world.nord_nursing}", {"subject": "", "text": "Hei", "form_key": an_id("skjema 1")}
    )
    assert page(sent) == page(client_of("einar").get("/meldinger/ny/"))
    assert sent.status_code == 200
    assert stored() == (0, 0)


@pytest.mark.parametrize(
    "form", [{"subject": ""}, {"text": " "}, {"form_key": ""}, {"text": "a" * 4001}, {"text": "a\0"}]
)
def test_what_is_refused_stands_in_the_page_of_its_service(astrids_browser, world, stored, log_of, form) -> None:
    whole = {"subject": "Nøkkel", "text": "Hvem har nøkkelen?", "form_key": an_id("skjema 1"), **form}
    answer = astrids_browser.post(f"/meldinger/ny/?tjeneste={world.nord_nursing}", whole)
    assert answer.status_code == 400
    assert f"tjeneste={world.nord_nursing}" in answer.content.decode()
    assert stored() == (0, 0)
    assert "write-message" not in [act for act, _, _ in log_of("astrid")]


def test_a_dialogues_service_and_unit_are_as_they_stand_also_where_they_are_remembered(
    write, astrid, monas_browser, world, database
) -> None:
    """Who is there with whose it is, and the dialogue; one more where something of the organisation has changed."""
    address = f"/ansatt/meldinger/{write(astrid).thread_id}/"

    def opened() -> tuple[int, str]:
        with CaptureQueriesContext(connection) as asked:
            answer = monas_browser.get(address)
        return len(asked), page(answer)

    opened()
    assert opened()[0] == 2
    database.execute("UPDATE service SET name = 'Sykepleie hjemme' WHERE id = %s", [world.nord_nursing])
    database.execute("UPDATE unit SET name = 'Nord og Vest', signs_with = 'role' WHERE id = %s", [world.nord])
    asked, shown = opened()
    assert asked == 3
    assert "Tjeneste Sykepleie hjemme Enhet Nord og Vest" in shown
    assert "Svaret signeres: Sykepleier, Nord og Vest" in shown
    assert opened() == (2, shown)
    # a service that has moved to another unit: the dialogue stays where it is
    database.execute("UPDATE service SET unit_id = %s, code = '16' WHERE id = %s", [world.sor, world.nord_nursing])
    assert "Tjeneste Sykepleie hjemme Enhet Nord og Vest" in opened()[1]
