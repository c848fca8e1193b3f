"""Drafts save themselves, belong to their author alone, and are gone when they are sent, however late they come (R25)."""

import json
import re
import threading

import pytest
from django.db import connection

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Right
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.rules import Refusal
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id, on_behalf

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def begin(world):
    """Begin a new message to Nord: `begin(astrid, "Hei. Jeg")`."""

    def to_nord(actor, text="Hei. Jeg", *, subject="Nøkkel", key="skjema 1", **more):
        return actions.save_draft(
            actor, service_id=world.nord_nursing, subject=subject, text=text, form_key=an_id(key), **more
        )

    return to_nord


@pytest.fixture
def drafts(database):
    """How many drafts there are, seen past the policies."""
    return lambda: database.execute("SELECT count(*) FROM draft").fetchone()[0]


def form_key_in(page) -> str:
    return re.search(r'name="form_key" value="([^"]+)"', page.content.decode())[1]


def test_what_astrid_began_stands_there_when_she_opens_the_page_again(begin, astrid, world) -> None:
    begin(astrid, "Hei. Jeg")
    begin(astrid, "Hei. Jeg lurer på", category="visit")
    desk = queries.before_writing(astrid, world.nord_nursing)
    assert (desk.draft.text, desk.draft.subject, desk.draft.category) == ("Hei. Jeg lurer på", "Nøkkel", "visit")
    assert [each.subject for each in queries.threads_of(astrid).drafts] == ["Nøkkel"]
    browser = client_of("astrid")
    listed = browser.get("/meldinger/")
    assert "Kladder Nøkkel" in text_of(listed)
    page = browser.get(f"/meldinger/ny/?tjeneste={world.nord_nursing}")
    assert "Hei. Jeg lurer på</textarea>" in page.content.decode()
    assert form_key_in(page) == str(an_id("skjema 1"))


def test_a_draft_may_be_too_long_to_send_and_is_never_cut(begin, astrid, world) -> None:
    begin(astrid, "a" * 5000)
    assert queries.before_writing(astrid, world.nord_nursing).draft.text == "a" * 5000
    for text, why in (("a" * 40001, Refusal.TOO_LONG), ("Hei\0", Refusal.UNREADABLE)):
        with pytest.raises(Refused) as refused:
            begin(astrid, text)
        assert refused.value.why is why
    assert queries.before_writing(astrid, world.nord_nursing).draft.text == "a" * 5000


def test_an_emptied_draft_is_none(begin, astrid, drafts) -> None:
    begin(astrid)
    assert begin(astrid, " \n", subject="") is None
    assert drafts() == 0


def test_astrid_never_sees_what_jonas_began_for_her_nor_he_hers(begin, astrid, jonas_for_astrid, drafts) -> None:
    begin(jonas_for_astrid, "Mor sier", key="jonas")
    begin(astrid, "Jeg", key="astrid")
    assert drafts() == 2
    assert [each.text for each in queries.drafts_of(astrid)] == ["Jeg"]
    assert [each.text for each in queries.drafts_of(jonas_for_astrid)] == ["Mor sier"]
    assert [each.text for each in queries.threads_of(astrid).drafts] == ["Jeg"]


def test_what_jonas_began_for_astrid_is_not_among_his_own(begin, jonas, jonas_for_astrid) -> None:
    begin(jonas_for_astrid)
    assert queries.drafts_of(jonas) == []


def test_a_withdrawn_right_to_write_hides_his_draft(begin, write, astrid, jonas_for_astrid) -> None:
    begin(jonas_for_astrid)
    reader = on_behalf("jonas", "Jonas Berg", of="astrid", of_name="Astrid Berg", rights=frozenset({Right.READ}))
    assert queries.threads_of(reader).drafts == ()
    for deed in (lambda: queries.drafts_of(reader), lambda: begin(reader)):
        with pytest.raises(Denied):
            deed()


