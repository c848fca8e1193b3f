"""A journal keeps its own subscriptions: makes, reads, changes, ends them, and asks for what it was told (R96)."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Q, QuerySet

from hjemmekontakt.access.actions import Denied, Grant, intent
from hjemmekontakt.access.for_journal import let_ask, municipality_of
from hjemmekontakt.access.rules import About, Actor, Denial, May
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.municipalities.models import JournalHook, Service, Subscription, SubscriptionDelivery, Unit
from hjemmekontakt.municipalities.subscriptions import rules
from hjemmekontakt.municipalities.subscriptions.rules import (
    Content,
    NotKept,
    Status,
    SubscriptionView,
    Told,
    Wanted,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """A subscription with some of its events, by number."""

    subscription: SubscriptionView
    events: tuple[Told, ...] = ()


@intent
def make(actor: Actor, wanted: Wanted) -> SubscriptionView:
    """A journal subscribes: its address is shaken hands with before anything is told there."""
    grant = let_ask(actor, May.KEEP_SUBSCRIPTIONS)
    if refusal := _why_not(grant, wanted):
        raise Refused(refusal)
    if not (wanted.authorization or wanted.secret):
        raise Refused(NotKept.NO_PROOF)
    mine = _mine(grant)
    if mine.filter(_place(wanted)).exists():
        raise Refused(NotKept.SAME_ALREADY)
    if mine.count() >= rules.MOST:
        raise Refused(NotKept.TOO_MANY)
    row = Subscription(municipality_id=municipality_of(actor), client_id=actor.id)
    return _put(row, wanted)


@intent
def change(actor: Actor, id: UUID, wanted: Wanted, *, version: int | None = None) -> SubscriptionView:
    """A journal changes a subscription, turns it off or on again; on again, hands are shaken anew.

    What waited while it was off is told then; what happened meanwhile is not.
    """
    grant = let_ask(actor, May.KEEP_SUBSCRIPTIONS)
    row = _one(grant, id, _mine(grant).select_for_update())
    if version is not None and version != row.version:
        raise Refused(NotKept.CHANGED_MEANWHILE)
    if refusal := _why_not(grant, wanted):
        raise Refused(refusal)
    if _mine(grant).filter(_place(wanted)).exclude(id=id).exists():
        raise Refused(NotKept.SAME_ALREADY)
    row.version += 1
    return _put(row, wanted)


@intent
def end(actor: Actor, id: UUID) -> None:
    """A journal ends a subscription; what it was told of it is forgotten with it."""
    grant = let_ask(actor, May.KEEP_SUBSCRIPTIONS)
    row = _one(grant, id, _mine(grant).select_for_update())
    _write_down("A subscription was ended", row)
    row.delete()


@intent
def one(actor: Actor, id: UUID) -> SubscriptionView:
    """One of the journal's own subscriptions."""
    grant = let_ask(actor, May.KEEP_SUBSCRIPTIONS)
    return view(_one(grant, id, _mine(grant)))


@intent
def all_of(actor: Actor) -> list[SubscriptionView]:
    """All of the journal's own subscriptions, in a fixed order; there are never many."""
    grant = let_ask(actor, May.KEEP_SUBSCRIPTIONS)
    return [view(row) for row in _mine(grant).order_by("id")]


@intent
def events_of(actor: Actor, id: UUID, *, since: int, until: int | None, limit: int) -> Account:
    """What a subscriber was told, or was to be told, from a number to another: it fetches what it has missed (R99)."""
    grant = let_ask(actor, May.KEEP_SUBSCRIPTIONS)
    row = _one(grant, id, _mine(grant))
    found = SubscriptionDelivery.objects.filter(subscription_id=row.id, number__gte=since)
    if until is not None:
        found = found.filter(number__lte=until)
    return Account(view(row), tuple(told(found.order_by("number")[:limit])))


def view(row: Subscription) -> SubscriptionView:
    """The subscription without its secrets; one whose time has run out is off."""
    is_over = row.ends_at is not None and row.ends_at <= clock.real()
    return SubscriptionView(
        id=row.id,
        version=row.version,
        status=Status.OFF if is_over else Status(row.status),
        topic=row.topic,
        reason=row.reason,
        url=row.url,
        content=Content(row.content),
        unit_id=row.unit_id,
        service_id=row.service_id,
        heartbeat_s=row.heartbeat_s,
        ends_at=row.ends_at,
        events=row.events,
        last_error=row.last_error,
        stored_at=row.stored_at,
    )


def told(rows: Iterable[SubscriptionDelivery]) -> list[Told]:
    """Deliveries as events."""
    return [
        Told(
            id=row.id,
            number=row.number,
            focus_kind=row.focus_kind,
            focus_id=row.focus_id,
            happened_at=row.happened_at,
        )
        for row in rows
    ]


def why_not_here(municipality_id: UUID, url: str) -> NotKept | None:
    """Say why a municipality's subscriber cannot be told at this address; None means it can."""
    registered = JournalHook.objects.filter(municipality_id=municipality_id).values_list("url", flat=True)
    return rules.why_not_address(url, registered=list(registered), on_this_machine=on_this_machine())


def on_this_machine() -> frozenset[str]:
    """The names of this machine at which a subscriber may listen: in the demo alone."""
    return rules.THIS_MACHINE if settings.IS_DEMO else frozenset()


def _mine(grant: Grant) -> "QuerySet[Subscription]":
    return Subscription.objects.filter(municipality_id=grant.municipality_id, client_id=grant.actor.id)


def _one(grant: Grant, id: UUID, rows: "QuerySet[Subscription]") -> Subscription:
    row = rows.filter(id=id).first()
    if row is None:
        raise Denied(Denial.UNKNOWN, actor=grant.actor, may=grant.may, about=About("subscription", id))
    return row


def _place(wanted: Wanted) -> Q:
    return Q(topic=wanted.topic, url=wanted.url, unit_id=wanted.unit_id, service_id=wanted.service_id)


def _why_not(grant: Grant, wanted: Wanted) -> NotKept | None:
    municipality_id = municipality_of(grant.actor)
    if why_not := why_not_here(municipality_id, wanted.url):
        return why_not
    for kind, id in ((Unit, wanted.unit_id), (Service, wanted.service_id)):
        if id is not None and not kind.objects.filter(id=id, municipality_id=municipality_id).exists():
            return NotKept.UNKNOWN_PLACE
    return None


def _put(row: Subscription, wanted: Wanted) -> SubscriptionView:
    now: datetime = clock.real()
    row.topic, row.reason, row.url, row.content = wanted.topic, wanted.reason, wanted.url, wanted.content.value
    row.unit_id, row.service_id = wanted.unit_id, wanted.service_id
    row.heartbeat_s, row.ends_at, row.stored_at = wanted.heartbeat_s, wanted.ends_at, now
    if wanted.authorization:
        row.authorization_sealed = keys.seal(wanted.authorization)
    if wanted.secret:
        row.secret_sealed = keys.seal(wanted.secret)
    row.status = Status.OFF if wanted.is_off else Status.REQUESTED
    row.shaken_at, row.failing_since, row.failures, row.last_error = None, None, 0, ""
    row.due_at = None if wanted.is_off else now
    try:
        row.save()
    except IntegrityError:  # the same was sent at the same moment
        raise Refused(NotKept.SAME_ALREADY) from None
    _write_down("A subscription was made or changed", row)
    return view(row)


def _write_down(what: str, row: Subscription) -> None:
    told = {"municipality": str(row.municipality_id), "client": str(row.client_id), "event": row.topic}
    log.info(what, extra={**told, "status": str(row.status)})
