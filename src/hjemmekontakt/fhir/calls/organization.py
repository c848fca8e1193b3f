"""Organization: the journal's own municipality, its districts, and its units with their HER-ids."""

from collections.abc import Sequence
from typing import Any

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.elements import coded, concept, meta, phone, pointer, without_nothing
from hjemmekontakt.fhir.reading import CHANGED, ID, Parameter, Readable, Sort, portion, token_of
from hjemmekontakt.fhir.search import Search
from hjemmekontakt.municipalities import for_journal as municipalities
from hjemmekontakt.municipalities.for_journal import Part

KINDS = {"municipality": "Kommune", "district": "Bydel eller distrikt", "unit": "Tjenestested", "office": "Kontor"}


def _asked(sought: Search) -> dict[str, Any]:
    return {
        "name": sought.words.get("name", ""),
        "number": token_of(sought, "identifier", systems.HER_ID, systems.ORGANISATION_NUMBER),
        "kinds": sought.codes.get("type", ()),
        "part_of": sought.references.get("partof"),
    }


def _several(actor: Actor, sought: Search, limit: int) -> Sequence[Part]:
    return municipalities.search_parts(actor, portion(sought, limit), **_asked(sought))


def _count(actor: Actor, sought: Search) -> int:
    return municipalities.count_parts(actor, portion(sought), **_asked(sought))


def write(part: Part) -> dict[str, Any]:
    """One part of the municipality; a district has no number of its own."""
    numbers = ((systems.ORGANISATION_NUMBER, part.orgnr), (systems.HER_ID, part.her_id))
    return without_nothing(
        {
            "resourceType": "Organization",
            "id": str(part.id),
            "meta": meta(part.changed_at, profile=f"{systems.BASE_PROFILES}Organization"),
            "identifier": [{"system": system, "value": value} for system, value in numbers if value],
            "active": True,
            "type": [concept(coded(systems.ORGANISATION_KIND, part.kind, KINDS[part.kind]))],
            "name": part.name,
            "telecom": phone(part.phone),
            "partOf": pointer("Organization", part.part_of) if part.part_of else None,
        }
    )


READABLE = Readable(
    kind="Organization",
    one=lambda asked: municipalities.part(asked.actor, asked.uuid()),
    several=_several,
    count=_count,
    write=write,
    parameters={
        "_id": ID,
        "_lastUpdated": CHANGED,
        "identifier": Parameter(Sort.TOKEN),
        "name": Parameter(Sort.STRING),
        "partof": Parameter(Sort.REFERENCE, targets=("Organization",)),
        "type": Parameter(Sort.TOKEN, codes=tuple(KINDS)),
    },
    includes={"partof": "partOf"},
)