@pytest.mark.parametrize(
    ("who", "let_in"),
    [
        ("astrid", True),
        ("jonas for astrid", True),
        ("mona", True),
        ("siri", False),
        ("jonas", False),
        ("per", False),
        ("kari", False),
        ("journal", False),
    ],
)
def test_who_may_keep_a_draft_in_astrids_dialogue(
    who, let_in, write, astrid, jonas_for_astrid, mona, siri, jonas, per, kari, journal, drafts
) -> None:
    persons = {
        "astrid": astrid,
        "jonas for astrid": jonas_for_astrid,
        "mona": mona,
        "siri": siri,
        "jonas": jonas,
        "per": per,
        "kari": kari,
        "journal": journal,
    }
    thread = write(astrid).thread_id
    if let_in:
        actions.save_draft(persons[who], thread_id=thread, text="Hei", form_key=an_id("kladd"))
    else:
        with pytest.raises(Denied):
            actions.save_draft(persons[who], thread_id=thread, text="Hei", form_key=an_id("kladd"))
    assert drafts() == int(let_in)


def test_the_nurses_drafts_are_each_her_own(write, astrid, mona, world) -> None:
    from tests.people import at_work

    gerd = at_work("gerd", "Gerd Vik", municipality=world.tunvik, unit=world.nord, unit_name="Hjemmetjenesten Nord")
    thread = write(astrid).thread_id
    actions.save_draft(mona, thread_id=thread, text="Hei, Astrid", form_key=an_id("mona"))
    assert queries.staff_thread(mona, thread).draft.text == "Hei, Astrid"
    assert queries.staff_thread(gerd, thread).draft is None
    assert queries.thread(astrid, thread).draft is None


def test_a_draft_leaves_no_line_in_the_log(begin, write, astrid, mona, log_of) -> None:
    thread = write(astrid).thread_id
    before = log_of("astrid")
    begin(astrid, key="skjema 2")
    actions.save_draft(mona, thread_id=thread, text="Hei", form_key=an_id("mona"))
    actions.discard_draft(mona, thread_id=thread)
    assert log_of("astrid") == before


def test_what_is_sent_is_a_draft_no_more(begin, write, answer, astrid, mona, drafts) -> None:
    begin(astrid)
    sent = write(astrid)
    assert drafts() == 0
    actions.save_draft(astrid, thread_id=sent.thread_id, text="Og", form_key=an_id("skjema 2"))
    actions.save_draft(mona, thread_id=sent.thread_id, text="Ja", form_key=an_id("svar 1"))
    actions.reply(astrid, sent.thread_id, text="Og en ting til.", form_key=an_id("skjema 2"))
    assert drafts() == 1
    answer(mona, sent.thread_id, "Ja.")
    assert drafts() == 0


def test_a_draft_that_comes_after_its_message_was_sent_does_not_rise_from_the_dead(
    begin, write, astrid, drafts
) -> None:
    write(astrid, key="skjema 1")
    with pytest.raises(Refused) as refused:
        begin(astrid, "Hvem har nøkkelen", key="skjema 1")
    assert (refused.value.why, drafts()) == (Refusal.SENT_ALREADY, 0)


def test_a_draft_and_its_message_at_the_same_moment_leave_one_message_and_no_draft(
    begin, write, astrid, drafts, stored
) -> None:
    ready, refusals = threading.Barrier(2), []

    def at_once(deed) -> None:
        ready.wait()
        try:
            deed()
        except Refused as refused:
            refusals.append(refused.why)
        finally:
            connection.close()

    hands = [threading.Thread(target=at_once, args=[deed]) for deed in (lambda: write(astrid), lambda: begin(astrid))]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert (stored(), drafts()) == ((1, 1), 0)
    assert set(refusals) <= {Refusal.SENT_ALREADY}


