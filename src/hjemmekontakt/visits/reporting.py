"""From what a journal tells to rows of visits: whose, where, of which service; and the statements that keep them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec
from django.db import connection
from msgspec.structs import fields, replace

from hjemmekontakt.access.actions import UNLOCKED, Grant
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.ground import keys, outbox
from hjemmekontakt.ground.statements import fetch
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.municipalities.rules import is_open
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import holds
from hjemmekontakt.visits.events import VisitsChanged
from hjemmekontakt.visits.rules import (
    ANYHOW,
    CANCELLED_BY,
    COMING,
    EXPECTED_SYSTEM,
    CancellationState,
    Change,
    Condition,
    NotTaken,
    Outcome,
    Recorded,
    VisitReport,
    VisitStatus,
    moved_from,
    what_changed,
    what_it_does,
    why_not_kept,
    why_not_under,
)
from hjemmekontakt.visits.statements import SQL

FASTEST_CLOCK = timedelta(minutes=5)  # a journal's clock may be this much ahead of ours and still be believed


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One visit as it goes into the table; the fields are its columns, in this order."""

    id: UUID
    citizen_id: UUID
    municipality_id: UUID
    unit_id: UUID
    service_id: UUID
    identifier_system: str
    identifier_value: str
    status: str
    starts_at: datetime
    ends_at: datetime
    is_window: bool
    minutes: int | None
    title: str
    instruction: str
    performer_name: str
    performer_role: str
    place: str
    cancellable: bool
    cancelled_by: str
    not_performed_reason: str
    source_updated_at: datetime
    digest: bytes
    series: str = ""
    series_day: date | None = None
    series_rhythm: str = ""
    performer_id: UUID | None = None
    change: str = ""
    changed_at: datetime | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What the journal calls the visit."""
        return self.identifier_system, self.identifier_value


class Said(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a report says of a visit: the same again is known by it (R34).

    It is kept as a digest of its JSON; so the fields stand by the alphabet, and a later one is left out where it is not told.
    """

    cancellable: bool
    cancelled_by: str
    citizen_id: UUID
    ends_at: datetime
    identifier_system: str
    identifier_value: str
    instruction: str
    is_window: bool
    minutes: int | None
    municipality_id: UUID
    not_performed_reason: str
    performer_id: UUID | None = None
    performer_name: str
    performer_role: str
    place: str
    series: str = ""
    series_day: date | None = None
    series_rhythm: str = ""
    service_id: UUID
    starts_at: datetime
    status: str
    title: str
    unit_id: UUID


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a visit that the journal tells about again; the fields are its columns."""

    id: UUID
    citizen_id: UUID
    identifier_system: str
    identifier_value: str
    status: str
    starts_at: datetime
    ends_at: datetime
    is_window: bool
    moved_from: datetime | None
    source_updated_at: datetime
    version: int
    digest: bytes
    stored_at: datetime
    change: str = ""
    changed_at: datetime | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What the journal calls the visit."""
        return self.identifier_system, self.identifier_value


class Decision(NamedTuple):
    """A decision, as far as a visit is given by it: which service of which unit, from when and until when."""

    unit_id: UUID
    service_id: UUID
    starts_on: date
    ends_on: date | None


class Given(NamedTuple):
    """A service, as far as a visit is given by it: what it is called, by which unit, and from when visits are open."""

    id: UUID
    code: str
    unit_id: UUID
    visits_from: date | None


class Bearing(msgspec.Struct):
    """What reports are understood by: the units that are named, by HER-id, and the persons who are active, by look-up.

    Where a report is alone, also what is kept of its visit, locked until the transaction ends.
    """

    units: list[tuple[str, UUID, list[Given]]]
    persons: list[tuple[bytes, UUID, list[Decision]]]
    known: Known | None


