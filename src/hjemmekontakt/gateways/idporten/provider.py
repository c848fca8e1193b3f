"""The identity provider: who we are to it, what it publishes (kept for a day), and each call to it with a bounded answer."""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from hjemmekontakt.gateways.idporten.refusals import LogInRefused, Why

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
METADATA_LASTS = timedelta(hours=24)
LONGEST_ANSWER = 256 * 1024
LONGEST_WAIT = 15.0
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

_http = httpx.Client(timeout=5.0, follow_redirects=False, mounts={f"all://{host}": None for host in LOOPBACK})


@dataclass(frozen=True)
class Provider:
    """Which identity provider we use, and who we are to it."""

    issuer: str
    client_id: str
    client_jwk: Mapping[str, Any] = field(repr=False, hash=False)
    redirect_uri: str
    post_logout_redirect_uri: str


def new_client_key() -> dict[str, Any]:
    """Make a new private key (RS256, 2048 bits) that a client proves itself with (R1)."""
    key = RSAKey.generate_key(2048, parameters={"use": "sig", "alg": "RS256"}, auto_kid=True)
    return dict(key.as_dict(private=True))


def public_half(client_jwk: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a client's key that may be registered with the identity provider (R1)."""
    return {name: client_jwk[name] for name in ("kty", "n", "e", "kid", "use", "alg") if name in client_jwk}


# ---- What we know of the provider, kept for a day


_known_metadata: dict[str, tuple[datetime, dict[str, Any]]] = {}
_known_keys: dict[str, tuple[datetime, dict[str, RSAKey]]] = {}


def forget_provider() -> None:
    """Forget metadata and keys, so that the next log-in reads them anew."""
    _known_metadata.clear()
    _known_keys.clear()


def _still_good(fetched_at: datetime, *, now: datetime) -> bool:
    return timedelta(0) <= now - fetched_at < METADATA_LASTS


def metadata_of(issuer: str, *, now: datetime) -> dict[str, Any]:
    """What the provider publishes of itself; that it is the one asked, and its addresses safe."""
    known = _known_metadata.get(issuer)
    if known and _still_good(known[0], now=now):
        return known[1]
    metadata = _get_with_second_try(issuer.rstrip("/") + "/.well-known/openid-configuration")
    needed = ("authorization_endpoint", "pushed_authorization_request_endpoint", "token_endpoint", "jwks_uri")
    if metadata.get("issuer") != issuer or not all(is_safe(metadata.get(name), issuer=issuer) for name in needed):
        raise LogInRefused(Why.BAD_METADATA)
    _known_metadata[issuer] = (now, metadata)
    return metadata


def is_safe(address: object, *, issuer: str) -> bool:
    """Tell whether an endpoint may be used: https, or plain http on this machine where the issuer is that too (the demo)."""
    if not isinstance(address, str):
        return False
    where, ours = urlsplit(address), urlsplit(issuer)
    return where.scheme == "https" or (where.scheme == ours.scheme and where.hostname == ours.hostname)


def signing_key(kid: str, *, issuer: str, jwks_uri: str, now: datetime) -> RSAKey:
    """The provider's key of this name; a name we do not know makes us read its keys once more."""
    known = _known_keys.get(issuer)
    if not known or not _still_good(known[0], now=now) or kid not in known[1]:
        known = _known_keys[issuer] = (now, _signing_keys(_get_with_second_try(jwks_uri)))
    if kid not in known[1]:
        raise LogInRefused(Why.BAD_SIGNATURE)
    return known[1][kid]


def _signing_keys(jwks: Mapping[str, Any]) -> dict[str, RSAKey]:
    listed = jwks.get("keys")
    usable: dict[str, RSAKey] = {}
    for key in listed if isinstance(listed, list) else []:
        if not isinstance(key, dict) or key.get("kty") != "RSA" or key.get("use", "sig") != "sig":
            continue
        if key.get("alg", "RS256") == "RS256" and isinstance(key.get("kid"), str):
            try:
                usable[key["kid"]] = RSAKey.import_key(public_half(key))
            except (JoseError, ValueError) as error:
                raise LogInRefused(Why.UNREADABLE_ANSWER) from error
    return usable


# ---- Talking to the provider


def _get_with_second_try(url: str) -> dict[str, Any]:
    try:
        status, answer = ask("GET", url)
    except LogInRefused as first:
        if first.why is not Why.PROVIDER_DOWN:
            raise
        status, answer = ask("GET", url)
    if status != 200:
        raise LogInRefused(Why.PROVIDER_DOWN)
    return answer


def ask(method: str, url: str, *, form: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    """One call with a bounded answer; anything but a JSON object is a refusal."""
    give_up_at = time.monotonic() + LONGEST_WAIT
    body = bytearray()
    try:
        with _http.stream(method, url, data=form, headers={"Accept": "application/json"}) as answer:
            for part in answer.iter_bytes():
                body += part
                if len(body) > LONGEST_ANSWER or time.monotonic() > give_up_at:
                    raise LogInRefused(Why.UNREADABLE_ANSWER)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise LogInRefused(Why.PROVIDER_DOWN) from error
    if answer.status_code >= 500:
        raise LogInRefused(Why.PROVIDER_DOWN)
    return answer.status_code, json_object(bytes(body))


def json_object(text: bytes) -> dict[str, Any]:
    """Read a JSON object; anything else is a refusal that holds nothing of it."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise LogInRefused(Why.UNREADABLE_ANSWER) from None  # the error holds the whole text
    if not isinstance(found, dict):
        raise LogInRefused(Why.UNREADABLE_ANSWER)
    return found


def proof_of_client(settings: Provider, *, now: datetime) -> dict[str, str]:
    """A short-lived, single-use signature that shows who we are (private_key_jwt)."""
    seconds = int(now.timestamp())
    claims = {
        "iss": settings.client_id,
        "sub": settings.client_id,
        "aud": settings.issuer,
        "iat": seconds,
        "exp": seconds + 60,
        "jti": secrets.token_urlsafe(16),
    }
    header = {"alg": "RS256", "kid": settings.client_jwk["kid"]}
    assertion = jwt.encode(header, claims, RSAKey.import_key(dict(settings.client_jwk)), algorithms=["RS256"])
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