def test_another_tab_never_writes_over_a_draft(begin, astrid, world) -> None:
    begin(astrid, "Det jeg begynte på i går", key="fane 1")
    with pytest.raises(Refused) as refused:
        begin(astrid, "Noe annet", key="fane 2")
    assert refused.value.why is Refusal.DRAFT_ELSEWHERE
    assert queries.before_writing(astrid, world.nord_nursing).draft.text == "Det jeg begynte på i går"


def test_what_another_tab_sends_leaves_the_first_tabs_draft(begin, write, astrid, drafts) -> None:
    begin(astrid, "Det jeg begynte på i går", key="fane 1")
    write(astrid, "Noe annet", key="fane 2")
    assert drafts() == 1


def test_a_draft_for_a_service_that_is_not_there_is_not_found(astrid, world) -> None:
    for service in (an_id("no such service"), None):
        with pytest.raises(Denied) as denied:
            actions.save_draft(astrid, service_id=service, text="Hei", form_key=an_id("skjema"))
        assert denied.value.near is False


# The pages


def test_the_pages_script_is_told_when_the_draft_was_kept(world, at) -> None:
    at("monday 09:12")
    astrid = client_of("astrid")
    address = f"/meldinger/ny/kladd/?tjeneste={world.nord_nursing}"
    form = {"subject": "", "text": "Hei\r\ndu", "form_key": str(an_id("a"))}
    kept = astrid.post(address, form, **JSON)
    assert json.loads(kept.content) == {"said": "Kladden er lagret kl. 09.12"}
    page = astrid.get(f"/meldinger/ny/?tjeneste={world.nord_nursing}")
    assert "Hei\ndu</textarea>" in page.content.decode()
    assert "Kladden er lagret kl. 09.12" in text_of(page)


def test_without_scripts_she_presses_a_button_and_is_told(world, at) -> None:
    at("monday 09:12")
    astrid = client_of("astrid")
    form = {"subject": "Nøkkel", "text": "Hei", "form_key": str(an_id("a"))}
    kept = astrid.post(f"/meldinger/ny/kladd/?tjeneste={world.nord_nursing}", form)
    assert kept.status_code == 302
    assert "Kladden er lagret kl. 09.12." in text_of(astrid.get(kept.url))
    assert text_of(astrid.get(kept.url)).count("Lagre kladd") == 1


def test_she_throws_her_draft_away(begin, astrid, world, drafts) -> None:
    begin(astrid)
    browser = client_of("astrid")
    assert "Det du har skrevet her, blir borte." in text_of(browser.get("/meldinger/ny/"))
    gone = browser.post(f"/meldinger/ny/kladd/?tjeneste={world.nord_nursing}", {"slett": "ja"}, follow=True)
    assert "Kladden er slettet." in text_of(gone)
    assert drafts() == 0


def test_a_reply_is_kept_and_found_among_the_drafts(write, astrid) -> None:
    thread = write(astrid).thread_id
    browser = client_of("astrid")
    browser.post(f"/meldinger/{thread}/kladd/", {"text": "Takk, men", "form_key": str(an_id("a"))}, **JSON)
    assert "Svar i «Nøkkel»" in text_of(browser.get("/meldinger/"))
    page = browser.get(f"/meldinger/{thread}/")
    assert "Takk, men</textarea>" in page.content.decode()
    sent = browser.post(f"/meldinger/{thread}/svar/", {"text": "Takk, men nei.", "form_key": form_key_in(page)})
    assert sent.status_code == 302
    assert "Kladder" not in text_of(browser.get("/meldinger/"))


def test_mona_is_told_the_same_at_work(write, astrid, at) -> None:
    at("monday 09:12")
    thread = write(astrid).thread_id
    mona = client_of("mona", employee=True)
    form = {"text": "Hei, Astrid", "form_key": str(an_id("m"))}
    assert "09.12" in json.loads(mona.post(f"/ansatt/meldinger/{thread}/kladd/", form, **JSON).content)["said"]
    assert "Hei, Astrid</textarea>" in mona.get(f"/ansatt/meldinger/{thread}/").content.decode()


