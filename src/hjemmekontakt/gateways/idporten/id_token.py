"""The ID token, to its last claim: signed by the provider, meant for us and for this log-in, fresh, and at level high."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from hjemmekontakt.gateways.idporten.provider import Provider, json_object, signing_key
from hjemmekontakt.gateways.idporten.refusals import LogInRefused, Why

HIGH = "idporten-loa-high"
SKEW = 30


@dataclass(frozen=True)
class LogIn:
    """Who logged in, how and when, after every check; the identifying parts stay out of its repr."""

    pid: str = field(repr=False)
    acr: str
    amr: tuple[str, ...]
    sid: str = field(repr=False)
    sub: str = field(repr=False)
    auth_time: datetime
    locale: str | None
    id_token: str = field(repr=False)


def person_in(
    id_token: str,
    *,
    settings: Provider,
    jwks_uri: str,
    nonce: str,
    fresh_since: int | None,
    access_token: object,
    now: datetime,
) -> LogIn:
    """Who logged in, when every claim of the token holds; raises LogInRefused at the first that does not (R1)."""
    claims = _signed_claims(id_token, issuer=settings.issuer, jwks_uri=jwks_uri, now=now)
    _check_origin(claims, settings=settings)
    _check_times(claims, fresh_since=fresh_since, now=int(now.timestamp()))
    _check_binding(claims, nonce=nonce, access_token=access_token)
    return _person(claims, id_token=id_token)


def _signed_claims(id_token: str, *, issuer: str, jwks_uri: str, now: datetime) -> dict[str, Any]:
    try:
        header = jws.extract_compact(id_token.encode()).headers()
        kid = header.get("kid")
        if header.get("alg") != "RS256" or not isinstance(kid, str):
            raise LogInRefused(Why.BAD_SIGNATURE)
        key = signing_key(kid, issuer=issuer, jwks_uri=jwks_uri, now=now)
        payload = jws.deserialize_compact(id_token.encode(), key, algorithms=["RS256"]).payload
    except (JoseError, ValueError) as error:
        raise LogInRefused(Why.BAD_SIGNATURE) from error
    return json_object(payload)


def _check_origin(claims: Mapping[str, Any], *, settings: Provider) -> None:
    if claims.get("iss") != settings.issuer:
        raise LogInRefused(Why.WRONG_ISSUER)
    meant_for = claims.get("aud")
    several = meant_for if isinstance(meant_for, list) else [meant_for]
    if settings.client_id not in several:
        raise LogInRefused(Why.WRONG_AUDIENCE)
    if (len(several) > 1 or "azp" in claims) and claims.get("azp") != settings.client_id:
        raise LogInRefused(Why.WRONG_AUDIENCE)


def _check_times(claims: Mapping[str, Any], *, fresh_since: int | None, now: int) -> None:
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    if expires + SKEW <= now:
        raise LogInRefused(Why.EXPIRED)
    starts = _seconds(claims, "nbf") if "nbf" in claims else issued
    logged_in = _seconds(claims, "auth_time")
    if max(issued, starts, logged_in) > now + SKEW:
        raise LogInRefused(Why.NOT_YET_VALID)
    if fresh_since is not None and logged_in + SKEW < fresh_since:
        raise LogInRefused(Why.STALE_AUTH)


def _seconds(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**40:
        raise LogInRefused(Why.MALFORMED_TOKEN)
    return value


def _check_binding(claims: Mapping[str, Any], *, nonce: str, access_token: object) -> None:
    """The token must belong to this log-in (nonce) and to the access token beside it (at_hash)."""
    if claims.get("nonce") != nonce:
        raise LogInRefused(Why.WRONG_NONCE)
    if "at_hash" in claims:
        digest = hashlib.sha256(access_token.encode()).digest() if isinstance(access_token, str) else b""
        if claims["at_hash"] != base64url(digest[:16]):
            raise LogInRefused(Why.WRONG_HASH)


def _person(claims: Mapping[str, Any], *, id_token: str) -> LogIn:
    if claims.get("acr") != HIGH:
        raise LogInRefused(Why.TOO_LOW_LEVEL)
    pid, sid, sub, locale = (claims.get(name) for name in ("pid", "sid", "sub", "locale"))
    if not isinstance(pid, str) or not re.fullmatch(r"[0-9]{11}", pid):
        raise LogInRefused(Why.NO_PID)
    if not isinstance(sid, str) or not 0 < len(sid) <= 255:
        raise LogInRefused(Why.NO_SID)
    if not isinstance(sub, str) or not 0 < len(sub) <= 255:
        raise LogInRefused(Why.MALFORMED_TOKEN)
    return LogIn(
        pid=pid,
        acr=HIGH,
        amr=_methods(claims.get("amr")),
        sid=sid,
        sub=sub,
        auth_time=datetime.fromtimestamp(claims["auth_time"], UTC),
        locale=locale if isinstance(locale, str) else None,
        id_token=id_token,
    )


def _methods(amr: object) -> tuple[str, ...]:
    """How the person logged in; ID-porten says it as a string or as an array. Shown, never relied on."""
    if isinstance(amr, str):
        return (amr,)
    return tuple(way for way in amr if isinstance(way, str)) if isinstance(amr, list) else ()


def base64url(octets: bytes) -> str:
    """Write octets as OpenID Connect does, without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
