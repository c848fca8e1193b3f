"""How many visits a journal has here, counted as it searches for them (`queries/journal.py`)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from hjemmekontakt.access.actions import Grant, intent
from hjemmekontakt.access.for_journal import counted, let_in
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.visits.models import Visit
from hjemmekontakt.visits.rules import EXPECTED_SYSTEM, StatusSought, VisitStatus


@intent
def count_visits_for_journal(
    actor: Actor,
    *,
    id: UUID | None = None,
    identifier: tuple[str | None, str] | None = None,
    citizen_id: UUID | None = None,
    starts_from: datetime | None = None,
    starts_before: datetime | None = None,
    statuses: Sequence[StatusSought] = (),
) -> int:
    """How many of a journal's own visits fit; what was only expected and came to nothing is none of them."""
    grant = let_in(actor)
    fits = fitting(
        grant,
        id=id,
        identifier=identifier,
        citizen_id=citizen_id,
        starts_at__gte=starts_from,
        starts_at__lt=starts_before,
    )
    if statuses:
        fits &= _any_of(statuses)
    came_to_nothing = Q(identifier_system=EXPECTED_SYSTEM, status=VisitStatus.GONE)
    return counted(grant, Visit.objects.filter(fits).exclude(came_to_nothing), whose="citizen_id")


def fitting(grant: Grant, *, identifier: tuple[str | None, str] | None, **wanted: object) -> Q:
    """What of the journal's own is of an identifier, with or without its system, and fits all else that is asked for."""
    system, value = identifier or (None, None)
    asked = {"identifier_system": system, "identifier_value": value, **wanted}
    conditions = {name: each for name, each in asked.items() if each is not None}
    return Q(municipality_id=grant.municipality_id, **conditions)


def _any_of(statuses: Sequence[StatusSought]) -> Q:
    found = Q()
    for sought in statuses:
        one = Q(status=sought.status)
        if sought.is_window is not None:
            one &= Q(is_window=sought.is_window)
        if sought.reason is not None:
            one &= Q(not_performed_reason=sought.reason)
        found |= one
    return found
