"""What became of notices that were taken over, as the SMS providers tell it: recorded once, in whatever order it comes."""

import logging
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require, the_portal
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.gateways.handover import Delivery, DeliveryReport, NotAccepted
from hjemmekontakt.gateways.sms import Reporting, SmsGateway
from hjemmekontakt.ground import clock
from hjemmekontakt.notifications.statements import SQL

LONGEST_NAME = 100

log = logging.getLogger(__name__)


@intent
def record_receipts(actor: Actor, reports: Sequence[DeliveryReport]) -> int:
    """Record what providers say became of notices; says how many changed by it. Nothing new changes nothing (R55).

    A report about a message that we do not know is passed over.
    """
    require(actor, May.SEND_NOTICES, about=lookup.portal())
    columns = {
        "ours": [_our_reference(each.reference) for each in reports],
        "theirs": [each.provider_reference[:LONGEST_NAME] for each in reports],
        "providers": [each.provider for each in reports],
        "states": [each.state.value for each in reports],
        "at": [each.at for each in reports],
    }
    with connection.cursor() as cursor:
        cursor.execute(
            SQL["record_reports"], {**columns, "order": [state.value for state in Delivery], "now": clock.now()}
        )
        return int(cursor.rowcount)


def take_reports(gateway: SmsGateway | None) -> int:
    """Take what a provider tells of by itself, or when asked; says how many reports came. One that is silent waits."""
    if not isinstance(gateway, Reporting):
        return 0
    try:
        return gateway.hand_reports_to(record)
    except NotAccepted:  # the gateway has logged why, as often as it tries
        return 0


def record(reports: Sequence[DeliveryReport]) -> None:
    """Record reports on the portal's behalf, and count them in the log; neither number nor reference stands there."""
    changed = record_receipts(the_portal(), reports)
    for (provider, state), count in Counter((each.provider, each.state.value) for each in reports).items():
        log.info("SMS receipts came", extra={"provider": provider, "reason": state, "count": count})
    if changed < len(reports):
        log.info(
            "SMS receipts said nothing new, or of messages we do not know", extra={"count": len(reports) - changed}
        )


def _our_reference(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
