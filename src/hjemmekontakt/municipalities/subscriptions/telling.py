"""The worker brings events to subscribers: put to each, handed out, noted, and given up after 72 hours (R97, R99)."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import connection
from django.db.models import Count, F, Min, QuerySet

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.municipalities.models import Subscription, SubscriptionDelivery
from hjemmekontakt.municipalities.subscriptions.keeping import told, view, why_not_here
from hjemmekontakt.municipalities.subscriptions.rules import (
    KEPT,
    PATIENCE,
    DeadLetter,
    Errand,
    Happening,
    Letter,
    Outcome,
    State,
    Status,
    Trouble,
    wait_after,
)

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
IN_A_LETTER = 20
NOTED = ["status", "shaken_at", "heard_at", "failing_since", "failures", "last_error", "due_at", "leased_until"]

# A happening gets the next number of each subscription that wishes to hear of it, once for each row of the outbox.
PUT = """
WITH place AS (SELECT unit_id, service_id FROM hk_where_it_belongs(%(kind)s, %(focus_id)s)),
hearing AS (
    UPDATE subscription s SET events = s.events + 1,
        due_at = CASE WHEN s.failures > 0 AND s.due_at IS NOT NULL THEN s.due_at ELSE least(s.due_at, %(now)s) END
    WHERE s.municipality_id = %(municipality_id)s AND s.topic = %(topic)s AND s.status <> 'off'
        AND (s.ends_at IS NULL OR s.ends_at > %(now)s) AND hk_client_is_in_use(s.client_id)
        AND (s.unit_id IS NULL OR s.unit_id IN (SELECT unit_id FROM place))
        AND (s.service_id IS NULL OR s.service_id IN (SELECT service_id FROM place))
        AND NOT EXISTS (SELECT FROM subscription_delivery d
            WHERE d.subscription_id = s.id AND d.source = %(source)s AND d.focus_id = %(focus_id)s)
    RETURNING s.id, s.municipality_id, s.events)
INSERT INTO subscription_delivery (subscription_id, municipality_id, number, source, focus_kind, focus_id, state,
    happened_at, waits_from, due_at, attempts, last_error)
SELECT id, municipality_id, events, %(source)s, %(focus_kind)s, %(focus_id)s, 'waiting', %(now)s, %(now)s, %(now)s, 0, ''
FROM hearing
"""

CLAIM = """
UPDATE subscription SET leased_until = %(until)s WHERE id IN (
    SELECT id FROM subscription WHERE due_at <= %(now)s AND status <> 'off' AND (ends_at IS NULL OR ends_at > %(now)s)
        AND (leased_until IS NULL OR leased_until < %(now)s) AND hk_client_is_in_use(client_id)
    ORDER BY due_at, id FOR UPDATE SKIP LOCKED LIMIT %(limit)s)
