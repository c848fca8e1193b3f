"""How an SMS is handed over by HTTP: what broke before anything was sent, and what broke when it may have arrived."""

from http import HTTPStatus
from typing import Any

import httpx

from hjemmekontakt.gateways.handover import NotAccepted, Why

NOTHING_WAS_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def call(client: httpx.Client, method: str, path: str, **request: Any) -> httpx.Response:
    """Call a provider; a line that broke after the message left counts as UNCERTAIN, for it may have been taken over."""
    try:
        return client.request(method, path, **request)
    except NOTHING_WAS_SENT:
        raise NotAccepted(Why.UNAVAILABLE) from None
    except httpx.TransportError:
        raise NotAccepted(Why.UNCERTAIN) from None


def why_of(status: int) -> Why:
    """Say what an answer without any words of the provider's own means; a server's fault says nothing of the message.

    >>> why_of(403), why_of(429), why_of(504), why_of(400)
    (<Why.SETUP: 'setup'>, <Why.BUSY: 'busy'>, <Why.UNCERTAIN: 'uncertain'>, <Why.REFUSED: 'refused'>)
    """
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Why.SETUP
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Why.BUSY
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Why.REFUSED
    return Why.UNCERTAIN


def object_in(answer: httpx.Response) -> dict[str, Any]:
    """Read the answer as a JSON object; an empty one where it is none."""
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
