"""The notice that a journal gets when something has happened: what to fetch, nothing of what it says (R4 backport)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hjemmekontakt.municipalities.subscriptions.rules import Content, Errand, SubscriptionView, Told

GUIDE = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"
_TOPICS = "https://hjemmekontakt.example/fhir/SubscriptionTopic"


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of thing that a journal is told of."""

    name: str
    resource: str

    @property
    def canonical(self) -> str:
        """The topic's address, as a name."""
        return f"{_TOPICS}/{self.name}"


CANCELLATION_ASKED = Topic("cancellation-asked", "Task")
CANCELLATION_WITHDRAWN = Topic("cancellation-withdrawn", "Task")
CHANGE_WISHED = Topic("visit-change-wished", "Task")
MESSAGE_SENT = Topic("message-sent", "Communication")
CITIZEN_ACTIVATED = Topic("citizen-activated", "Patient")
TOPICS = {
    topic.name: topic
    for topic in (CANCELLATION_ASKED, CANCELLATION_WITHDRAWN, CHANGE_WISHED, MESSAGE_SENT, CITIZEN_ACTIVATED)
}


def write(topic: Topic, id: UUID, *, base: str, hook_id: UUID, told_at: datetime) -> bytes:
    """Write the notification of one event, by id only: the journal fetches the rest with its own token (R8).

    Its number rises from notice to notice, and is the millisecond in which the journal is told.
    """
    focus = f"{topic.resource}/{id}"
    number = str(int(told_at.timestamp() * 1000))
    event = [
        {"name": "event-number", "valueString": number},
        {"name": "timestamp", "valueInstant": told_at.isoformat()},
        {"name": "focus", "valueReference": {"reference": focus, "type": topic.resource}},
    ]
    parameters = [
        {"name": "topic", "valueCanonical": topic.canonical},
        {"name": "status", "valueCode": "active"},
        {"name": "type", "valueCode": "event-notification"},
        {"name": "notification-event", "part": event},
    ]
    return _bundle(parameters, _to_fetch(focus, base=base), base=base, hook_id=hook_id, told_at=told_at)


def heartbeat(*, base: str, hook_id: UUID, told_at: datetime) -> bytes:
    """Write a notification that tells nothing: it only asks whether the journal is there (R33)."""
    parameters = [{"name": "status", "valueCode": "active"}, {"name": "type", "valueCode": "heartbeat"}]
    return _bundle(parameters, base=base, hook_id=hook_id, told_at=told_at)


def to_subscriber(
    subscription: SubscriptionView, what: Errand | str, events: Sequence[Told], *, base: str, told_at: datetime
) -> dict[str, Any]:
    """Write what a subscriber is told: a handshake, a heartbeat, or events under the numbers that they keep (R97).

    What it has asked for (`query-event`) is written the same way. One that is told nothing is not told the topic either.
    """
    with_ids = subscription.content is Content.ID_ONLY
    kind = what.value if isinstance(what, Errand) else what
    status = [each for each in status_of(subscription, kind) if with_ids or each["name"] != "topic"]
    parameters = [*status, *(_event(each, with_ids=with_ids) for each in events)]
    things = [_to_fetch(f"{each.focus_kind}/{each.focus_id}", base=base) for each in events] if with_ids else []
    return _bundle_of(parameters, *things, base=base, hook_id=subscription.id, told_at=told_at)


def status_of(subscription: SubscriptionView, kind: str) -> list[dict[str, Any]]:
    """How a subscription stands, as the parameters of a SubscriptionStatus."""
    told: list[dict[str, Any]] = [
        {"name": "topic", "valueCanonical": TOPICS[subscription.topic].canonical},
        {"name": "status", "valueCode": subscription.status.value},
        {"name": "type", "valueCode": kind},
        {"name": "events-since-subscription-start", "valueString": str(subscription.events)},
    ]
    if subscription.last_error:
        told.append({"name": "error", "valueCodeableConcept": {"text": subscription.last_error}})
    return told


def status_resource(hook_id: UUID, parameters: Sequence[dict[str, Any]], *, base: str) -> dict[str, Any]:
    """A SubscriptionStatus, as R4 has it: Parameters."""
    which = {"name": "subscription", "valueReference": {"reference": f"{base}/Subscription/{hook_id}"}}
    return {
        "resourceType": "Parameters",
        "meta": {"profile": [f"{GUIDE}/backport-subscription-status-r4"]},
        "parameter": [which, *parameters],
    }


def encoded(bundle: dict[str, Any]) -> bytes:
    """The same, as it goes on the wire and is signed."""
    return json.dumps(bundle, separators=(",", ":")).encode()


def _event(each: Told, *, with_ids: bool) -> dict[str, Any]:
    part: list[dict[str, Any]] = [
        {"name": "event-number", "valueString": str(each.number)},
        {"name": "timestamp", "valueInstant": each.happened_at.isoformat()},
    ]
    if with_ids:
        focus = {"reference": f"{each.focus_kind}/{each.focus_id}", "type": each.focus_kind}
        part.append({"name": "focus", "valueReference": focus})
    return {"name": "notification-event", "part": part}


def _to_fetch(focus: str, *, base: str) -> dict[str, Any]:
    return {
        "fullUrl": f"{base}/{focus}",
        "request": {"method": "GET", "url": focus},
        "response": {"status": "200"},
    }


def _bundle(
    parameters: list[dict[str, Any]], *further: dict[str, Any], base: str, hook_id: UUID, told_at: datetime
) -> bytes:
    return encoded(_bundle_of(parameters, *further, base=base, hook_id=hook_id, told_at=told_at))


def _bundle_of(
    parameters: list[dict[str, Any]], *further: dict[str, Any], base: str, hook_id: UUID, told_at: datetime
) -> dict[str, Any]:
    status = status_resource(hook_id, parameters, base=base)
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [f"{GUIDE}/backport-subscription-notification-r4"]},
        "type": "history",
        "timestamp": told_at.isoformat(),
        "entry": [
            {
                "fullUrl": f"urn:uuid:{hook_id}",
                "resource": status,
                "request": {"method": "GET", "url": f"Subscription/{hook_id}/$status"},
                "response": {"status": "200"},
            },
            *further,
        ],
    }
