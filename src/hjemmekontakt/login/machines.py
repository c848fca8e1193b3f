"""The journals' machine tokens: SMART Backend Services, a signed assertion for a short token."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeGuard
from uuid import UUID

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict, UnreadablePostError
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from hjemmekontakt.access.rules import Actor, Standing
from hjemmekontakt.ground import clock, signatures
from hjemmekontakt.login import dpop
from hjemmekontakt.login.dpop import ProofRefused, Shown
from hjemmekontakt.login.models import MachineClient, MachineToken
from hjemmekontakt.login.rules import is_within
from hjemmekontakt.login.sessions import digest, new_value

log = logging.getLogger(__name__)

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS: dict[str, type[RSAKey] | type[ECKey]] = {
    name: RSAKey if name.startswith("RS") else ECKey for name in signatures.ASSERTIONS
}
ASSERTION_LASTS = timedelta(minutes=5)
TOKEN_LASTS = timedelta(minutes=5)
SKEW = timedelta(seconds=30)
SEEN = timedelta(minutes=1)
MOST_SEEN = 1000
LONGEST_BODY = 16 * 1024
LONGEST_JTI = 200


class TokenRefused(Exception):
    """A token was not given: `error` is the word of RFC 6749, the text a sentence for the journal's maker."""

    def __init__(self, error: str, sentence: str) -> None:
        super().__init__(sentence)
        self.error = error
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Application:
    """What a journal system asks for, with the assertion that it proves itself by."""

    assertion: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a good assertion says: whose it is, its one-time name, and until when it is good."""

    client: MachineClient
    jti: str
    expires_at: datetime


def token_endpoint() -> str:
    """Where the journals ask for tokens; also the audience of their assertions."""
    return f"{settings.PUBLIC_URL}/fhir/token"


def token(request: HttpRequest) -> HttpResponse:
    """Answer a journal system that asks for a token: a short one, or an error of RFC 6749."""
    if request.method != "POST":
        return JsonResponse({"error": "invalid_request"}, status=405, headers={"Allow": "POST"})
    try:
        now = clock.real()
        key = dpop.shown(request, now=now) if "DPoP" in request.headers else None
        answer, status = _give(_application(request), key=key, now=now), 200
    except ProofRefused as refused:
        log.info("A machine token was refused", extra={"error": "invalid_dpop_proof", "reason": str(refused)})
        answer, status = {"error": "invalid_dpop_proof", "error_description": str(refused)}, 400
    except TokenRefused as refused:
        log.info("A machine token was refused", extra={"error": refused.error, "reason": refused.sentence})
        answer, status = {"error": refused.error, "error_description": refused.sentence}, 400
        if refused.error == "invalid_client":
            status = 401
    return JsonResponse(answer, status=status, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


Journal = tuple[Actor, frozenset[str], str]
_seen: dict[bytes, tuple[datetime, Journal]] = {}
"""Tokens that were good within the last minute, by digest, each with when it is to be looked up again."""


def actor_of(request: HttpRequest) -> Journal | None:
    """Which journal system a request's token belongs to, with its scopes and client id; None for no good token.

    A token that is bound to a key must come with a proof of it, else ProofRefused. One that was looked up within the
    minute is not looked up again: its actor carries it, and whatever unlocks asks whether it still holds.
    """
    kind, _, value = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    value = value.strip()
    if kind.lower() not in ("bearer", "dpop") or not value:
        return None
    named, now = digest(value), clock.real()
    until, seen = _seen.get(named, (None, None))
    if until is not None and now < until and kind.lower() == "bearer":
        return seen
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, c.name, c.municipality_id, t.scopes, c.client_id, t.key_thumbprint, t.expires_at"
            " FROM machine_token t JOIN machine_client c ON c.id = t.client_id"
            " WHERE t.digest = %s AND t.expires_at > %s AND c.active",
            [named, now],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    id, name, municipality_id, scopes, client_id, bound_to, expires_at = row
    if bound_to or kind.lower() == "dpop":
        _key_must_be_shown(request, value, bound_to=bound_to if kind.lower() == "dpop" else None, client=id)
    actor = Actor(Standing.MACHINE, id, name, municipality_id=municipality_id)
    if not bound_to:
        _keep(named, (replace(actor, token=named), frozenset(scopes), client_id), until=min(expires_at, now + SEEN))
    return actor, frozenset(scopes), client_id


def forget_seen() -> None:
    """Forget which tokens were good a moment ago: all are looked up again."""
    _seen.clear()


def _keep(named: bytes, journal: Journal, *, until: datetime) -> None:
    if len(_seen) >= MOST_SEEN:
        forget_seen()
    _seen[named] = until, journal


def _key_must_be_shown(request: HttpRequest, token: str, *, bound_to: str | None, client: UUID) -> None:
    """A bound token is sent as DPoP with a proof by its own key, and an unbound one as Bearer (RFC 9449, 7.1)."""
    if bound_to is None:
        raise ProofRefused("The token is bound to a key: send it as DPoP, with a proof.")
    if not bound_to:
        raise ProofRefused("The token is bound to no key. Send it as Bearer, or ask for one with a DPoP proof.")
    proof = dpop.shown(request, now=clock.real(), token=token)
    if proof.jkt != bound_to:
        raise ProofRefused("The proof is made by another key than the token is bound to.")
    dpop.use_once(proof, client_id=client)


# ---- What is asked


def _application(request: HttpRequest) -> Application:
    if request.content_type != "application/x-www-form-urlencoded":
        raise TokenRefused("invalid_request", "Send a form: application/x-www-form-urlencoded.")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LONGEST_BODY:
        raise TokenRefused("invalid_request", "The request is too large.")
    form = _form_in(request)
    if any(len(values) > 1 for _, values in form.lists()):
        raise TokenRefused("invalid_request", "A parameter stands more than once.")
    if form.get("grant_type") != "client_credentials":
        raise TokenRefused("unsupported_grant_type", "Use grant_type=client_credentials.")
    if form.get("client_assertion_type") != ASSERTION_TYPE or not form.get("client_assertion"):
        raise TokenRefused("invalid_client", "Send a client_assertion of the type jwt-bearer.")
    scopes = frozenset(form.get("scope", "").split())
    if not scopes:
        raise TokenRefused("invalid_scope", "Name the scopes that you need.")
    return Application(form["client_assertion"], scopes)


def _form_in(request: HttpRequest) -> QueryDict:
    try:
        return request.POST
    except (SuspiciousOperation, BadRequest, UnreadablePostError):
        raise TokenRefused("invalid_request", "The form cannot be read.") from None


# ---- Whether it is given


def _give(asked: Application, *, key: Shown | None, now: datetime) -> dict[str, Any]:
    proof = _proof(asked.assertion, now=now)
    if not all(is_within(scope, proof.client.scopes) for scope in asked.scopes):
        raise TokenRefused("invalid_scope", "A scope is not among those of this client.")
    value = new_value()
    with transaction.atomic():
        _use_once(proof)
        if key is not None:
            dpop.use_once(key, client_id=proof.client.id)
        MachineToken.objects.create(
            digest=digest(value),
            client=proof.client,
            scopes=sorted(asked.scopes),
            issued_at=now,
            expires_at=now + TOKEN_LASTS,
            key_thumbprint=key.jkt if key else "",
        )
    return {
        "access_token": value,
        "token_type": "DPoP" if key else "bearer",
        "expires_in": int(TOKEN_LASTS.total_seconds()),
        "scope": " ".join(sorted(asked.scopes)),
    }


def _use_once(proof: Proof) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO used_assertion (client_id, jti, expires_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [proof.client.id, proof.jti, proof.expires_at + SKEW],
        )
        if cursor.rowcount == 0:
            raise TokenRefused("invalid_client", "The assertion has been used before.")


def _proof(assertion: str, *, now: datetime) -> Proof:
    """Check an assertion to its last claim: known client, its own key, meant for us, short, and named."""
    header, said = _unchecked(assertion)
    client = MachineClient.objects.filter(client_id=said["iss"][:100], active=True).first()
    if client is None:
        raise TokenRefused("invalid_client", "The client is not known here.")
    claims = _signed(assertion, key=_key(client.jwks, header), algorithm=str(header["alg"]))
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        raise TokenRefused("invalid_client", "iss and sub must both be the client id.")
    audience = claims.get("aud")
    if audience != token_endpoint() and audience != [token_endpoint()]:
        raise TokenRefused("invalid_client", "aud must be the address of this token endpoint.")
    expires_at = _expiry(claims, now=now)
    jti = claims.get("jti")
    if not _can_be_kept(jti) or not 0 < len(jti) <= LONGEST_JTI:
        raise TokenRefused("invalid_client", "jti must be a text of its own for each assertion.")
    return Proof(client, jti, expires_at)


def _unchecked(assertion: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims before the signature is checked: only to find the client and its key by."""
    try:
        opened = jws.extract_compact(assertion.encode())
        header, said = opened.headers(), json.loads(opened.payload)
    except (JoseError, ValueError, RecursionError):
        raise TokenRefused("invalid_client", "The assertion cannot be read.") from None
    if header.get("alg") not in ALGORITHMS:
        raise TokenRefused("invalid_client", f"Sign the assertion with {' or '.join(ALGORITHMS)}.")
    if not isinstance(said, dict) or not _can_be_kept(said.get("iss")):
        raise TokenRefused("invalid_client", "The assertion cannot be read.")
    return header, said


