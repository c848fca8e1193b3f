"""Log-out at the identity provider as well as here, from us to it and from it to us."""

import logging

from cryptography.exceptions import InvalidTag

from hjemmekontakt.gateways import configured, idporten
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.login import actions, sessions
from hjemmekontakt.login.models import Session
from hjemmekontakt.login.rules import DoorKind

log = logging.getLogger(__name__)
DONE = "/logg-ut/ferdig/"


def way_out(id_token: str, *, door: DoorKind) -> str:
    """Where the browser goes when our session has ended: to the provider's log-out, else to our own last page (R1)."""
    here = f"{DONE}?state={door.value}"
    if not id_token:
        return here
    try:
        provider = configured.provider()
        return idporten.logout_url(settings=provider, id_token=id_token, state=door.value, now=clock.real())
    except (idporten.LogInRefused, configured.NotConfigured) as problem:
        log.warning("The log-out at the identity provider was left out", extra={"error": type(problem).__name__})
        return here


def proof_of(id_token: str) -> str:
    """The ID token sealed, for a page's form: one who was not let in here may still log out there."""
    return keys.seal(id_token).hex()


def token_in(proof: str) -> str:
    """The ID token in what `proof_of` made; empty for anything else."""
    try:
        return keys.unseal(bytes.fromhex(proof))
    except (KeyError, ValueError, InvalidTag) as problem:
        log.info("A proof for log-out could not be opened", extra={"error": type(problem).__name__})
        return ""


def end_where_provider_says(iss: str | None, sid: str | None) -> int:
    """End every session of this log-in at the provider, at both doors, without a cookie; says how many (R1)."""
    try:
        why_not = idporten.why_not_frontchannel(iss, sid, settings=configured.provider())
    except configured.NotConfigured:
        return 0
    if why_not is not None or sid is None:
        log.info("A front-channel log-out was not obeyed", extra={"reason": why_not.value if why_not else ""})
        return 0
    found = Session.objects.filter(provider_session=sessions.provider_key(sid), issuer=iss, ended_at__isnull=True)
    ended = list(found)
    for session in ended:
        who = sessions.employee if session.kind == DoorKind.EMPLOYEE else sessions.citizen
        present = who(session.person_id)
        if present is None:
            Session.objects.filter(id=session.id).update(ended_at=clock.real())
        else:
            actions.log_out(present.actor, session.id)
    return len(ended)
