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
from hjemmekontakt.notifications.addresses import addresses_in
from hjemmekontakt.notifications.rules import Channel, Reachable


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
    own: Mapping[Channel, str] = field(default_factory=dict, repr=False)
    shared_with: tuple[str, ...] = ()


def reach_of(actor: Actor, *, register: ContactRegister | None = None) -> Reach:
    """Ask the register how the one who looks can be reached, and who shares it; outside every transaction.

    Of the others nothing is said but that an address is the same (R50).
    """
    herself, *others = queries.those_who_may_share(actor)
    own = {channel: _as_shown(channel, address) for channel, address in herself.own.items()}
    try:
        register = register or configured.contact_register()
        contacts = register.contacts([herself.national_id, *sorted(each.national_id for each in others)])
    except (NotAnswered, NotConfigured):
        return Reach(Answer.SILENT, own=own)
    shared = tuple(each.name for each in others if _addresses(herself, contacts) & _addresses(each, contacts))
    contact = contacts.get(herself.national_id)
    if contact is None:
        return Reach(Answer.GIVEN, own=own, shared_with=shared)
    return Reach(Answer.GIVEN, _known(contact, krr.Channel.SMS), _known(contact, krr.Channel.EMAIL), own, shared)


def _addresses(person: Reachable, contacts: Mapping[str, Contact]) -> set[str]:
    used = {**addresses_in(contacts.get(person.national_id)), **person.own}
    return {address.casefold() for address in used.values()}


def _as_shown(channel: Channel, address: str) -> str:
    return as_said(address) if channel is Channel.SMS else address


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
