"""From what a journal tells to rows of visits: whose, where, of which service; or why it is not taken."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.ground import keys
from hjemmekontakt.ground.ids import new_ids
from hjemmekontakt.ground.statements import fetch, in_json, run_with_next
from hjemmekontakt.municipalities.rules import is_open
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import holds
from hjemmekontakt.visits.rows import SHAPE, Known, Row, Said, digest_of_what_is_said
from hjemmekontakt.visits.rules import (
    CANCELLED_BY,
    NotTaken,
    VisitReport,
    VisitStatus,
    Weighed,
    weigh,
)
from hjemmekontakt.visits.statements import SQL

FASTEST_CLOCK = timedelta(minutes=5)  # a journal's clock may be this much ahead of ours and still be believed


class Decision(NamedTuple):
    """A decision, as far as a visit is given by it: which service of which unit, from when and until when.

    The ids are text as they came: they are only looked up, and a text is found faster than a UUID.
    """

    unit_id: str
    service_id: str
    starts_on: date
    ends_on: date | None


class Given(NamedTuple):
    """A service, as far as a visit is given by it: what it is called, by which unit, and from when visits are open."""

    id: UUID
    code: str
    unit_id: UUID
    visits_from: date | None


class Bearing(msgspec.Struct):
    """What reports are understood by: the units that are named, by HER-id, and the persons who are active, by look-up."""

    units: list[tuple[str, UUID, list[Given]]]
    persons: list[tuple[bytes, UUID, list[Decision]]]


BEARING = msgspec.json.Decoder(Bearing)
KNOWN = msgspec.json.Decoder(Known)
Services = Mapping[tuple[str, str], Given]
"""The services of a unit, each by the unit and the service of the decisions that give it."""
Period = tuple[date, date | None]
Fitting = tuple[Period, Given]
"""From when and until when a decision that fits holds, and the service that it gives."""
HELD = "pg_advisory_xact_lock_shared(hashtextextended('visits ' || citizen_id, 0))"


def understand(
    grant: Grant, reports: Sequence[VisitReport], *, now: datetime, not_before: date | None = None
) -> list[Row | NotTaken]:
    """Find for each report its unit, its person and her decision; or say why it is not taken (R96a).

    One query for all of them; one more where they name employees by number.
    `now` is the real time: it bounds how new a report may call itself. `not_before` is the day on which a plan that began
    long ago must fit at the earliest.
    """
    if not reports:
        return []
    municipality_id = _municipality_of(grant)
    lookups = keys.lookup_values([report.patient_national_id for report in reports])
    bearing = _what_bears_on(grant, lookups, {report.unit_her_id for report in reports})
    units = {her_id: _by_decision(unit_id, services) for her_id, unit_id, services in bearing.units}
    whose = {lookup: (citizen_id, decisions) for lookup, citizen_id, decisions in bearing.persons}
    performers = people.employees_by_number(grant, {each.performer_number for each in reports if each.performer_number})
    understood: list[Row | NotTaken] = []
    for report, lookup, id in zip(reports, lookups, new_ids(len(reports)), strict=True):
        weighed = weigh(report)
        citizen_id, decisions = whose.get(lookup, NOBODY)
        day = max(weighed.day, not_before) if not_before else weighed.day
        service = weighed.unfit or _service(report, decisions, units.get(report.unit_her_id), day)
        if isinstance(service, NotTaken):
            understood.append(service)
        elif citizen_id is not None:
            who = performers.get(report.performer_number)
            understood.append(
                _row(report, weighed, id, citizen_id, municipality_id, service, performer_id=who, now=now)
            )
    return understood


def beside_others(understood: Iterable[Row | NotTaken]) -> None:
    """Report these visits beside others who report, but not while one of the persons tells that she is away (R41).

    So it is from the next statement on, until the transaction ends. The persons are locked in the order that all use.
    """
    persons = [each.citizen_id for each in understood if isinstance(each, Row)]
    if persons:
        run_with_next(SQL["beside_others"].format(held=HELD), {"persons": in_json(persons)})


def understand_one(grant: Grant, report: VisitReport, *, now: datetime) -> tuple[Row | NotTaken, Known | None]:
    """As `understand`, beside others, of a visit that is told of alone; says too what is kept of it, now locked.

    It may be locked so early only where the transaction locks no other: several are locked together, in one order (`known`).
    Only the decisions that fit are asked for. Where there is none, why not is asked as for several.
    """
    municipality_id = _municipality_of(grant)
    weighed = weigh(report)
    if weighed.unfit is not None:
        return weighed.unfit, None
    values = {
        "lookup": keys.lookup_value(report.patient_national_id),
        "her_id": report.unit_her_id,
        "municipality": municipality_id,
        "system": report.identifier_system,
        "value": report.identifier_value,
    }
    found = fetch(BEARS_ON_ONE, values)
    citizen_id, known = found[0][0], found[0][-1]
    fitting = [
        ((starts_on, ends_on), Given(service_id, code, unit_id, visits_from))
        for _, unit_id, service_id, starts_on, ends_on, code, visits_from, _ in found
        if unit_id is not None and report.service_id in (None, code)
    ]
    if not fitting:
        understood = understand(grant, [report], now=now)
        beside_others(understood)
        return understood[0], None
    service = _given_on(weighed.day, fitting)
    if isinstance(service, NotTaken):
        return service, None
    number = report.performer_number
    performer_id = people.employees_by_number(grant, [number]).get(number) if number else None
    (id,) = new_ids(1)
    row = _row(report, weighed, id, citizen_id, municipality_id, service, performer_id=performer_id, now=now)
    return row, KNOWN.decode(known) if known else None


BEARS_ON_ONE = SQL["what_bears_on_a_report"].format(**SHAPE, held=HELD)


def _municipality_of(grant: Grant) -> UUID:
    if grant.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    return grant.municipality_id


def _what_bears_on(grant: Grant, lookups: Iterable[bytes], her_ids: Iterable[str]) -> Bearing:
    lists = {
        "lookups": in_json(list(set(lookups))),
        "her_ids": in_json(list(her_ids)),
        "municipality": _municipality_of(grant),
    }
    ((found,),) = fetch(SQL["what_bears_on_reports"], lists)
    return BEARING.decode(found)


NOBODY: tuple[None, list[Decision]] = None, []


def _by_decision(unit_id: UUID, services: Iterable[Given]) -> Services:
    return {(str(unit_id), str(each.id)): each for each in services}


def _service(report: VisitReport, held: list[Decision], services: Services | None, day: date) -> Given | NotTaken:
    if not held:
        return NotTaken.NOT_ACTIVE
    if services is None:
        return NotTaken.UNKNOWN_UNIT
    if report.service_id is not None:
        services = {key: each for key, each in services.items() if each.code == report.service_id}
    if not services:
        return NotTaken.UNKNOWN_SERVICE
    fitting = [
        ((decision.starts_on, decision.ends_on), service)
        for decision in held
        if (service := services.get((decision.unit_id, decision.service_id))) is not None
    ]
    if not fitting:
        return NotTaken.NO_DECISION
    return _given_on(day, fitting)


def _given_on(day: date, fitting: list[Fitting]) -> Given | NotTaken:
    """The service by the decision that holds on the day of the visit, else by the newest one."""
    holding = [service for (starts_on, ends_on), service in fitting if holds(starts_on, ends_on, today=day)]
    service = holding[0] if holding else fitting[0][1]
    return service if is_open(service.visits_from, today=day) else NotTaken.NOT_OPENED


def _row(
    report: VisitReport,
    weighed: Weighed,
    id: UUID,
    citizen_id: UUID,
    municipality_id: UUID,
    service: Given,
    *,
    performer_id: UUID | None,
    now: datetime,
) -> Row:
    said = what_is_said(report, weighed, performer_id=performer_id) | {
        "citizen_id": citizen_id,
        "municipality_id": municipality_id,
        "unit_id": service.unit_id,
        "service_id": service.id,
    }
    return Row(
        **said,
        id=id,
        source_updated_at=told_at(report, now=now),
        digest=digest_of_what_is_said(Said(**said)),
    )


def what_is_said(report: VisitReport, weighed: Weighed, *, performer_id: UUID | None = None) -> dict[str, Any]:
    """What a report says of a visit, by the names of the columns; but for whose it is, and by which unit and service."""
    by = CANCELLED_BY.get(report.cancel_reason) if report.cancel_reason else None
    not_performed = report.status is VisitStatus.NOT_PERFORMED and report.cancel_reason
    return {
        "identifier_system": report.identifier_system,
        "identifier_value": report.identifier_value,
        "status": str(report.status),
        "starts_at": weighed.starts_at,
        "ends_at": weighed.ends_at,
        "is_window": report.is_window,
        "minutes": report.minutes_duration,
        "title": report.title,
        "instruction": report.instruction,
        "performer_name": report.performer_first_name,
        "performer_role": report.performer_role,
        "place": str(report.place),
        "cancellable": report.may_cancel is not False,
        "cancelled_by": str(by) if by and report.status is VisitStatus.CANCELLED else "",
        "not_performed_reason": report.cancel_reason.value if not_performed and report.cancel_reason else "",
        "series": report.series,
        "series_day": report.series_day if report.series else None,
        "performer_id": performer_id,
    }


def told_at(report: VisitReport, *, now: datetime) -> datetime:
    """When the journal says that it was so; now, where it does not say, or its clock is far ahead of ours."""
    told = report.last_updated
    return now if told is None or told > now + FASTEST_CLOCK else told.astimezone(UTC)


def latest(understood: Iterable[Row | NotTaken]) -> list[Row]:
    """The newest row for each visit, where a bundle tells of one more than once, in the order of locking."""
    newest: dict[tuple[str, str], Row] = {}
    for row in understood:
        if isinstance(row, Row):
            before = newest.get(row.key)
            if before is None or row.source_updated_at >= before.source_updated_at:
                newest[row.key] = row
    return [newest[key] for key in sorted(newest)]
