"""Which of two SMS providers has a notice: written down before it is handed over, so that never both get it (R55)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from msgspec.structs import replace

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require, the_portal
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.gateways.handover import PASSING, Why
from hjemmekontakt.gateways.sms import Failover, SmsGateway
from hjemmekontakt.notifications.rules import Channel, Decision
from hjemmekontakt.notifications.statements import SQL

if TYPE_CHECKING:
    from hjemmekontakt.notifications.due import Due, Settled

REFUSED_FOR_CERTAIN = PASSING - {Why.UNCERTAIN}

Send = Callable[[Sequence["Due"]], list["Settled"]]


def in_turn(dues: Sequence["Due"], gateway: SmsGateway | None, *, send: Send, lease: datetime) -> list["Settled"]:
    """Send what is due; where there are two SMS providers, what the first refused for certain goes to the other at once.

    A notice that a provider may have had before goes to that one alone, whatever it answers in the meantime.
    """
    if not isinstance(gateway, Failover):
        return send(dues)
    by_sms = [due for due in dues if due.channel is Channel.SMS]
    chosen = choose_providers(the_portal(), {due.id: gateway.choose() for due in by_sms}, lease=lease)
    first = send([due for due in dues if due.channel is not Channel.SMS] + _with(chosen.provider, by_sms))
    settled = {each.due.id: _still_uncertain(each) if each.due.id in chosen.bound else each for each in first}
    elsewhere = {
        id: other
        for id, each in settled.items()
        if id in chosen.provider and id not in chosen.bound and _may_go_elsewhere(each)
        if (other := gateway.other_than(chosen.provider[id]))
    }
    if elsewhere:
        moved = choose_other_providers(the_portal(), elsewhere, lease=lease)
        settled |= {each.due.id: each for each in send(_with({id: elsewhere[id] for id in moved}, by_sms))}
    return list(settled.values())


class Chosen:
    """Which provider each notice is handed to, and which notices an earlier attempt has bound to theirs."""

    def __init__(self, rows: Sequence[tuple[UUID, str, bool]]) -> None:
        self.provider = {id: provider for id, provider, _ in rows}
        self.bound = {id for id, _, is_bound in rows if is_bound}


@intent
def choose_providers(actor: Actor, wanted: dict[UUID, str], *, lease: datetime) -> Chosen:
    """Write down to whom each notice is about to be handed; those whose lease is not ours any more are left out."""
    require(actor, May.SEND_NOTICES, about=lookup.portal())
    return Chosen(_asked("choose_provider", wanted, lease=lease))


@intent
def choose_other_providers(actor: Actor, wanted: dict[UUID, str], *, lease: datetime) -> list[UUID]:
    """Write down that notices which one provider has refused for certain are about to be handed to another."""
    require(actor, May.SEND_NOTICES, about=lookup.portal())
    return [id for (id,) in _asked("choose_other_provider", wanted, lease=lease)]


def _asked(statement: str, wanted: dict[UUID, str], *, lease: datetime) -> list[Any]:
    ids = sorted(wanted)
    with connection.cursor() as cursor:
        cursor.execute(SQL[statement], {"ids": ids, "providers": [wanted[id] for id in ids], "lease": lease})
        return cursor.fetchall()


def _with(providers: dict[UUID, str], dues: Sequence["Due"]) -> list["Due"]:
    return [replace(due, provider=providers[due.id]) for due in dues if due.id in providers]


def _may_go_elsewhere(settled: "Settled") -> bool:
    return settled.decision is Decision.DUE and settled.error in REFUSED_FOR_CERTAIN


def _still_uncertain(settled: "Settled") -> "Settled":
    """The earlier attempt may still have come through, whatever this one was told."""
    return replace(settled, error=Why.UNCERTAIN.value) if settled.decision is Decision.DUE else settled
