"""What a journal reads back: its own visits."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, Denial, May
from hjemmekontakt.people import queries as people
from hjemmekontakt.visits.models import Visit, VisitPlan, VisitVersion
from hjemmekontakt.visits.rules import (
    EXPECTED_SYSTEM,
    CancelReason,
    JournalPlan,
    JournalVisit,
    NotPerformed,
    Place,
    PlanReport,
    StatusSought,
    VisitReport,
    VisitStatus,
    recurrence_in,
)

AT_THE_DOOR: dict[str, CancelReason] = {
    NotPerformed.REFUSED: CancelReason.BY_RECIPIENT,
    NotPerformed.OTHER: CancelReason.BY_SERVICE,
}
"""What an employee reported here and the national list has no code for, as near as it comes (7621)."""


@intent
def visit_for_journal(actor: Actor, visit_id: UUID) -> JournalVisit:
    """One visit as its journal may read it back, with the person's national id."""
    about = lookup.visit(visit_id)
    grant = require(actor, May.READ_FOR_JOURNAL, about=about)
    return as_journal_visits(grant, Visit.objects.filter(id=visit_id, municipality_id=grant.municipality_id))[0]


@intent
def plan_for_journal(actor: Actor, plan_id: UUID) -> JournalPlan:
    """One plan as its journal may read it back, with the person's national id; who it is about is logged."""
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    about = lookup.municipality(actor.municipality_id)
    grant = require(actor, May.READ_FOR_JOURNAL, about=about)
    rows = VisitPlan.objects.select_related("unit", "municipality", "service")
    row = rows.filter(id=plan_id, municipality_id=actor.municipality_id).first()
    if row is None:
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.READ_FOR_JOURNAL, about=About("visit", plan_id))
    log_list(grant, about, [row.citizen_id])
    return JournalPlan(
        id=row.id,
        citizen_id=row.citizen_id,
        version=row.version,
        stored_at=row.stored_at,
        report=PlanReport(
            first=_first(row, people.national_ids(grant, [row.citizen_id])[row.citizen_id]),
            recurrence=recurrence_in(row.recurrence),
            except_days=tuple(row.except_days),
            ended=row.ended,
        ),
    )


@intent
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
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> list[JournalVisit]:
    """A journal's own visits, in the order of its identifiers, which no write disturbs; everybody shown is logged."""
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    about = lookup.municipality(actor.municipality_id)
    grant = require(actor, May.READ_FOR_JOURNAL, about=about)
    rows = Visit.objects.filter(municipality_id=actor.municipality_id)
    rows = rows.exclude(identifier_system=EXPECTED_SYSTEM, status=VisitStatus.GONE)
    if id is not None:
        rows = rows.filter(id=id)
    if identifier is not None:
        system, value = identifier
        rows = rows.filter(identifier_value=value, **({} if system is None else {"identifier_system": system}))
    if citizen_id is not None:
        rows = rows.filter(citizen_id=citizen_id)
    if starts_from is not None:
        rows = rows.filter(starts_at__gte=starts_from)
    if starts_before is not None:
        rows = rows.filter(starts_at__lt=starts_before)
    if stored_from is not None:
        rows = rows.filter(stored_at__gte=stored_from)
    if statuses:
        rows = rows.filter(_any_of(statuses))
    if after is not None:
        rows = rows.filter(
            Q(identifier_system__gt=after[0]) | Q(identifier_system=after[0], identifier_value__gt=after[1])
        )
    found = as_journal_visits(grant, rows.order_by("identifier_system", "identifier_value")[:limit])
    log_list(grant, about, (each.citizen_id for each in found))
    return found


def _any_of(statuses: Sequence[StatusSought]) -> Q:
    found = Q(pk__in=[])
    for sought in statuses:
        one = Q(status=sought.status)
        if sought.is_window is not None:
            one &= Q(is_window=sought.is_window)
        if sought.reason is not None:
            one &= Q(not_performed_reason=sought.reason)
        found |= one
    return found


def as_journal_visits(grant: Grant, rows: "QuerySet[Visit] | QuerySet[VisitVersion]") -> list[JournalVisit]:
    """Visits, or earlier versions of them, as their journal may read them back."""
    found: list[Visit | VisitVersion] = list(rows.select_related("unit", "municipality", "service"))
    numbers = people.national_ids(grant, {row.citizen_id for row in found})
    return [
        JournalVisit(
            id=row.id if isinstance(row, Visit) else row.visit_id,
            citizen_id=row.citizen_id,
            version=row.version,
            stored_at=row.stored_at,
            report=_report(row, numbers[row.citizen_id]),
        )
        for row in found
    ]


def _report(row: Visit | VisitVersion, national_id: str) -> VisitReport:
    return VisitReport(
        identifier_system=row.identifier_system,
        identifier_value=row.identifier_value,
        patient_identifier_system="",
        patient_national_id=national_id,
        unit_her_id=row.unit.her_id,
        municipality_her_id=row.municipality.her_id,
        status=VisitStatus(row.status),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_window=row.is_window,
        minutes_duration=row.minutes,
        title=row.title,
        instruction=row.instruction,
        performer_first_name=row.performer_name,
        performer_role=row.performer_role,
        place=Place(row.place),
        may_cancel=None if row.cancellable else False,
        cancel_reason=_reason(row),
        last_updated=row.source_updated_at,
        service_id=row.service.code,
        series=row.series,
        series_day=row.series_day,
    )


def _first(row: VisitPlan, national_id: str) -> VisitReport:
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


def _reason(row: Visit | VisitVersion) -> CancelReason | None:
    if row.not_performed_reason:
        return AT_THE_DOOR.get(row.not_performed_reason) or CancelReason(row.not_performed_reason)
    return {
        "municipality": CancelReason.BY_SERVICE,
        "recipient": CancelReason.BY_RECIPIENT,
        "on-behalf": CancelReason.ON_BEHALF_OF_RECIPIENT,
    }.get(row.cancelled_by)