BEARING = msgspec.json.Decoder(Bearing)
Unlocked = tuple[str, Mapping[str, object]]
TYPES = {
    UUID: "uuid",
    UUID | None: "uuid",
    str: "text",
    date | None: "date",
    datetime: "timestamptz",
    datetime | None: "timestamptz",
    bool: "boolean",
    int | None: "int",
    bytes: "bytea",
}
COLUMNS = tuple(field.name for field in fields(Row))
IN_JSON = ", ".join(f"{field.name} {'text' if field.type is bytes else TYPES[field.type]}" for field in fields(Row))
KEPT_COLUMNS = tuple(field.name for field in fields(Known))
READ_FROM_JSON = ", ".join(
    f"decode({field.name}, 'base64') AS {field.name}" if field.type is bytes else field.name for field in fields(Row)
)
NAMES = ("id", "citizen_id", "municipality_id", "identifier_system", "identifier_value")
KEPT = {  # a visit stays in the plan it came from, and on its day there, also where a later word does not name them
    "series": "COALESCE(NULLIF(visit.series, ''), told.series)",
    "series_day": "COALESCE(visit.series_day, told.series_day)",
    "series_rhythm": "visit.series_rhythm",
}
ROWS = "(SELECT {read} FROM json_to_recordset({lines}::json) AS line({columns}))"
SHAPE = {
    "expected": EXPECTED_SYSTEM,
    "columns": ", ".join(COLUMNS),
    "rows": ROWS.format(lines="%s", read=READ_FROM_JSON, columns=IN_JSON),
    "given": ROWS.format(lines="%(lines)s", read=READ_FROM_JSON, columns=IN_JSON),
    "named_rows": ROWS.format(lines="%(rows)s", read=READ_FROM_JSON, columns=IN_JSON),
    "known": ", ".join(KEPT_COLUMNS),
    "known_in_json": ", ".join(
        "encode(digest, 'base64') AS digest" if each == "digest" else each for each in KEPT_COLUMNS
    ),
    "changes": ", ".join(f"{name} = {KEPT.get(name, f'told.{name}')}" for name in COLUMNS if name not in NAMES),
}
BESIDE_OTHERS = "pg_advisory_xact_lock_shared(hashtextextended('visits ' || citizen_id, 0))"
SAID = tuple(field.name for field in fields(Said))


def understand(
    grant: Grant,
    reports: Sequence[VisitReport],
    *,
    now: datetime,
    not_before: date | None = None,
    unlocked: Unlocked | None = None,
    beside_others: bool = False,
) -> list[Row | NotTaken]:
    """Find for each report its unit, its person and her decision; or say why it is not taken (R96a).

    One query for a whole bundle, one more where it names employees by number. `now` is the real time: it bounds how
    new a report may call itself. `not_before` is the day on which a plan that began long ago must fit at the earliest.
    `unlocked` is what unlocks, where nothing has yet (`access.unlocking`): the query does. `beside_others` is to report
    together with other reports, but not while one of the persons tells that she is away (R41).
    """
    held = BESIDE_OTHERS if beside_others else "0"
    return _understand(grant, reports, now=now, not_before=not_before, unlocked=unlocked, held=held)[0]


def understand_one(
    grant: Grant, report: VisitReport, *, now: datetime, unlocked: Unlocked
) -> tuple[list[Row | NotTaken], Known | None]:
    """As `understand`, beside others, of a visit that is told of alone; says too what is kept of it, now locked.

    It may be locked so early only where the transaction locks no other: several are locked together, in one order (`known`).
    """
    return _understand(grant, [report], now=now, unlocked=unlocked, held=BESIDE_OTHERS, alone=report)


def _understand(
    grant: Grant,
    reports: Sequence[VisitReport],
    *,
    now: datetime,
    unlocked: Unlocked | None,
    held: str,
    not_before: date | None = None,
    alone: VisitReport | None = None,
) -> tuple[list[Row | NotTaken], Known | None]:
    municipality_id = grant.municipality_id
    if municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    lookups = [keys.lookup_value(report.patient_national_id) for report in reports]
    her_ids = {report.unit_her_id for report in reports}
    lists = {"lookups": _json(list(set(lookups))), "her_ids": _json(list(her_ids)), "municipality": municipality_id}
    bearing = _bearing(lists, unlocked, held, alone)
    units = {her_id: (unit_id, services) for her_id, unit_id, services in bearing.units}
    whose = {lookup: (citizen_id, decisions) for lookup, citizen_id, decisions in bearing.persons}
    performers = people.employees_by_number(grant, {each.performer_number for each in reports if each.performer_number})
    understood: list[Row | NotTaken] = []
    for report, lookup in zip(reports, lookups, strict=True):
        citizen_id, decisions = whose.get(lookup, (None, []))
        service = why_not_kept(report) or _service(report, decisions, units.get(report.unit_her_id), not_before)
        if isinstance(service, NotTaken):
            understood.append(service)
        elif citizen_id is not None:
            who = performers.get(report.performer_number)
            understood.append(_row(report, citizen_id, municipality_id, service, performer_id=who, now=now))
    return understood, bearing.known


def _bearing(lists: Mapping[str, object], unlocked: Unlocked | None, held: str, alone: VisitReport | None) -> Bearing:
    part, of_the_lock = unlocked or ("", {})
    name = {"system": alone and alone.identifier_system, "value": alone and alone.identifier_value}
    return BEARING.decode(fetch(_what_bears(part, held), {**lists, **name, **of_the_lock})[0][0])


@cache
def _what_bears(part: str, held: str) -> str:
    shape = {"unlocked": f"{part}," if part else "", "is_unlocked": UNLOCKED if part else "true", "held": held}
    return SQL["what_bears_on_reports"].format(**SHAPE, **shape)


