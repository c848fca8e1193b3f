"""What a journal reads back: its own visits."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NoReturn
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import (
    UNLOCKED,
    Denied,
    Grant,
    entries_of_a_list,
    entry_of_what_is_read,
    intent,
    intent_in_one_statement,
    log_list,
    require,
    unlocking,
)
from hjemmekontakt.access.rules import About, Actor, Denial, May
from hjemmekontakt.ground import keys
from hjemmekontakt.ground.statements import fetch
from hjemmekontakt.people import queries as people
from hjemmekontakt.visits.models import PlanVersion, Visit, VisitPlan, VisitVersion
from hjemmekontakt.visits.rules import (
    EXPECTED_SYSTEM,
    CancelReason,
    JournalPlan,
    JournalVisit,
    NotPerformed,
    Place,
    PlanReport,
    StatusSought,
    VisitOrder,
    VisitReport,
    VisitStatus,
    recurrence_in,
)
from hjemmekontakt.visits.statements import SQL

AT_THE_DOOR: dict[str, CancelReason] = {
    NotPerformed.REFUSED: CancelReason.BY_RECIPIENT,
    NotPerformed.OTHER: CancelReason.BY_SERVICE,
}
"""What an employee reported here and the national list has no code for, as near as it comes (7621)."""

BY_WHOM = {
    "municipality": CancelReason.BY_SERVICE,
    "recipient": CancelReason.BY_RECIPIENT,
    "on-behalf": CancelReason.ON_BEHALF_OF_RECIPIENT,
}
ORDER = {
    VisitOrder.BY_NAME: "identifier_system, identifier_value",
    VisitOrder.EARLIEST: "starts_at, id",
    VisitOrder.LATEST: "starts_at DESC, id DESC",
}
AFTER = {
    VisitOrder.BY_NAME: "(v.identifier_system, v.identifier_value) > (%(after_system)s, %(after_value)s)",
    VisitOrder.EARLIEST: "(v.starts_at, v.id) > (%(after_system)s::timestamptz, %(after_value)s::uuid)",
    VisitOrder.LATEST: "(v.starts_at, v.id) < (%(after_system)s::timestamptz, %(after_value)s::uuid)",
}
FIRST_OF_EACH_UNIT = """v.id IN (
    SELECT first.id FROM unit place CROSS JOIN LATERAL (
        SELECT v.id, v.starts_at FROM visit v
        WHERE v.unit_id = place.id AND v.municipality_id = %(municipality)s AND {is_unlocked} AND {which}
        ORDER BY {order} LIMIT %(limit)s) AS first
    WHERE place.municipality_id = %(municipality)s ORDER BY {order} LIMIT %(limit)s)"""
"""By when they begin visits are indexed for each unit and each citizen: a page is the first among the first of each unit."""


class Read(msgspec.Struct, array_like=True):
    """A visit as it is read: the statement gives its fields in this order."""

    id: UUID
    citizen_id: UUID
    version: int
    stored_at: datetime
    identifier_system: str
    identifier_value: str
    status: VisitStatus
    starts_at: datetime
    ends_at: datetime
    is_window: bool
    minutes: int | None
    title: str
    instruction: str
    performer_name: str
    performer_role: str
    place: Place
    cancellable: bool
    cancelled_by: str
    not_performed_reason: str
    source_updated_at: datetime
    series: str
    series_day: date | None
    unit_her_id: str
    municipality_her_id: str
    service_code: str
    national_id_sealed: str


READ = msgspec.json.Decoder(list[Read])
FIELDS = ", ".join(Read.__struct_fields__)
THE_ONE = (
    "person AS MATERIALIZED (SELECT id, national_id_sealed FROM citizen"  # noqa: S608 - our own constants
    f" WHERE id = %(citizen)s AND {UNLOCKED}),"
)
"""The one person whose visits are sought. Joined as others are, her row and its policy would be gone through for each visit."""


@intent_in_one_statement
def visit_for_journal(actor: Actor, visit_id: UUID) -> JournalVisit:
    """One visit as its journal may read it back, with the person's national id.

    What is not found among the municipality's own is asked about as any other thing, so that a refusal stands in her log.
    """
    grant, unlocked, values = unlocking(actor, May.READ_FOR_JOURNAL, about=_its_own(actor))
    logged, of_the_log = entry_of_what_is_read(grant, "visit")
    values = {**values, **of_the_log, "id": visit_id, "limit": 1}
    found = _read(grant, "v.id = %(id)s", logged=logged, unlocked=unlocked, values=values)
    return found[0] if found else _not_found(actor, visit_id)


@intent
def _not_found(actor: Actor, visit_id: UUID) -> NoReturn:
    """A visit that is not the journal's own, or is none: denied, and by whom it was asked for is written down."""
    require(actor, May.READ_FOR_JOURNAL, about=lookup.visit(visit_id))
    raise Denied(Denial.UNKNOWN, actor=actor, may=May.READ_FOR_JOURNAL, about=About("visit", visit_id))


