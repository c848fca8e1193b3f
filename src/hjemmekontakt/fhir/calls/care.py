"""EpisodeOfCare and CareTeam: a decision (vedtak) about a person, and the unit and contact who help her by it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.consent import for_journal as consent
from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.elements import coded, concept, meta, patient, period, pointer, without_nothing
from hjemmekontakt.fhir.reading import CHANGED, ID, OF_PATIENT, Parameter, Readable, Sort, portion
from hjemmekontakt.fhir.search import Search
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.people.for_journal import GivenHelp

EPISODE_STATUSES = {"planned": "planned", "active": "active", "finished": "finished"}
TEAM_STATUSES = {"planned": "proposed", "active": "active", "finished": "inactive"}
AT_UNIT = Parameter(Sort.REFERENCE, targets=("Organization",))


def phase(starts_on: date, ends_on: date | None, *, today: date) -> str:
    """How far a decision has come.

    >>> march = date(2026, 3, 1), date(2026, 3, 31)
    >>> [phase(*march, today=date(2026, month, 2)) for month in (2, 3, 4)]
    ['planned', 'active', 'finished']
    """
    if starts_on > today:
        return "planned"
    return "finished" if ends_on is not None and ends_on < today else "active"


def _asked(statuses: dict[str, str], unit: str, sought: Search) -> dict[str, Any]:
    return {
        "citizen_id": sought.references.get("patient"),
        "unit_id": sought.references.get(unit),
        "phases": [phase for phase, status in statuses.items() if status in sought.codes.get("status", ())],
    }


def _several(statuses: dict[str, str], unit: str) -> Callable[[Actor, Search, int], Sequence[GivenHelp]]:
    def several(actor: Actor, sought: Search, limit: int) -> Sequence[GivenHelp]:
        return consent.search_help(actor, portion(sought, limit), **_asked(statuses, unit, sought))

    return several


def _count(statuses: dict[str, str], unit: str) -> Callable[[Actor, Search], int]:
    def count(actor: Actor, sought: Search) -> int:
        return consent.count_help(actor, portion(sought), **_asked(statuses, unit, sought))

    return count


def write_episode(help: GivenHelp) -> dict[str, Any]:
    """One decision: which service from which unit, from when and until when."""
    kinds = [coded(systems.HELP, help.service_code)] if help.service_code.isdigit() else []
    return {
        "resourceType": "EpisodeOfCare",
        "id": str(help.id),
        "meta": meta(help.changed_at),
        "status": EPISODE_STATUSES[_phase_now(help)],
        "type": [concept(*kinds, text=help.service_name)],
        "patient": patient(help.citizen_id, help.national_id),
        "managingOrganization": pointer("Organization", help.unit_id, help.unit_name),
        "period": period(help.starts_on, help.ends_on),
        "team": [pointer("CareTeam", help.id)],
    }


def write_team(help: GivenHelp) -> dict[str, Any]:
    """Who helps by a decision: the unit, and the contact by first name where she has one."""
    contact = {
        "role": [concept(coded(systems.PRIMARY_CONTACT, "9", "Primærkontakt"), text=help.contact_title)],
        "member": {"type": "Practitioner", "display": help.contact_name},
    }
    return without_nothing(
        {
            "resourceType": "CareTeam",
            "id": str(help.id),
            "meta": meta(help.changed_at),
            "status": TEAM_STATUSES[_phase_now(help)],
            "name": f"{help.service_name}, {help.unit_name}",
            "subject": patient(help.citizen_id, help.national_id),
            "period": period(help.starts_on, help.ends_on),
            "participant": [
                {"member": pointer("Organization", help.unit_id, help.unit_name)},
                *([contact] if help.contact_name else []),
            ],
            "managingOrganization": [pointer("Organization", help.unit_id, help.unit_name)],
        }
    )


def _phase_now(help: GivenHelp) -> str:
    return phase(help.starts_on, help.ends_on, today=day_of(clock.now()))


EPISODE = Readable(
    kind="EpisodeOfCare",
    one=lambda asked: consent.given_help(asked.actor, asked.uuid()),
    several=_several(EPISODE_STATUSES, "organization"),
    count=_count(EPISODE_STATUSES, "organization"),
    write=write_episode,
    parameters={
        "_id": ID,
        "_lastUpdated": CHANGED,
        "organization": AT_UNIT,
        "status": Parameter(Sort.TOKEN, codes=tuple(EPISODE_STATUSES.values())),
        **OF_PATIENT,
    },
    includes={"organization": "managingOrganization", "patient": "patient"},
)
TEAM = Readable(
    kind="CareTeam",
    one=lambda asked: consent.given_help(asked.actor, asked.uuid()),
    several=_several(TEAM_STATUSES, "participant"),
    count=_count(TEAM_STATUSES, "participant"),
    write=write_team,
    parameters={
        "_id": ID,
        "_lastUpdated": CHANGED,
        "participant": AT_UNIT,
        "status": Parameter(Sort.TOKEN, codes=tuple(TEAM_STATUSES.values())),
        **OF_PATIENT,
    },
    includes={"participant": "participant.member", "patient": "subject"},
)
