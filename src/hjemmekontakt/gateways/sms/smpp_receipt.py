"""What an SMPP server says became of a message: a `deliver_sm` whose text is a delivery receipt (SMPP 3.4, appendix B)."""

import re
from dataclasses import dataclass
from typing import Any

from hjemmekontakt.gateways.handover import Delivery

MESSAGE_TYPE = 0b0011_1100
KINDS_OF_RECEIPT = frozenset({0b0000_0100, 0b0010_0000})  # at the end, and on the way
SAID = re.compile(rb"\bid:\s*(?P<id>\S+).*?\bstat:\s*(?P<stat>[A-Za-z]+)", re.DOTALL | re.IGNORECASE)
STATES = {
    "ENROUTE": Delivery.SENT,
    "ACCEPTD": Delivery.SENT,
    "UNKNOWN": Delivery.SENT,
    "DELIVRD": Delivery.DELIVERED,
    "EXPIRED": Delivery.EXPIRED,
    "DELETED": Delivery.FAILED,
    "UNDELIV": Delivery.FAILED,
    "REJECTD": Delivery.REJECTED,
}
BY_NUMBER = dict(
    enumerate(["ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD"], start=1)
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider's name of the message, and its state."""

    provider_reference: str
    state: Delivery


def read(pdu: Any) -> Receipt | None:
    """Read a receipt; None where it is none, for example somebody's answer by SMS. The parameters come before the text."""
    if (pdu.esm_class or 0) & MESSAGE_TYPE not in KINDS_OF_RECEIPT:
        return None
    in_text = read_text(pdu.short_message or getattr(pdu, "message_payload", None) or b"")
    named = (getattr(pdu, "receipted_message_id", None) or b"").rstrip(b"\0").decode("latin-1")
    number = getattr(pdu, "message_state", None)
    state = STATES[BY_NUMBER[number]] if number in BY_NUMBER else in_text and in_text.state
    name = named or (in_text.provider_reference if in_text else "")
    return Receipt(name, state) if name and state else None


def read_text(text: bytes) -> Receipt | None:
    """Read a receipt's text; None where it does not say which message or how it stands.

    >>> read_text(b"id:0A1 sub:001 dlvrd:001 submit date:2603020900 done date:2603020901 stat:DELIVRD err:000 text:")
    Receipt(provider_reference='0A1', state=<Delivery.DELIVERED: 'delivered'>)
    """
    said = SAID.search(text)
    if said is None:
        return None
    state = STATES.get(said["stat"].decode("latin-1").upper()[:7])
    return Receipt(said["id"].decode("latin-1"), state) if state else None
