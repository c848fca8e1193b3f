"""Reads of what the reconciliations found."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.notifications.models import Reconciliation
from hjemmekontakt.notifications.reconciling.rules import Counted, ReconciliationView


@intent
def latest(actor: Actor, municipality_id: UUID) -> ReconciliationView | None:
    """The latest reconciliation of a municipality, for the portal itself."""
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    return latest_of(grant, municipality_id)


def latest_of(grant: Grant, municipality_id: UUID) -> ReconciliationView | None:
    """The latest reconciliation of a municipality."""
    row = Reconciliation.objects.filter(municipality_id=municipality_id).order_by("-finished_at", "-until").first()
    if row is None:
        return None
    counted = Counted(row.events, row.expected, row.missing, row.doubled, tuple(row.examples))
    return ReconciliationView(row.municipality_id, row.since, row.until, row.finished_at, counted)
