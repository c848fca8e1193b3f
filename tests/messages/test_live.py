"""Pages that refresh themselves: nothing new is one statement and no line; what is new is read and logged as usual."""

import logging
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hjemmekontakt.access.rules import Right
from hjemmekontakt.login.models import Session
from hjemmekontakt.login.rules import DoorKind
from hjemmekontakt.messages import actions, queries
from tests.doors import accept_the_terms, client_of, log_in, make_older
from tests.messages.test_pages import jonas_with, page
from tests.people import an_id, at_work


@pytest.fixture
def sent(write, astrid):
    return write(astrid)


@pytest.fixture
def gerd(world):
    return at_work("gerd", "Gerd Vik", municipality=world.tunvik, unit=world.nord, unit_name="Hjemmetjenesten Nord")


@pytest.fixture
def browsers(world):
    """Each one's browser, logged in."""
    citizens = {name: client_of(name) for name in ("astrid", "siri", "einar")}
    staff = {name: client_of(name, employee=True) for name in ("mona", "per", "gerd", "kari")}
    return {**citizens, **staff}


def pulse_in(answer) -> str:
    return re.search(r'data-pulse="([^"]+)"', answer.content.decode())[1].replace("&#34;", '"')


def ask(browser, address: str, known: str = ""):
    return browser.get(f"{address}nytt/", headers={"If-None-Match": known} if known else {})


PAGES = {
    "the citizen's list": ("astrid", "/meldinger/"),
    "her dialogue": ("astrid", "/meldinger/{thread}/"),
    "the inbox": ("mona", "/ansatt/innboks/{nord}/"),
    "the dialogue at work": ("mona", "/ansatt/meldinger/{thread}/"),
}


@pytest.mark.parametrize("what", PAGES)
def test_nothing_new_is_one_statement_beside_the_session_and_leaves_no_line(
    browsers, sent, world, database, caplog, what
) -> None:
    who, address = PAGES[what]
    address = address.format(thread=sent.thread_id, nord=world.nord)
    known = pulse_in(browsers[who].get(address))
    lines = database.execute("SELECT count(*) FROM access_entry").fetchone()
    with CaptureQueriesContext(connection) as asked, caplog.at_level(logging.INFO):
        answer = ask(browsers[who], address, known)
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == known
    assert len(asked) == 2, [each["sql"][:100] for each in asked]
    assert database.execute("SELECT count(*) FROM access_entry").fetchone() == lines
    assert [record for record in caplog.records if record.name.startswith("hjemmekontakt")] == []


@pytest.mark.parametrize("what", PAGES)
def test_a_new_message_is_there_at_the_next_question(browsers, sent, world, astrid, what) -> None:
    who, address = PAGES[what]
    address = address.format(thread=sent.thread_id, nord=world.nord)
    known = pulse_in(browsers[who].get(address))
    actions.reply(astrid, sent.thread_id, text="Den er hos naboen.", form_key=an_id("reply"))
    answer = ask(browsers[who], address, known)
    assert answer.status_code == 200
    assert known not in (answer.headers["ETag"], pulse_in(answer))
    assert ask(browsers[who], address, pulse_in(answer)).status_code == 304


def test_an_answer_is_seen_in_the_open_dialogue_and_is_then_read(browsers, sent, answer, mona, log_of, astrid) -> None:
    address = f"/meldinger/{sent.thread_id}/"
    known = pulse_in(browsers["astrid"].get(address))
    answer(mona, sent.thread_id, "Naboen har den.")
    before = log_of("astrid").count(("read-thread", "done", "Astrid Berg"))
    fresh = ask(browsers["astrid"], address, known)
    assert "Naboen har den." in page(fresh)
    assert log_of("astrid").count(("read-thread", "done", "Astrid Berg")) == before + 1
    assert queries.unread(astrid).messages == 0


