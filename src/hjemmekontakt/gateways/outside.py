"""How one is called whose address others have given us: on the open internet alone, and at the very address looked at."""

import functools
import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

import httpx

from hjemmekontakt.gateways.handover import NotAccepted, Why

PATIENCE_S = 10.0


def post(url: str, *, headers: Mapping[str, str], body: bytes, on_this_machine: frozenset[str]) -> httpx.Response:
    """Call an address of the open internet and none inside; raises NotAccepted where there was no answer.

    The name is looked up once and that very address is called, with the name's own certificate: a name that is moved
    between the look and the call moves nothing. No redirect is followed, and nothing of the answer's body is read.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        if host in on_this_machine:
            client, target, how = client_here(), url, {}
        elif parts.scheme != "https":
            raise NotAccepted(Why.SETUP)
        else:
            address = _address_outside(host, parts.port or 443)
            client = _client_to(host, address)
            target = parts._replace(netloc=f"{_bracketed(address)}:{parts.port or 443}").geturl()
            how = {"sni_hostname": host}
            headers = {**headers, "Host": parts.netloc}
        with client.stream("POST", target, content=body, headers=dict(headers), extensions=how) as answer:
            return answer
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        raise NotAccepted(Why.UNAVAILABLE) from None


@functools.cache
def client_here() -> httpx.Client:
    """The lines to those on this machine."""
    return httpx.Client(timeout=PATIENCE_S, trust_env=False, follow_redirects=False)


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


@functools.lru_cache(maxsize=64)
def _client_to(host: str, address: str) -> httpx.Client:
    """Lines to one name at one address; never shared with another name there, whose certificate was never seen."""
    return httpx.Client(timeout=PATIENCE_S, trust_env=False, follow_redirects=False)
