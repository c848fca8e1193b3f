"""What the notices must know of visits and cancellations, and no more."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.ground.statements import array_of
from hjemmekontakt.visits.rules import (
    CancellationOutcome,
    CancellationState,
    ChangedVisit,
    PerformedVisit,
    StillSilent,
    VisitStatus,
)
from hjemmekontakt.visits.rules.wishes import WishOutcome


def performed(grant: Grant, ids: Iterable[UUID]) -> list[PerformedVisit]:
    """Those of the visits that stand as performed, for the notices alone (`hk_performed_visits`, ★7)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, citizen_id, municipality_id, service_id, ended_at, CASE WHEN is_window THEN NULL ELSE ended_at END"
            " FROM hk_performed_visits(%s::uuid[])",
            [array_of(list(ids))],
        )
        return [PerformedVisit(*row) for row in cursor.fetchall()]


def not_performed(grant: Grant, ids: Iterable[UUID]) -> list[StillSilent]:
    """Those of the visits that stand as not performed, for the notices alone (`hk_not_performed_visits`, R31)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, citizen_id, municipality_id, service_id, starts_at, ends_at FROM hk_not_performed_visits(%s)",
            [list(ids)],
        )
        return [StillSilent(*row) for row in cursor.fetchall()]


def changed(grant: Grant, ids: Iterable[UUID]) -> list[ChangedVisit]:
    """Those of the visits that come, or that the municipality lets come no more, as they stand now (`hk_changed_visits`, R36)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, citizen_id, municipality_id, unit_id, service_id, status, cancelled_by, starts_at, ends_at,"
            " first_told, version, critical, by_her, plan, instead FROM hk_changed_visits(%s)",
            [list(ids)],
        )
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [ChangedVisit(**{**row, "status": VisitStatus(row["status"])}) for row in rows]


def cancellation_outcomes(grant: Grant, ids: Iterable[UUID]) -> list[CancellationOutcome]:
    """Those of the cancellations that the journal has answered, for the notices alone (`hk_cancellation_outcomes`, R38)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, citizen_id, municipality_id, service_id, state, starts_at,"
            " CASE WHEN is_window THEN ends_at ELSE starts_at END, away_id FROM hk_cancellation_outcomes(%s)",
            [list(ids)],
        )
        return [CancellationOutcome(*row[:4], CancellationState(row[4]), *row[5:]) for row in cursor.fetchall()]


def wish_outcomes(grant: Grant, ids: Iterable[UUID]) -> list[WishOutcome]:
    """Those of the wishes that the municipality has answered, for the notices alone (`hk_wish_outcomes`, R42)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, citizen_id, municipality_id, service_id, version FROM hk_wish_outcomes(%s)", [list(ids)]
        )
        return [WishOutcome(*row) for row in cursor.fetchall()]
