"""The cancellations that belong to some visits."""

from collections.abc import Iterable
from uuid import UUID

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.visits.models import Cancellation
from hjemmekontakt.visits.rules import (
    CancellationView,
)


def latest_cancellations(grant: Grant, visit_ids: Iterable[UUID]) -> dict[UUID, CancellationView]:
    """The latest cancellation of each visit that has one."""
    rows = Cancellation.objects.filter(visit_id__in=list(visit_ids)).order_by("asked_at", "stored_at", "id")
    return {row.visit_id: row.as_seen() for row in rows}
