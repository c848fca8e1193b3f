"""The citizen's own visits: what comes, one of them, and what has been."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, Denial, May
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import OSLO, Calendar, day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function, ServiceView
from hjemmekontakt.visits.models import Visit
from hjemmekontakt.visits.queries.cancellations import latest_cancellations
from hjemmekontakt.visits.rules import (
    COMING,
    DAYS_AHEAD,
    DAYS_BACK,
    CancellationState,
    CancellationView,
    CancelledBy,
    Place,
    Plan,
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


def shown_visits_of(grant: Grant) -> list[VisitView]:
    """All that the pages of coming and of past visits show, in its order, for a calendar (R32, R37)."""
    now = clock.now()
    today = _midnight(now)
    lately = Q(ends_at__gte=today) | Q(starts_at__gte=_midnight(now, days=-DAYS_BACK))
    rows = _shown(grant.actor).filter(lately, starts_at__lt=_midnight(now, days=DAYS_AHEAD + 1))
    return _views(grant, rows.order_by("starts_at", "id"), now=now)


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
    asked = latest_cancellations(grant, [row.id for row in found])
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
        version=row.version,
        stored_at=row.stored_at,
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