def _can_be_kept(text: object) -> TypeGuard[str]:
    """Whether this is a text that the database can hold: JSON may also name half characters, and NUL."""
    return isinstance(text, str) and "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text)


def _key(jwks: Mapping[str, Any], header: Mapping[str, Any]) -> RSAKey | ECKey:
    kind = ALGORITHMS[header["alg"]]
    kid = header.get("kid")
    for key in jwks.get("keys", []):
        if isinstance(kid, str) and key.get("kid") == kid and key.get("kty") == kind.key_type:
            return kind.import_key(key)
    raise TokenRefused("invalid_client", "No key of this kid and kind is registered for the client.")


def _signed(assertion: str, *, key: RSAKey | ECKey, algorithm: str) -> dict[str, Any]:
    try:
        claims = json.loads(jws.deserialize_compact(assertion.encode(), key, algorithms=[algorithm]).payload)
    except (JoseError, ValueError):
        raise TokenRefused("invalid_client", "The signature does not hold.") from None
    return dict(claims)


def _expiry(claims: Mapping[str, Any], *, now: datetime) -> datetime:
    for name in ("exp", "iat", "nbf"):
        value = claims.get(name, 0)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**40:
            raise TokenRefused("invalid_client", f"{name} must be a number of seconds.")
    expires_at = datetime.fromtimestamp(claims.get("exp", 0), UTC)
    if expires_at <= now:
        raise TokenRefused("invalid_client", "The assertion has expired.")
    if expires_at > now + ASSERTION_LASTS + SKEW:
        raise TokenRefused("invalid_client", "exp lies more than five minutes ahead.")
    if max(claims.get("iat", 0), claims.get("nbf", 0)) > (now + SKEW).timestamp():
        raise TokenRefused("invalid_client", "The assertion is from the future.")
    return expires_at