def test_what_the_unit_does_among_its_own_does_not_stir_her_page(browsers, sent, database) -> None:
    address = f"/meldinger/{sent.thread_id}/"
    known = pulse_in(browsers["astrid"].get(address))
    database.execute("UPDATE thread SET assignee_id = %s, changed_at = now()", [an_id("mona")])
    assert ask(browsers["astrid"], address, known).status_code == 304


def test_a_refreshed_inbox_adds_no_line_unless_somebody_new_appears(
    browsers, sent, world, write, log_of, astrid, einar
) -> None:
    address = f"/ansatt/innboks/{world.nord}/"
    known = pulse_in(browsers["mona"].get(address))
    write(astrid, key="skjema 2")
    known = pulse_in(ask(browsers["mona"], address, known))
    assert [act for act, _, _ in log_of("astrid")].count("see-inbox") == 1
    world.insert("activation", citizen_id=an_id("einar"), state="active", due_at="2026-02-02T02:00:00Z", reason="")
    write(einar, key="skjema 3")
    assert ask(browsers["mona"], address, known).status_code == 200
    assert [act for act, _, _ in log_of("einar")].count("see-inbox") == 1


def test_a_dialogue_that_left_the_unit_and_one_that_is_overdue_stir_the_inbox(
    browsers, sent, world, database, at
) -> None:
    address = f"/ansatt/innboks/{world.nord}/"
    known = pulse_in(browsers["mona"].get(address))
    at("tuesday 16:01")
    late = ask(browsers["mona"], address, known)
    assert late.status_code == 200
    assert "Over fristen" in page(late)
    world.insert(
        "handling", thread_id=sent.thread_id, citizen_id=an_id("astrid"), municipality_id=world.tunvik,
        unit_id=world.nord, to_unit_id=world.sor, what="transferred", by_name="", to_name="", place=1,
        at="2026-03-03T15:01:00Z", changed_at="2026-03-03T15:01:00Z",
    )  # fmt: skip
    database.execute("UPDATE thread SET unit_id = %s", [world.sor])
    gone = ask(browsers["mona"], address, pulse_in(late))
    assert gone.status_code == 200
    assert "Nøkkel" not in page(gone)


def test_one_who_commits_late_is_not_overlooked(browsers, sent, world, write, astrid, database) -> None:
    second = write(astrid, key="skjema 2")
    database.execute("UPDATE thread SET changed_at = changed_at - interval '1 hour' WHERE id = %s", [sent.thread_id])
    for who, address in (("mona", f"/ansatt/innboks/{world.nord}/"), ("astrid", "/meldinger/")):
        known = pulse_in(browsers[who].get(address))
        database.execute(
            "UPDATE thread SET changed_at = (SELECT changed_at FROM thread WHERE id = %s) - interval '1 second'"
            " WHERE id = %s",
            [second.thread_id, sent.thread_id],
        )
        assert ask(browsers[who], address, known).status_code == 200
        database.execute(
            "UPDATE thread SET changed_at = changed_at - interval '1 hour' WHERE id = %s", [sent.thread_id]
        )


WHO_MAY_ASK = {
    "/meldinger/{thread}/": {"astrid": 200, "siri": 404, "einar": 404},
    "/ansatt/meldinger/{thread}/": {"mona": 200, "gerd": 200, "per": 404, "kari": 404},
    "/ansatt/innboks/{nord}/": {"mona": 200, "gerd": 200, "per": 404, "kari": 404},
}


@pytest.mark.parametrize(("address", "who"), [(address, who) for address, them in WHO_MAY_ASK.items() for who in them])
def test_who_may_ask_and_who_learns_nothing(browsers, sent, world, address, who) -> None:
    asked = ask(browsers[who], address.format(thread=sent.thread_id, nord=world.nord))
    assert asked.status_code == WHO_MAY_ASK[address][who]
    if asked.status_code == 404:
        unknown = ask(browsers[who], address.format(thread=an_id("no thread"), nord=an_id("no unit")))
        assert unknown.status_code == 404
        assert "ETag" not in asked.headers


