"""One SMS, and the one shape that every kind of provider has: to take it over, and to tell later what became of it."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, runtime_checkable

from hjemmekontakt.gateways import gsm7
from hjemmekontakt.gateways.handover import Accepted, DeliveryReport

LONGEST_SENDER = 11
LETTERS_WITHOUT_AN_ACCENT = str.maketrans("đĐŋŊŧŦ", "dDnNtT")

Record = Callable[[Sequence[DeliveryReport]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """One SMS; the reference is ours, and the same reference is the same message however often it is sent.

    `provider` is the one that shall have it, where there are two.
    """

    to: str = field(repr=False)
    text: str = field(repr=False)
    sender: str
    reference: str
    valid_for: timedelta = timedelta(hours=12)
    provider: str = ""


class SmsGateway(Protocol):
    """Whoever can take over an SMS."""

    def send(self, sms: Sms) -> Accepted:
        """Hand over one SMS, or raise NotAccepted."""
        ...


@runtime_checkable
class Reporting(Protocol):
    """Whoever tells by itself, or when asked, what became of messages; others report at our door."""

    def hand_reports_to(self, record: Record) -> int:
        """Give `record` what has come, if anything, and let the provider forget it only when that is kept."""
        ...


def sender_name(name: str) -> str:
    """Write a sender's name as phone networks take it: at most eleven letters of GSM-7, accents dropped where they must be.

    >>> sender_name("Kárášjohka"), sender_name("Bærum kommune")
    ('Karasjohka', 'Bærum kommu')
    """
    return "".join(_in_gsm(sign) for sign in gsm7.fold(name))[:LONGEST_SENDER]


def _in_gsm(sign: str) -> str:
    if sign in gsm7.BASIC:
        return sign
    plain = unicodedata.normalize("NFKD", sign.translate(LETTERS_WITHOUT_AN_ACCENT))
    return "".join(part for part in plain if part in gsm7.BASIC)