@pytest.mark.parametrize(
    "form", [{"text": "Hei"}, {"text": "Hei", "form_key": "x"}, {"text": "Hei\0", "form_key": "x"}]
)
def test_a_draft_that_cannot_be_read_is_refused_with_words(world, drafts, form) -> None:
    answer = client_of("astrid").post(f"/meldinger/ny/kladd/?tjeneste={world.nord_nursing}", form, **JSON)
    assert answer.status_code == 409
    assert json.loads(answer.content)["said"].endswith(".")
    assert drafts() == 0


def test_the_address_of_a_draft_opened_by_itself_leads_to_its_page(write, astrid) -> None:
    thread = write(astrid).thread_id
    assert client_of("astrid").get(f"/meldinger/{thread}/kladd/").url == f"/meldinger/{thread}/"


def withdraw(database) -> None:
    database.execute("SET session_replication_role = replica")  # a fullmakt is history: it never changes
    database.execute("UPDATE fullmakt SET state = 'ended', ended_at = '2026-03-02T08:00:00Z'")
    database.execute("SET session_replication_role = DEFAULT")


def test_jonas_fullmakt_ends_while_he_writes_and_he_can_copy_his_words(write, astrid, database, stored) -> None:
    thread = write(astrid).thread_id
    jonas = client_of("jonas", acting_for="astrid")
    key = form_key_in(jonas.get(f"/meldinger/{thread}/"))
    withdraw(database)
    form = {"text": "Mor trenger nøkkelen.", "form_key": key, "for_id": str(an_id("astrid"))}
    kept = jonas.post(f"/meldinger/{thread}/kladd/", form, **JSON)
    assert kept.status_code == 409
    assert "Kopier teksten" in json.loads(kept.content)["said"]
    # What the page saves by itself does not use up the page that tells him.
    sent = jonas.post(f"/meldinger/{thread}/svar/", form, HTTP_SEC_FETCH_SITE="same-origin")
    assert sent.status_code == 403
    assert "Tilgangen på vegne av Astrid Berg er avsluttet" in text_of(sent)
    assert "Mor trenger nøkkelen." in sent.content.decode()
    assert stored() == (1, 1)
    # He is himself now; the same form once more goes nowhere either, and is shown again.
    again = jonas.post(f"/meldinger/{thread}/svar/", form)
    assert again.status_code == 409
    assert "Mor trenger nøkkelen." in again.content.decode()
    assert stored() == (1, 1)


def test_two_tabs_a_form_for_astrid_is_not_sent_as_jonas_own(world, stored, drafts) -> None:
    world.decision("jonas", world.tunvik, world.nord, world.nord_nursing)
    world.activation("jonas")
    jonas = client_of("jonas", has_accepted=False)
    form = {
        "subject": "Nøkkel",
        "text": "Mor trenger nøkkelen.",
        "form_key": str(an_id("a")),
        "for_id": str(an_id("astrid")),
    }
    sent = jonas.post(f"/meldinger/ny/?tjeneste={world.nord_nursing}", form)
    assert sent.status_code == 409
    assert "Du har byttet person siden du åpnet siden, så ingenting er sendt." in text_of(sent)
    assert "Mor trenger nøkkelen." in sent.content.decode()
    kept = jonas.post(f"/meldinger/ny/kladd/?tjeneste={world.nord_nursing}", form, **JSON)
    assert kept.status_code == 409
    assert (stored(), drafts()) == ((0, 0), 0)


def test_after_log_out_the_script_is_told_so_and_nothing_is_kept(world, drafts) -> None:
    from django.test import Client

    form = {"text": "Hei på deg", "form_key": str(an_id("a"))}
    answer = Client().post(f"/meldinger/ny/kladd/?tjeneste={world.nord_nursing}", form, **JSON)
    assert (answer.status_code, drafts()) == (401, 0)
