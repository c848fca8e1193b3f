"""Log-in with ID-porten: our OpenID Connect client (PAR, PKCE, private_key_jwt, both log-outs; R1)."""

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

HIGH = "idporten-loa-high"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
METADATA_LASTS = timedelta(hours=24)
SKEW = 30
LONGEST_ANSWER = 256 * 1024
LONGEST_WAIT = 15.0
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

_http = httpx.Client(timeout=5.0, follow_redirects=False, mounts={f"all://{host}": None for host in LOOPBACK})


class Why(StrEnum):
    """Why a log-in came to nothing."""

    CANCELLED = "cancelled"
    PROVIDER_ERROR = "provider-error"
    PROVIDER_DOWN = "provider-down"
    BAD_METADATA = "bad-metadata"
    UNREADABLE_ANSWER = "unreadable-answer"
    REQUEST_REFUSED = "request-refused"
    TOKEN_REFUSED = "token-refused"  # noqa: S105
    FOREIGN_STATE = "foreign-state"
    NO_CODE = "no-code"
    BAD_SIGNATURE = "bad-signature"
    WRONG_ISSUER = "wrong-issuer"
    WRONG_AUDIENCE = "wrong-audience"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_NONCE = "wrong-nonce"
    WRONG_HASH = "wrong-hash"
    STALE_AUTH = "stale-auth"
    TOO_LOW_LEVEL = "too-low-level"
    NO_PID = "no-pid"
    NO_SID = "no-sid"
    MALFORMED_TOKEN = "malformed-token"  # noqa: S105


SENTENCES = {
    Why.CANCELLED: "The person cancelled at the identity provider.",
    Why.PROVIDER_ERROR: "The identity provider sent the person back with an error.",
    Why.PROVIDER_DOWN: "The identity provider does not answer, or answers that it is out of order.",
    Why.BAD_METADATA: "The identity provider's metadata is for another issuer, or lacks a safe endpoint.",
    Why.UNREADABLE_ANSWER: "The identity provider's answer is too long, too slow, or not a JSON object.",
    Why.REQUEST_REFUSED: "The identity provider refused the pushed request; check client id, key and addresses.",
    Why.TOKEN_REFUSED: "The identity provider gave no ID token for the code; it may be used up, too old, or not ours.",
    Why.FOREIGN_STATE: "The call back belongs to no log-in that was begun in this browser.",
    Why.NO_CODE: "The call back carries neither a code nor an error.",
    Why.BAD_SIGNATURE: "The ID token is not signed with RS256 by a key that the identity provider publishes.",
    Why.WRONG_ISSUER: "The answer comes from another issuer than the one asked.",
    Why.WRONG_AUDIENCE: "The ID token is meant for another client.",
    Why.EXPIRED: "The ID token has expired.",
    Why.NOT_YET_VALID: "The ID token is from the future; check the clocks.",
    Why.WRONG_NONCE: "The ID token belongs to another log-in: its nonce is not ours.",
    Why.WRONG_HASH: "The ID token does not belong to the access token that came with it.",
    Why.STALE_AUTH: "A fresh log-in was asked for, but the person logged in before that.",
    Why.TOO_LOW_LEVEL: "The person logged in at a lower level than the one required.",
    Why.NO_PID: "The ID token carries no national identity number.",
    Why.NO_SID: "The ID token carries no session id; register the client with front-channel log-out with session.",
    Why.MALFORMED_TOKEN: "The ID token lacks a claim that it must have, or has one of the wrong kind.",
}


class LogInRefused(Exception):
    """A log-in that came to nothing; its text is a plain sentence for the operator's log and holds no personal data."""

    def __init__(self, why: Why) -> None:
        super().__init__(SENTENCES[why])
        self.why = why


@dataclass(frozen=True)
class Provider:
    """Which identity provider we use, and who we are to it."""

    issuer: str
    client_id: str
    client_jwk: Mapping[str, Any] = field(repr=False, hash=False)
    redirect_uri: str
    post_logout_redirect_uri: str


@dataclass(frozen=True)
class Begun:
    """What we remember of a log-in until the person comes back; plain enough to keep as JSON in the session."""

    url: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    fresh_since: int | None = None


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


