"""How a journal system is told that something has happened: one POST, and it must say that it heard."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from hjemmekontakt.gateways import outside
from hjemmekontakt.gateways.handover import NotAccepted, Why

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def tell(url: str, *, secret: str, body: bytes) -> None:
    """Hand a notification to a journal; raises NotAccepted where it did not say that it heard (R99)."""
    if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in LOOPBACK:
        raise NotAccepted(Why.SETUP)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/fhir+json"}
    try:
        answer = outside.client_here().post(url, content=body, headers=headers)
    except httpx.HTTPError:
        raise NotAccepted(Why.UNAVAILABLE) from None
    if not answer.is_success:
        raise NotAccepted(_why(answer.status_code))


def tell_outside(url: str, *, headers: Mapping[str, str], body: bytes, on_this_machine: frozenset[str]) -> None:
    """Hand a notification to a subscriber, at an address of the open internet and none inside; raises NotAccepted."""
    all_headers = {**headers, "Content-Type": "application/fhir+json"}
    answer = outside.post(url, headers=all_headers, body=body, on_this_machine=on_this_machine)
    if not answer.is_success:
        raise NotAccepted(_why(answer.status_code))


def _why(status: int) -> Why:
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
        return Why.SETUP
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Why.BUSY
    return Why.UNAVAILABLE if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Why.REFUSED
