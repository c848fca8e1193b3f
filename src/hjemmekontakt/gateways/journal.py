"""How a journal system is told that something has happened: one POST, and it must say that it heard."""

import functools
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from hjemmekontakt.gateways.handover import NotAccepted, Why

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
PATIENCE_S = 10.0


def tell(url: str, *, secret: str, body: bytes) -> None:
    """Hand a notification to a journal; raises NotAccepted where it did not say that it heard (R99)."""
    if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in LOOPBACK:
        raise NotAccepted(Why.SETUP)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/fhir+json"}
    try:
        answer = _client().post(url, content=body, headers=headers)
    except httpx.HTTPError:
        raise NotAccepted(Why.UNAVAILABLE) from None
    if not answer.is_success:
        raise NotAccepted(_why(answer.status_code))


@functools.cache
def _client() -> httpx.Client:
    return httpx.Client(timeout=PATIENCE_S, trust_env=False, follow_redirects=False)


def _why(status: int) -> Why:
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
        return Why.SETUP
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Why.BUSY
    return Why.UNAVAILABLE if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Why.REFUSED
