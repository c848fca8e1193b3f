"""Who comes is told by name only when decided, and not where the unit, the employee or the citizen shall not have it (R35)."""

import psycopg
import pytest
from msgspec.structs import replace

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Role
from hjemmekontakt.municipalities.actions import set_names_shown
from hjemmekontakt.people.actions import set_name_hidden, set_names_hidden
from hjemmekontakt.visits.actions import record_visits
from hjemmekontakt.visits.queries import visits_of
from hjemmekontakt.visits.rules import VisitStatus
from tests.doors import client_of
from tests.pages import text_of
from tests.people import NATIONAL_IDS, an_id, at_work
from tests.visits.reports import ASTRIDS_MORNING, another, later, on, performed

WITH_MONA = another(
    "with-mona",
    status=VisitStatus.ASSIGNED,
    starts_at=on(3, 8, 15),
    ends_at=on(3, 8, 35),
    is_window=False,
    performer_first_name="Mona",
    performer_role="Sykepleier",
    performer_number=NATIONAL_IDS["mona"],
)


@pytest.fixture
def gerd(world):
    return at_work(
        "gerd",
        "Gerd Vik",
        municipality=world.tunvik,
        unit=world.nord,
        unit_name="Hjemmetjenesten Nord",
        role=Role.TEAM_LEADER,
    )


@pytest.fixture
def visit(world, journal):
    """Tomorrow's visit, to which Mona is assigned."""
    return record_visits(journal, [WITH_MONA])[0].visit_id


def seen(astrid) -> tuple[str, str]:
    [view] = visits_of(astrid).visits
    return view.performer_name, view.performer_role


def test_mona_is_named_when_she_is_assigned_and_after_but_not_before(journal, visit, astrid) -> None:
    assert seen(astrid) == ("Mona", "Sykepleier")
    record_visits(journal, [later(WITH_MONA, status=VisitStatus.PLANNED)])
    assert seen(astrid) == ("", "")
    record_visits(journal, [performed(WITH_MONA, minutes=2)])
    assert seen(astrid) == ("Mona", "Sykepleier")


@pytest.mark.parametrize(
    "hide",
    [
        lambda gerd, world: set_names_shown(gerd, world.nord, shows=False),
        lambda gerd, world: set_name_hidden(gerd, an_id("mona"), hidden=True),
        lambda gerd, world: set_names_hidden(gerd, an_id("astrid"), hidden=True),
    ],
    ids=["unit", "employee", "citizen"],
)
def test_where_her_name_is_hidden_the_role_alone_is_told_to_astrid_and_jonas(
    world, visit, gerd, astrid, jonas_for_astrid, hide
) -> None:
    hide(gerd, world)
    assert seen(astrid) == seen(jonas_for_astrid) == ("", "Sykepleier")
    for browser in (client_of("astrid"), client_of("jonas", acting_for="astrid")):
        for path in ("/", "/timeavtaler/", f"/timeavtaler/{visit}/", "/timeavtaler/uke/"):
            shown = browser.get(path).content.decode()
            assert "Mona" not in shown
        assert "Sykepleier kommer" in text_of(browser.get(f"/timeavtaler/{visit}/"))


def test_another_employees_hidden_name_does_not_hide_monas(world, visit, gerd, astrid, database) -> None:
    set_name_hidden(gerd, an_id("gerd"), hidden=True)
    assert seen(astrid) == ("Mona", "Sykepleier")


def test_hidden_names_are_shown_again(world, visit, gerd, astrid) -> None:
    set_names_shown(gerd, world.nord, shows=False)
    set_names_shown(gerd, world.nord, shows=True)
    assert seen(astrid) == ("Mona", "Sykepleier")


def test_staff_see_the_name_all_the_same(world, visit, gerd, at) -> None:
    at("tuesday 07:00")
    set_names_shown(gerd, world.nord, shows=False)
    browser = client_of("mona", employee=True)
    assert "Mona" in text_of(browser.get(f"/ansatt/personer/{an_id('astrid')}/uke/"))


def test_an_employee_is_known_by_her_hpr_number_as_well(world, journal, gerd, astrid, database) -> None:
    database.execute("UPDATE employee SET hpr_number = '9144897' WHERE id = %s", [an_id("mona")])
    record_visits(journal, [replace(WITH_MONA, performer_number="9144897")])
    set_name_hidden(gerd, an_id("mona"), hidden=True)
    assert seen(astrid) == ("", "Sykepleier")


def test_one_whom_the_journal_names_by_no_number_cannot_be_hidden_alone(world, journal, gerd, astrid) -> None:
    """What the decision record admits: without a number, the name is the journal's word."""
    record_visits(journal, [replace(WITH_MONA, performer_number="")])
    set_name_hidden(gerd, an_id("mona"), hidden=True)
    assert seen(astrid) == ("Mona", "Sykepleier")


@pytest.mark.parametrize("who", ["astrid", "jonas_for_astrid", "journal", "mona", "per", "kari"])
def test_only_the_leader_of_the_unit_hides_names(world, request, database: psycopg.Connection, who) -> None:
    actor = request.getfixturevalue(who)
    for act in (
        lambda: set_names_shown(actor, world.nord, shows=False),
        lambda: set_name_hidden(actor, an_id("mona"), hidden=True),
        lambda: set_names_hidden(actor, an_id("astrid"), hidden=True),
    ):
        with pytest.raises(Denied):
            act()
    hidden = database.execute(
        "SELECT (SELECT count(*) FROM unit WHERE NOT shows_names), (SELECT count(*) FROM employee WHERE name_hidden),"
        " (SELECT count(*) FROM citizen WHERE names_hidden)"
    ).fetchone()
    assert hidden == (0, 0, 0)


def test_gerd_hides_and_shows_names_on_her_page(world, visit) -> None:
    gerd, astrid = client_of("gerd", employee=True), client_of("astrid")
    page = f"/ansatt/enhet/{world.nord}/navn/"
    assert "Mona Lie" in text_of(gerd.get(page))
    assert "Navn er skjult for alle innbyggere." in text_of(gerd.post(f"{page}enhet/", {"names": "hide"}, follow=True))
    assert "Mona" not in text_of(astrid.get("/timeavtaler/"))
    gerd.post(f"{page}enhet/", {"names": "show"})
    gerd.post(f"{page}innbygger/{an_id('astrid')}/", {"names": "hide"})
    assert "Astrid Berg" in text_of(gerd.get(page))
    assert "Navn er skjult." in text_of(gerd.get(f"/ansatt/person/{an_id('astrid')}/"))
    assert client_of("mona", employee=True).get(page).status_code == 403


def test_hiding_names_says_nothing_in_the_citizens_log(world, visit, gerd, lines) -> None:
    set_names_hidden(gerd, an_id("astrid"), hidden=True)
    assert "change-names" not in [act for act, *_ in lines("astrid")]


def test_a_name_that_is_the_only_news_is_not_a_change_of_the_visit(journal, visit, astrid) -> None:
    assert ASTRIDS_MORNING.performer_number == ""
    record_visits(journal, [later(WITH_MONA, performer_first_name="Per")])
    [view] = visits_of(astrid).visits
    assert view.performer_name == "Per"