def test_jonas_without_the_right_to_read_learns_nothing(sent, world) -> None:
    jonas = jonas_with(world, Right.WRITE)
    for address in ("/meldinger/", f"/meldinger/{sent.thread_id}/"):
        asked = ask(jonas, address)
        assert asked.status_code == 403
        assert "ETag" not in asked.headers
    assert ask(jonas_with(world, Right.READ), f"/meldinger/{sent.thread_id}/").status_code == 200


def test_a_colleague_whose_mother_it_is_is_refused(sent, world, browsers, database) -> None:
    ended = database.execute("UPDATE decision SET ends_on = '2026-02-01' WHERE citizen_id = %s", [an_id("astrid")])
    assert ended.rowcount == 1
    assert ask(browsers["mona"], f"/ansatt/meldinger/{sent.thread_id}/").status_code == 403


@pytest.mark.parametrize("address", ["/meldinger/nytt/", f"/meldinger/{an_id('x')}/nytt/", "/ansatt/innboks/x/nytt/"])
def test_one_who_is_logged_out_is_told_so_and_no_log_in_begins(world, address) -> None:
    answer = Client().get(address)
    assert answer.status_code in (401, 404)
    assert answer.headers.get("Location") is None
    assert Client().post("/meldinger/nytt/").status_code == 401


def test_a_page_left_open_is_logged_out_after_half_an_hour_however_often_it_asks(sent) -> None:
    accept_the_terms("astrid")
    browser = Client()
    value = log_in(browser, an_id("astrid"))
    known = pulse_in(browser.get("/meldinger/"))
    for _ in range(2):
        make_older(value, by=timedelta(minutes=14))
        assert ask(browser, "/meldinger/", known).status_code == 304
    make_older(value, by=timedelta(minutes=3))
    assert ask(browser, "/meldinger/", known).status_code == 401
    assert browser.get("/meldinger/").status_code == 302


def test_a_page_that_she_opens_herself_does_make_the_session_last(sent) -> None:
    accept_the_terms("astrid")
    browser = Client()
    value = log_in(browser, an_id("astrid"))
    for _ in range(3):
        make_older(value, by=timedelta(minutes=14))
        assert browser.get("/meldinger/").status_code == 200


def test_a_fullmakt_that_ends_stops_the_page_and_is_told_on_the_next_one(sent, world, database) -> None:
    jonas = client_of("jonas", acting_for="astrid")
    known = pulse_in(jonas.get("/meldinger/"))
    database.execute("SET session_replication_role = replica")
    database.execute("DELETE FROM fullmakt")
    database.execute("SET session_replication_role = DEFAULT")
    assert ask(jonas, "/meldinger/", known).status_code == 403
    acting = Session.objects.get(person_id=an_id("jonas"), kind=DoorKind.CITIZEN.value).acting_for_id
    assert acting == an_id("astrid")  # the page he opens next tells him, not the script's question


def test_the_notes_of_the_last_step_wait_for_a_page_that_somebody_opens(browsers, sent) -> None:
    from tests.messages.test_pages import send

    send(browsers["astrid"], key=an_id("skjema 9"))
    assert "Meldingen er sendt" not in page(ask(browsers["astrid"], "/meldinger/"))
    assert settings.FLASH_COOKIE in browsers["astrid"].cookies
    assert "Meldingen er sendt" in page(browsers["astrid"].get("/meldinger/"))


def test_mona_and_gerd_see_that_the_other_has_it_open(browsers, sent, world) -> None:
    address = f"/ansatt/meldinger/{sent.thread_id}/"
    alone = browsers["mona"].get(address)
    assert "har også denne åpen" not in page(alone)
    inbox = pulse_in(browsers["mona"].get(f"/ansatt/innboks/{world.nord}/"))
    assert "Mona Lie har også denne åpen nå" in page(browsers["gerd"].get(address))
    assert ask(browsers["mona"], f"/ansatt/innboks/{world.nord}/", inbox).status_code == 200
    told = ask(browsers["mona"], address, pulse_in(alone))
    assert told.status_code == 200
    assert "Gerd Vik har også denne åpen nå" in page(told)
    listed = page(browsers["mona"].get(f"/ansatt/innboks/{world.nord}/"))
    assert "Gerd Vik ser på den" in listed
    assert "Mona Lie ser på den" not in listed


