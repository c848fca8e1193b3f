"""Hands due notices over: claimed in batches, addresses asked for each time, retried, each address reached once."""

import json
import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require, the_portal
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.gateways import configured, gsm7, krr
from hjemmekontakt.gateways.calling import NotAnswered
from hjemmekontakt.gateways.configured import NotConfigured
from hjemmekontakt.gateways.handover import NotAccepted, Why
from hjemmekontakt.gateways.krr import Contact, ContactRegister
from hjemmekontakt.gateways.mail import Mail, MailGateway, why_not_address
from hjemmekontakt.gateways.sms import LONGEST_SENDER, Sms, SmsGateway, e164, why_not_number
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.notifications.changes.queries import least_moves
from hjemmekontakt.notifications.changes.rules import LEAST_MOVE, may_be_sent_from, still_holds, visit_in
from hjemmekontakt.notifications.costs.queries import over_their_cap
from hjemmekontakt.notifications.costs.rules import NEVER_STOPPED, within_the_cap
from hjemmekontakt.notifications.models import Notice
from hjemmekontakt.notifications.providers import in_turn
from hjemmekontakt.notifications.rules import (
    NOT_AT_NIGHT,
    PASSES_QUIET_HOURS,
    Channel,
    Decision,
    Kind,
    Reader,
    RegisterWord,
    What,
    address_to_use,
    next_try,
    silent_key,
    why_not_any_more,
)
from hjemmekontakt.notifications.statements import SQL
from hjemmekontakt.notifications.texts import NEUTRAL_SENDER, Letter, Letterhead, Told, letter
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Protection
from hjemmekontakt.representation import queries as representation
from hjemmekontakt.visits import queries as visits
from hjemmekontakt.visits.rules import is_night

BATCH = 50
AT_ONCE = 8
LEASE = timedelta(minutes=3)
REGISTER_WAIT = timedelta(minutes=1)

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gateways:
    """The outside systems of a delivery; None where this installation has not set one up."""

    register: ContactRegister | None
    sms: SmsGateway | None
    mail: MailGateway | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A claimed notice with all that the sending needs from our own tables."""

    id: UUID
    event_key: str
    what: What
    about_id: UUID
    receiver_id: UUID
    municipality_id: UUID | None
    channel: Channel
    attempts: int
    said: Mapping[str, datetime]
    language: str = "nb"
    letterhead: Letterhead | None = None
    national_id: str = field(default="", repr=False)
    to: str = field(default="", repr=False)
    provider: str = ""
    is_over_cap: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a claimed notice: sent, given up for a reason, or due again at `retry_at`."""

    due: Due
    decision: Decision
    sent_at: datetime | None = None
    retry_at: datetime | None = None
    reference: str = ""
    error: str = ""
    attempts: int | None = None
    segments: int = 0


def gateways_from_settings() -> Gateways:
    """The outside systems as the settings say."""
    return Gateways(_made(configured.contact_register), _made(configured.sms), _made(configured.mail))


def _made(make: Callable[[], T]) -> T | None:
    try:
        return make()
    except NotConfigured:
        return None


def deliver_due(now: datetime, *, gateways: Gateways | None = None, limit: int = BATCH) -> int:
    """Hand one batch of due notices over; says how many were taken up, 0 where none is due (R49, R50, R55).

    `now` is the domain's time; leases and retries go by the real one. No database connection is held while we wait for
    others. Killed between sending and writing it down, a notice is sent again under the same reference.
    """
    lease = clock.real() + LEASE
    claimed, settled = _claim(the_portal(), now=now, lease=lease, limit=limit)
    if claimed:
        gateways = gateways or gateways_from_settings()
        reachable = _find_addresses(claimed, gateways.register, settled)
        to_send = _one_to_each_address(reachable, settled)
        with ThreadPoolExecutor(max_workers=AT_ONCE) as lines:
            send = partial(_send, gateways=gateways, now=now)
            settled += in_turn(to_send, gateways.sms, send=lambda dues: list(lines.map(send, dues)), lease=lease)
    if settled:
        _settle(the_portal(), settled, lease=lease)
        _report(settled)
    return len(settled)


