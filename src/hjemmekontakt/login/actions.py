"""What is done at the doors: somebody is known, logs in, logs out, and chooses whom she acts for."""

from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import About, Actor, May, Standing
from hjemmekontakt.gateways.folkeregister import Person
from hjemmekontakt.gateways.idporten import LogIn
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.login import sessions
from hjemmekontakt.login.models import Session
from hjemmekontakt.login.rules import DoorKind, Refusal
from hjemmekontakt.people import actions as people
from hjemmekontakt.people.rules import Protection


@intent
def know_person(actor: Actor, said: Person, *, national_id: str, language: str) -> UUID:
    """The portal gets to know somebody who logs in for the first time, by what the register says of her (R58, R105)."""
    grant = require(actor, May.KNOW_WHO_LOGS_IN, about=lookup.portal())

    return people.register_person(
        grant,
        national_id=national_id,
        given_name=f"{said.given_name} {said.middle_name}".strip(),
        family_name=said.family_name,
        birth_date=said.birth_date,
        protection=Protection(said.protection.value),
        deceased_on=said.deceased_on,
        language=language,
    )


@intent
def log_in(actor: Actor, who: LogIn, *, issuer: str, earlier: str) -> str:
    """Somebody logs in: the session begins and her log says so; gives the cookie's value (R1)."""
    require(actor, May.LOG_IN, about=_herself(actor))

    assert actor.id is not None  # require lets in persons alone
    door = DoorKind.EMPLOYEE if actor.standing is Standing.EMPLOYEE else DoorKind.CITIZEN
    return sessions.open_session(door, actor.id, who=who, issuer=issuer, earlier=earlier, now=clock.real())


@intent
def log_out(actor: Actor, session_id: UUID) -> str:
    """Somebody logs out here; gives what the identity provider needs to log her out there too (R1)."""
    herself = sessions.in_her_own_standing(actor)
    require(herself, May.LOG_OUT, about=_herself(herself))
    session = Session.objects.select_for_update().get(id=session_id, person_id=actor.id)

    session.ended_at = session.ended_at or clock.real()
    session.save(update_fields=["ended_at"])
    return keys.unseal(session.id_token_sealed)


@intent
def act_for(actor: Actor, session_id: UUID, *, giver_id: UUID) -> None:
    """Somebody chooses to use the service on behalf of one who gave her a fullmakt; it stands in her log (R69)."""
    present = sessions.citizen(actor.id, acting_for=giver_id)
    if present is None or present.has_ended:
        raise Refused(Refusal.NOT_ON_BEHALF)
    require(present.actor, May.SWITCH_PERSON, about=lookup.citizen(giver_id))

    Session.objects.filter(id=session_id, person_id=actor.id).update(acting_for_id=giver_id)


@intent
def act_for_herself(actor: Actor, session_id: UUID) -> None:
    """Somebody goes back to using the service for herself."""
    herself = sessions.in_her_own_standing(actor)
    require(herself, May.SWITCH_PERSON, about=_herself(herself))

    Session.objects.filter(id=session_id, person_id=actor.id).update(acting_for_id=None)


def _herself(actor: Actor) -> About:
    if actor.standing is Standing.EMPLOYEE:
        return About("employee", actor.id, municipality_id=actor.municipality_id)
    return About("citizen", actor.id, citizen_id=actor.id)
