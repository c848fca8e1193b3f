"""The outbox: events leave in the transaction that made them true, and reach each listener at least once."""

import dataclasses
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, get_type_hints
from uuid import UUID

import msgspec
from django.db import connection, transaction

from hjemmekontakt.ground import clock
from hjemmekontakt.ground.statements import run_with_next

LEASE = timedelta(seconds=60)
BATCH = 50
WAITS = [timedelta(seconds=s) for s in (1, 5, 15, 60, 300, 900, 3600)]
PATIENCE = timedelta(hours=72)  # R99: nothing is lost for 72 hours

PUBLISH = (
    "INSERT INTO outbox (event, listener, payload, municipality_id, published_at, due_at, attempts, last_error)"
    " SELECT %(outbox_event)s, unnest(%(outbox_listeners)s::text[]), %(outbox_payload)s::jsonb, %(outbox_municipality)s::uuid,"
    " %(outbox_now)s, %(outbox_now)s, 0, ''"
)

Event = TypeVar("Event")
Reaction = Callable[[Sequence[Any]], None]


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears an event: the reaction gets a batch of events of one kind and may be called again with the same ones."""

    name: str
    event: type
    react: Reaction
    form: Callable[["Claimed", Any], Any] = lambda row, event: event


_listeners: dict[str, dict[str, Listener]] = {}


def listen(event: type, react: Reaction) -> None:
    """Let `react` hear every `event` from now on; called in `project/listeners.py` alone."""
    name = f"{react.__module__.removeprefix('hjemmekontakt.')}.{react.__name__}"
    _listeners.setdefault(event.__name__, {})[name] = Listener(name, event, react)


def listen_by_number(event: type, react: Reaction) -> None:
    """Let `react` hear every `event`, each as a pair with the number of its row: by it, one heard twice is known again."""
    listen(event, react)
    name = f"{react.__module__.removeprefix('hjemmekontakt.')}.{react.__name__}"
    _listeners[event.__name__][name] = Listener(name, event, react, lambda row, heard: (row.id, heard))


def listeners_of(event: type) -> list[str]:
    """The names of those who hear an event."""
    return sorted(_listeners.get(event.__name__, {}))


def publish(event: Any) -> None:
    """Put an event of ids into the outbox, in the caller's transaction: one row for each that listens.

    Raises RuntimeError outside a transaction: an event must not become true before what it tells of.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An event can only be published inside an intent's transaction.")
    if type(event).__name__ in _listeners:
        run_with_next(*as_statement(event))


def as_statement(event: Any) -> tuple[str, dict[str, Any]]:
    """The statement that publishes an event, and its values by name: for one who tells in the same statement that makes it true.

    Where nobody listens it puts nothing in.
    """
    now = clock.real()
    return PUBLISH, {
        "outbox_event": type(event).__name__,
        "outbox_payload": msgspec.json.encode(event).decode(),
        "outbox_municipality": getattr(event, "municipality_id", None),
        "outbox_now": now,
        "outbox_listeners": "{" + ",".join(_listeners.get(type(event).__name__, ())) + "}",
    }


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this worker holds for the time of its lease."""

    id: int
    event: str
    listener: str
    payload: dict[str, Any]
    attempts: int
    published_at: datetime


def claim(limit: int = BATCH) -> list[Claimed]:
    """Take the oldest waiting rows for a minute; another worker takes others, or these again when the minute is over."""
    now = clock.real()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox SET leased_until = %s, attempts = attempts + 1 WHERE id IN ("
            " SELECT id FROM outbox WHERE dead_at IS NULL AND due_at <= %s"
            " AND (leased_until IS NULL OR leased_until < %s) ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)"
            " RETURNING id, event, listener, payload::text, attempts, published_at",
            [now + LEASE, now, now, limit],
        )
        rows = cursor.fetchall()
    return sorted((Claimed(r[0], r[1], r[2], json.loads(r[3]), r[4], r[5]) for r in rows), key=lambda row: row.id)


def deliver(claimed: Sequence[Claimed]) -> int:
    """Hand claimed rows to their listeners, a batch for each; say how many were heard.

    A listener that fails gets its batch one by one, so that one bad event holds nobody else back.
    """
    heard = 0
    batches: dict[tuple[str, str], list[Claimed]] = {}
    for row in claimed:
        batches.setdefault((row.event, row.listener), []).append(row)
    for (event, name), rows in batches.items():
        listener = _listeners.get(event, {}).get(name)
        if listener is None:
            _later(rows, "no such listener")
        elif _try(listener, rows):
            heard += len(rows)
        elif len(rows) > 1:
            heard += sum(1 for row in rows if _try(listener, [row]))
    return heard


def _try(listener: Listener, rows: Sequence[Claimed]) -> bool:
    try:
        listener.react([listener.form(row, _from_json(listener.event, row.payload)) for row in rows])
    except Exception as problem:
        import logging

        logging.getLogger(__name__).warning(
            "A listener failed; tried again later",
            extra={"listener": listener.name, "error": type(problem).__name__, "rows": [row.id for row in rows]},
        )
        _later(rows, type(problem).__name__)
        return False
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM outbox WHERE id = ANY(%s)", [[row.id for row in rows]])
    return True


def _later(rows: Sequence[Claimed], error: str) -> None:
    now = clock.real()
    for row in rows:
        wait = WAITS[min(row.attempts, len(WAITS)) - 1]
        dead = now if now - row.published_at > PATIENCE else None
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE outbox SET leased_until = NULL, due_at = %s, last_error = %s, dead_at = %s WHERE id = %s",
                [now + wait, error[:120], dead, row.id],
            )


def waiting() -> int:
    """How many rows wait to be heard now (dead ones not counted)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM outbox WHERE dead_at IS NULL AND due_at <= %s", [clock.real()])
        return int(cursor.fetchone()[0])


def dead() -> int:
    """How many rows were given up and wait for a person to look at them (R97)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL")
        return int(cursor.fetchone()[0])


def replay_dead() -> int:
    """Let every row that was given up try again; say how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox SET dead_at = NULL, due_at = %s, published_at = %s, attempts = 0 WHERE dead_at IS NOT NULL",
            [clock.real(), clock.real()],
        )
        return int(cursor.rowcount)


def _from_json(event: type, payload: dict[str, Any]) -> Any:
    hints = get_type_hints(event)
    known = {field.name for field in dataclasses.fields(event)}
    return event(**{name: _typed(hints[name], value) for name, value in payload.items() if name in known})


def _typed(hint: Any, value: Any) -> Any:
    text = str(hint)
    if value is None:
        return None
    if isinstance(value, list):
        return tuple(_typed(UUID if "UUID" in text else str, each) for each in value)
    if "UUID" in text:
        return UUID(value)
    if hint is datetime or "datetime" in text:
        return datetime.fromisoformat(value)
    if hint is date:
        return date.fromisoformat(value)
    return hint(value) if isinstance(hint, type) else value
