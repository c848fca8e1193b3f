"""Where each due notice goes: her own number where she has proved one, else the register's; each address hears an event once."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.db import connection
from msgspec.structs import replace

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require, the_portal
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.gateways import krr
from hjemmekontakt.gateways.calling import NotAnswered
from hjemmekontakt.gateways.configured import NotConfigured
from hjemmekontakt.gateways.krr import Contact, ContactRegister
from hjemmekontakt.gateways.mail import why_not_address
from hjemmekontakt.gateways.sms import e164
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.ground.statements import array_of, fetch
from hjemmekontakt.notifications.costs.rules import within_the_cap
from hjemmekontakt.notifications.due import Due, Settled
from hjemmekontakt.notifications.rules import BY_THE_REGISTER_ALONE, Channel, Decision, RegisterWord, address_to_use
from hjemmekontakt.notifications.statements import SQL

REGISTER_WAIT = timedelta(minutes=1)

log = logging.getLogger(__name__)


def find_addresses(claimed: Sequence[Due], register: ContactRegister | None, settled: list[Settled]) -> list[Due]:
    """Find where each goes. The register is asked about all others at once; where it is silent, they lose no attempt (R49)."""
    reachable = [due for due in claimed if due.browsers]
    reachable += [replace(due, to=_own(due)[due.channel]) for due in claimed if _has_own(due)]
    others = [due for due in claimed if not (due.browsers or _has_own(due))]
    if not others:
        return reachable
    try:
        if register is None:
            raise NotConfigured("the contact register")
        contacts = register.contacts(sorted({due.national_id for due in others}))
    except (NotAnswered, NotConfigured) as silent:
        log.warning("The contact register did not answer; notices wait", extra={"error": type(silent).__name__})
        retry_at = clock.real() + REGISTER_WAIT
        again = [Settled(due, Decision.DUE, retry_at=retry_at, attempts=due.attempts - 1) for due in others]
        settled += [replace(each, error="contact-register") for each in again]
        return reachable
    for due in others:
        contact = contacts.get(due.national_id)
        if goes_by_post(due, contact):
            settled.append(Settled(due, Decision.ON_PAPER, error=RegisterWord.RESERVED))
            continue
        addresses = {**addresses_in(contact), **_own(due)}
        address = address_to_use(due.channel, within_the_cap(addresses, is_over_cap=due.is_over_cap))
        if address is None and addresses:
            settled.append(Settled(due, Decision.OVER_CAP))
        elif address is None:
            settled.append(Settled(due, Decision.NO_CONTACT, error=_word_of(contact)))
        else:
            reachable.append(replace(due, channel=address[0], to=address[1]))
    return reachable


def goes_by_post(due: Due, contact: Contact | None) -> bool:
    """Tell whether she is not to be told of a letter, having reserved: it goes by post. Who acts for her is still told (R54)."""
    is_hers = due.receiver_id == due.about_id and due.what.kind in BY_THE_REGISTER_ALONE
    return is_hers and contact is not None and contact.reserved


def _has_own(due: Due) -> bool:
    """An own address can be used as it is: by the channel she wishes, where no cap has stopped it."""
    return due.channel in within_the_cap(_own(due), is_over_cap=due.is_over_cap)


def _own(due: Due) -> Mapping[Channel, str]:
    """The addresses of one's own that this may be told at: of a letter at none (R49)."""
    return {} if due.what.kind in BY_THE_REGISTER_ALONE else due.own


def addresses_in(contact: Contact | None) -> dict[Channel, str]:
    """The number and the e-mail address of the register that can be used, each written the one way it is compared.

    Who has reserved against digital letters is still told of what she uses the service for (R54).
    """
    if contact is None:
        return {}
    mobile = krr.usable(contact, krr.Channel.SMS, now=clock.real())
    email = krr.usable(contact, krr.Channel.EMAIL, now=clock.real())
    found = {}
    if mobile:
        with suppress(ValueError):  # no SMS can go there
            found[Channel.SMS] = e164(mobile)
    if email and not why_not_address(email):
        found[Channel.EMAIL] = email
    return found


