"""DPoP (RFC 9449): the proof that whoever shows a token holds the key that it is bound to."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from hjemmekontakt.ground import signatures

TYPE = "dpop+jwt"
ALGORITHMS: dict[str, type[RSAKey] | type[ECKey]] = {
    name: ECKey if name.startswith("ES") else RSAKey for name in signatures.PROOFS
}
PROOF_LASTS = timedelta(seconds=60)
SKEW = timedelta(seconds=10)
LONGEST = 8 * 1024
SMALLEST_RSA = 2048
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class _Registry(jws.JWSRegistry):
    """Takes a header that a whole RSA key has room in."""

    max_header_length = LONGEST


_REGISTRY = _Registry(algorithms=list(ALGORITHMS), strict_check_header=False)


class ProofRefused(Exception):
    """A proof does not hold, or is missing where there must be one; the text is a sentence for the journal's maker."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a good proof says: the thumbprint of its key, its one-time name, and when it was made."""

    jkt: str
    jti: str
    made_at: datetime


def shown(request: HttpRequest, *, now: datetime, token: str | None = None) -> Shown:
    """The proof that came with a request, checked to its last claim; with a token it must name that very token."""
    proof = request.headers.get("DPoP", "")
    if not proof:
        raise ProofRefused("The token is bound to a key: send a DPoP proof with it.")
    header = _header(proof)
    key = _key(header)
    claims = _claims(proof, key)
    if claims.get("htm") != request.method:
        raise ProofRefused("htm is not the method of the request.")
    if not _is_address(claims.get("htu"), f"{settings.PUBLIC_URL}{request.path}"):
        raise ProofRefused("htu is not the address of the request, without its query.")
    if token is not None and claims.get("ath") != _digest(token):
        raise ProofRefused("ath is not the digest of the access token.")
    return Shown(key.thumbprint(), _one_time_name(claims), _made_at(claims, now=now))


def use_once(proof: Shown, *, client_id: object) -> None:
    """Write down that a proof has been used by this client; the second time it is refused."""
    name = f"dpop {hashlib.sha256(proof.jti.encode()).hexdigest()}"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO used_assertion (client_id, jti, expires_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [client_id, name, proof.made_at + PROOF_LASTS + SKEW],
        )
        if cursor.rowcount == 0:
            raise ProofRefused("The proof has been used before.")


def _header(proof: str) -> Mapping[str, Any]:
    if len(proof) > LONGEST:
        raise ProofRefused("The proof is too long.")
    try:
        header = jws.extract_compact(proof.encode(), registry=_REGISTRY).headers()
    except (JoseError, ValueError, RecursionError):
        raise ProofRefused("The proof cannot be read; one proof is sent with each request.") from None
    if header.get("typ") != TYPE:
        raise ProofRefused(f"typ must be {TYPE}.")
    if header.get("alg") not in ALGORITHMS:
        raise ProofRefused(f"alg must be one of {', '.join(ALGORITHMS)}.")
    return header


def _key(header: Mapping[str, Any]) -> RSAKey | ECKey:
    given, kind = header.get("jwk"), ALGORITHMS[header["alg"]]
    if not isinstance(given, dict) or given.get("kty") != kind.key_type:
        raise ProofRefused("jwk must be the public key of this alg.")
    if PRIVATE & set(given):
        raise ProofRefused("jwk holds a private key. Make a new key, and send its public part alone.")
    try:
        key = kind.import_key(given)
        size = key.public_key.key_size
    except (JoseError, ValueError, TypeError, KeyError):
        raise ProofRefused("jwk must be the public key of this alg.") from None
    if isinstance(key, RSAKey) and size < SMALLEST_RSA:
        raise ProofRefused(f"An RSA key has at least {SMALLEST_RSA} bits.")
    return key


def _claims(proof: str, key: RSAKey | ECKey) -> Mapping[str, Any]:
    try:
        claims = json.loads(jws.deserialize_compact(proof.encode(), key, registry=_REGISTRY).payload)
    except (JoseError, ValueError, RecursionError):
        raise ProofRefused("The signature does not hold.") from None
    if not isinstance(claims, dict):
        raise ProofRefused("The proof cannot be read.")
    return claims


def _is_address(told: object, ours: str) -> bool:
    """Tell whether a proof was made for this address, whatever its letters' case, default port and query."""
    try:
        return isinstance(told, str) and _parts(told) == _parts(ours)
    except ValueError:
        return False


def _parts(address: str) -> tuple[str, str | None, int | None, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme), unquote(parts.path)


def _one_time_name(claims: Mapping[str, Any]) -> str:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti.isascii() or not jti:
        raise ProofRefused("jti must be a text of its own for each proof.")
    return jti


def _made_at(claims: Mapping[str, Any], *, now: datetime) -> datetime:
    issued = claims.get("iat")
    if not isinstance(issued, int) or isinstance(issued, bool) or not 0 <= issued < 2**40:
        raise ProofRefused("iat must be a number of seconds.")
    made_at = datetime.fromtimestamp(issued, UTC)
    if not now - PROOF_LASTS <= made_at <= now + SKEW:
        raise ProofRefused(f"iat must lie within {PROOF_LASTS.seconds} seconds; make a proof for each request.")
    return made_at


def _digest(token: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")