def new_client_key() -> dict[str, Any]:
    """Make a new private key (RS256, 2048 bits) that a client proves itself with (R1)."""
    key = RSAKey.generate_key(2048, parameters={"use": "sig", "alg": "RS256"}, auto_kid=True)
    return dict(key.as_dict(private=True))


def public_half(client_jwk: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a client's key that may be registered with the identity provider (R1)."""
    return {name: client_jwk[name] for name in ("kty", "n", "e", "kid", "use", "alg") if name in client_jwk}


def begin(*, settings: Provider, ui_locale: str, prompt: str | None, now: datetime) -> Begun:
    """Start a log-in: push the request to the provider, and say where to send the browser (R1).

    With prompt="login" the person must log in anew, and `finish` checks that she did.
    """
    metadata = _metadata(settings.issuer, now=now)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    wishes = {
        "response_type": "code",
        "client_id": settings.client_id,
        "redirect_uri": settings.redirect_uri,
        "scope": "openid profile",
        "acr_values": HIGH,
        "ui_locales": ui_locale,
        "state": state,
        "nonce": nonce,
        "code_challenge": _base64url(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
        **({"prompt": prompt} if prompt else {}),
    }
    pushed_to = metadata["pushed_authorization_request_endpoint"]
    status, answer = _ask("POST", pushed_to, form=wishes | _proof_of_client(settings, now=now))
    request_uri = answer.get("request_uri")
    if status not in (200, 201) or not isinstance(request_uri, str):
        raise LogInRefused(Why.REQUEST_REFUSED)
    url = _with_query(metadata["authorization_endpoint"], client_id=settings.client_id, request_uri=request_uri)
    return Begun(url, state, nonce, verifier, fresh_since=int(now.timestamp()) if prompt == "login" else None)


def finish(*, settings: Provider, begun: Begun, callback: Mapping[str, str], now: datetime) -> LogIn:
    """Finish a log-in when the browser comes back, or raise LogInRefused with the reason (R1).

    `callback` is the query of the call back. Each `begun` is to be used once: forget it before you call.
    """
    if not hmac.compare_digest(callback.get("state", "").encode(errors="replace"), begun.state.encode()):
        raise LogInRefused(Why.FOREIGN_STATE)
    metadata = _metadata(settings.issuer, now=now)
    _check_sender(callback, settings=settings, metadata=metadata)
    answer = _exchange(callback["code"], settings=settings, begun=begun, metadata=metadata, now=now)
    id_token = answer["id_token"]
    claims = _signed_claims(id_token, issuer=settings.issuer, jwks_uri=metadata["jwks_uri"], now=now)

    _check_origin(claims, settings=settings)
    _check_times(claims, fresh_since=begun.fresh_since, now=int(now.timestamp()))
    _check_binding(claims, nonce=begun.nonce, access_token=answer.get("access_token"))
    return _person(claims, id_token=id_token)


def logout_url(*, settings: Provider, id_token: str, state: str, now: datetime) -> str:
    """Where to send the browser so that the person is logged out at ID-porten too, and comes back to us (R1)."""
    endpoint = _metadata(settings.issuer, now=now).get("end_session_endpoint")
    if not isinstance(endpoint, str) or not _is_safe(endpoint, issuer=settings.issuer):
        raise LogInRefused(Why.BAD_METADATA)
    back = settings.post_logout_redirect_uri
    return _with_query(endpoint, id_token_hint=id_token, post_logout_redirect_uri=back, state=state)


def why_not_frontchannel(iss: str | None, sid: str | None, *, settings: Provider) -> Why | None:
    """Say why a front-channel log-out call is not to be obeyed; None means: end the sessions with this sid (R1)."""
    if iss != settings.issuer:
        return Why.WRONG_ISSUER
    if not sid or len(sid) > 255:
        return Why.NO_SID
    return None


# ---- What we know of the provider, kept for a day


_known_metadata: dict[str, tuple[datetime, dict[str, Any]]] = {}
_known_keys: dict[str, tuple[datetime, dict[str, RSAKey]]] = {}


def forget_provider() -> None:
    """Forget metadata and keys, so that the next log-in reads them anew."""
    _known_metadata.clear()
    _known_keys.clear()


def _still_good(fetched_at: datetime, *, now: datetime) -> bool:
    return timedelta(0) <= now - fetched_at < METADATA_LASTS


def _metadata(issuer: str, *, now: datetime) -> dict[str, Any]:
    known = _known_metadata.get(issuer)
    if known and _still_good(known[0], now=now):
        return known[1]
    metadata = _get_with_second_try(issuer.rstrip("/") + "/.well-known/openid-configuration")
    needed = ("authorization_endpoint", "pushed_authorization_request_endpoint", "token_endpoint", "jwks_uri")
    if metadata.get("issuer") != issuer or not all(_is_safe(metadata.get(name), issuer=issuer) for name in needed):
        raise LogInRefused(Why.BAD_METADATA)
    _known_metadata[issuer] = (now, metadata)
    return metadata


def _is_safe(address: object, *, issuer: str) -> bool:
    """An endpoint is https, or plain http on this machine where the issuer is that too (the demo)."""
    if not isinstance(address, str):
        return False
    where, ours = urlsplit(address), urlsplit(issuer)
    return where.scheme == "https" or (where.scheme == ours.scheme and where.hostname == ours.hostname)


def _key(kid: str, *, issuer: str, jwks_uri: str, now: datetime) -> RSAKey:
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
        status, answer = _ask("GET", url)
    except LogInRefused as first:
        if first.why is not Why.PROVIDER_DOWN:
            raise
        status, answer = _ask("GET", url)
    if status != 200:
        raise LogInRefused(Why.PROVIDER_DOWN)
    return answer


def _ask(method: str, url: str, *, form: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any]]:
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
    return answer.status_code, _json_object(bytes(body))


def _json_object(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise LogInRefused(Why.UNREADABLE_ANSWER) from None  # the error holds the whole text
    if not isinstance(found, dict):
        raise LogInRefused(Why.UNREADABLE_ANSWER)
    return found


def _proof_of_client(settings: Provider, *, now: datetime) -> dict[str, str]:
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


def _check_sender(callback: Mapping[str, str], *, settings: Provider, metadata: Mapping[str, Any]) -> None:
    """The call back must come from the provider we asked (RFC 9207), and carry a code."""
    promised = metadata.get("authorization_response_iss_parameter_supported") is True
    if ("iss" in callback or promised) and callback.get("iss") != settings.issuer:
        raise LogInRefused(Why.WRONG_ISSUER)
    if "error" in callback:
        raise LogInRefused(Why.CANCELLED if callback["error"] == "access_denied" else Why.PROVIDER_ERROR)
    if not callback.get("code"):
        raise LogInRefused(Why.NO_CODE)


def _exchange(
    code: str, *, settings: Provider, begun: Begun, metadata: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": settings.redirect_uri,
        "client_id": settings.client_id,
        "code_verifier": begun.verifier,
    }
    status, answer = _ask("POST", metadata["token_endpoint"], form=form | _proof_of_client(settings, now=now))
    if status != 200 or not isinstance(answer.get("id_token"), str):
        raise LogInRefused(Why.TOKEN_REFUSED)
    return answer


# ---- The ID token, to its last claim


def _signed_claims(id_token: str, *, issuer: str, jwks_uri: str, now: datetime) -> dict[str, Any]:
    try:
        header = jws.extract_compact(id_token.encode()).headers()
        kid = header.get("kid")
        if header.get("alg") != "RS256" or not isinstance(kid, str):
            raise LogInRefused(Why.BAD_SIGNATURE)
        key = _key(kid, issuer=issuer, jwks_uri=jwks_uri, now=now)
        payload = jws.deserialize_compact(id_token.encode(), key, algorithms=["RS256"]).payload
    except (JoseError, ValueError) as error:
        raise LogInRefused(Why.BAD_SIGNATURE) from error
    return _json_object(payload)


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
        if claims["at_hash"] != _base64url(digest[:16]):
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


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _with_query(address: str, **parameters: str) -> str:
    return address + ("&" if urlsplit(address).query else "?") + urlencode(parameters)