@intent
def _claim(actor: Actor, *, now: datetime, lease: datetime, limit: int) -> tuple[list[Due], list[Settled]]:
    """Take up a batch, with all that is known of it here; those who are not to be told any more are settled at once."""
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    with connection.cursor() as cursor:
        times = {"now": now, "real": clock.real(), "lease": lease}
        held = [what.value for what in held_back(now)]
        cursor.execute(SQL["claim_due"], {**times, "held": held, "limit": limit})
        taken = [_due(*row) for row in cursor.fetchall()]
    return _with_what_is_known(grant, taken, today=day_of(now)) if taken else ([], [])


def held_back(now: datetime) -> frozenset[What]:
    """What is not sent at this hour: kin are not woken, and what hurries waits until six (M2, R36)."""
    by_night = NOT_AT_NIGHT if is_night(now) else frozenset()
    return by_night | (PASSES_QUIET_HOURS if may_be_sent_from(now) > now else frozenset())


def _due(
    id: UUID,
    event_key: str,
    kind: str,
    about_id: UUID,
    receiver_id: UUID,
    municipality_id: UUID | None,
    channel: str,
    attempts: int,
    said: str,
) -> Due:
    return Due(
        id=id,
        event_key=event_key,
        what=What(kind),
        about_id=about_id,
        receiver_id=receiver_id,
        municipality_id=municipality_id,
        channel=Channel(channel),
        attempts=attempts,
        said={name: datetime.fromisoformat(time) for name, time in json.loads(said).items()},
    )


def _with_what_is_known(grant: Grant, taken: Sequence[Due], *, today: date) -> tuple[list[Due], list[Settled]]:
    about_ids = {due.about_id for due in taken}
    receiver_ids = {due.receiver_id for due in taken}
    parties = _parties(grant, taken)
    persons = people.persons(grant, about_ids.union(receiver_ids, *parties.values()))
    numbers = people.national_ids(grant, receiver_ids)
    proxies = representation.proxies_of_each(grant, about_ids, today=today)
    active = consent.active_among(grant, about_ids)
    dead = {id for id, person in persons.items() if person.deceased_on is not None}
    hidden = {id for id, person in persons.items() if person.protection is not Protection.NONE}
    letterheads = {id: _letterhead(id) for id in {None, *(due.municipality_id for due in taken)}}
    settled_since = _settled_since(grant, taken)
    over_cap = over_their_cap(grant, {due.municipality_id for due in taken}, today=today)
    claimed, settled = [], []
    for due in taken:
        why_not = (
            Decision.SETTLED
            if due.event_key in settled_since
            else why_not_any_more(
                due.what,
                receiver_id=due.receiver_id,
                about_id=due.about_id,
                proxies=proxies.get(due.about_id, {}),
                active=active,
                dead=dead,
                parties=parties.get(due.event_key, ()),
            )
        )
        if why_not:
            settled.append(Settled(due, why_not))
            continue
        is_hidden = {due.receiver_id, due.about_id} & hidden
        where = None if parties.get(due.event_key, set()) & hidden else due.municipality_id
        claimed.append(
            replace(
                due,
                national_id=numbers[due.receiver_id],
                language=persons[due.receiver_id].language,
                letterhead=None if is_hidden else letterheads[where],
                is_over_cap=due.municipality_id in over_cap and due.what not in NEVER_STOPPED,
            )
        )
    return claimed, settled