def _word_of(contact: Contact | None) -> RegisterWord:
    """What the register said of one whom nothing reached, for those who help her (R83)."""
    if contact is None:
        return RegisterWord.UNKNOWN
    if contact.reserved:
        return RegisterWord.RESERVED
    return RegisterWord.STALE if contact.mobile or contact.email else RegisterWord.NO_ADDRESS


def one_to_each_address(reachable: Sequence[Due], settled: list[Settled]) -> list[Due]:
    """Let each event reach an address once; where two share it, the citizen herself comes first (R50).

    A digest keeps the events that its address has not heard of yet; where it has heard of all, it is not sent. Where a notice
    goes to several browsers, it keeps those that hear something new.
    """
    if not reachable:
        return []
    places = {due.id: _places(due) for due in reachable}
    herself_first = sorted(reachable, key=lambda due: (due.receiver_id != due.about_id, due.event_key, due.id))
    first = _reserve([(place, due.id) for due in herself_first for place in places[due.id]])
    to_send = []
    for due in reachable:
        mine = [place for place in places[due.id] if first[place] == due.id]
        if mine:
            events, hearing = tuple(dict.fromkeys(event for event, _ in mine)), {address for _, address in mine}
            browsers = tuple(each for each in due.browsers if each.key in hearing)
            to_send.append(replace(due, events=events, browsers=browsers))
        else:
            settled.append(Settled(due, Decision.SAME_ADDRESS))
    _say_what_was_known(reachable, to_send)
    return to_send


def address_key(channel: Channel, address: str) -> bytes:
    """The keyed value by which an address is compared and cannot be read back."""
    return keys.lookup_value(f"{channel}:{address.casefold()}")


Place = tuple[str, bytes]


def _places(due: Due) -> list[Place]:
    """Each event that a notice tells of, at each address where it is to be heard."""
    addresses = [each.key for each in due.browsers] or [address_key(due.channel, due.to)]
    return [(event, address) for event in due.events for address in addresses]


def _reserve(ordered: Iterable[tuple[Place, UUID]]) -> dict[Place, UUID]:
    """Mark addresses as reached by events; says which notice came first to each, now or before."""
    wanted: dict[Place, UUID] = {}
    for place, notice_id in ordered:
        wanted.setdefault(place, notice_id)
    places = sorted(wanted)  # the same order in every worker: none waits for another that waits for it
    asked = {
        "events": array_of([event for event, _ in places]),
        "addresses": array_of([address for _, address in places]),
    }
    notices = array_of([wanted[place] for place in places])
    reserved = fetch(SQL["reserve_addresses"], {**asked, "notices": notices, "now": clock.real()})
    if len(reserved) < len(places):  # some were reached before, or another worker has just come first
        reserved = fetch(SQL["reached_addresses"], asked)
    return {(event, bytes(address)): id for event, address, id in reserved}


def _say_what_was_known(reachable: Sequence[Due], to_send: Collection[Due]) -> None:
    """Of what a digest leaves out, because its address has heard it, the decision says so."""
    kept = {due.id: set(due.events) for due in to_send}
    left_out = [
        (due.id, event)
        for due in reachable
        if due.events != (due.event_key,)
        for event in due.events
        if event not in kept.get(due.id, ())
    ]
    if left_out:
        say_known(the_portal(), left_out)


@intent
def say_known(actor: Actor, left_out: Sequence[tuple[UUID, str]]) -> None:
    """Write that events of a digest are known at its address already."""
    require(actor, May.SEND_NOTICES, about=lookup.portal())
    digests, events = (list(column) for column in zip(*left_out, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notice SET decision = 'same-address' FROM unnest(%s::uuid[], %s::text[]) AS known(digest, event)"
            " WHERE notice.joined_to = known.digest AND notice.event_key = known.event",
            [digests, events],
        )
