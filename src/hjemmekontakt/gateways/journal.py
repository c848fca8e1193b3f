"""How a journal system is told that something has happened: one POST, and it must say that it heard."""

import functools
import socket
from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address
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


def tell_outside(url: str, *, headers: Mapping[str, str], body: bytes, on_this_machine: frozenset[str]) -> None:
    """Hand a notification to a subscriber, at an address of the open internet and none inside; raises NotAccepted.

    The name is looked up once and that very address is called, with the name's own certificate: a name that is moved
    between the look and the call moves nothing. Nothing of the answer's body is read.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        if host in on_this_machine:
            client, target, how = _client(), url, {}
        elif parts.scheme != "https":
            raise NotAccepted(Why.SETUP)
        else:
            address = _address_outside(host, parts.port or 443)
            client = _client_to(host, address)
            target = parts._replace(netloc=f"{_bracketed(address)}:{parts.port or 443}").geturl()
            how = {"sni_hostname": host}
            headers = {**headers, "Host": parts.netloc}
        all_headers = {**headers, "Content-Type": "application/fhir+json"}
        with client.stream("POST", target, content=body, headers=all_headers, extensions=how) as answer:
            status, is_heard = answer.status_code, answer.is_success
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        raise NotAccepted(Why.UNAVAILABLE) from None
    if not is_heard:
        raise NotAccepted(_why(status))


def _address_outside(host: str, port: int) -> str:
    """The first address of a name, where all of its addresses lie outside; NotAccepted where one does not."""
    found = [ip_address(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(_is_outside(each) for each in found):
        raise NotAccepted(Why.SETUP)
    return str(found[0])


def _is_outside(address: IPv4Address | IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or address
    return bool(inner.is_global and not inner.is_multicast)


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


@functools.cache
def _client() -> httpx.Client:
    return httpx.Client(timeout=PATIENCE_S, trust_env=False, follow_redirects=False)


@functools.lru_cache(maxsize=64)
def _client_to(host: str, address: str) -> httpx.Client:
    """Lines to one name at one address; never shared with another name there, whose certificate was never seen."""
    return httpx.Client(timeout=PATIENCE_S, trust_env=False, follow_redirects=False)


def _why(status: int) -> Why:
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
        return Why.SETUP
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Why.BUSY
    return Why.UNAVAILABLE if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Why.REFUSED
