"""The visits of a unit, for the pages of its staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.visits.models import AwayPeriod, Visit, WorkReport
from hjemmekontakt.visits.queries.cancellations import latest_cancellations
from hjemmekontakt.visits.rules import (
    COMING,
    EXPECTED_SYSTEM,
    UNDO_WITHIN,
    Away,
    CancellationState,
    CancellationView,
    NotPerformed,
    ReportedAtWork,
    VisitAtWork,
    VisitStatus,
)

LONGEST_WINDOW = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class OpenSince:
    """Which services wait for a report here, from when on their visits are looked at, and since when a report is new."""

    service_ids: tuple[UUID, ...]
    starts_from: datetime
    reported_since: datetime


def visits_at_work(
    grant: Grant,
    unit_ids: Iterable[UUID],
    *,
    starts_from: datetime,
    starts_before: datetime,
    citizen_ids: Iterable[UUID] | None = None,
    service_id: UUID | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int | None = None,
    also_open: OpenSince | None = None,
) -> list[VisitAtWork]:
    """The visits of some units that begin in a time, in their order; for pages that then show only whom the reader may see.

    `also_open` lets in the earlier ones that wait for a report here, or can still be undone (R86). Neither a protected
    person's visits nor those of the reader's own family are there (R11, R79).
    """
    rows = Visit.objects.filter(
        unit_id__in=list(unit_ids), starts_at__lt=starts_before, citizen__protection="none"
    ).exclude(status=VisitStatus.ENTERED_IN_ERROR)
    rows = rows.exclude(
        status=VisitStatus.GONE, identifier_system=EXPECTED_SYSTEM
    )  # expected, and never came to be (R31)
    if also_open is None:
        rows = rows.filter(starts_at__gte=starts_from)
    else:
        waits = Q(status__in=COMING) | Q(outcome_at__gte=also_open.reported_since)
        rows = rows.filter(
            Q(starts_at__gte=starts_from) | Q(service_id__in=also_open.service_ids) & waits,
            starts_at__gte=also_open.starts_from,
        )
    if grant.actor.family:
        rows = rows.exclude(citizen_id__in=grant.actor.family)
    if citizen_ids is not None:
        rows = rows.filter(citizen_id__in=list(citizen_ids))
    if service_id is not None:
        rows = rows.filter(service_id=service_id)
    if after is not None:
        rows = rows.filter(Q(starts_at__gt=after[0]) | Q(starts_at=after[0], id__gt=after[1]))
    found = list(rows.order_by("starts_at", "id")[:limit])
    asked = latest_cancellations(grant, [row.id for row in found])
    return [_at_work(row, asked.get(row.id)) for row in found]


def citizens_with_visits(
    grant: Grant, unit_id: UUID, *, starts_from: datetime, ends_before: datetime, service_id: UUID | None = None
) -> list[tuple[UUID, UUID]]:
    """Whom a unit is to visit in a time and by which service, each citizen once; called-off visits do not count (R85).

    A visit counts where any of it, or of its window, lies in the time. Everybody is there: who may be written to, and
    who may be named, is decided by whoever asks.
    """
    rows = Visit.objects.filter(
        unit_id=unit_id,
        starts_at__lt=ends_before,
        starts_at__gte=starts_from - LONGEST_WINDOW,
        status__in=COMING,
    ).filter(Q(ends_at__gt=starts_from) | Q(starts_at__gte=starts_from))
    if service_id is not None:
        rows = rows.filter(service_id=service_id)
    rows = rows.exclude(cancellations__state=CancellationState.ACCEPTED)
    found: dict[UUID, UUID] = {}
    for citizen, service in rows.order_by("starts_at", "id").values_list("citizen_id", "service_id"):
        found.setdefault(citizen, service)
    return list(found.items())


def visit_at_work(grant: Grant, visit_id: UUID) -> VisitAtWork:
    """One visit as the staff of its unit see it; raises Visit.DoesNotExist."""
    return _at_work(Visit.objects.get(id=visit_id), latest_cancellations(grant, [visit_id]).get(visit_id))


def reports_at_work(grant: Grant, visit_ids: Iterable[UUID]) -> dict[UUID, ReportedAtWork]:
    """What stands reported of visits by employees here, by visit, in one query (R86)."""
    rows = WorkReport.objects.filter(visit_id__in=list(visit_ids), undone_at__isnull=True).order_by("reported_at", "id")
    return {row.visit_id: as_reported(grant, row) for row in rows}


def as_reported(grant: Grant, row: WorkReport) -> ReportedAtWork:
    """A report as pages show it."""
    return ReportedAtWork(
        visit_id=row.visit_id,
        reason=NotPerformed(row.reason) if row.reason else None,
        words=row.words,
        at=row.at,
        by_id=row.by_id,
        by_name=row.by_name,
        reported_at=row.reported_at,
        undo_until=row.reported_at + UNDO_WITHIN,
    )


def away_of(grant: Grant, citizen_id: UUID, *, today: date) -> list[Away]:
    """When a citizen is away from all her visits, now and later, for those who help her (R41, R83)."""
    rows = AwayPeriod.objects.filter(
        Q(until_day__isnull=True) | Q(until_day__gte=today), citizen_id=citizen_id, series="", ended_at__isnull=True
    )
    return [Away(row.from_day, row.until_day) for row in rows.order_by("from_day", "id")]


def _at_work(row: Visit, asked: CancellationView | None) -> VisitAtWork:
    return VisitAtWork(
        id=row.id,
        citizen_id=row.citizen_id,
        service_id=row.service_id,
        unit_id=row.unit_id,
        status=VisitStatus(row.status),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_window=row.is_window,
        minutes=row.minutes,
        title=row.title,
        performer_name=row.performer_name,
        called_off=asked is not None and asked.state is CancellationState.ACCEPTED,
        reported_by_name=row.reported_by_name,
        not_performed_reason=row.not_performed_reason,
    )
