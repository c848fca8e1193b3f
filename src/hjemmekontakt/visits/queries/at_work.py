"""The visits of a unit, for the pages of its staff."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.visits.models import Visit
from hjemmekontakt.visits.queries.cancellations import latest_cancellations
from hjemmekontakt.visits.rules import (
    COMING,
    CancellationState,
    CancellationView,
    VisitAtWork,
    VisitStatus,
)

LONGEST_WINDOW = timedelta(hours=12)


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
) -> list[VisitAtWork]:
    """The visits of some units that begin in a time, in their order; for pages that then show only whom the reader may see.

    Neither a protected person's visits nor those of the reader's own family are there (R11, R79).
    """
    rows = Visit.objects.filter(
        unit_id__in=list(unit_ids), starts_at__gte=starts_from, starts_at__lt=starts_before, citizen__protection="none"
    ).exclude(status=VisitStatus.ENTERED_IN_ERROR)
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
    )
