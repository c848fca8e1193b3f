"""What a journal tells, and what the outbox was given, in stories about visits."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from hjemmekontakt.ground import outbox
from hjemmekontakt.visits.events import (
    CancellationAnswered,
    CancellationAsked,
    CancellationWithdrawn,
    ChangeWished,
    JournalSilent,
    VisitNeeded,
    VisitsPerformed,
    WishAnswered,
    WishSettled,
)


def hears(events: Any) -> None:
    """Hear nothing: the stories read the outbox's rows."""


@pytest.fixture
def told(database: psycopg.Connection) -> Iterator[Callable[[], list[tuple[str, dict[str, Any]]]]]:
    """The events that were published, oldest first, with what they tell; each once, however many would have heard it."""
    before = {name: dict(listeners) for name, listeners in outbox._listeners.items()}
    outbox._listeners.clear()
    for event in (
        CancellationAnswered,
        CancellationAsked,
        CancellationWithdrawn,
        ChangeWished,
        JournalSilent,
        VisitNeeded,
        VisitsPerformed,
        WishAnswered,
        WishSettled,
    ):
        outbox.listen(event, hears)

    def rows() -> list[tuple[str, dict[str, Any]]]:
        found = database.execute(
            "SELECT event, payload::text FROM outbox GROUP BY event, payload, published_at ORDER BY min(id)"
        ).fetchall()
        return [(event, json.loads(payload)) for event, payload in found]

    yield rows
    outbox._listeners.clear()
    outbox._listeners.update(before)


@pytest.fixture
def lines(database: psycopg.Connection) -> Callable[[str], list[tuple[str, str, str, str]]]:
    """The lines of a citizen's access log."""
    from tests.people import an_id

    def of(key: str) -> list[tuple[str, str, str, str]]:
        return database.execute(
            "SELECT act, outcome, standing, actor_name FROM access_entry WHERE citizen_id = %s ORDER BY id",
            [an_id(key)],
        ).fetchall()

    return of
