"""The way through a log-in: begun by a pushed request, finished when the browser comes back, ended at both places (R1)."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from hjemmekontakt.gateways.idporten.id_token import HIGH, LogIn, base64url, person_in
from hjemmekontakt.gateways.idporten.provider import Provider, ask, is_safe, metadata_of, proof_of_client
from hjemmekontakt.gateways.idporten.refusals import LogInRefused, Why


@dataclass(frozen=True)
class Begun:
    """What we remember of a log-in until the person comes back; plain enough to keep as JSON in the session."""

    url: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    fresh_since: int | None = None


def begin(*, settings: Provider, ui_locale: str, prompt: str | None, now: datetime) -> Begun:
    """Start a log-in: push the request to the provider, and say where to send the browser (R1).

    With prompt="login" the person must log in anew, and `finish` checks that she did.
    """
    metadata = metadata_of(settings.issuer, now=now)
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
        "code_challenge": base64url(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
        **({"prompt": prompt} if prompt else {}),
    }
    pushed_to = metadata["pushed_authorization_request_endpoint"]
    status, answer = ask("POST", pushed_to, form=wishes | proof_of_client(settings, now=now))
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
    metadata = metadata_of(settings.issuer, now=now)
    _check_sender(callback, settings=settings, metadata=metadata)
    answer = _exchange(callback["code"], settings=settings, begun=begun, metadata=metadata, now=now)
    return person_in(
        answer["id_token"],
        settings=settings,
        jwks_uri=metadata["jwks_uri"],
        nonce=begun.nonce,
        fresh_since=begun.fresh_since,
        access_token=answer.get("access_token"),
        now=now,
    )


def logout_url(*, settings: Provider, id_token: str, state: str, now: datetime) -> str:
    """Where to send the browser so that the person is logged out at ID-porten too, and comes back to us (R1)."""
    endpoint = metadata_of(settings.issuer, now=now).get("end_session_endpoint")
    if not isinstance(endpoint, str) or not is_safe(endpoint, issuer=settings.issuer):
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
    status, answer = ask("POST", metadata["token_endpoint"], form=form | proof_of_client(settings, now=now))
    if status != 200 or not isinstance(answer.get("id_token"), str):
        raise LogInRefused(Why.TOKEN_REFUSED)
    return answer


def _with_query(address: str, **parameters: str) -> str:
    return address + ("&" if urlsplit(address).query else "?") + urlencode(parameters)
