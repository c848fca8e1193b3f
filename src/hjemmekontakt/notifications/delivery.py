"""Hands due notices over: claimed in batches, addresses asked for each time, retried, each address reached once."""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import TypeVar

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require, the_portal
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.gateways import configured, gsm7
from hjemmekontakt.gateways.configured import NotConfigured
from hjemmekontakt.gateways.handover import NotAccepted, Why
from hjemmekontakt.gateways.krr import ContactRegister
from hjemmekontakt.gateways.mail import Mail, MailGateway
from hjemmekontakt.gateways.push import PushGateway
from hjemmekontakt.gateways.sms import Sms, SmsGateway
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.statements import array_of
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.notifications.addresses import find_addresses, one_to_each_address
from hjemmekontakt.notifications.claiming import claim
from hjemmekontakt.notifications.due import Due, Settled
from hjemmekontakt.notifications.letters.rules import REACHED_NOBODY
from hjemmekontakt.notifications.providers import in_turn
from hjemmekontakt.notifications.push import afterwards
from hjemmekontakt.notifications.push.handing_over import send_to_browsers
from hjemmekontakt.notifications.rules import Channel, Decision, Reader, next_try
from hjemmekontakt.notifications.statements import SQL
from hjemmekontakt.notifications.texts import Letter, Told, letter

BATCH = 50
AT_ONCE = 8
LEASE = timedelta(minutes=3)

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gateways:
    """The outside systems of a delivery; None where this installation has not set one up."""

    register: ContactRegister | None
    sms: SmsGateway | None
    mail: MailGateway | None
    push: PushGateway | None = None


def gateways_from_settings() -> Gateways:
    """The outside systems as the settings say."""
    return Gateways(
        _made(configured.contact_register), _made(configured.sms), _made(configured.mail), _made(configured.push)
    )


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
    claimed, settled = claim(the_portal(), now=now, lease=lease, limit=limit)
    if claimed:
        gateways = gateways or gateways_from_settings()
        reachable = find_addresses(claimed, gateways.register, settled)
        to_send = one_to_each_address(reachable, settled)
        send = partial(_send_all, gateways=gateways, now=now)
        settled += in_turn(to_send, gateways.sms, send=send, lease=lease)
    if settled:
        _settle(the_portal(), settled, lease=lease)
        _report(settled)
    return len(settled)


@cache
def _lines() -> ThreadPoolExecutor:
    """Those who hand over, kept from batch to batch; enough for two batches at once."""
    return ThreadPoolExecutor(max_workers=2 * AT_ONCE, thread_name_prefix="hand over")


def _send_all(dues: Sequence[Due], *, gateways: Gateways, now: datetime) -> list[Settled]:
    """Hand several notices over, each line taking the next one when it is done with one."""
    waiting = iter(dues)

    def hand_over_what_waits(_: int) -> list[Settled]:
        return [_send(due, gateways=gateways, now=now) for due in waiting]

    each_line = _lines().map(hand_over_what_waits, range(min(AT_ONCE, len(dues))))
    return [settled for of_a_line in each_line for settled in of_a_line]


def _send(due: Due, *, gateways: Gateways, now: datetime) -> Settled:
    """Hand one notice over, outside the database; its id is the reference, however often it is sent."""
    reader = Reader.HERSELF if due.receiver_id == due.about_id else Reader.KIN
    told = Told(due.what, reader, due.said.get("at"), due.said.get("until"), len(due.events), due.first_name)
    written = letter(told, due.letterhead, language=due.language, now=now)
    try:
        if due.browsers:
            return send_to_browsers(due, written, gateways.push, now=now)
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
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    ordered = sorted(settled, key=lambda each: each.due.id)
    columns = {
        "ids": array_of([each.due.id for each in ordered]),
        "decisions": array_of([each.decision.value for each in ordered]),
        "channels": array_of([each.due.channel.value for each in ordered]),
        "sent_at": array_of([each.sent_at for each in ordered]),
        "retry_at": array_of([each.retry_at for each in ordered]),
        "references": array_of([each.reference[:100] for each in ordered]),
        "errors": array_of([each.error[:60] for each in ordered]),
        "attempts": array_of([each.due.attempts if each.attempts is None else each.attempts for each in ordered]),
        "due_at": array_of([each.due_at for each in ordered]),
        "segments": array_of([each.segments for each in ordered]),
        "address_ends": array_of([each.due.to[-2:] if each.due.channel is Channel.SMS else "" for each in ordered]),
        "month": day_of(clock.now()).replace(day=1),
        "reached_nobody": [decision.value for decision in REACHED_NOBODY],
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL["settle"], {**columns, "lease": lease})
    afterwards.write_down(grant, ordered)


def _report(settled: Collection[Settled]) -> None:
    for decision, count in Counter(each.decision.value for each in settled).items():
        log.info("Notices were taken up", extra={"reason": decision, "count": count})
