"""The first page: before log-in, for Astrid, for Jonas with a card for his mother, and for one who is not ready."""

from datetime import timedelta

import pytest

from hjemmekontakt.access.rules import Right
from hjemmekontakt.ground import clock
from hjemmekontakt.messages import actions, queries
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id
from tests.visits.rows import put_visit


def test_before_log_in_it_says_what_this_is_and_how_to_begin(database) -> None:
    from django.test import Client

    shown = text_of(Client().get("/"))
    assert "Enkel kontakt med hjemmetjenesten" in shown
    assert "Logg inn med BankID eller tilsvarende." in shown


def test_astrid_is_greeted_and_sees_what_is_hers(world) -> None:
    shown = text_of(client_of("astrid").get("/"))
    assert "Hei, Astrid" in shown
    assert "Ingen besøk er planlagt de neste to ukene." in shown
    assert "Du har ingen uleste meldinger." in shown


def test_jonas_has_a_card_for_his_mother_and_none_of_what_is_not_his(world) -> None:
    shown = text_of(client_of("jonas").get("/"))
    assert "Ikke klart ennå" in shown
    assert "Bruk tjenesten på vegne av Astrid Berg" in shown


def test_acting_for_his_mother_he_is_shown_only_what_the_fullmakt_opens(world, database) -> None:
    database.execute("SET session_replication_role = replica")
    database.execute("UPDATE fullmakt SET rights = %s", [[Right.READ.value]])
    database.execute("SET session_replication_role = DEFAULT")
    shown = text_of(client_of("jonas", acting_for="astrid").get("/"))
    assert "Du har ingen uleste meldinger." in shown
    assert "Neste besøk" not in shown
    assert "Skriv melding" not in shown


def test_what_one_has_read_is_unread_still_for_the_other_she_shares_it_with(
    world, astrid, jonas_for_astrid, mona
) -> None:
    thread = actions.write_message(
        jonas_for_astrid, service_id=world.nord_nursing, subject="Nøkkel", text="Hei.", form_key=an_id("first form")
    ).thread_id
    pages = {"astrid": client_of("astrid"), "jonas": client_of("jonas", acting_for="astrid")}

    def has_unread(who: str) -> bool:
        return "Du har ingen uleste meldinger." not in text_of(pages[who].get("/"))

    def mona_answers(form: str) -> None:
        seen = queries.staff_thread(mona, thread).last_message_id
        actions.answer(mona, thread, text="Ja.", form_key=an_id(form), seen_message_id=seen)

    assert not has_unread("astrid")
    mona_answers("first answer")
    assert (has_unread("astrid"), has_unread("jonas")) == (True, True)
    queries.thread(jonas_for_astrid, thread)
    assert (has_unread("astrid"), has_unread("jonas")) == (True, False)
    queries.thread(astrid, thread)
    assert (has_unread("astrid"), has_unread("jonas")) == (False, False)
    mona_answers("second answer")
    queries.thread(astrid, thread)
    assert (has_unread("astrid"), has_unread("jonas")) == (False, True)


def test_her_marks_are_read_by_their_own_index_and_not_one_for_each_dialogue(database) -> None:
    statement, names = queries.ANY_UNREAD, ("citizen", "reader")
    for place, name in enumerate(names, 1):
        statement = statement.replace(f"%({name})s", f"${place}::uuid")
    with database.transaction(force_rollback=True):
        database.execute("SET LOCAL enable_seqscan = off")  # the town is small
        plan = database.execute(
            f"EXPLAIN (GENERIC_PLAN) WITH unlocked AS MATERIALIZED (SELECT 1) SELECT {statement}", prepare=False
        ).fetchall()
    lines = "\n".join(line for (line,) in plan)
    assert "Index Scan using marks_of_a_reader on reading" in lines
    assert "Index Cond: ((citizen_id = $1) AND (reader_id = $2))" in lines
    assert "a_reader_has_one_mark_in_a_thread" not in lines


def test_it_is_one_statement_beside_the_log_in_and_each_list_has_its_line(world, astrid, queries_in, database) -> None:
    put_visit(world, "astrid", clock.now() + timedelta(days=1))
    browser = client_of("astrid")
    assert "Se besøket" in text_of(browser.get("/"))
    assert queries_in(lambda: browser.get("/")) == 2  # within a quarter of an hour
    lines = database.execute(
        "SELECT act, outcome, standing, about_kind, in_list, count(*) FROM access_entry WHERE citizen_id = %s"
        " AND act IN ('see-visits', 'list-threads') GROUP BY 1, 2, 3, 4, 5 ORDER BY 1",
        [astrid.id],
    )
    assert lines.fetchall() == [
        ("list-threads", "done", "self", "citizen", True, 1),
        ("see-visits", "done", "self", "citizen", True, 1),
    ]


@pytest.mark.parametrize("path", ["/", "/timeavtaler/"])
def test_what_pages_say_alike_is_kept_and_nothing_of_hers(world, database, path) -> None:
    browser, first = client_of("astrid"), clock.now() + timedelta(days=1)
    put_visit(world, "astrid", first, title="Morgenstell <b>", performer_name="Mona", status="assigned")
    shown = [browser.get(path).content.decode() for _ in range(2)]
    assert all("Morgenstell &lt;b&gt;" in page and "Mona" in page for page in shown)
    database.execute("SET session_replication_role = replica")
    database.execute("UPDATE visit SET title = 'Tilsyn', performer_name = ''")
    database.execute("UPDATE citizen SET given_name = 'Åse <i>' WHERE given_name = 'Astrid'")
    database.execute("SET session_replication_role = DEFAULT")
    page = browser.get(path).content.decode()
    assert "Tilsyn" in page
    assert "Åse &lt;i&gt;" in page
    assert not any(hers in page for hers in ("Morgenstell", "Mona", "Astrid", "Åse <i>"))


def test_einar_who_has_not_begun_is_sent_to_the_terms(world) -> None:
    answer = client_of("einar", has_accepted=False).get("/")
    assert (answer.status_code, answer.url) == (302, "/bruksvilkar/")


@pytest.mark.parametrize("path", ["/meldinger/", "/timeavtaler/"])
def test_siri_without_home_services_is_told_what_is_missing(world, path) -> None:
    shown = text_of(client_of("siri").get(path))
    assert "Vi finner ingen hjemmetjeneste som du får nå." in shown
