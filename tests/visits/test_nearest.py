"""The first page finds the next visit among a few, and reads more of them only where none of the few comes (R32)."""

import pytest

from hjemmekontakt.visits.queries import nearest
from tests.people import an_id
from tests.visits.rows import on, put_cancellation, put_visit


@pytest.fixture(autouse=True)
def monday_morning(world, at) -> None:
    at("monday 07:00")


def test_one_that_comes_as_planned_is_next_however_many_were_moved_to_later(world, astrid, queries_in) -> None:
    for hour in range(9, 16):
        put_visit(world, "astrid", on(3, hour), moved_from=on(2, hour))
    planned = put_visit(world, "astrid", on(2, 12))
    found = nearest(astrid)
    assert found.next_visit.id == planned
    assert [each.starts_at for each in found.warnings] == [on(3, hour) for hour in range(9, 16)]
    assert queries_in(lambda: nearest(astrid)) == 2


def test_those_that_are_called_off_are_passed_over_however_many_there_are(world, astrid, queries_in) -> None:
    for hour in range(8, 16):
        put_cancellation(world, put_visit(world, "astrid", on(2, hour)), "astrid", "accepted")
    assert nearest(astrid).next_visit is None
    comes = put_visit(world, "astrid", on(4, 8))
    assert nearest(astrid).next_visit.id == comes
    assert queries_in(lambda: nearest(astrid)) == 2


def test_a_few_are_enough_where_one_of_them_comes(world, astrid, queries_in) -> None:
    moved = put_visit(world, "astrid", on(3, 9), moved_from=on(2, 9))
    first, *_ = [put_visit(world, "astrid", on(day, 12)) for day in range(2, 14)]
    found = nearest(astrid)
    assert (found.next_visit.id, [each.id for each in found.warnings]) == (first, [moved])
    assert queries_in(lambda: nearest(astrid)) == 1


def test_the_latest_of_what_was_asked_is_what_holds(world, astrid) -> None:
    visit = put_visit(world, "astrid", on(2, 12))
    for state, asked in (("declined", on(1, 13)), ("withdrawn", on(1, 10))):
        id = put_cancellation(world, visit, "astrid", state)
        world.connection.execute("UPDATE cancellation SET asked_at = %s WHERE id = %s", [asked, id])
    put_cancellation(world, put_visit(world, "astrid", on(2, 14)), "astrid", "accepted")
    assert nearest(astrid).next_visit.cancellation.id == an_id(f"cancellation {visit} declined")
