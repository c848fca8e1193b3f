"""Reads of the silence alarm: how well visits are reported, which are silent, and what keeps others quiet (M2)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, May, Role
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function, ServiceView
from hjemmekontakt.visits.models import SilenceChoice, SilentVisit
from hjemmekontakt.visits.queries.at_work import LONGEST_WINDOW
from hjemmekontakt.visits.rules import (
    GRACE,
    MEASURED,
    OLDEST_RUNG,
    TO_BE_REPORTED,
    CancellationState,
    Measure,
    NotSwitched,
    SilenceChoiceView,
    SilenceOfService,
    SilentVisitView,
    StillSilent,
    Unreported,
    VisitStatus,
    why_not_switch_on,
)
from hjemmekontakt.visits.statements import SQL

QUIET = {
    "called_off": "EXISTS (SELECT 1 FROM cancellation x WHERE x.visit_id = v.id"
    " AND x.state IN ('sent', 'received', 'accepted'))",
    "away": "EXISTS (SELECT 1 FROM away_period a WHERE a.citizen_id = v.citizen_id"
    " AND a.municipality_id = v.municipality_id AND a.ended_at IS NULL AND (a.series = '' OR a.series = v.series)"
    " AND a.from_day <= (v.starts_at AT TIME ZONE 'Europe/Oslo')::date"
    " AND (a.until_day IS NULL OR a.until_day >= (v.starts_at AT TIME ZONE 'Europe/Oslo')::date))",
}
"""That she has called a visit off, or asked to, and that she is away on its day: said once for every statement."""


@intent
def silence_of_unit(actor: Actor, unit_id: UUID) -> list[SilenceOfService]:
    """How each service of a unit is reported, whether its alarm is on, and why it cannot be switched on (M2)."""
    about = lookup.unit(unit_id, actor.municipality_id) if actor.municipality_id else About("unit", unit_id)
    grant = require(actor, May.SEE_SILENCE, about=about)
    now, services = clock.now(), municipalities.services_of_unit(unit_id)
    measures = measures_of(grant, unit_id, [service.id for service in services], now=now)
    rows = SilenceChoice.objects.filter(unit_id=unit_id, service_id__in=list(measures)).order_by("at", "id")
    latest = {
        row.service_id: SilenceChoiceView(row.is_on, row.at, row.by_name, Measure(row.visits, row.in_time).percent)
        for row in rows
    }
    return [
        SilenceOfService(
            service.id,
            service.name,
            service.silence_from,
            measures[service.id],
            why_not_on(grant, service, measures[service.id], discussed=True, now=now),
            latest.get(service.id),
        )
        for service in services
    ]


def why_not_on(
    grant: Grant, service: ServiceView, measure: Measure, *, discussed: bool, now: datetime
) -> NotSwitched | None:
    """Say why a service's alarm cannot be switched on, as it is reported now."""
    is_opened = service.opened(Function.VISITS, today=day_of(now))
    return why_not_switch_on(measure, is_opened=is_opened, discussed=discussed)


def measures_of(grant: Grant, unit_id: UUID, service_ids: Sequence[UUID], *, now: datetime) -> dict[UUID, Measure]:
    """How well some services of a unit are reported, in one statement over the unit's visits of fourteen days (M2)."""
    values = {
        "unit": unit_id,
        "services": list(service_ids),
        "since": now - MEASURED,
        "now": now,
        "grace": GRACE,
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL["silence_measure"].format(**QUIET), values)
        found = {service: Measure(visits, in_time) for service, visits, in_time in cursor.fetchall()}
    return {id: found.get(id, Measure(0, 0)) for id in service_ids}


def unreported(grant: Grant, *, now: datetime) -> list[Unreported]:
    """The visits of the grant's municipality whose time has passed without a word, locked, with what may keep them quiet."""
    values = {
        "municipality": grant.municipality_id,
        "since": now - OLDEST_RUNG - LONGEST_WINDOW,
        "until": now - GRACE,
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL["unreported_visits"].format(**QUIET), values)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [Unreported(**{**row, "status": VisitStatus(row["status"])}) for row in rows]


def silent_visits(grant: Grant, unit_ids: Iterable[UUID]) -> list[SilentVisitView]:
    """The silent visits of some units that nobody has settled and nothing is heard of, the oldest first; no staff name.

    Neither a protected person's nor those of the reader's own family are there (R11, R79).
    """
    rows = (
        SilentVisit.objects.select_related("visit")
        .filter(
            unit_id__in=list(unit_ids),
            handled_at__isnull=True,
            visit__status__in=TO_BE_REPORTED,
            citizen__protection="none",
        )
        .exclude(citizen_id__in=list(grant.actor.family))
        .exclude(
            visit__cancellations__state__in=[
                CancellationState.SENT,
                CancellationState.RECEIVED,
                CancellationState.ACCEPTED,
            ]
        )
    )
    return [
        SilentVisitView(
            visit_id=row.visit_id,
            citizen_id=row.citizen_id,
            service_id=row.visit.service_id,
            starts_at=row.visit.starts_at,
            ends_at=row.visit.ends_at,
            is_window=row.visit.is_window,
            raised_at=row.raised_at,
            kin_told_at=row.kin_told_at,
        )
        for row in rows.order_by("raised_at", "visit_id")
    ]


def silent_count(actor: Actor, *, today: date) -> int:
    """How many silent visits wait for the leader of some units, as her list shows them; a number only (`hk_lookup`)."""
    led = [unit.unit_id for unit in actor.units if unit.role is Role.TEAM_LEADER]
    if not led:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_silent_visits_in(%s, %s, %s)", [led, list(actor.family), today])
        return int(cursor.fetchone()[0])


def still_silent(grant: Grant, ids: Iterable[UUID]) -> list[StillSilent]:
    """Those of the visits that are silent still, for the notices alone (`hk_silent_visits`, M2)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, citizen_id, municipality_id, service_id, starts_at, ends_at FROM hk_silent_visits(%s)",
            [list(ids)],
        )
        return [StillSilent(*row) for row in cursor.fetchall()]
