"""What decides, unlocks, reads and writes down in one statement: it sees what it may, however the database goes about it."""

from dataclasses import replace

import pytest
from django.db import connection, transaction

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.visits.actions import record_visits
from hjemmekontakt.visits.queries import search_visits_for_journal, visit_for_journal
from tests.visits.reports import ASTRIDS_MORNING


@pytest.fixture
def visit_id(journal, world):
    """Astrid's visit of the morning."""
    return record_visits(journal, [ASTRIDS_MORNING])[0].visit_id


@pytest.mark.parametrize("off", ["enable_indexscan", "enable_nestloop", "enable_hashjoin", "enable_material"])
def test_what_may_be_read_is_seen_whichever_way_the_database_takes(journal, visit_id, off: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET {off} = off")
        cursor.execute("SET enable_bitmapscan = off")
        try:
            assert visit_for_journal(journal, visit_id).id == visit_id
            assert [each.id for each in search_visits_for_journal(journal)] == [visit_id]
        finally:
            cursor.execute(f"RESET {off}")
            cursor.execute("RESET enable_bitmapscan")


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
