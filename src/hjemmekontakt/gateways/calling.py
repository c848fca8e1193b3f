"""How an outside system is called over HTTP: one time limit, and failures that never tell whom we asked about."""

import ssl
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Why(StrEnum):
    """Why a register gave no answer."""

    UNAVAILABLE = "unavailable"
    NOT_LET_IN = "not-let-in"
    NOT_UNDERSTOOD = "not-understood"


class NotAnswered(Exception):
    """A register gave no answer that can be used; the text holds nothing about any person."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


def client_for(url: str, *, timeout_s: float, auth: tuple[str, str] | None = None) -> httpx.Client:
    """Open the lines to an outside system; ValueError where they would leave this machine without TLS."""
    if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in LOOPBACK:
        raise ValueError("the address of an outside system must be https")
    return httpx.Client(base_url=url.rstrip("/"), auth=auth, timeout=timeout_s, verify=tls(), trust_env=False)


def post(client: httpx.Client, path: str, *, headers: Mapping[str, str], **body: Any) -> dict[str, Any] | None:
    """Ask a register by POST (`json=` or `data=`), with no person's number in the address; None is «not found»."""
    try:
        answer = client.post(path, headers=headers, **body)
    except httpx.TransportError:
        raise NotAnswered(Why.UNAVAILABLE) from None
    if answer.status_code == HTTPStatus.NOT_FOUND:
        return None
    if not answer.is_success:
        raise NotAnswered(_why(answer.status_code))
    return _object_in(answer)


@cache
def tls() -> ssl.SSLContext:
    """Load the trusted certificates once: it takes longer than a call."""
    return httpx.create_ssl_context(trust_env=False)


def _why(status: int) -> Why:
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Why.NOT_LET_IN
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return Why.UNAVAILABLE
    return Why.NOT_UNDERSTOOD


def _object_in(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise NotAnswered(Why.NOT_UNDERSTOOD)
    return said
