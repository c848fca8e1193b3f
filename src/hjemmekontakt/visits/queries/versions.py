"""What a journal reads back of the earlier versions of a visit or a plan, and who told each."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, require
from hjemmekontakt.access.for_journal import counted, let_in, listed, opened
from hjemmekontakt.access.rules import Actor, Denial, May
from hjemmekontakt.visits.models import PlanVersion, Visit, VisitPlan, VisitVersion
from hjemmekontakt.visits.queries.journal import as_journal_plans, as_journal_visits
from hjemmekontakt.visits.rules import JournalPlan, JournalVisit, VisitTeller


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
def plan_version_for_journal(actor: Actor, plan_id: UUID, *, version: int) -> JournalPlan:
    """One version of a plan as its journal told it; one that is kept no more is not there (404)."""
    grant = let_in(actor)
    fits = Q(version=version, municipality_id=grant.municipality_id)
    found = as_journal_plans(grant, VisitPlan.objects.filter(fits, id=plan_id)) or as_journal_plans(
        grant, PlanVersion.objects.filter(fits, plan_id=plan_id)
    )
    return opened(grant, found, kind="plan", id=plan_id, whose=lambda plan: plan.citizen_id)


@intent
def plan_versions_for_journal(
    actor: Actor, plan_id: UUID, *, since: datetime | None = None, before: int | None = None, limit: int = 50
) -> list[JournalPlan]:
    """The versions of a plan that are kept, the newest first; those stored since then, and older than the version `before`."""
    grant = let_in(actor)
    plan = VisitPlan.objects.filter(id=plan_id, municipality_id=grant.municipality_id)
    opened(grant, list(plan), kind="plan", id=plan_id, whose=lambda row: row.citizen_id)
    fits = Q(municipality_id=grant.municipality_id) & _within(since, before)
    now = as_journal_plans(grant, plan.filter(fits))
    earlier = PlanVersion.objects.filter(fits, plan_id=plan_id).order_by("-version")
    return [*now, *as_journal_plans(grant, earlier[:limit])][:limit]


@intent
def tellers_for_journal(actor: Actor, id: UUID, *, before: int | None = None, limit: int = 50) -> list[VisitTeller]:
    """Who told each version of a visit or a plan, the newest first; of another municipality's there is nothing."""
    grant = let_in(actor)
    rows = _told(grant, id, _within(None, before), limit=limit)
    listed(grant, {row.citizen_id for row in rows})
    return [_teller(row) for row in rows]


@intent
def count_tellers_for_journal(actor: Actor, id: UUID) -> int:
    """How many versions of a visit or a plan are kept; of another municipality's there is none."""
    grant = let_in(actor)
    fits = Q(municipality_id=grant.municipality_id)
    versions = (Visit.objects.filter(fits, id=id), VisitVersion.objects.filter(fits, visit_id=id))
    plans = (VisitPlan.objects.filter(fits, id=id), PlanVersion.objects.filter(fits, plan_id=id))
    return counted(grant, *versions, *plans, whose="citizen_id")


@intent
def teller_for_journal(actor: Actor, id: UUID, *, version: int) -> VisitTeller:
    """Who told one version of a visit or a plan."""
    grant = let_in(actor)
    rows = _told(grant, id, Q(version=version), limit=1)
    return _teller(opened(grant, rows, kind="visit", id=id, whose=lambda row: row.citizen_id))


def _told(grant: Grant, id: UUID, fits: Q, *, limit: int) -> list[Any]:
    """The rows of a visit's versions, the newest first; where there is no such visit, those of a plan's."""
    fits &= Q(municipality_id=grant.municipality_id)
    found: list[Any] = list(Visit.objects.filter(fits, id=id))
    found += VisitVersion.objects.filter(fits, visit_id=id).order_by("-version")[:limit]
    if not found:
        found += VisitPlan.objects.filter(fits, id=id)
        found += PlanVersion.objects.filter(fits, plan_id=id).order_by("-version")[:limit]
    return found[:limit]


def _within(since: datetime | None, before: int | None) -> Q:
    fits = Q()
    if since is not None:
        fits &= Q(stored_at__gte=since)
    if before is not None:
        fits &= Q(version__lt=before)
    return fits


def _teller(row: Visit | VisitVersion | VisitPlan | PlanVersion) -> VisitTeller:
    return VisitTeller(
        visit_id=_id_of(row),
        version=row.version,
        at=row.stored_at,
        municipality_id=row.municipality_id,
        by_id=row.told_by_id,
        by_name=row.told_by_name,
        is_employee=bool(getattr(row, "reported_by_name", "")),  # nobody but a journal tells of plans
    )


def _id_of(row: Visit | VisitVersion | VisitPlan | PlanVersion) -> UUID:
    if isinstance(row, VisitVersion):
        return row.visit_id
    return row.plan_id if isinstance(row, PlanVersion) else row.id
