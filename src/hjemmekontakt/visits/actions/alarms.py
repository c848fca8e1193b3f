"""The portal's clock rings where a journal is silent about what was asked of it (R44)."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import outbox
from hjemmekontakt.visits.events import JournalSilent
from hjemmekontakt.visits.models import Cancellation
from hjemmekontakt.visits.rules import OPEN, SILENT_AFTER

AT_ONCE = 200


@intent
def ring_for_silent_journals(actor: Actor, municipality_id: UUID, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Mark what the journal has not answered for half an hour, once for each, and tell its unit; how many (R44).

    Another worker's rows are passed over; who is killed has done nothing.
    """
    require(actor, May.RING_ALARMS, about=lookup.municipality(municipality_id))
    due = Cancellation.objects.select_for_update(skip_locked=True).filter(
        municipality_id=municipality_id, state__in=OPEN, alarmed_at__isnull=True, asked_at__lte=now - SILENT_AFTER
    )
    silent = defaultdict(list)
    for id, unit_id in due.order_by("asked_at").values_list("id", "unit_id")[:limit]:
        silent[unit_id].append(id)
    ids = [id for each in silent.values() for id in each]
    Cancellation.objects.filter(id__in=ids, municipality_id=municipality_id).update(alarmed_at=now)
    for unit_id, of_unit in silent.items():
        outbox.publish(JournalSilent(tuple(of_unit), unit_id, municipality_id))
    return len(ids)
