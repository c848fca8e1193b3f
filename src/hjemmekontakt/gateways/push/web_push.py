"""The client that hands notices to browsers' push services (RFC 8030)."""

import json
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from uuid import UUID

from hjemmekontakt.gateways import outside
from hjemmekontakt.gateways.handover import Accepted, NotAccepted, Why
from hjemmekontakt.gateways.push.message import Browser, Push
from hjemmekontakt.gateways.push.sealing import seal, why_not_keys
from hjemmekontakt.gateways.push.services import Flaw, Services
from hjemmekontakt.gateways.push.vapid import VapidKey
from hjemmekontakt.ground import clock

FORGOTTEN = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
NOT_LET_IN = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class WebPush:
    """The client that hands over to each browser's own push service; `contact` is how a service reaches us."""

    def __init__(self, key: VapidKey, *, contact: str, services: Services) -> None:
        if not contact.startswith(("mailto:", "https://")):
            raise ValueError("the contact must begin with mailto: or https://")
        self._key, self._contact, self._services = key, contact, services
        self.public_key = key.public

    def why_not(self, browser: Browser) -> Flaw | None:
        """Say why this browser cannot be told; None means that it can."""
        return self._services.why_not(browser.endpoint) or why_not_keys(browser)

    def send(self, push: Push) -> Accepted:
        """Hand over one notice; what waits under the same reference at the service gives way to it (Topic)."""
        if self.why_not(push.to):
            raise NotAccepted(Why.BAD_ADDRESS)
        headers = {
            "Authorization": self._key.authorization(push.to.endpoint, contact=self._contact, now=clock.real()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(push.valid_for.total_seconds())),
            "Topic": UUID(push.reference).hex,
            "Urgency": push.urgency.value,
        }
        body = seal(_content(push), push.to)
        answer = outside.post(push.to.endpoint, headers=headers, body=body, on_this_machine=self._services.hosts_here())
        if not answer.is_success:
            raise NotAccepted(_why(answer.status_code), after=_retry_after(answer.headers))
        return Accepted(push.reference)


def _content(push: Push) -> bytes:
    said = {"title": push.title, "body": push.text, "tag": UUID(push.reference).hex, "lang": push.language}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _why(status: int) -> Why:
    """What an answer means; to try again does no harm, for the same reference is one notice."""
    if status in FORGOTTEN:
        return Why.GONE
    if status in NOT_LET_IN:
        return Why.SETUP
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Why.BUSY
    return Why.UNAVAILABLE if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Why.REFUSED


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """How long a service asks us to wait, in seconds or until an hour; None where it does not say.

    >>> _retry_after({"Retry-After": "120"}), _retry_after({"Retry-After": "soon"})
    (datetime.timedelta(seconds=120), None)
    """
    said = headers.get("Retry-After", "").strip()
    if said.isdecimal():
        return timedelta(seconds=min(int(said), 10**6))
    try:
        until = parsedate_to_datetime(said)
        return max(until - clock.real(), timedelta(0))
    except (TypeError, ValueError):
        return None
