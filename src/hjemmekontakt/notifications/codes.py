"""A code that proves a number or an e-mail address to be hers: six digits, ten minutes, five tries; pure (R49)."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from hjemmekontakt.gateways import mail
from hjemmekontakt.gateways.sms import e164, why_not_number
from hjemmekontakt.notifications.rules import Channel, Refusal

LASTS = timedelta(minutes=10)
TRIES = 5
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
CODES_AN_HOUR = 3
CODES_TO_AN_ADDRESS = 5
"""How many codes one person may ask for in an hour, and how many may go to one address in a day, whoever asks."""


class CodeOutcome(StrEnum):
    """What became of a code that was typed in."""

    CONFIRMED = "confirmed"
    WRONG = "wrong"
    RUN_OUT = "run-out"


def make_code() -> str:
    """Make a code that nobody can guess."""
    return f"{secrets.randbelow(10**6):06}"


def why_not_address(channel: Channel, address: str) -> Refusal | None:
    """Say why no code can go to this address; None means that one can (R49).

    >>> why_not_address(Channel.SMS, "32 00 00 00"), why_not_address(Channel.EMAIL, "per@example.no")
    (<Refusal.NOT_A_MOBILE: 'not-a-mobile'>, None)
    """
    if channel is Channel.SMS:
        return Refusal.NOT_A_MOBILE if why_not_number(address) else None
    return Refusal.NOT_AN_ADDRESS if mail.why_not_address(address.strip()) else None


def why_not_one_more(*, by_her: int, to_it: int) -> Refusal | None:
    """Say why no code more is sent: she has asked for many, or many have gone to this address, whoever asked (R49).

    >>> why_not_one_more(by_her=3, to_it=0), why_not_one_more(by_her=2, to_it=4)
    (<Refusal.TOO_MANY_CODES: 'too-many-codes'>, None)
    """
    return Refusal.TOO_MANY_CODES if by_her >= CODES_AN_HOUR or to_it >= CODES_TO_AN_ADDRESS else None


def written_one_way(channel: Channel, address: str) -> str:
    """Write an address the one way it is kept and compared.

    >>> written_one_way(Channel.SMS, "900 00 000"), written_one_way(Channel.EMAIL, " per@example.no ")
    ('+4790000000', 'per@example.no')
    """
    return e164(address) if channel is Channel.SMS else address.strip()


def outcome_of(typed: CodeOutcome, *, tries: int, runs_out_at: datetime, now: datetime) -> CodeOutcome:
    """Say what a code leads to after so many tries before this one: nothing after five, or when its time is over.

    >>> from datetime import UTC
    >>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> outcome_of(CodeOutcome.CONFIRMED, tries=4, runs_out_at=nine, now=nine - LASTS).value
    'confirmed'
    >>> outcome_of(CodeOutcome.CONFIRMED, tries=5, runs_out_at=nine, now=nine - LASTS).value
    'run-out'
    """
    if tries >= TRIES or now >= runs_out_at:
        return CodeOutcome.RUN_OUT
    return CodeOutcome.RUN_OUT if typed is CodeOutcome.WRONG and tries + 1 == TRIES else typed
