"""What the contact register has on a person herself, asked for when she looks and never kept (R49)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.gateways import configured, krr
from hjemmekontakt.gateways.calling import NotAnswered
from hjemmekontakt.gateways.configured import NotConfigured
from hjemmekontakt.gateways.krr import Contact, ContactRegister
from hjemmekontakt.ground import clock
from hjemmekontakt.notifications import queries


class Freshness(StrEnum):
    """Whether an address can be used: confirmed lately, too long ago, or not there."""

    USABLE = "usable"
    TOO_OLD = "too-old"
    MISSING = "missing"


class Answer(StrEnum):
    """Whether the register answered."""

    GIVEN = "given"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Known:
    """One number or address as the page shows it to its owner."""

    value: str = field(default="", repr=False)
    freshness: Freshness = Freshness.MISSING


@dataclass(frozen=True, slots=True)
class Reach:
    """How a person can be reached, as the register says now."""

    answer: Answer
    mobile: Known = Known()
    email: Known = Known()


def reach_of(actor: Actor, *, register: ContactRegister | None = None) -> Reach:
    """Ask the register how the one who looks can be reached; outside every transaction, since it leaves the house."""
    number = queries.own_number(actor)
    try:
        register = register or configured.contact_register()
        contact = register.contacts([number]).get(number)
    except (NotAnswered, NotConfigured):
        return Reach(Answer.SILENT)
    if contact is None:
        return Reach(Answer.GIVEN)
    return Reach(Answer.GIVEN, _known(contact, krr.Channel.SMS), _known(contact, krr.Channel.EMAIL))


def numbers_of(national_ids: Mapping[UUID, str], *, register: ContactRegister | None = None) -> dict[UUID, str]:
    """The mobile numbers on which some persons can be rung, as people say them; none where the register is silent (R36).

    Asked for each time and never kept. An old number is one to ring, though no SMS is sent to it.
    """
    if not national_ids:
        return {}
    try:
        register = register or configured.contact_register()
        contacts = register.contacts(sorted(set(national_ids.values())))
    except (NotAnswered, NotConfigured):
        return {}
    found = {id: contacts.get(number) for id, number in national_ids.items()}
    return {id: as_said(each.mobile.value) for id, each in found.items() if each is not None and each.mobile}


def _known(contact: Contact, channel: krr.Channel) -> Known:
    address = contact.mobile if channel is krr.Channel.SMS else contact.email
    if address is None:
        return Known()
    is_usable = krr.usable(contact, channel, now=clock.real()) is not None
    value = as_said(address.value) if channel is krr.Channel.SMS else address.value
    return Known(value, Freshness.USABLE if is_usable else Freshness.TOO_OLD)


def as_said(number: str) -> str:
    """A Norwegian mobile number as people say it; any other as it is.

    >>> as_said("+4790000001"), as_said("+46701740605")
    ('900 00 001', '+46701740605')
    """
    here = number.removeprefix("+47")
    if len(here) != 8 or not here.isdecimal() or here == number:
        return number
    return f"{here[:3]} {here[3:5]} {here[5:]}"
