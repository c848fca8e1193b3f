"""Reads of visits and cancellations: the citizen's plan, and what a journal reads back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, Denial, May
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import OSLO, Calendar, day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function, ServiceView
from hjemmekontakt.people import queries as people
from hjemmekontakt.visits.models import Cancellation, Visit
from hjemmekontakt.visits.rules import (
    COMING,
    DAYS_AHEAD,
    DAYS_BACK,
    CancellationOutcome,
    CancellationState,
    CancellationView,
    CancelledBy,
    CancelReason,
    JournalCancellation,
    JournalVisit,
    PerformedVisit,
    Place,
    Plan,
    StatusSought,
    VisitReport,
    VisitStatus,
    VisitView,
    why_not_cancel,
)


@intent
def visits_of(actor: Actor) -> Plan:
    """The visits from today and two weeks on, in their order, each with whether it may be called off (R30, R32)."""
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(_about(actor)))
    now = clock.now()
    rows = _shown(actor).filter(ends_at__gte=_midnight(now), starts_at__lt=_midnight(now, days=DAYS_AHEAD + 1))
    views = _views(grant, rows.order_by("starts_at", "id"), now=now)
    return Plan(visits=tuple(views), updated_at=max((view.reported_at for view in views), default=None))


@intent
def visit(actor: Actor, visit_id: UUID) -> VisitView:
    """One visit; one entered in error is not there, and a protected person's place is not told (R11, R30)."""
    about = lookup.visit(visit_id)
    grant = require(actor, May.SEE_VISITS, about=about)
    for view in _views(grant, _shown(actor).filter(id=visit_id), now=clock.now()):
        return replace(view, place=None) if about.protected else view
    raise Denied(Denial.UNKNOWN, actor=actor, may=May.SEE_VISITS, about=About("visit", visit_id))


@intent
def next_visit(actor: Actor) -> VisitView | None:
    """The next visit that comes, for the first page; None where none is planned in two weeks."""
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(_about(actor)))
    now = clock.now()
    rows = _shown(actor).filter(status__in=COMING, ends_at__gt=now, starts_at__lt=_midnight(now, days=DAYS_AHEAD + 1))
    views = _views(grant, rows.order_by("starts_at", "id")[:20], now=now)
    return next((view for view in views if not _is_called_off(view)), None)


@intent
def past_visits(actor: Actor, *, before: tuple[datetime, UUID] | None = None, limit: int = 20) -> list[VisitView]:
    """The visits of the last 90 days up to yesterday, the latest first; `before` is the last one shown (R32)."""
    grant = require(actor, May.SEE_VISITS, about=lookup.citizen(_about(actor)))
    now = clock.now()
    today = _midnight(now)
    rows = _shown(actor).filter(ends_at__lt=today, starts_at__gte=_midnight(now, days=-DAYS_BACK))
    if before:
        rows = rows.filter(Q(starts_at__lt=before[0]) | Q(starts_at=before[0], id__lt=before[1]))
    return _views(grant, rows.order_by("-starts_at", "-id")[:limit], now=now)


@intent
def visit_for_journal(actor: Actor, visit_id: UUID) -> JournalVisit:
    """One visit as its journal may read it back, with the person's national id."""
    about = lookup.visit(visit_id)
    grant = require(actor, May.READ_FOR_JOURNAL, about=about)
    return _for_journal(grant, Visit.objects.filter(id=visit_id, municipality_id=grant.municipality_id))[0]