def _service(
    report: VisitReport, held: list[Decision], unit: tuple[UUID, list[Given]] | None, not_before: date | None
) -> Given | NotTaken:
    if not held:
        return NotTaken.NOT_ACTIVE
    if unit is None:
        return NotTaken.UNKNOWN_UNIT
    unit_id, services = unit
    meant = [service for service in services if report.service_id in (None, service.code)]
    if not meant:
        return NotTaken.UNKNOWN_SERVICE
    day = max(day_of(report.starts_at), not_before or date.min)
    fitting = [
        (decision, service)
        for decision in held
        if decision.unit_id == unit_id
        for service in meant
        if service.id == decision.service_id
    ]
    if not fitting:
        return NotTaken.NO_DECISION
    holding = [service for each, service in fitting if holds(each.starts_on, each.ends_on, today=day)]
    service = holding[0] if holding else fitting[0][1]
    return service if is_open(service.visits_from, today=day) else NotTaken.NOT_OPENED


def _row(
    report: VisitReport,
    citizen_id: UUID,
    municipality_id: UUID,
    service: Given,
    *,
    performer_id: UUID | None,
    now: datetime,
) -> Row:
    told_at = report.last_updated
    by = CANCELLED_BY.get(report.cancel_reason) if report.cancel_reason else None
    not_performed = report.status is VisitStatus.NOT_PERFORMED and report.cancel_reason
    said: dict[str, Any] = {
        "citizen_id": citizen_id,
        "municipality_id": municipality_id,
        "unit_id": service.unit_id,
        "service_id": service.id,
        "identifier_system": report.identifier_system,
        "identifier_value": report.identifier_value,
        "status": report.status.value,
        "starts_at": report.starts_at.astimezone(UTC),
        "ends_at": report.ends_at.astimezone(UTC),
        "is_window": report.is_window,
        "minutes": report.minutes_duration,
        "title": report.title,
        "instruction": report.instruction,
        "performer_name": report.performer_first_name,
        "performer_role": report.performer_role,
        "place": report.place.value,
        "cancellable": report.may_cancel is not False,
        "cancelled_by": by.value if by and report.status is VisitStatus.CANCELLED else "",
        "not_performed_reason": report.cancel_reason.value if not_performed and report.cancel_reason else "",
        "series": report.series,
        "series_day": report.series_day if report.series else None,
        "performer_id": performer_id,
    }
    of_now = told_at is None or told_at > now + FASTEST_CLOCK
    return Row(
        **said,
        id=uuid4(),
        source_updated_at=now if told_at is None or of_now else told_at.astimezone(UTC),
        digest=_digest(Said(**said)),
    )


def digest_of(row: Row) -> bytes:
    """What a report says, in 32 bytes: the same again is known by it (R34)."""
    return _digest(Said(**{name: getattr(row, name) for name in SAID}))


def _digest(said: Said) -> bytes:
    return hashlib.sha256(msgspec.json.encode(said)).digest()


def latest(understood: Iterable[Row | NotTaken]) -> list[Row]:
    """The newest row for each visit, where a bundle tells of one more than once, in the order of locking."""
    newest: dict[tuple[str, str], Row] = {}
    for row in understood:
        if isinstance(row, Row):
            before = newest.get(row.key)
            if before is None or row.source_updated_at >= before.source_updated_at:
                newest[row.key] = row
    return [newest[key] for key in sorted(newest)]


@dataclass(frozen=True, slots=True)
class Places:
    """What was put in, what took the place of an expected visit, and who of the persons is away, now or soon (R31, R41)."""

    new: frozenset[UUID]
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
    new: set[UUID] = set()
    took: set[tuple[str, str]] = set()
    away: set[UUID] = set()
    values = {
        "municipality": rows[0].municipality_id,
        "lines": as_json([_as_new(row, now) for row in rows]),
        "known": list(known),
        "now": now,
        "stored_at": stored_at,
        "by": by.id,
        "by_name": by.name,
        "today": day_of(now),
    }
    while True:
        found = fetch(PLACE_VISITS, values)
        new |= {id for _, _, id, _ in found if id is not None}
        away |= {citizen_id for _, _, _, citizen_id in found if citizen_id is not None}
        taken = {(system, value) for system, value, _, _ in found if system is not None}
        if not taken:
            return Places(frozenset(new), frozenset(took), frozenset(away))
        took |= taken


PLACE_VISITS = SQL["place_visits"].format(**SHAPE)


def _as_new(row: Row, now: datetime) -> Row:
    """A visit that is not known yet: news, where it comes (R32)."""
    return replace(row, change=Change.NEW.value, changed_at=now) if _comes(row, now) else row


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
    moved = [
        moved_from(
            before.starts_at,
            window_ended=before.ends_at if before.is_window else None,
            first_told=before.moved_from,
            now_at=row.starts_at,
        )
        for row, before in pairs
    ]
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
        "became": _json(became),
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


def as_json(rows: Sequence[Row]) -> str:
    """The rows as the statements take them in (`{rows}`): one value, whose plan is the same however many they are."""
    return _json(rows)


def _json(values: Sequence[Any]) -> str:
    return msgspec.json.encode(values).decode()
