"""What decides, unlocks, reads and writes down in one statement: it sees what it may, however the database goes about it."""

from dataclasses import replace

import pytest
from django.db import connection, transaction

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Beside, Denied, requiring, requiring_lists
from hjemmekontakt.access.rules import About, May, Right
from hjemmekontakt.messages import queries as messages
from hjemmekontakt.messages.actions import write_message
from hjemmekontakt.visits.actions import look_at_visits, record_visits
from hjemmekontakt.visits.queries import nearest, search_visits_for_journal, visit_for_journal
from tests.people import an_id
from tests.visits.reports import ASTRIDS_MORNING


@pytest.fixture
def visit_id(journal, world):
    """Astrid's visit of the morning."""
    return record_visits(journal, [ASTRIDS_MORNING])[0].visit_id


WAYS = ["enable_indexscan", "enable_nestloop", "enable_hashjoin", "enable_material"]


@pytest.mark.parametrize("off", WAYS)
def test_what_may_be_read_is_seen_whichever_way_the_database_takes(journal, visit_id, off: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET {off} = off")
        cursor.execute("SET enable_bitmapscan = off")
        try:
            assert visit_for_journal(journal, visit_id).id == visit_id
            assert [each.id for each in search_visits_for_journal(journal)] == [visit_id]
            assert [each.id for each in search_visits_for_journal(journal, citizen_id=an_id("astrid"))] == [visit_id]
        finally:
            cursor.execute(f"RESET {off}")
            cursor.execute("RESET enable_bitmapscan")


@pytest.mark.parametrize("sought", [{}, {"citizen_id": an_id("astrid")}], ids=["all", "of one"])
def test_visits_of_one_whom_the_municipality_no_longer_helps_are_not_found(journal, world, visit_id, sought) -> None:
    world.connection.execute("DELETE FROM decision WHERE citizen_id = %s", [an_id("astrid")])
    assert search_visits_for_journal(journal, **sought) == []
    lines = world.connection.execute("SELECT count(*) FROM access_entry WHERE act = 'read-for-journal'")
    assert lines.fetchone() == (0,)


def test_what_was_unlocked_is_locked_again_at_once(journal, visit_id) -> None:
    visit_for_journal(journal, visit_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), current_setting('hk.scope', true) FROM visit")
        assert cursor.fetchone() == (0, "")


def test_it_is_refused_within_a_transaction_which_it_would_leave_open(journal, visit_id) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        visit_for_journal(journal, visit_id)


def test_one_that_is_opened_and_one_that_is_refused_stand_in_her_log(journal, world, visit_id) -> None:
    visit_for_journal(journal, visit_id)
    with pytest.raises(Denied):
        visit_for_journal(replace(journal, municipality_id=world.fjordby), visit_id)
    lines = world.connection.execute(
        "SELECT outcome, about_kind, about_id, unit_id, in_list FROM access_entry WHERE act = 'read-for-journal' ORDER BY id"
    ).fetchall()
    assert lines == [
        ("done", "visit", visit_id, world.nord, False),
        ("not-in-the-municipality", "visit", visit_id, world.nord, False),
    ]


@pytest.mark.parametrize("off", WAYS)
def test_a_citizen_and_the_staff_see_the_same_whichever_way_the_database_takes(
    world, visit_id, astrid, mona, off: str
) -> None:
    asked = {"subject": "Nøkkel", "text": "Hvem har nøkkelen?", "form_key": an_id("skjema 1")}
    thread = write_message(astrid, service_id=world.nord_nursing, **asked).thread_id
    with connection.cursor() as cursor:
        cursor.execute(f"SET {off} = off")
        cursor.execute("SET enable_bitmapscan = off")
        try:
            assert [each.id for each in look_at_visits(astrid).visits] == [visit_id]
            assert nearest(astrid).next_visit.id == visit_id
            [row] = messages.inbox(mona, world.nord).rows
            assert (row.id, row.unread) == (thread, True)
            opened = messages.staff_thread(mona, thread)
            assert (opened.state, [each.is_new for each in opened.messages]) == ("opened", [True])
            assert messages.inbox(mona, world.nord).rows[0].unread is False
            is_any_unread = Beside(May.LIST_THREADS, messages.ANY_UNREAD, {"reader": astrid.id})
            assert nearest(astrid, beside=is_any_unread).beside is False
            world.connection.execute("UPDATE thread SET unit_place = 2 WHERE id = %s", [thread])
            assert nearest(astrid, beside=is_any_unread).beside is True
        finally:
            cursor.execute(f"RESET {off}")
            cursor.execute("RESET enable_bitmapscan")


def test_what_is_read_in_one_statement_stands_in_her_log_once_and_leaves_nothing_open(
    astrid, visit_id, database
) -> None:
    look_at_visits(astrid)
    look_at_visits(astrid)  # within a quarter of an hour
    lines = database.execute(
        "SELECT act, outcome, standing, actor_id, in_list FROM access_entry WHERE citizen_id = %s", [an_id("astrid")]
    )
    seen = [line for line in lines.fetchall() if line[0] == "see-visits"]
    assert seen == [("see-visits", "done", "self", an_id("astrid"), True)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), current_setting('hk.scope', true) FROM visit")
        assert cursor.fetchone() == (0, "")


def test_who_may_not_unlocks_nothing(siri) -> None:
    with pytest.raises(Denied):
        requiring(siri, May.SEE_VISITS, about=lookup.citizen(an_id("astrid")))


def test_several_lists_in_one_statement_are_each_decided(world, astrid, jonas_for_astrid) -> None:
    herself = About("citizen", astrid.id, citizen_id=astrid.id)
    lists = [May.SEE_VISITS, May.LIST_THREADS]
    assert requiring_lists(astrid, lists, about=herself)[2]["log_act"] == ["see-visits", "list-threads"]
    with pytest.raises(Denied):
        requiring_lists(replace(jonas_for_astrid, rights=frozenset({Right.READ})), lists, about=herself)
    with pytest.raises(ValueError, match="Only lists"):
        requiring_lists(astrid, [May.SEE_VISITS, May.WRITE_MESSAGE], about=herself)
