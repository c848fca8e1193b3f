"""What goes to the database as the text of an array comes back as it was."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import OperationalError
from psycopg.errors import AdminShutdown, DeadlockDetected

from hjemmekontakt.ground.statements import again_if_it_gave_way, array_of, fetch


@pytest.mark.parametrize(
    ("type", "values"),
    [
        (
            "text",
            ["", "Ås", 'a "b" c', "\\", '\\"', "{a,b}", "NULL", " ", "linje\nskift", None, "'; DROP TABLE visit; --"],
        ),
        ("text", ["samme", "samme"]),
        ("uuid", [UUID(int=7), None]),
        ("timestamptz", [datetime(2026, 3, 2, 9, 0, 0, 1, tzinfo=UTC), None]),
        ("date", [date(2026, 3, 2), None]),
        ("boolean", [True, False]),
        ("int", [0, -7, None]),
        ("bytea", [b"", b"\x00\xff\\", b"x"]),
    ],
)
def test_an_array_comes_back_as_it_was(database, type: str, values: list[object]) -> None:
    found = [value for (value,) in fetch(f"SELECT unnest(%s::{type}[])", [array_of(values)])]
    assert [bytes(value) if type == "bytea" else value for value in found] == values


def test_no_values_are_an_empty_array(database) -> None:
    assert fetch("SELECT unnest(%s::text[])", [array_of([])]) == []


@pytest.mark.parametrize(
    ("refusals", "tries", "comes_through"),
    [
        ([], 1, True),
        ([DeadlockDetected], 2, True),
        ([DeadlockDetected, DeadlockDetected], 2, False),
        ([AdminShutdown], 1, False),
    ],
)
def test_what_gave_way_to_another_is_done_once_more_and_nothing_else_is(refusals, tries, comes_through) -> None:
    left, tried = list(refusals), []

    def act() -> str:
        tried.append(1)
        if left:
            raise OperationalError from left.pop(0)()
        return "done"

    if comes_through:
        assert again_if_it_gave_way(act) == "done"
    else:
        with pytest.raises(OperationalError):
            again_if_it_gave_way(act)
    assert len(tried) == tries