def _parties(grant: Grant, taken: Sequence[Due]) -> dict[str, set[UUID]]:
    """Both parties of each fullmakt that is told of: they are told in one event, each of herself (R57)."""
    keys = {due.event_key for due in taken if due.what.kind is Kind.FULLMAKT}
    found: dict[str, set[UUID]] = {}
    for key, person in (
        Notice.objects.filter(event_key__in=keys).values_list("event_key", "receiver_id") if keys else ()
    ):
        found.setdefault(key, set()).add(person)
    return found


def _settled_since(grant: Grant, taken: Sequence[Due]) -> set[str]:
    """The events of which nothing is to be told any more: a silent visit heard of, a change taken back (M2, R36)."""
    silent = {due.event_key for due in taken if due.what is What.VISIT_SILENT}
    ids = [UUID(key.partition(":")[2]) for key in silent]
    heard_of = silent - {silent_key(each.id) for each in visits.still_silent(grant, ids)} if silent else set()
    return heard_of | _taken_back(grant, [due for due in taken if due.what.kind is Kind.VISIT_CHANGED])


def _taken_back(grant: Grant, dues: Sequence[Due]) -> set[str]:
    if not dues:
        return set()
    now_as = {visit.id: visit for visit in visits.changed(grant, {visit_in(due.event_key) for due in dues})}
    least = least_moves(grant, {visit.municipality_id for visit in now_as.values()})

    def holds(due: Due) -> bool:
        visit = now_as.get(visit_in(due.event_key))
        smallest = least[visit.municipality_id] if visit else LEAST_MOVE
        return still_holds(due.what, due.said, visit, least=smallest)

    return {due.event_key for due in dues if not holds(due)}


def _letterhead(municipality_id: UUID | None) -> Letterhead:
    if municipality_id is None:
        return Letterhead(phone=settings.HELP_PHONE)
    found = municipalities.municipality(municipality_id)
    return Letterhead(found.name, found.sms_sender[:LONGEST_SENDER] or NEUTRAL_SENDER, found.phone)


def _find_addresses(claimed: Sequence[Due], register: ContactRegister | None, settled: list[Settled]) -> list[Due]:
    """Ask the contact register about all receivers at once; a silent register costs nobody an attempt (R49)."""
    try:
        if register is None:
            raise NotConfigured("the contact register")
        contacts = register.contacts(sorted({due.national_id for due in claimed}))
    except (NotAnswered, NotConfigured) as silent:
        log.warning("The contact register did not answer; notices wait", extra={"error": type(silent).__name__})
        retry_at = clock.real() + REGISTER_WAIT
        again = [Settled(due, Decision.DUE, retry_at=retry_at, attempts=due.attempts - 1) for due in claimed]
        settled += [replace(each, error="contact-register") for each in again]
        return []
    reachable = []
    for due in claimed:
        addresses = _addresses(contacts.get(due.national_id))
        address = address_to_use(due.channel, within_the_cap(addresses, is_over_cap=due.is_over_cap))
        if address is None and addresses:
            settled.append(Settled(due, Decision.OVER_CAP))
        elif address is None:
            settled.append(Settled(due, Decision.NO_CONTACT, error=_word_of(contacts.get(due.national_id))))
        else:
            reachable.append(replace(due, channel=address[0], to=address[1]))
    return reachable


def _addresses(contact: Contact | None) -> dict[Channel, str]:
    """The number and the e-mail address that can be used, each written the one way it is compared."""
    if contact is None:
        return {}
    mobile = krr.usable(contact, krr.Channel.SMS, now=clock.real())
    email = krr.usable(contact, krr.Channel.EMAIL, now=clock.real())
    found = {}
    if mobile and not why_not_number(mobile):
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


