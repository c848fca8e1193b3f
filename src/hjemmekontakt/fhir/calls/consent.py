"""Consent: what a person has said yes to, the terms of use or somebody who acts for her, and has taken back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hjemmekontakt.access.rules import Actor, Right
from hjemmekontakt.consent import for_journal as consent
from hjemmekontakt.consent.for_journal import AcceptedTerms, Yes
from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.calls.related_person import rights_of
from hjemmekontakt.fhir.elements import coded, concept, meta, patient, period, pointer, without_nothing
from hjemmekontakt.fhir.reading import CHANGED, ID, OF_PATIENT, Parameter, Readable, Sort, portion
from hjemmekontakt.fhir.search import Search
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.representation.for_journal import GivenFullmakt

Given = AcceptedTerms | GivenFullmakt

STATUSES = {"active": True, "inactive": False}
SCOPE = coded("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy", "Privacy Consent")
KINDS = {Yes.TERMS: "Bruksvilkår", Yes.FULLMAKT: "Fullmakt"}
DOCUMENT = coded("http://loinc.org", "59284-0", "Consent Document")
OPT_IN = coded("http://terminology.hl7.org/CodeSystem/v3-ActCode", "OPTIN", "opt-in")
DELEGATEE = coded(systems.PLACE, "DELEGATEE", "delegatee")
OPENS = {
    Right.SEE_VISITS: "Appointment",
    Right.CANCEL: "Task",
    Right.READ: "Communication",
    Right.WRITE: "Communication",
}
"""Which of a person's resources each right is about."""


def _asked(sought: Search) -> dict[str, Any]:
    statuses = {STATUSES[status] for status in sought.codes.get("status", ())}
    return {
        "citizen_id": sought.references.get("patient"),
        "to": [Yes(kind) for kind in sought.codes.get("category", ())],
        "holding": next(iter(statuses)) if len(statuses) == 1 else None,
    }


def _several(actor: Actor, sought: Search, limit: int) -> Sequence[Given]:
    return consent.search_said_yes(actor, portion(sought, limit), **_asked(sought))


def _count(actor: Actor, sought: Search) -> int:
    return consent.count_said_yes(actor, portion(sought), **_asked(sought))


def write(given: Given) -> dict[str, Any]:
    """A yes to the terms, or to somebody who acts."""
    return _fullmakt(given) if isinstance(given, GivenFullmakt) else _terms(given)


def _terms(given: AcceptedTerms) -> dict[str, Any]:
    return without_nothing(
        {
            **_begun(given, Yes.TERMS, holds=given.withdrawn_at is None, citizen_id=given.citizen_id),
            "extension": [{"url": systems.HOW_FAR, "valueCode": given.state.value}] if given.state else [],
            "dateTime": given.accepted_at.isoformat(),
            "policy": [{"uri": f"{systems.OURS}/terms/{given.version}/{given.language}"}],
            "provision": {"type": "permit", "period": period(given.accepted_at, given.withdrawn_at)},
        }
    )


def _fullmakt(given: GivenFullmakt) -> dict[str, Any]:
    """Who acts is pointed to only while she does: she who is past, or protected, is not named (R11)."""
    rights = rights_of(given)
    kinds = dict.fromkeys(OPENS[right] for right in rights if right in OPENS)
    actor = {"role": concept(DELEGATEE), "reference": pointer("RelatedPerson", given.id)}
    return {
        **_begun(given, Yes.FULLMAKT, holds=given.holds, citizen_id=given.giver_id),
        "dateTime": given.begun_at.isoformat(),
        "provision": without_nothing(
            {
                "type": "permit",
                "period": period(day_of(given.begun_at), _last_day(given)),
                "actor": [actor] if given.holds else [],
                "action": [concept(coded(systems.RIGHT, right.value)) for right in rights],
                "class": [coded(systems.RESOURCE_TYPES, kind) for kind in kinds],
            }
        ),
    }


def _begun(given: Given, kind: Yes, *, holds: bool, citizen_id: Any) -> dict[str, Any]:
    return {
        "resourceType": "Consent",
        "id": str(given.id),
        "meta": meta(given.changed_at),
        "status": "active" if holds else "inactive",
        "scope": concept(SCOPE),
        "category": [concept(DOCUMENT), concept(coded(systems.CONSENT_KIND, kind.value, KINDS[kind]))],
        "patient": patient(citizen_id),
        "policyRule": concept(OPT_IN),
    }


def _last_day(given: GivenFullmakt) -> date | None:
    return day_of(given.ended_at) if given.ended_at else given.ends_on


READABLE = Readable(
    kind="Consent",
    one=lambda asked: consent.said_yes(asked.actor, asked.uuid()),
    several=_several,
    count=_count,
    write=write,
    parameters={
        "_id": ID,
        "_lastUpdated": CHANGED,
        "category": Parameter(Sort.TOKEN, codes=tuple(Yes)),
        "status": Parameter(Sort.TOKEN, codes=tuple(STATUSES)),
        **OF_PATIENT,
    },
    includes={"patient": "patient"},
)