def _its_own(actor: Actor) -> About:
    return About("municipality", actor.municipality_id, municipality_id=actor.municipality_id)


@intent
def plan_for_journal(actor: Actor, plan_id: UUID) -> JournalPlan:
    """One plan as its journal may read it back, with the person's national id; who it is about is logged."""
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    about = lookup.municipality(actor.municipality_id)
    grant = require(actor, May.READ_FOR_JOURNAL, about=about)
    found = as_journal_plans(grant, VisitPlan.objects.filter(id=plan_id, municipality_id=actor.municipality_id))
    if not found:
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.READ_FOR_JOURNAL, about=About("visit", plan_id))
    log_list(grant, about, [found[0].citizen_id])
    return found[0]


@intent_in_one_statement
def search_visits_for_journal(
    actor: Actor,
    *,
    id: UUID | None = None,
    identifier: tuple[str | None, str] | None = None,
    citizen_id: UUID | None = None,
    starts_from: datetime | None = None,
    starts_before: datetime | None = None,
    stored_from: datetime | None = None,
    statuses: Sequence[StatusSought] = (),
    order: VisitOrder = VisitOrder.BY_NAME,
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> list[JournalVisit]:
    """A journal's own visits, in the order of its identifiers, which no write disturbs; everybody shown is logged.

    In another order `after` is when the last one begins, and its id.
    """
    about = _its_own(actor)
    grant, unlocked, of_the_lock = unlocking(actor, May.READ_FOR_JOURNAL, about=about)
    which = ["NOT (v.identifier_system = %(expected)s AND v.status = 'gone')"]
    values: dict[str, object] = {"expected": EXPECTED_SYSTEM, "limit": limit}
    for name, (condition, value) in {
        "id": ("v.id = %(id)s", id),
        "system": ("v.identifier_system = %(system)s", identifier[0] if identifier else None),
        "value": ("v.identifier_value = %(value)s", identifier[1] if identifier else None),
        "citizen": ("v.citizen_id = %(citizen)s", citizen_id),
        "starts_from": ("v.starts_at >= %(starts_from)s", starts_from),
        "starts_before": ("v.starts_at < %(starts_before)s", starts_before),
        "stored_from": ("v.stored_at >= %(stored_from)s", stored_from),
        "after_system": (AFTER[order], after[0] if after else None),
    }.items():
        if value is not None:
            which.append(condition)
            values[name] = value
    if after is not None:
        values["after_value"] = after[1]
    if statuses:
        which.append(_any_of(statuses, values))
    logged, of_the_log = entries_of_a_list(grant, about)
    values = {**of_the_lock, **of_the_log, **values}
    conditions = " AND ".join(which)
    if order is not VisitOrder.BY_NAME and id is None and citizen_id is None:
        conditions = FIRST_OF_EACH_UNIT.format(which=conditions, order=ORDER[order], is_unlocked=UNLOCKED)
    return _read(grant, conditions, logged=logged, unlocked=unlocked, values=values, order=order)


def _any_of(statuses: Sequence[StatusSought], values: dict[str, object]) -> str:
    """A condition that any of these statuses fits; what it names goes into `values`."""
    fitting = []
    for number, sought in enumerate(statuses):
        one = [f"v.status = %(status_{number})s"]
        values[f"status_{number}"] = sought.status.value
        if sought.is_window is not None:
            one.append("v.is_window" if sought.is_window else "NOT v.is_window")
        if sought.reason is not None:
            one.append(f"v.not_performed_reason = %(reason_{number})s")
            values[f"reason_{number}"] = sought.reason.value
        fitting.append(" AND ".join(one))
    return f"({' OR '.join(fitting)})"


def as_journal_visits(grant: Grant, rows: "QuerySet[Visit] | QuerySet[VisitVersion]") -> list[JournalVisit]:
    """Visits as they are now or were in earlier versions, where they are read beside each other."""
    found: list[Visit | VisitVersion] = list(rows.select_related("unit", "municipality", "service"))
    numbers = people.national_ids(grant, {row.citizen_id for row in found})
    return [
        JournalVisit(
            id=row.id if isinstance(row, Visit) else row.visit_id,
            citizen_id=row.citizen_id,
            version=row.version,
            stored_at=row.stored_at,
            report=_report(_as_read(row), numbers[row.citizen_id]),
        )
        for row in found
    ]


def as_journal_plans(grant: Grant, rows: "QuerySet[VisitPlan] | QuerySet[PlanVersion]") -> list[JournalPlan]:
    """Plans as they are now or were in earlier versions."""
    found: list[VisitPlan | PlanVersion] = list(rows.select_related("unit", "municipality", "service"))
    numbers = people.national_ids(grant, {row.citizen_id for row in found})
    return [
        JournalPlan(
            id=row.id if isinstance(row, VisitPlan) else row.plan_id,
            citizen_id=row.citizen_id,
            version=row.version,
            stored_at=row.stored_at,
            report=PlanReport(
                first=_first(row, numbers[row.citizen_id]),
                recurrence=recurrence_in(row.recurrence),
                except_days=tuple(row.except_days),
                ended=row.ended,
            ),
        )
        for row in found
    ]


def _as_read(row: Visit | VisitVersion) -> Read:
    others = {
        "id": row.id if isinstance(row, Visit) else row.visit_id,
        "status": VisitStatus(row.status),
        "place": Place(row.place),
        "unit_her_id": row.unit.her_id,
        "municipality_her_id": row.municipality.her_id,
        "service_code": row.service.code,
        "national_id_sealed": "",
    }
    own = {name: getattr(row, name) for name in Read.__struct_fields__ if name not in others}
    return Read(**own, **others)


def _read(
    grant: Grant,
    which: str,
    *,
    logged: str,
    unlocked: str,
    values: Mapping[str, object],
    order: VisitOrder = VisitOrder.BY_NAME,
) -> list[JournalVisit]:
    """The visits for which a condition of ours holds, in the order of the journal's own names for them, or as asked."""
    if grant.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    statement = _statement(which, logged, unlocked, order, is_of_one="citizen" in values)
    read = fetch(statement, {**values, "municipality": grant.municipality_id})[0][0]
    rows = READ.decode(read)
    numbers = {sealed: keys.unseal(bytes.fromhex(sealed[2:])) for sealed in {row.national_id_sealed for row in rows}}
    return [
        JournalVisit(
            id=row.id,
            citizen_id=row.citizen_id,
            version=row.version,
            stored_at=row.stored_at,
            report=_report(row, numbers[row.national_id_sealed]),
        )
        for row in rows
    ]


@lru_cache(maxsize=256)
def _statement(which: str, logged: str, unlocked: str, order: VisitOrder, *, is_of_one: bool) -> str:
    """The statement by which visits are read, put together once for each way of asking; its values stand outside it."""
    return SQL["visits_for_journal"].format(
        which=which,
        logged=logged,
        unlocked=unlocked,
        is_unlocked=UNLOCKED,
        order=ORDER[order],
        fields=FIELDS,
        person=THE_ONE if is_of_one else "",
        persons="person" if is_of_one else "citizen",
    )


def _report(row: Read, national_id: str) -> VisitReport:
    return VisitReport(
        identifier_system=row.identifier_system,
        identifier_value=row.identifier_value,
        patient_identifier_system="",
        patient_national_id=national_id,
        unit_her_id=row.unit_her_id,
        municipality_her_id=row.municipality_her_id,
        status=row.status,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_window=row.is_window,
        minutes_duration=row.minutes,
        title=row.title,
        instruction=row.instruction,
        performer_first_name=row.performer_name,
        performer_role=row.performer_role,
        place=row.place,
        may_cancel=None if row.cancellable else False,
        cancel_reason=_reason(row.not_performed_reason, row.cancelled_by),
        last_updated=row.source_updated_at,
        service_id=row.service_code,
        series=row.series,
        series_day=row.series_day,
    )


def _first(row: VisitPlan | PlanVersion, national_id: str) -> VisitReport:
    return VisitReport(
        identifier_system=row.identifier_system,
        identifier_value=row.identifier_value,
        patient_identifier_system="",
        patient_national_id=national_id,
        unit_her_id=row.unit.her_id,
        municipality_her_id=row.municipality.her_id,
        status=VisitStatus.EXPECTED,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_window=row.is_window,
        minutes_duration=row.minutes,
        title=row.title,
        instruction=row.instruction,
        place=Place(row.place),
        may_cancel=None if row.cancellable else False,
        last_updated=row.source_updated_at,
        service_id=row.service.code,
    )


def _reason(not_performed: str, cancelled_by: str) -> CancelReason | None:
    if not_performed:
        return AT_THE_DOOR.get(not_performed) or CancelReason(not_performed)
    return BY_WHOM.get(cancelled_by)
