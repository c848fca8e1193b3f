"""From a proven national id to a session at one of the doors, or the reason why not."""

import logging
from uuid import UUID

from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.gateways import configured
from hjemmekontakt.gateways.calling import NotAnswered
from hjemmekontakt.gateways.idporten import LogIn
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.login import actions, sessions
from hjemmekontakt.login.rules import DoorKind, Refusal
from hjemmekontakt.login.sessions import Present
from hjemmekontakt.people import queries as people

log = logging.getLogger(__name__)


def let_in(door: DoorKind, who: LogIn, *, issuer: str, earlier: str) -> tuple[Present, str]:
    """Let her in at this door: who she is here, and the session's cookie value; Refused where she may not (R1).

    The register is asked before any transaction begins.
    """
    present = _employee(who.pid) if door is DoorKind.EMPLOYEE else _citizen(who)
    return present, actions.log_in(present.actor, who, issuer=issuer, earlier=earlier)


def _citizen(who: LogIn) -> Present:
    person_id = people.id_by_national_id(who.pid) or _from_the_register(who)
    present = sessions.citizen(person_id)
    if present is None:
        raise Refused(Refusal.DECEASED)
    return present


def _from_the_register(who: LogIn) -> UUID:
    try:
        said = configured.population_register().person(who.pid)
    except (NotAnswered, configured.NotConfigured) as problem:
        log.warning("The population register did not answer a log-in", extra={"error": type(problem).__name__})
        raise Refused(Refusal.REGISTER_DOWN) from None
    if said is None:
        raise Refused(Refusal.NOT_IN_THE_REGISTER)
    if said.deceased_on is not None:
        raise Refused(Refusal.DECEASED)
    return actions.know_person(the_portal(), said, national_id=who.pid, language=who.locale or "nb")


def _employee(national_id: str) -> Present:
    """The employee with a duty comes first, where she works for several municipalities."""
    found = [sessions.employee(id) for id in sorted(people.employee_ids_by_national_id(national_id))]
    at_work = sorted((each for each in found if each is not None), key=lambda each: not each.actor.roles)
    if not at_work:
        raise Refused(Refusal.NOT_AN_EMPLOYEE)
    return at_work[0]
