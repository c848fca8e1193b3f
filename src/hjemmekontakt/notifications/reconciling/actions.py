"""To prove that each event of a period has exactly one decision for each who was to be told, unit by unit (M8)."""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.notifications.models import Reconciliation
from hjemmekontakt.notifications.reconciling.queries import latest
from hjemmekontakt.notifications.reconciling.rules import MOST_EXAMPLES, Counted, tonights_period
from hjemmekontakt.notifications.rules import RIGHTS_NEEDED, Kind

Tell = Callable[[str, Counted], None]

log = logging.getLogger(__name__)


def reconcile(
    actor: Actor, municipality_id: UUID, *, since: datetime, until: datetime, tell: Tell | None = None
) -> Counted:
    """Count a municipality's events of a period against their decisions, and keep the result; one unit at a time (M8).

    Messages from units, and all that is told of visits: performed, not performed, silent, moved, called off, and the answers
    to cancellations, times away and wishes. `tell` hears of each unit as it is done.
    """
    found = Counted()
    for unit in municipalities.units_of(municipality_id):
        counted = count_unit(actor, unit.id, since=since, until=until)
        found += counted
        if tell is not None:
            tell(unit.name, counted)
    keep(actor, municipality_id, found, since=since, until=until)
    if not found.is_whole:
        log.error(
            "Decisions are missing or doubled",
            extra={"reason": "reconciliation", "count": found.missing + found.doubled},
        )
    return found


def reconcile_by_night(actor: Actor, *, night: datetime) -> None:
    """The night's reconciliation of every municipality, each from where its last one ended (M8)."""
    for municipality_id, _name in municipalities.municipalities_named(""):
        before = latest(actor, municipality_id)
        since, until = tonights_period(night, last_until=before.until if before else None)
        if since < until:
            reconcile(actor, municipality_id, since=since, until=until)


@intent
def count_unit(actor: Actor, unit_id: UUID, *, since: datetime, until: datetime) -> Counted:
    """Count one unit's events of a period against their decisions, in one statement (`hk_unreconciled`)."""
    require(actor, May.SEND_NOTICES, about=lookup.portal())
    rights = [sorted(right.value for right in RIGHTS_NEEDED[kind]) for kind in (Kind.MESSAGE, Kind.VISIT_PERFORMED)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT events, expected, missing, doubled, examples FROM hk_unreconciled(%s, %s, %s, %s, %s, %s)",
            [unit_id, since, until, *rights, MOST_EXAMPLES],
        )
        events, expected, missing, doubled, examples = cursor.fetchone()
    return Counted(events, expected, missing, doubled, tuple(examples or ()))


@intent
def keep(actor: Actor, municipality_id: UUID, found: Counted, *, since: datetime, until: datetime) -> None:
    """Keep what a reconciliation found, for the support page and the doctor."""
    require(actor, May.SEND_NOTICES, about=lookup.portal())
    Reconciliation.objects.create(
        municipality_id=municipality_id,
        since=since,
        until=until,
        finished_at=clock.now(),
        events=found.events,
        expected=found.expected,
        missing=found.missing,
        doubled=found.doubled,
        examples=list(found.examples),
    )
