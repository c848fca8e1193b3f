"""RelatedPerson: who acts today, by fullmakt, for a person whom the municipality helps; by name, never by national id."""

from collections.abc import Sequence
from typing import Any

from hjemmekontakt.access.rules import Actor, Right
from hjemmekontakt.consent import for_journal as consent
from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.elements import coded, concept, meta, patient, period
from hjemmekontakt.fhir.reading import CHANGED, ID, OF_PATIENT, Readable, portion
from hjemmekontakt.fhir.search import Search
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.representation.for_journal import GivenFullmakt

BY_FULLMAKT = (
    coded(systems.REPRESENTATION, "FU", "Fullmakt"),
    coded(systems.PLACE, "POWATT", "power of attorney"),
)


def _several(actor: Actor, sought: Search, limit: int) -> Sequence[GivenFullmakt]:
    return consent.search_who_acts(actor, portion(sought, limit), citizen_id=sought.references.get("patient"))


def _count(actor: Actor, sought: Search) -> int:
    return consent.count_who_acts(actor, portion(sought), citizen_id=sought.references.get("patient"))


def rights_of(fullmakt: GivenFullmakt) -> list[Right]:
    """What a fullmakt opens, always in the same order."""
    return [right for right in Right if right in fullmakt.rights]


def write(fullmakt: GivenFullmakt) -> dict[str, Any]:
    """One who acts: name, for whom, until when, and what it opens. Her id here is the fullmakt's, no other's."""
    opens = [{"url": "right", "valueCoding": coded(systems.RIGHT, right.value)} for right in rights_of(fullmakt)]
    return {
        "resourceType": "RelatedPerson",
        "id": str(fullmakt.id),
        "meta": meta(fullmakt.changed_at, profile=f"{systems.BASE_PROFILES}RelatedPerson"),
        "extension": [{"url": systems.RIGHTS, "extension": opens}],
        "active": True,
        "patient": patient(fullmakt.giver_id),
        "relationship": [concept(*BY_FULLMAKT)],
        "name": [{"family": fullmakt.family_name, "given": [fullmakt.given_name]}],
        "period": period(day_of(fullmakt.begun_at), fullmakt.ends_on),
    }


READABLE = Readable(
    kind="RelatedPerson",
    one=lambda asked: consent.who_acts(asked.actor, asked.uuid()),
    several=_several,
    count=_count,
    write=write,
    parameters={"_id": ID, "_lastUpdated": CHANGED, **OF_PATIENT},
    includes={"patient": "patient"},
)