def _one_to_each_address(reachable: Sequence[Due], settled: list[Settled]) -> list[Due]:
    """Let each event reach an address once; where two share it, the citizen herself comes first (R50)."""
    if not reachable:
        return []
    ordered = sorted(reachable, key=lambda due: (due.receiver_id != due.about_id, due.event_key, due.id))
    reached = [(due.event_key, keys.lookup_value(f"{due.channel}:{due.to.casefold()}")) for due in ordered]
    events, addresses = [event for event, _ in reached], [address for _, address in reached]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SQL["reserve_addresses"], [clock.real(), events, addresses, [due.id for due in ordered]])
        cursor.execute(
            "SELECT event_key, address_key, notice_id FROM reached_address"
            " WHERE (event_key, address_key) IN (SELECT * FROM unnest(%s::text[], %s::bytea[]))",
            [events, addresses],
        )
        first = {(event, bytes(address)): id for event, address, id in cursor.fetchall()}
    to_send = []
    for due, place in zip(ordered, reached, strict=True):
        if first[place] == due.id:
            to_send.append(due)
        else:
            settled.append(Settled(due, Decision.SAME_ADDRESS))
    return to_send


def _send(due: Due, *, gateways: Gateways, now: datetime) -> Settled:
    """Hand one notice over, outside the database; its id is the reference, however often it is sent."""
    reader = Reader.HERSELF if due.receiver_id == due.about_id else Reader.KIN
    told = Told(due.what, reader, due.said.get("at"), due.said.get("until"))
    written = letter(told, due.letterhead, language=due.language, now=now)
    try:
        reference = _hand_over(due, written, gateways)
    except NotAccepted as refused:
        return _not_sent(due, refused.why.value, wait=next_try(due.attempts) if refused.is_temporary else None)
    except Exception as problem:  # a fault in one must not hold back the others
        log.warning("A notice could not be handed over", extra={"error": type(problem).__name__, "notice": str(due.id)})
        return _not_sent(due, type(problem).__name__, wait=next_try(due.attempts))
    segments = gsm7.size(gsm7.fold(written.sms)).segments if due.channel is Channel.SMS else 0
    return Settled(due, Decision.SENT, sent_at=now, reference=reference, segments=segments)


def _hand_over(due: Due, written: Letter, gateways: Gateways) -> str:
    if due.channel is Channel.SMS:
        if gateways.sms is None:
            raise NotAccepted(Why.SETUP)
        sms = Sms(to=due.to, text=written.sms, sender=written.sender, reference=str(due.id), provider=due.provider)
        return gateways.sms.send(sms).provider_reference
    if gateways.mail is None:
        raise NotAccepted(Why.SETUP)
    mail = Mail(to=due.to, subject=written.subject, text=written.mail, reference=str(due.id), sender_name=written.name)
    return gateways.mail.send(mail).provider_reference


def _not_sent(due: Due, error: str, *, wait: timedelta | None) -> Settled:
    if wait is None:
        return Settled(due, Decision.FAILED, error=error)
    return Settled(due, Decision.DUE, retry_at=clock.real() + wait, error=error)


@intent
def _settle(actor: Actor, settled: Collection[Settled], *, lease: datetime) -> None:
    require(actor, May.SEND_NOTICES, about=lookup.portal())
    ordered = sorted(settled, key=lambda each: each.due.id)
    columns = {
        "ids": [each.due.id for each in ordered],
        "decisions": [each.decision.value for each in ordered],
        "channels": [each.due.channel.value for each in ordered],
        "sent_at": [each.sent_at for each in ordered],
        "retry_at": [each.retry_at for each in ordered],
        "references": [each.reference[:100] for each in ordered],
        "errors": [each.error[:60] for each in ordered],
        "attempts": [each.due.attempts if each.attempts is None else each.attempts for each in ordered],
        "segments": [each.segments for each in ordered],
        "address_ends": [each.due.to[-2:] if each.due.channel is Channel.SMS else "" for each in ordered],
        "month": day_of(clock.now()).replace(day=1),
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL["settle"], {**columns, "lease": lease})


def _report(settled: Collection[Settled]) -> None:
    for decision, count in Counter(each.decision.value for each in settled).items():
        log.info("Notices were taken up", extra={"reason": decision, "count": count})
