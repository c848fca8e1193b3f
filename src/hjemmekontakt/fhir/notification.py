"""The notice that a journal gets when something has happened: what to fetch, nothing of what it says (R4 backport)."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

_GUIDE = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"
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
    what = {
        "fullUrl": f"{base}/{focus}",
        "request": {"method": "GET", "url": focus},
        "response": {"status": "200"},
    }
    return _bundle(parameters, what, base=base, hook_id=hook_id, told_at=told_at)


def heartbeat(*, base: str, hook_id: UUID, told_at: datetime) -> bytes:
    """Write a notification that tells nothing: it only asks whether the journal is there (R33)."""
    parameters = [{"name": "status", "valueCode": "active"}, {"name": "type", "valueCode": "heartbeat"}]
    return _bundle(parameters, base=base, hook_id=hook_id, told_at=told_at)


def _bundle(
    parameters: list[dict[str, Any]], *further: dict[str, Any], base: str, hook_id: UUID, told_at: datetime
) -> bytes:
    hook = {"name": "subscription", "valueReference": {"reference": f"{base}/Subscription/{hook_id}"}}
    status = {
        "resourceType": "Parameters",
        "meta": {"profile": [f"{_GUIDE}/backport-subscription-status-r4"]},
        "parameter": [hook, *parameters],
    }
    bundle = {
        "resourceType": "Bundle",
        "meta": {"profile": [f"{_GUIDE}/backport-subscription-notification-r4"]},
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
    return json.dumps(bundle, separators=(",", ":")).encode()