RETURNING id
"""


@intent
def put(actor: Actor, happenings: Iterable[Happening]) -> int:
    """Put what has happened to each subscription that wishes to hear of it; how many are to be told."""
    require(actor, May.TELL_THE_JOURNAL, about=lookup.portal())
    now, count = clock.real(), 0
    with connection.cursor() as cursor:
        for each in happenings:
            values = {name: getattr(each, name) for name in each.__slots__}
            cursor.execute(PUT, {**values, "now": now})
            count += cursor.rowcount
    return count


@intent
def claim(actor: Actor, *, limit: int) -> list[Letter]:
    """Take those subscribers who have waited longest, for a minute, each with what it is to hear first.

    Another worker takes others, or these again when the minute is over: under the same numbers.
    """
    require(actor, May.TELL_THE_JOURNAL, about=lookup.portal())
    now = clock.real()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + LEASE, "limit": limit})
        ids = [row[0] for row in cursor.fetchall()]
    rows = list(Subscription.objects.filter(id__in=ids).order_by("due_at", "id"))
    return [_letter(row, now=now) for row in rows if _is_still_registered(row, now=now)]


@intent
def note(actor: Actor, outcome: Outcome) -> None:
    """Write down what became of a letter, and when there is something to do next for its subscriber."""
    require(actor, May.TELL_THE_JOURNAL, about=lookup.portal())
    row = Subscription.objects.select_for_update().filter(id=outcome.subscription_id).first()
    if row is None:  # ended meanwhile
        return
    now = clock.real()
    waiting = SubscriptionDelivery.objects.filter(subscription_id=row.id, state=State.WAITING)
    waiting.filter(id__in=outcome.heard).update(
        state=State.SENT, settled_at=now, attempts=F("attempts") + 1, last_error=""
    )
    for id, why in outcome.refused:
        for each in waiting.filter(id=id):
            _refused(each, why, now=now)
    if row.version != outcome.version:  # changed while it was told: what is to be done next is known
        pass
    elif outcome.failed:
        _not_reached(row, outcome, now=now)
    else:
        _reached(row, outcome, now=now)
    row.leased_until = None
    row.save(update_fields=NOTED)


@intent
def dead_letters(actor: Actor) -> list[DeadLetter]:
    """The events that were given up and wait for a person, by municipality, subscription and number (R97)."""
    require(actor, May.TELL_THE_JOURNAL, about=lookup.portal())
    rows = SubscriptionDelivery.objects.filter(state=State.DEAD).select_related("subscription", "municipality")
    return [
        DeadLetter(
            id=row.id,
            municipality_name=row.municipality.name,
            subscription_id=row.subscription_id,
            host=urlsplit(row.subscription.url).hostname or "",
            topic=row.subscription.topic,
            number=row.number,
            attempts=row.attempts,
            last_error=row.last_error,
            happened_at=row.happened_at,
        )
        for row in rows.order_by("municipality__name", "subscription_id", "number")
    ]


@intent
def try_again(actor: Actor, ids: Iterable[int] | None = None) -> int:
    """Let events that were given up, all or some, wait another 72 hours under their old numbers; how many."""
    require(actor, May.TELL_THE_JOURNAL, about=lookup.portal())
    now = clock.real()
    found = _dead(ids)
    subscriptions = set(found.values_list("subscription_id", flat=True))
    count = found.update(state=State.WAITING, waits_from=now, due_at=now, settled_at=None)
    Subscription.objects.filter(id__in=subscriptions).exclude(status=Status.OFF).update(due_at=now, failing_since=None)
    return int(count)


@intent
def drop(actor: Actor, ids: Iterable[int] | None = None) -> int:
    """Let go of events that were given up, all or some; they can still be asked for by their numbers for 30 days."""
    require(actor, May.TELL_THE_JOURNAL, about=lookup.portal())
    return int(_dead(ids).update(state=State.DROPPED, settled_at=clock.real()))


@intent
def troubles(actor: Actor) -> list[Trouble]:
    """The municipalities with events given up, or with subscriptions that do not work, by name (R97)."""
    require(actor, May.TELL_THE_JOURNAL, about=lookup.portal())
    dead = SubscriptionDelivery.objects.filter(state=State.DEAD).values_list("municipality__name").order_by()
    failing = Subscription.objects.filter(status=Status.ERROR).values_list("municipality__name").order_by()
    counted = dict(dead.annotate(count=Count("id")))
    broken = dict(failing.annotate(count=Count("id")))
    return [Trouble(name, counted.get(name, 0), broken.get(name, 0)) for name in sorted({*counted, *broken})]


@intent
def figures(actor: Actor) -> tuple[int, int]:
    """How many events wait for subscribers now, and how many were given up."""
    require(actor, May.TELL_THE_JOURNAL, about=lookup.portal())
    waiting, dead = (SubscriptionDelivery.objects.filter(state=each).count() for each in (State.WAITING, State.DEAD))
    return waiting, dead


@intent
def forget(actor: Actor) -> int:
    """Forget what subscribers heard, or what was dropped, more than 30 days ago; how many."""
    require(actor, May.TELL_THE_JOURNAL, about=lookup.portal())
    old = SubscriptionDelivery.objects.filter(state__in=[State.SENT, State.DROPPED], settled_at__lt=clock.real() - KEPT)
    return int(old.delete()[0])


def _is_still_registered(row: Subscription, *, now: datetime) -> bool:
    """Whether the operator still has the subscriber's address; where not, it waits as one that cannot be reached."""
    if why_not_here(row.municipality_id, row.url) is None:
        return True
    errand = Errand.EVENT if row.shaken_at else Errand.HANDSHAKE
    _not_reached(row, Outcome(subscription_id=row.id, version=row.version, errand=errand, failed="setup"), now=now)
    row.leased_until = None
    row.save(update_fields=NOTED)
    return False


