"""What became of e-mails that were taken over: those that came back, or were called unwanted, did not arrive (R55)."""

import logging
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.gateways.handover import Delivery
from hjemmekontakt.gateways.mail_returned import Fate, Returned, read_returned
from hjemmekontakt.ground import clock
from hjemmekontakt.notifications.statements import SQL

log = logging.getLogger(__name__)

RECEIPT_OF = {Fate.BOUNCED: Delivery.FAILED, Fate.COMPLAINT: Delivery.REJECTED}


def take_back(actor: Actor, letters: Iterable[bytes]) -> int:
    """Read e-mails that came back and record what they say; how many notices changed by it. All else is passed over."""
    returned = [found for found in map(_read, letters) if found is not None]
    changed = record_returned(actor, returned) if returned else 0
    log.info("E-mails came back", extra={"count": changed})
    return changed


@intent
def record_returned(actor: Actor, returned: Sequence[Returned]) -> int:
    """Write on the notices that their e-mail did not arrive; the same again changes nothing (R55)."""
    require(actor, May.SEND_NOTICES, about=lookup.portal())
    known = [(id, each) for each in returned if (id := _id_in(each.reference)) is not None]
    columns = {
        "ids": [id for id, _ in known],
        "receipts": [RECEIPT_OF[each.fate].value for _, each in known],
        "errors": [each.fate.value for _, each in known],
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL["record_returned"], {**columns, "now": clock.real(), "look_at": clock.now()})
        return int(cursor.rowcount)


def _read(letter: bytes) -> Returned | None:
    try:
        return read_returned(letter)
    except (ValueError, LookupError, TypeError, AttributeError):  # an e-mail may hold anything at all
        log.info("An e-mail that came back was not understood")
        return None


def _id_in(reference: str) -> UUID | None:
    try:
        return UUID(reference)
    except ValueError:
        return None
