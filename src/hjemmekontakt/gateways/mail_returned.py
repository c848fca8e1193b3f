"""E-mail that comes back: the address that it comes back to, and what a bounce or a complaint says of which message.

A report of a delivery is RFC 3464, a complaint RFC 5965; both are read with the standard library. Whose message it was is
known by a signed reference alone, so that nobody can mark another's message by writing to us.
"""

from base64 import b32encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import getaddresses
from enum import StrEnum
from hmac import compare_digest

from hjemmekontakt.ground import keys

REFERENCE_HEADER = "X-Hjemmekontakt-Reference"
CAME_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
SIGNATURE_LENGTH = 16


class Fate(StrEnum):
    """What became of an e-mail that was taken over."""

    BOUNCED = "bounced"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Returned:
    """One e-mail that did not arrive, or was called unwanted: our reference, and the mail server's own code, if any."""

    reference: str
    fate: Fate
    status: str = ""


def signed(reference: str) -> str:
    """Our reference with a signature that only we can make, in letters that any mail server keeps."""
    return f"{reference}.{_signature(reference)}"


def return_path(reference: str, *, returns_to: str) -> str:
    """The address to which this one message comes back (VERP): `retur+<reference>.<signature>@…`."""
    name, _, domain = returns_to.rpartition("@")
    return f"{name}+{signed(reference)}@{domain}"


def reference_in(text: str) -> str | None:
    """Our reference, where it is signed by us; None else. Mail servers may have changed its case."""
    reference, _, signature = text.strip().lower().rpartition(".")
    return reference if reference and compare_digest(signature.encode(), _signature(reference).encode()) else None


def read_returned(content: bytes) -> Returned | None:
    """Read one e-mail that came back; None where it is no bounce or complaint about a message of ours, or only a delay."""
    letter = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    kind = str(letter.get_param("report-type") or "") if letter.get_content_type() == "multipart/report" else ""
    parts = list(letter.walk())
    reference = next(iter(_references(letter, parts)), None)
    if reference is None:
        return None
    if kind == "feedback-report":
        return Returned(reference, Fate.COMPLAINT)
    if kind != "delivery-status":
        return None
    for recipient in _recipients(parts):
        if str(recipient.get("Action", "")).strip().lower() == "failed":
            return Returned(reference, Fate.BOUNCED, str(recipient.get("Status", "")).strip()[:20])
    return None


def _recipients(parts: Iterable[Message]) -> Iterator[Message]:
    """The groups of a delivery report that tell of one recipient each; the first group tells of the message."""
    for part in parts:
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            yield from part.get_payload()[1:]  # type: ignore[misc]


def _references(letter: Message, parts: Iterable[Message]) -> Iterator[str]:
    """The signed references in a returned e-mail: of the address it came to, and of the message that it holds."""
    came_to = getaddresses([str(value) for name in CAME_TO for value in letter.get_all(name, [])])
    told = [address.rpartition("@")[0].rpartition("+")[2] for _, address in came_to]
    told += [line.partition(":")[2] for part in parts for line in _headers_within(part) if _is_ours(line)]
    yield from (found for found in map(reference_in, told) if found)


def _headers_within(part: Message) -> list[str]:
    if part.get_content_type() == "text/rfc822-headers":
        return str(part.get_payload()).splitlines()
    if part.get_content_type() == "message/rfc822" and isinstance(part.get_payload(), list):
        return [f"{name}: {value}" for name, value in part.get_payload()[0].items()]  # type: ignore[union-attr,index]
    return []


def _is_ours(line: str) -> bool:
    return line.lower().startswith(f"{REFERENCE_HEADER.lower()}:")


def _signature(reference: str) -> str:
    made = keys.lookup_value(f"returned mail:{reference.lower()}")
    return b32encode(made).decode().lower()[:SIGNATURE_LENGTH]
