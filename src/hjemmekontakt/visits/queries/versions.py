"""What a journal reads back of a visit's earlier versions, and who told each."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, intent, require
from hjemmekontakt.access.for_journal import let_in, listed, opened
from hjemmekontakt.access.rules import Actor, Denial, May
from hjemmekontakt.visits.models import Visit, VisitVersion
from hjemmekontakt.visits.queries.journal import as_journal_visits
from hjemmekontakt.visits.rules import JournalVisit, VisitTeller


@intent
def visit_version_for_journal(actor: Actor, visit_id: UUID, *, version: int) -> JournalVisit:
    """One version of a visit as its journal told it; one that is kept no more is not there (404)."""
    about = lookup.visit(visit_id)
    grant = require(actor, May.READ_FOR_JOURNAL, about=about)
    fits = Q(version=version, municipality_id=grant.municipality_id)
    found = as_journal_visits(grant, Visit.objects.filter(fits, id=visit_id)) or as_journal_visits(
        grant, VisitVersion.objects.filter(fits, visit_id=visit_id)
    )
    if not found:
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.READ_FOR_JOURNAL, about=about)
    return found[0]


@intent
def visit_versions_for_journal(
    actor: Actor, visit_id: UUID, *, since: datetime | None = None, before: int | None = None, limit: int = 50
) -> list[JournalVisit]:
    """The versions of a visit that are kept, the newest first; those stored since then, and older than the version `before`."""
    grant = require(actor, May.READ_FOR_JOURNAL, about=lookup.visit(visit_id))
    fits = Q(municipality_id=grant.municipality_id) & _within(since, before)
    now = as_journal_visits(grant, Visit.objects.filter(fits, id=visit_id))
    earlier = VisitVersion.objects.filter(fits, visit_id=visit_id).order_by("-version")
    return [*now, *as_journal_visits(grant, earlier[:limit])][:limit]


@intent
def tellers_for_journal(
    actor: Actor, visit_id: UUID, *, before: int | None = None, limit: int = 50
) -> list[VisitTeller]:
    """Who told each version of a visit, the newest first; of another municipality's visit there is nothing."""
    grant = let_in(actor)
    fits = Q(municipality_id=grant.municipality_id) & _within(None, before)
    rows: list[Any] = list(Visit.objects.filter(fits, id=visit_id))
    rows += VisitVersion.objects.filter(fits, visit_id=visit_id).order_by("-version")[:limit]
    listed(grant, {row.citizen_id for row in rows})
    return [_teller(row) for row in rows[:limit]]


@intent
def teller_for_journal(actor: Actor, visit_id: UUID, *, version: int) -> VisitTeller:
    """Who told one version of a visit."""
    grant = let_in(actor)
    fits = Q(municipality_id=grant.municipality_id, version=version)
    rows: list[Any] = list(Visit.objects.filter(fits, id=visit_id))
    rows += VisitVersion.objects.filter(fits, visit_id=visit_id)
    return _teller(opened(grant, rows, kind="visit", id=visit_id, whose=lambda row: row.citizen_id))


def _within(since: datetime | None, before: int | None) -> Q:
    fits = Q()
    if since is not None:
        fits &= Q(stored_at__gte=since)
    if before is not None:
        fits &= Q(version__lt=before)
    return fits


def _teller(row: Visit | VisitVersion) -> VisitTeller:
    return VisitTeller(
        visit_id=row.id if isinstance(row, Visit) else row.visit_id,
        version=row.version,
        at=row.stored_at,
        municipality_id=row.municipality_id,
        by_id=row.told_by_id,
        by_name=row.told_by_name,
        is_employee=bool(row.reported_by_name),
    )
