"""To accept the terms, to stop using the service, and the night's work of activating."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.consent import queries
from hjemmekontakt.consent.events import CitizenActivated
from hjemmekontakt.consent.models import Acceptance, Activation
from hjemmekontakt.consent.rules import OSLO, Refusal, State, due_at, what_is_missing
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused

BATCH = 200


@intent
def accept_terms(actor: Actor, *, version: int, language: str, level: str) -> datetime:
    """She accepts the terms she was shown: who, version, time, language and level are kept (R3); says when it is due.

    Raises Refused(NEW_VERSION) where another version holds by now. Accepting twice is as accepting once.
    """
    require(actor, May.ACCEPT_TERMS, about=lookup.citizen(actor.about_id))
    if version != queries.current_version():
        raise Refused(Refusal.NEW_VERSION)
    now = clock.now()
    already = Acceptance.objects.filter(citizen_id=actor.about_id, version=version, withdrawn_at__isnull=True).exists()
    if not already:
        _keep_acceptance(actor.about_id, version=version, language=language, level=level, now=now)
    activation, made = Activation.objects.get_or_create(citizen_id=actor.about_id, defaults={"due_at": due_at(now)})
    if not made and activation.state == State.INACTIVE:
        activation.state, activation.due_at, activation.ended_at, activation.reason = (
            State.ACTIVATING,
            due_at(now),
            None,
            "",
        )
        activation.save(update_fields=["state", "due_at", "ended_at", "reason"])
    return activation.due_at


def _keep_acceptance(citizen_id: UUID | None, *, version: int, language: str, level: str, now: datetime) -> None:
    try:
        with transaction.atomic():
            Acceptance.objects.create(
                citizen_id=citizen_id, version=version, language=language, level=level, accepted_at=now
            )
    except IntegrityError:
        return  # a second press came first: the same acceptance stands


@intent
def stop_using(actor: Actor) -> None:
    """She stops using the service (R4): her acceptance is withdrawn and her contact ends here at once; the help goes on."""
    require(actor, May.ACCEPT_TERMS, about=lookup.citizen(actor.about_id))
    now = clock.now()
    Acceptance.objects.filter(citizen_id=actor.about_id, withdrawn_at__isnull=True).update(withdrawn_at=now)
    Activation.objects.filter(citizen_id=actor.about_id).exclude(state=State.INACTIVE).update(
        state=State.INACTIVE, ended_at=now, reason="stopped"
    )


@intent
def activate_due(actor: Actor, *, now: datetime, after: UUID | None = None) -> tuple[int, UUID | None]:
    """The night's work: one batch of those who wait is looked at and, where nothing is missing, activated (R5, R6).

    Says how many became active, and after whom the next batch begins (None: that was the last). Each batch is whole or
    not at all; who still lacks something waits for a later night.
    """
    grant = require(actor, May.ACTIVATE, about=lookup.portal())
    waiting = Activation.objects.select_for_update(skip_locked=True).filter(state=State.ACTIVATING, due_at__lte=now)
    if after is not None:
        waiting = waiting.filter(citizen_id__gt=after)
    batch: Sequence[Activation] = list(waiting.order_by("citizen_id")[:BATCH])
    activated = 0
    for activation in batch:
        facts, _ = queries.facts_of(grant, activation.citizen_id, today=now.astimezone(OSLO).date())
        if what_is_missing(facts):
            continue
        activation.state, activation.activated_at = State.ACTIVE, now
        activation.save(update_fields=["state", "activated_at"])
        outbox.publish(CitizenActivated(citizen_id=activation.citizen_id))
        activated += 1
    return activated, batch[-1].citizen_id if len(batch) == BATCH else None