def _letter(row: Subscription, *, now: datetime) -> Letter:
    """A handshake comes before all else; a heartbeat where nothing waits."""
    waiting = SubscriptionDelivery.objects.filter(subscription_id=row.id, state=State.WAITING, due_at__lte=now)
    events = told(waiting.order_by("number")[:IN_A_LETTER]) if row.shaken_at else []
    errand = Errand.HANDSHAKE if row.shaken_at is None else Errand.EVENT if events else Errand.HEARTBEAT
    return Letter(
        subscription=view(row),
        errand=errand,
        events=tuple(events),
        authorization=keys.unseal(row.authorization_sealed) if row.authorization_sealed else "",
        secret=keys.unseal(row.secret_sealed) if row.secret_sealed else "",
    )


def _reached(row: Subscription, outcome: Outcome, *, now: datetime) -> None:
    row.heard_at, row.failing_since, row.failures, row.last_error = now, None, 0, ""
    if outcome.errand is Errand.HANDSHAKE:
        row.shaken_at = now
    if row.status in (Status.REQUESTED, Status.ERROR) and row.shaken_at is not None:
        row.status = Status.ACTIVE
    row.due_at = _next(row)


def _not_reached(row: Subscription, outcome: Outcome, *, now: datetime) -> None:
    row.failures += 1
    row.failing_since = row.failing_since or now
    row.last_error = outcome.failed
    waiting = SubscriptionDelivery.objects.filter(subscription_id=row.id, state=State.WAITING)
    waiting.filter(due_at__lte=now).update(attempts=F("attempts") + 1, last_error=outcome.failed)
    given_up = waiting.filter(waits_from__lt=now - PATIENCE).update(state=State.DEAD)
    _ring(row, given_up)
    never_shaken = outcome.errand is Errand.HANDSHAKE
    if row.status != Status.OFF and (never_shaken or given_up or now - row.failing_since > PATIENCE):
        row.status = Status.ERROR
    row.due_at = now + wait_after(row.failures)


def _refused(delivery: SubscriptionDelivery, why: str, *, now: datetime) -> None:
    """One event alone was not taken: it waits by itself, and holds none of the others back."""
    delivery.attempts += 1
    delivery.last_error = why
    delivery.due_at = now + wait_after(delivery.attempts)
    if now - delivery.waits_from > PATIENCE:
        delivery.state = State.DEAD
        _ring(delivery.subscription, 1)
    delivery.save()


def _next(row: Subscription) -> datetime | None:
    """When there is something to do for a subscriber that answers: an event that waits, or its heartbeat."""
    waiting = SubscriptionDelivery.objects.filter(subscription_id=row.id, state=State.WAITING)
    first = waiting.aggregate(first=Min("due_at"))["first"]
    beat = row.heard_at + timedelta(seconds=row.heartbeat_s) if row.heard_at and row.heartbeat_s else None
    return min(filter(None, (first, beat)), default=None)


def _dead(ids: Iterable[int] | None) -> "QuerySet[SubscriptionDelivery]":
    rows = SubscriptionDelivery.objects.filter(state=State.DEAD)
    return rows if ids is None else rows.filter(id__in=list(ids))


def _ring(row: Subscription, given_up: int) -> None:
    if given_up:
        log.error(
            "Events for a subscriber were given up; ./hk dead-letters shows them",
            extra={"municipality": str(row.municipality_id), "count": given_up, "event": row.topic},
        )
