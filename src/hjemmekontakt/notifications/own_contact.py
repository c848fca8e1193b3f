"""A number or e-mail address of her own, used instead of the register's: asked for, proved by a code, forgotten (R49)."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.gateways import configured
from hjemmekontakt.gateways.handover import NotAccepted, Why
from hjemmekontakt.gateways.mail import Mail
from hjemmekontakt.gateways.sms import Sms
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.notifications.addresses import address_key
from hjemmekontakt.notifications.claiming import letterhead_of
from hjemmekontakt.notifications.codes import (
    DAY,
    HOUR,
    LASTS,
    TRIES,
    CodeOutcome,
    make_code,
    outcome_of,
    why_not_address,
    why_not_one_more,
    written_one_way,
)
from hjemmekontakt.notifications.models import ContactCode, OwnContact
from hjemmekontakt.notifications.rules import Channel, person_of
from hjemmekontakt.notifications.texts import Letter, code_letter
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Protection


@dataclass(frozen=True, slots=True)
class CodeToSend:
    """A code on its way: where it goes, and the words that carry it; the code is kept nowhere."""

    id: UUID
    channel: Channel
    to: str = field(repr=False)
    letter: Letter = field(repr=False)


@intent
def ask_for_code(actor: Actor, channel: Channel, address: str) -> CodeToSend:
    """A person asks for a code to a number or address of her own; an earlier code holds no longer (R49)."""
    person_id, now = person_of(actor), clock.real()
    grant = require(actor, May.PROVE_CONTACT, about=lookup.citizen(person_id))
    if why_not := why_not_address(channel, address):
        raise Refused(why_not)
    to = written_one_way(channel, address)
    key = address_key(channel, to)
    _wait_for_turn(person_id, key)
    mine = ContactCode.objects.filter(citizen_id=person_id)
    asked = mine.filter(asked_at__gt=now - HOUR).count()
    if why_not := why_not_one_more(by_her=asked, to_it=_codes_to(key, since=now - DAY)):
        raise Refused(why_not)

    mine.filter(used_at=None, runs_out_at__gt=now).update(runs_out_at=now)
    code = make_code()
    row = ContactCode.objects.create(
        citizen_id=person_id,
        channel=channel,
        address_sealed=keys.seal(to),
        address_key=key,
        code_digest=_digest(person_id, code),
        asked_at=now,
        runs_out_at=now + LASTS,
    )
    person = people.person(grant, person_id)
    helped_by = people.helping_municipality(grant, [person_id], today=day_of(clock.now()))
    letterhead = None if person.protection is not Protection.NONE else letterhead_of(helped_by.get(person_id))
    return CodeToSend(row.id, channel, to, code_letter(code, letterhead, language=person.language))


def _wait_for_turn(person_id: UUID, key: bytes) -> None:
    """One code at a time for a person, and for an address, so that nobody gets more than are counted."""
    with connection.cursor() as cursor:
        for turn in sorted((f"codes of {person_id}", f"codes to {key.hex()}")):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [turn])


def _codes_to(key: bytes, *, since: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_codes_to_address(%s, %s)", [key, since])
        return int(cursor.fetchone()[0])


def _digest(person_id: UUID, code: str) -> bytes:
    return keys.lookup_value(f"contact code {person_id} {code}")


def send_code(code: CodeToSend) -> None:
    """Hand a code over, outside every transaction; raises NotAccepted."""
    written, reference = code.letter, str(code.id)
    try:
        if code.channel is Channel.SMS:
            sms = Sms(to=code.to, text=written.sms, sender=written.sender, reference=reference, valid_for=LASTS)
            configured.sms().send(sms)
        else:
            mail = Mail(
                to=code.to, subject=written.subject, text=written.mail, reference=reference, sender_name=written.name
            )
            configured.mail().send(mail)
    except configured.NotConfigured:
        raise NotAccepted(Why.SETUP) from None


@intent
def confirm_code(actor: Actor, code: str) -> CodeOutcome:
    """A person types in her code: the address is hers from now on, or a try is lost; after five the code is dead (R49)."""
    person_id, now = person_of(actor), clock.real()
    require(actor, May.PROVE_CONTACT, about=lookup.citizen(person_id))
    row = (
        ContactCode.objects.select_for_update().filter(citizen_id=person_id, used_at=None).order_by("-asked_at").first()
    )
    if row is None:
        return CodeOutcome.RUN_OUT
    is_hers = hmac.compare_digest(bytes(row.code_digest), _digest(person_id, code))
    typed = CodeOutcome.CONFIRMED if is_hers else CodeOutcome.WRONG
    outcome = outcome_of(typed, tries=row.tries, runs_out_at=row.runs_out_at, now=now)

    if outcome is CodeOutcome.CONFIRMED:
        row.used_at = now
        values = {"address_sealed": bytes(row.address_sealed), "verified_at": now}
        OwnContact.objects.update_or_create(citizen_id=person_id, channel=row.channel, defaults=values)
    else:
        row.tries = min(row.tries + 1, TRIES)
    row.save(update_fields=["used_at", "tries"])
    return outcome


@intent
def forget_own_contact(actor: Actor, channel: Channel) -> None:
    """A person uses the register's number or address again (R49)."""
    person_id = person_of(actor)
    require(actor, May.FORGET_CONTACT, about=lookup.citizen(person_id))
    OwnContact.objects.filter(citizen_id=person_id, channel=channel).delete()


@intent
def waiting_for_code(actor: Actor) -> str:
    """The number or address that waits for its code; empty where none does."""
    person_id = person_of(actor)
    require(actor, May.READ_NOTICES, about=lookup.citizen(person_id))
    rows = ContactCode.objects.filter(citizen_id=person_id, used_at=None, runs_out_at__gt=clock.real())
    row = rows.order_by("-asked_at").first()
    return keys.unseal(row.address_sealed) if row and row.tries < TRIES else ""