def test_the_inbox_names_the_colleagues_who_have_it_open_and_never_oneself(world, sent, mona, gerd, browsers) -> None:
    browsers["gerd"].get(f"/ansatt/meldinger/{sent.thread_id}/")
    assert [row.who_else for row in queries.inbox(mona, world.nord).rows] == ["Gerd Vik"]
    assert [row.who_else for row in queries.inbox(gerd, world.nord).rows] == [""]


def test_where_a_dialogue_is_transferred_who_had_it_open_is_named_in_the_inbox_that_it_comes_to(
    world, sent, mona, gerd, per
) -> None:
    world.decision("astrid", world.tunvik, world.sor, world.sor_nursing)
    queries.staff_thread(gerd, sent.thread_id)
    actions.transfer_thread(mona, sent.thread_id, world.sor_nursing)
    assert [row.who_else for row in queries.inbox(per, world.sor).rows] == ["Gerd Vik"]
    assert queries.inbox(mona, world.nord).rows == ()


def test_the_inbox_names_neither_who_has_left_nor_the_citizen(world, database, sent, mona, gerd, astrid) -> None:
    queries.staff_thread(gerd, sent.thread_id)
    queries.thread(astrid, sent.thread_id)
    ends_in = "UPDATE reading SET here_until = now() + %s::interval, reader_name = 'Noen' WHERE reader_id = %s"
    database.execute(ends_in, ["1 minute", an_id("astrid")])
    assert [row.who_else for row in queries.inbox(mona, world.nord).rows] == ["Gerd Vik"]
    database.execute(ends_in, ["-1 second", an_id("gerd")])
    assert [row.who_else for row in queries.inbox(mona, world.nord).rows] == [""]


def here_until(database, who: str):
    return database.execute("SELECT here_until - now() FROM reading WHERE reader_id = %s", [an_id(who)]).fetchone()[0]


def test_the_page_that_asks_keeps_her_there_and_one_that_does_not_is_forgotten(browsers, sent, database) -> None:
    address = f"/ansatt/meldinger/{sent.thread_id}/"
    known = pulse_in(browsers["gerd"].get(address))
    assert timedelta(seconds=100) < here_until(database, "gerd") <= timedelta(seconds=121)
    database.execute("UPDATE reading SET here_until = now() + interval '5 seconds'")
    assert ask(browsers["gerd"], address, known).status_code == 304
    assert timedelta(seconds=50) < here_until(database, "gerd") <= timedelta(seconds=61)
    database.execute("UPDATE reading SET here_until = now() - interval '1 second'")
    assert "har også denne åpen" not in page(browsers["mona"].get(address))


def test_asking_says_of_nobody_else_that_she_is_there(browsers, sent, database, world) -> None:
    address = f"/ansatt/meldinger/{sent.thread_id}/"
    known = pulse_in(browsers["gerd"].get(address))
    database.execute("UPDATE reading SET here_until = now() - interval '1 second'")
    ask(browsers["mona"], address, known)  # has not opened it: the page is shown to her, and so it is opened
    assert here_until(database, "gerd") < timedelta(0)
    database.execute("UPDATE thread SET unit_id = %s", [world.sor])
    assert ask(browsers["gerd"], address, known).status_code == 404
    assert here_until(database, "gerd") < timedelta(0)


def test_citizens_never_see_who_has_it_open(browsers, sent, database) -> None:
    browsers["gerd"].get(f"/ansatt/meldinger/{sent.thread_id}/")
    assert "åpen nå" not in page(browsers["astrid"].get(f"/meldinger/{sent.thread_id}/"))
    known = database.execute("SELECT here_until FROM reading WHERE reader_id = %s", [an_id("astrid")]).fetchone()
    assert known == (None,)
