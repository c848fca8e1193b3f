"""The statements that keep what is told of visits: what is new is put in, what is known is judged, and changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db import connection
from msgspec.structs import replace

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.ground import outbox
from hjemmekontakt.ground.statements import fetch, in_json
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.visits.events import VisitsChanged
from hjemmekontakt.visits.rows import SHAPE, Known, Row, as_json, in_two
from hjemmekontakt.visits.rules import (
    ANYHOW,
    COMING,
    CancellationState,
    Change,
    Condition,
    NotTaken,
    Outcome,
    Recorded,
    VisitStatus,
    moved_from,
    what_changed,
    what_it_does,
    why_not_under,
)
from hjemmekontakt.visits.statements import SQL


@dataclass(frozen=True, slots=True)
class Places:
    """What was not put in, what took the place of an expected visit, and who of the persons is away, now or soon (R31, R41)."""

    left: frozenset[UUID]
    taken: frozenset[tuple[str, str]]
    away: frozenset[UUID]


NOWHERE = Places(frozenset(), frozenset(), frozenset())


def place(rows: Sequence[Row], *, known: Sequence[UUID], by: Actor, now: datetime, stored_at: datetime) -> Places:
    """Let confirmed visits take the place of the expected ones that they are, one visit, never two (R31); put in the others.

    `known` are those of the rows that may not be put in: they are told of visits that are there. Nearly always one
    statement: one more each time that something took a place, until nothing does. It says too who of the persons has told
    that she is away: nearly always nobody (R41).
    """
    if not rows:
        return NOWHERE
    took: set[tuple[str, str]] = set()
    away: set[UUID] = set()
    statement, given = _given([_as_new(row, now) for row in rows])
    values = {
        **given,
        "municipality": rows[0].municipality_id,
        "known": list(known),
        "now": now,
        "stored_at": stored_at,
        "by": by.id,
        "by_name": by.name,
        "today": day_of(now),
    }
    while True:
        found = fetch(statement, values)
        away |= {citizen_id for _, _, _, citizen_id in found if citizen_id is not None}
        taken = {(system, value) for system, value, _, _ in found if system is not None}
        if not taken:
            left = frozenset(id for _, _, id, _ in found if id is not None)
            return Places(left, frozenset(took), frozenset(away))
        took |= taken


PLACE_ONE = SQL["place_visits"].format(**SHAPE)
PLACE_MANY = SQL["place_visits"].format(**{**SHAPE, "given": SHAPE["many_given"]})


def _given(rows: Sequence[Row]) -> tuple[str, dict[str, object]]:
    """The statement that places so many, and the rows as it takes them in."""
    if len(rows) == 1:
        return PLACE_ONE, {"lines": as_json(rows)}
    lines, common = in_two(rows)
    return PLACE_MANY, {"lines": lines, "common": common}


def _as_new(row: Row, now: datetime) -> Row:
    """A visit that is not known yet: news, where it comes (R32)."""
    return replace(row, change=NEWS, changed_at=now) if _comes(row, now) else row


NEWS = Change.NEW.value


def _comes(row: Row, now: datetime) -> bool:
    return row.status in COMING and row.starts_at > now


def known(rows: Sequence[Row]) -> dict[tuple[str, str], Known]:
    """What is kept of these visits, locked until the transaction ends."""
    if not rows:
        return {}
    systems, values = [row.identifier_system for row in rows], [row.identifier_value for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(SQL["known_visits"].format(**SHAPE), [rows[0].municipality_id, systems, values])
        names = [column.name for column in cursor.description]
        found = [Known(**dict(zip(names, values, strict=True))) for values in cursor.fetchall()]
    return {each.key: each for each in found}


def judge(row: Row, before: Known, *, condition: Condition = ANYHOW, was_expected: bool = False) -> Recorded:
    """Say what a report does to a known visit, or why it is not taken."""
    is_the_same = bytes(before.digest) == row.digest
    special = why_not_under(
        condition,
        known_id=before.id,
        version=before.version,
        is_the_same=is_the_same,
        was_expected=was_expected,
    )
    if special is NotTaken.CHANGED_MEANWHILE:
        return Recorded(not_taken=special)
    if row.citizen_id != before.citizen_id:
        return Recorded(not_taken=NotTaken.ANOTHER_PERSON)
    if isinstance(special, NotTaken):
        return Recorded(not_taken=special)
    if special is not None:
        return Recorded(outcome=special, visit_id=before.id, version=before.version, stored_at=before.stored_at)
    outcome = what_it_does(
        told_at=row.source_updated_at,
        known_since=before.source_updated_at,
        is_the_same=is_the_same,
    )
    version = before.version + (outcome is Outcome.CHANGED)
    return Recorded(outcome=outcome, visit_id=before.id, version=version, stored_at=before.stored_at)


@dataclass(frozen=True, slots=True)
class Changed:
    """Of which of the changed visits another time was ever wished (R42), and whose person is away, now or soon (R41)."""

    wished: frozenset[UUID] = frozenset()
    away: frozenset[UUID] = frozenset()


def change(
    pairs: Sequence[tuple[Row, Known]], *, by: Actor, now: datetime, stored_at: datetime, told_of: VisitsChanged | None
) -> Changed:
    """Change known visits to what somebody tells now; what they were is kept by the database (visit_version).

    `told_of` is the event that tells of it, put into the outbox by the same statement. It says too what hangs on the visits:
    nearly always nothing.
    """
    if not pairs:
        return Changed()
    rows = [replace(row, id=before.id) for row, before in pairs]
    moved = [_first_told(row, before) for row, before in pairs]
    versions = [before.version + 1 for _, before in pairs]
    rows = [_with_change(row, before, now=now) for row, (_, before) in zip(rows, pairs, strict=True)]
    became = [
        {"id": row.id, "moved_from": first, "version": version}
        for row, first, version in zip(rows, moved, versions, strict=True)
    ]
    publish, values = outbox.as_statement(told_of) if told_of else ("", {})
    values |= {
        "now": now,
        "stored_at": stored_at,
        "told_by_id": by.id,
        "told_by_name": by.name,
        "rows": as_json(rows),
        "became": in_json(became),
        "municipality": rows[0].municipality_id,
        "today": day_of(now),
    }
    found = fetch(_that_changes(publish), values)
    return Changed(
        wished=frozenset(id for id, _, is_wished, _ in found if is_wished),
        away=frozenset(citizen_id for _, citizen_id, _, is_away in found if is_away),
    )


@cache
def _that_changes(publish: str) -> str:
    return SQL["change_visits"].format(**SHAPE, event=f", event AS ({publish})" if publish else "")


def _first_told(row: Row, before: Known) -> datetime | None:
    """The hour she was first told, where it is another now (R36)."""
    return moved_from(
        before.starts_at,
        window_ended=before.ends_at if before.is_window else None,
        first_told=before.moved_from,
        now_at=row.starts_at,
    )


def _with_change(row: Row, before: Known, *, now: datetime) -> Row:
    """The row with what she should hear of: this change, or the one before it where this is none (R32)."""
    to = VisitStatus(row.status)
    changed = what_changed(
        VisitStatus(before.status),
        to=to,
        is_moved=moved_from(
            before.starts_at,
            window_ended=before.ends_at if before.is_window else None,
            first_told=None,
            now_at=row.starts_at,
        )
        is not None,
    )
    if changed:
        return replace(row, change=changed.value, changed_at=now)
    if to is VisitStatus.PERFORMED:
        return row
    return replace(row, change=before.change, changed_at=before.changed_at)


def heard_again(pairs: Sequence[tuple[Row, Known]], *, now: datetime) -> None:
    """Note that the journal has told the same again."""
    if not pairs:
        return
    ids, told = [before.id for _, before in pairs], [row.source_updated_at for row, _ in pairs]
    with connection.cursor() as cursor:
        cursor.execute(SQL["heard_again"], [now, ids, told, pairs[0][0].municipality_id])


@dataclass(frozen=True, slots=True)
class Ended:
    """How a visit that no longer comes came to its end."""

    status: str
    municipality_id: UUID


@dataclass(frozen=True, slots=True)
class Closed:
    """A cancellation that was closed because its visit no longer comes."""

    id: UUID
    visit_id: UUID
    citizen_id: UUID
    state: CancellationState


def close_cancellations(
    ended: Sequence[tuple[UUID, Row | Ended]], *, now: datetime, stored_at: datetime
) -> list[Closed]:
    """Close what was asked and not answered for visits that no longer come (R38)."""
    if not ended:
        return []
    ids, statuses = [id for id, _ in ended], [row.status for _, row in ended]
    with connection.cursor() as cursor:
        cursor.execute(SQL["close_cancellations"], [now, stored_at, ids, statuses, ended[0][1].municipality_id])
        return [Closed(id, visit, citizen, CancellationState(state)) for id, visit, citizen, state in cursor.fetchall()]
