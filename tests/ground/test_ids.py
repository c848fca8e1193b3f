"""Ids stand in the order of time, and no two are alike."""

from datetime import timedelta
from uuid import RFC_4122

from hypothesis import given
from hypothesis import strategies as st

from hjemmekontakt.ground import clock
from hjemmekontakt.ground.ids import new_id, new_ids
from tests.conftest import MONDAY


@given(st.integers(1, 10**11), st.integers(1, 20))
def test_what_is_made_later_stands_after_all_that_was_made_before(milliseconds: int, number: int) -> None:
    moments = iter([MONDAY, MONDAY + timedelta(milliseconds=milliseconds)])
    real, clock.real = clock.real, lambda: next(moments)
    try:
        before, after = new_ids(number), new_ids(number)
    finally:
        clock.real = real
    assert max(before) < min(after)
    assert max(map(str, before)) < min(map(str, after)), "in the order in which the database has them"


def test_no_two_are_alike_and_each_is_of_the_kind_that_it_says() -> None:
    made = [*new_ids(1000), *new_ids(1000), new_id()]
    assert len(set(made)) == 2001
    assert {(each.version, each.variant) for each in made} == {(7, RFC_4122)}
