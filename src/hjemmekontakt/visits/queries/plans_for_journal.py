"""A journal's plans, found by what it calls them: they stand beside its visits, and are no visits."""

from django.db.models import QuerySet

from hjemmekontakt.access.actions import Grant, intent
from hjemmekontakt.access.for_journal import counted, let_in, listed
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.visits.models import VisitPlan
from hjemmekontakt.visits.queries.counting import fitting
from hjemmekontakt.visits.queries.journal import as_journal_plans
from hjemmekontakt.visits.rules import JournalPlan, PlansSought


@intent
def search_plans_for_journal(actor: Actor, sought: PlansSought, *, limit: int = 50) -> list[JournalPlan]:
    """A journal's own plans of an id or an identifier, in the order of its identifiers; everybody shown is logged."""
    grant = let_in(actor)
    rows = _rows(grant, sought).order_by("identifier_system", "identifier_value")
    found = as_journal_plans(grant, rows[:limit])
    listed(grant, {each.citizen_id for each in found})
    return found


@intent
def count_plans_for_journal(actor: Actor, sought: PlansSought) -> int:
    """How many plans of a journal's own there are of an id or an identifier."""
    grant = let_in(actor)
    return counted(grant, _rows(grant, sought), whose="citizen_id")


def _rows(grant: Grant, sought: PlansSought) -> "QuerySet[VisitPlan]":
    return VisitPlan.objects.filter(
        fitting(
            grant,
            id=sought.id,
            identifier=sought.identifier,
            citizen_id=sought.citizen_id,
            starts_at__gte=sought.starts_from,
            starts_at__lt=sought.starts_before,
            ended=sought.ended,
        )
    )
