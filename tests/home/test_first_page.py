"""The first page: before log-in, for Astrid, for Jonas with a card for his mother, and for one who is not ready."""

from datetime import timedelta

import pytest

from hjemmekontakt.access.rules import Right
from hjemmekontakt.ground import clock
from tests.doors import client_of
from tests.pages import text_of
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
