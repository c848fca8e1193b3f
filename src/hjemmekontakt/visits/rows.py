"""Visits as they go into the table and come from it: the columns, how the statements take them in, and a report's digest."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from msgspec.structs import astuple, fields

from hjemmekontakt.ground.statements import in_json
from hjemmekontakt.visits.rules import (
    EXPECTED_SYSTEM,
)


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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


class Said(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
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
FITS = """CASE WHEN told.series <> '' THEN visit.series = told.series AND visit.series_day = told.series_day
    ELSE visit.status = 'expected' AND visit.service_id = told.service_id
        AND visit.starts_at > told.starts_at - interval '1 day' AND visit.starts_at < told.ends_at
        AND visit.ends_at > told.starts_at END"""
"""Whether an expected visit is the one that is told of (R31): by plan and day, else by service and hours."""
BECOMES = """{changes}, moved_from = became.moved_from, version = became.version, reported_at = moment.at,
    stored_at = moment.stored_at, told_by_id = moment.told_by_id, told_by_name = moment.told_by_name, reported_by_name = '',
    outcome_at = CASE WHEN told.status NOT IN ('performed', 'not-performed') THEN NULL
        ELSE coalesce(visit.outcome_at, moment.at) END,
    planned_until = CASE WHEN told.status NOT IN ('performed', 'not-performed') THEN NULL
        WHEN visit.outcome_at IS NULL THEN visit.ends_at ELSE visit.planned_until END"""
"""What a known visit becomes; the columns that name it stay. When it is first told how it went, that moment is kept, and until
when it was planned (M2); what an employee had reported here counts no more."""
ROWS = "(SELECT {read} FROM json_to_recordset({lines}::json) AS line({columns}))"
EITHER_IN_JSON = ", ".join(
    f"decode(coalesce(line.{field.name}, common.{field.name}), 'base64') AS {field.name}"
    if field.type is bytes
    else f"coalesce(line.{field.name}, common.{field.name}) AS {field.name}"
    for field in fields(Row)
)
MANY_ROWS = (
    f"(SELECT {EITHER_IN_JSON} FROM json_to_recordset(%(lines)s::json) AS line({IN_JSON}),"  # noqa: S608 - our own columns
    f" json_to_record(%(common)s::json) AS common({IN_JSON}))"
)
SHAPE = {
    "expected": EXPECTED_SYSTEM,
    "columns": ", ".join(COLUMNS),
    "fits": FITS,
    "rows": ROWS.format(lines="%s", read=READ_FROM_JSON, columns=IN_JSON),
    "given": ROWS.format(lines="%(lines)s", read=READ_FROM_JSON, columns=IN_JSON),
    "many_given": MANY_ROWS,
    "named_rows": ROWS.format(lines="%(rows)s", read=READ_FROM_JSON, columns=IN_JSON),
    "known": ", ".join(KEPT_COLUMNS),
    "known_in_json": ", ".join(
        "encode(digest, 'base64') AS digest" if each == "digest" else each for each in KEPT_COLUMNS
    ),
    "changes": ", ".join(f"{name} = {KEPT.get(name, f'told.{name}')}" for name in COLUMNS if name not in NAMES),
}
SHAPE["becomes"] = BECOMES.format(**SHAPE)
SAID = tuple(field.name for field in fields(Said))
LEFT_OPEN = {name: uuid4() for name in ("citizen_id", "unit_id", "service_id")}
"""What stands in the place of ids that only the database knows; drawn by each process, so that nothing that is told holds one."""


def digest_of(row: Row) -> bytes:
    """What a report says, in 32 bytes: the same again is known by it (R34)."""
    return digest_of_what_is_said(Said(**{name: getattr(row, name) for name in SAID}))


def digest_of_what_is_said(said: Said) -> bytes:
    """The same, of what was read from a report just now."""
    return hashlib.sha256(msgspec.json.encode(said)).digest()


def but_for_ids(said: Mapping[str, Any]) -> str:
    """What is said, with places left open for the ids of the person, the unit and the service.

    With those put in, it is what `digest_of_what_is_said` makes the digest of.
    """
    return msgspec.json.encode(Said(**said, **LEFT_OPEN)).decode()


def as_json(rows: Sequence[Row]) -> str:
    """The rows as the statements take them in (`{rows}`): one value, whose plan is the same however many they are."""
    return in_json(rows)


def in_two(rows: Sequence[Row]) -> tuple[str, str]:
    """Many rows as a statement takes them in by `{many_given}`: what is each one's own, and what all have in common, once.

    Most of what a night's visits say is the same in all of them, and the database reads a value of JSON slower than it
    puts it in.
    """
    columns = dict(zip(COLUMNS, zip(*map(astuple, rows), strict=True), strict=True))
    common = {name: column[0] for name, column in columns.items() if column == column[:1] * len(rows)}
    own = [name for name in COLUMNS if name not in common]
    lines = [dict(zip(own, values, strict=True)) for values in zip(*(columns[name] for name in own), strict=True)]
    return in_json(lines), in_json(common)