@intent
def search_visits_for_journal(
    actor: Actor,
    *,
    id: UUID | None = None,
    identifier: tuple[str | None, str] | None = None,
    citizen_id: UUID | None = None,
    starts_from: datetime | None = None,
    starts_before: datetime | None = None,
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
    if statuses:
        rows = rows.filter(_any_of(statuses))
    if after is not None:
        rows = rows.filter(
            Q(identifier_system__gt=after[0]) | Q(identifier_system=after[0], identifier_value__gt=after[1])
        )
    found = _for_journal(grant, rows.order_by("identifier_system", "identifier_value")[:limit])
    log_list(grant, about, (each.citizen_id for each in found))
    return found


@intent
def cancellation_for_journal(actor: Actor, cancellation_id: UUID) -> JournalCancellation:
    """One cancellation as the journal reads it, with the visit and the person it is about (R38)."""
    grant = require(actor, May.READ_FOR_JOURNAL, about=lookup.cancellation(cancellation_id))
    rows = Cancellation.objects.filter(id=cancellation_id, municipality_id=grant.municipality_id)
    return _cancellations_for_journal(grant, rows)[0]


@intent
def search_cancellations_for_journal(
    actor: Actor,
    *,
    id: UUID | None = None,
    visit_id: UUID | None = None,
    states: Sequence[CancellationState] = (),
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[JournalCancellation]:
    """The cancellations asked of a journal, the oldest first; everybody shown is logged (R38)."""
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    about = lookup.municipality(actor.municipality_id)
    grant = require(actor, May.READ_FOR_JOURNAL, about=about)
    rows = Cancellation.objects.filter(municipality_id=actor.municipality_id)
    if id is not None:
        rows = rows.filter(id=id)
    if visit_id is not None:
        rows = rows.filter(visit_id=visit_id)
    if states:
        rows = rows.filter(state__in=states)
    if after is not None:
        rows = rows.filter(Q(asked_at__gt=after[0]) | Q(asked_at=after[0], id__gt=after[1]))
    found = _cancellations_for_journal(grant, rows.order_by("asked_at", "id")[:limit])
    log_list(grant, about, (each.cancellation.citizen_id for each in found))
    return found


def performed(grant: Grant, ids: Iterable[UUID]) -> list[PerformedVisit]:
    """Those of the visits that stand as performed, for the notices alone (`hk_performed_visits`, ★7)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, citizen_id, municipality_id, service_id, ended_at, CASE WHEN is_window THEN NULL ELSE ended_at END"
            " FROM hk_performed_visits(%s)",
            [list(ids)],
        )
        return [PerformedVisit(*row) for row in cursor.fetchall()]


def cancellation_outcomes(grant: Grant, ids: Iterable[UUID]) -> list[CancellationOutcome]:
    """Those of the cancellations that the journal has answered, for the notices alone (`hk_cancellation_outcomes`, R38)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, citizen_id, municipality_id, service_id, state, starts_at,"
            " CASE WHEN is_window THEN ends_at ELSE starts_at END FROM hk_cancellation_outcomes(%s)",
            [list(ids)],
        )
        return [CancellationOutcome(*row[:4], CancellationState(row[4]), *row[5:]) for row in cursor.fetchall()]


def _about(actor: Actor) -> UUID:
    if actor.about_id is None:
        raise ValueError("only a citizen, or who acts for her, has visits")
    return actor.about_id


def _shown(actor: Actor) -> "QuerySet[Visit]":
    return Visit.objects.filter(citizen_id=_about(actor)).exclude(status=VisitStatus.ENTERED_IN_ERROR)


def _midnight(now: datetime, *, days: int = 0) -> datetime:
    return datetime.combine(day_of(now) + timedelta(days=days), time(0), tzinfo=OSLO)


def _views(grant: Grant, rows: "QuerySet[Visit]", *, now: datetime) -> list[VisitView]:
    found = list(rows)
    asked = _latest_cancellations(row.id for row in found)
    services = municipalities.services(list({row.service_id for row in found}))
    calendars = {id: municipalities.calendar_of_municipality(id) for id in {row.municipality_id for row in found}}
    today = day_of(now)
    return [
        _view(row, asked.get(row.id), services[row.service_id], calendars[row.municipality_id], now=now)
        for row in found
        if services[row.service_id].opened(Function.VISITS, today=today)
    ]


def _view(
    row: Visit, asked: CancellationView | None, service: ServiceView, calendar: Calendar, *, now: datetime
) -> VisitView:
    status = VisitStatus(row.status)
    deadline = calendar.last_hour_before(row.starts_at)
    is_named = status in (VisitStatus.ASSIGNED, VisitStatus.PERFORMED)  # R35
    return VisitView(
        id=row.id,
        status=status,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_window=row.is_window,
        minutes=row.minutes,
        title=row.title,
        instruction=row.instruction,
        service_id=service.id,
        service_name=service.name,
        unit=service.unit,
        performer_name=row.performer_name if is_named else "",
        performer_role=row.performer_role if is_named else "",
        place=Place(row.place),
        cancelled_by=CancelledBy(row.cancelled_by) if row.cancelled_by else None,
        moved_from=row.moved_from if status in COMING else None,
        cancellation=asked,
        why_not_cancel=why_not_cancel(
            status,
            now=now,
            starts_at=row.starts_at,
            deadline=deadline,
            may_be_cancelled=row.cancellable,
            cancel_from=service.cancel_from,
            today=day_of(now),
            late_is_allowed=service.late_cancel_allowed,
            asked=asked.state if asked else None,
        ),
        deadline=deadline,
        reported_at=row.reported_at,
    )


def _is_called_off(view: VisitView) -> bool:
    return view.cancellation is not None and view.cancellation.state is CancellationState.ACCEPTED


def _latest_cancellations(visit_ids: Iterable[UUID]) -> dict[UUID, CancellationView]:
    rows = Cancellation.objects.filter(visit_id__in=list(visit_ids)).order_by("asked_at", "id")
    return {row.visit_id: row.as_seen() for row in rows}


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


def _for_journal(grant: Grant, rows: "QuerySet[Visit]") -> list[JournalVisit]:
    found = list(rows.select_related("unit", "municipality", "service"))
    numbers = people.national_ids(grant, {row.citizen_id for row in found})
    return [
        JournalVisit(
            id=row.id,
            citizen_id=row.citizen_id,
            version=row.version,
            stored_at=row.stored_at,
            report=_report(row, numbers[row.citizen_id]),
        )
        for row in found
    ]


def _report(row: Visit, national_id: str) -> VisitReport:
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
    )


def _reason(row: Visit) -> CancelReason | None:
    if row.not_performed_reason:
        return CancelReason(row.not_performed_reason)
    return {
        "municipality": CancelReason.BY_SERVICE,
        "recipient": CancelReason.BY_RECIPIENT,
        "on-behalf": CancelReason.ON_BEHALF_OF_RECIPIENT,
    }.get(row.cancelled_by)


def _cancellations_for_journal(grant: Grant, rows: "QuerySet[Cancellation]") -> list[JournalCancellation]:
    found = list(rows.select_related("visit", "unit"))
    numbers = people.national_ids(grant, {row.citizen_id for row in found})
    return [
        JournalCancellation(
            cancellation=row.as_seen(),
            national_id=numbers[row.citizen_id],
            visit_identifier=(row.visit.identifier_system, row.visit.identifier_value),
            unit_her_id=row.unit.her_id,
        )
        for row in found
    ]
