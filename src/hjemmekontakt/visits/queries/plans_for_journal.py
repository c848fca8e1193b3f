"""A journal's plans, found by what it calls them: they stand beside its visits, and are no visits."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from hjemmekontakt.access.actions import Grant, intent
from hjemmekontakt.access.for_journal import counted, let_in, listed
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.visits.models import VisitPlan
from hjemmekontakt.visits.queries.journal import as_journal_plans
from hjemmekontakt.visits.rules import JournalPlan


@intent
def search_plans_for_journal(
    actor: Actor,
    *,
    id: UUID | None = None,
    identifier: tuple[str | None, str] | None = None,
    citizen_id: UUID | None = None,
    starts_from: datetime | None = None,
    starts_before: datetime | None = None,
    ended: bool | None = None,
    limit: int = 50,
) -> list[JournalPlan]:
    """A journal's own plans of an id or an identifier, in the order of its identifiers; everybody shown is logged."""
    grant = let_in(actor)
    rows = _rows(
        grant,
        id=id,
        identifier=identifier,
        citizen_id=citizen_id,
        starts_from=starts_from,
        starts_before=starts_before,
        ended=ended,
    )
    found = as_journal_plans(grant, rows.order_by("identifier_system", "identifier_value")[:limit])
    listed(grant, {each.citizen_id for each in found})
    return found


@intent
def count_plans_for_journal(
    actor: Actor,
    *,
    id: UUID | None = None,
    identifier: tuple[str | None, str] | None = None,
    citizen_id: UUID | None = None,
    starts_from: datetime | None = None,
    starts_before: datetime | None = None,
    ended: bool | None = None,
) -> int:
    """How many plans of a journal's own there are of an id or an identifier."""
    grant = let_in(actor)
    rows = _rows(
        grant,
        id=id,
        identifier=identifier,
        citizen_id=citizen_id,
        starts_from=starts_from,
        starts_before=starts_before,
        ended=ended,
    )
    return counted(grant, rows, whose="citizen_id")


def _rows(
    grant: Grant,
    *,
    id: UUID | None,
    identifier: tuple[str | None, str] | None,
    citizen_id: UUID | None,
    starts_from: datetime | None,
    starts_before: datetime | None,
    ended: bool | None,
) -> "QuerySet[VisitPlan]":
    fits = Q(municipality_id=grant.municipality_id)
    system, value = identifier or (None, None)
    for name, wanted in {
        "id": id,
        "identifier_system": system,
        "identifier_value": value,
        "citizen_id": citizen_id,
        "starts_at__gte": starts_from,
        "starts_at__lt": starts_before,
        "ended": ended,
    }.items():
        if wanted is not None:
            fits &= Q(**{name: wanted})
    return VisitPlan.objects.filter(fits)
