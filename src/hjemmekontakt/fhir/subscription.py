"""Subscription: what a journal wishes to be told of and where, in the shape of the R4 backport 1.1."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.decoding import decode, decoder
from hjemmekontakt.fhir.elements import without_nothing
from hjemmekontakt.fhir.notification import CITIZEN_ACTIVATED, GUIDE, TOPICS, Topic
from hjemmekontakt.fhir.outcome import BadResource, Issue, unacceptable
from hjemmekontakt.fhir.structs.datatypes import Element, Extension
from hjemmekontakt.fhir.structs.subscription import Channel, Subscription
from hjemmekontakt.municipalities.subscriptions.rules import Content, SubscriptionView, Wanted

PROFILE = f"{GUIDE}/backport-subscription"
FILTER = f"{GUIDE}/backport-filter-criteria"
HEARTBEAT = f"{GUIDE}/backport-heartbeat-period"
PAYLOAD_CONTENT = f"{GUIDE}/backport-payload-content"
JSON = "application/fhir+json"
SECONDS = range(60, 86_401)
SECRET = range(24, 201)
PLACES = {"unit": "Organization", "service": "HealthcareService"}

_BY_CANONICAL = {topic.canonical: topic for topic in TOPICS.values()}
_HEADER = re.compile(r"authorization: ?([\x21-\x7e][\x20-\x7e]{7,1999})", re.IGNORECASE)
_VISIBLE = re.compile(r"[\x21-\x7e]+")
_decoder = decoder(Subscription)


def read(body: bytes) -> tuple[str | None, Wanted]:
    """Understand a Subscription, with the id that it says it has; or raise BadResource with every reason why not."""
    resource: Subscription = decode(body, _decoder, kind="Subscription")
    wrong: list[Issue] = []
    topic = _BY_CANONICAL.get(resource.criteria)
    if topic is None:
        wrong.append(_error("not-supported", "The criteria is one of the topics that /metadata lists.", "criteria"))
    if len(resource.reason) > 200:
        wrong.append(_error("too-long", "The reason is at most 200 characters.", "reason"))
    if resource.modifier_extension or resource.channel.modifier_extension:
        wrong.append(_error("extension", "A modifierExtension changes the meaning and is not known here.", ""))
    url = _endpoint(resource.channel, wrong)
    content = _content(resource.channel, wrong)
    heartbeat = _heartbeat(resource.channel, wrong)
    authorization = _authorization(resource.channel, wrong)
    secret = _secret(resource.channel, wrong)
    places = _places(topic, resource.criteria_ext, wrong)
    if wrong or topic is None:
        raise BadResource(wrong, status=422)
    return resource.id, Wanted(
        topic=topic.name,
        reason=resource.reason,
        url=url,
        content=content,
        unit_id=places.get("unit"),
        service_id=places.get("service"),
        heartbeat_s=heartbeat,
        ends_at=resource.end,
        is_off=resource.status == "off",
        authorization=authorization,
        secret=secret,
    )


def write(given: SubscriptionView) -> dict[str, Any]:
    """Write a subscription; what it proves itself by is never shown again."""
    filters = [
        f"{name}={kind}/{id}"
        for (name, kind), id in zip(PLACES.items(), (given.unit_id, given.service_id), strict=True)
        if id is not None
    ]
    criteria_ext = [{"url": FILTER, "valueString": f"{TOPICS[given.topic].resource}?{'&'.join(filters)}"}]
    beat = [{"url": HEARTBEAT, "valueUnsignedInt": given.heartbeat_s}] if given.heartbeat_s else []
    return without_nothing(
        {
            "resourceType": "Subscription",
            "id": str(given.id),
            "meta": {
                "versionId": str(given.version),
                "lastUpdated": given.stored_at.isoformat(),
                "profile": [PROFILE],
            },
            "status": given.status.value,
            "end": given.ends_at.isoformat() if given.ends_at else None,
            "reason": given.reason,
            "criteria": TOPICS[given.topic].canonical,
            "_criteria": {"extension": criteria_ext} if filters else None,
            "error": given.last_error,
            "channel": without_nothing(
                {
                    "extension": beat,
                    "type": "rest-hook",
                    "endpoint": given.url,
                    "payload": JSON,
                    "_payload": {"extension": [{"url": PAYLOAD_CONTENT, "valueCode": given.content.value}]},
                }
            ),
        }
    )


def _endpoint(channel: Channel, wrong: list[Issue]) -> str:
    if channel.type != "rest-hook":
        wrong.append(_error("not-supported", "Only rest-hook is used.", "channel.type"))
    if not channel.endpoint or len(channel.endpoint) > 300:
        wrong.append(_error("required", "The endpoint is an address of at most 300 characters.", "channel.endpoint"))
    if channel.payload not in (None, JSON):
        wrong.append(_error("not-supported", f"The payload is {JSON}.", "channel.payload"))
    return channel.endpoint or ""


def _content(channel: Channel, wrong: list[Issue]) -> Content:
    told = [each.value_code for each in _extensions(channel.payload_ext, PAYLOAD_CONTENT)]
    if not told:
        return Content.ID_ONLY
    if len(told) > 1 or told[0] not in set(Content):
        wrong.append(_error("not-supported", "The content is id-only or empty.", "channel.payload"))
        return Content.ID_ONLY
    return Content(told[0] or "")


def _heartbeat(channel: Channel, wrong: list[Issue]) -> int | None:
    told = [each.value_unsigned_int for each in channel.extension or [] if each.url == HEARTBEAT]
    if not told or told == [0]:
        return None
    if len(told) > 1 or told[0] not in SECONDS:
        wrong.append(_error("value", "A heartbeat comes each 60 to 86400 seconds.", "channel.extension"))
    return told[0]


def _authorization(channel: Channel, wrong: list[Issue]) -> str:
    found = [_HEADER.fullmatch(line) for line in channel.header or []]
    if len(found) > 1 or not all(found):
        sentence = "The one header is «Authorization: …», of at most 2000 printable characters."
        wrong.append(_error("not-supported", sentence, "channel.header"))
    return next((each[1].strip() for each in found if each), "")


def _secret(channel: Channel, wrong: list[Issue]) -> str:
    told = [each.value_string or "" for each in channel.extension or [] if each.url == systems.HOOK_SECRET]
    if any(len(each) not in SECRET or not _VISIBLE.fullmatch(each) for each in told) or len(told) > 1:
        sentence = "The secret is one text of 24 to 200 printable characters without spaces."
        wrong.append(_error("value", sentence, "channel.extension"))
    return told[0] if told else ""


def _places(topic: Topic | None, criteria: Element | None, wrong: list[Issue]) -> dict[str, UUID]:
    """The unit and the service that a filter names; one that is not understood would let too much through."""
    found: dict[str, UUID] = {}
    for text in (each.value_string or "" for each in _extensions(criteria, FILTER)):
        kind, _, asked = text.rpartition("?")
        pairs = parse_qsl(asked, keep_blank_values=True)
        ids = {name: _id(name, value) for name, value in pairs}
        is_known = bool(pairs) and None not in ids.values() and not set(ids) & set(found) and len(ids) == len(pairs)
        if not is_known or topic in (None, CITIZEN_ACTIVATED) or kind not in ("", topic.resource if topic else ""):
            sentence = (
                "A filter is unit=Organization/<id> and service=HealthcareService/<id>; what happens to a citizen as a"
                " whole has none."
            )
            wrong.append(_error("not-supported", sentence, "criteria"))
        found |= {name: id for name, id in ids.items() if id is not None}
    return found


def _id(name: str, text: str) -> UUID | None:
    kind = PLACES.get(name)
    before, _, id = text.rpartition("/")
    if kind is None or before.rpartition("/")[2] != kind:
        return None
    try:
        return UUID(id)
    except ValueError:
        return None


def _extensions(element: Element | None, url: str) -> Iterable[Extension]:
    return [each for each in (element.extension if element else None) or [] if each.url == url]


def _error(code: str, sentence: str, place: str) -> Issue:
    return unacceptable(code, sentence, expression=f"Subscription.{place}" if place else "Subscription")
