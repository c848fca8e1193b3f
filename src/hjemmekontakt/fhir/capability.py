"""What the FHIR door offers, as the documents that machines read: CapabilityStatement and smart-configuration."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from hjemmekontakt.fhir import systems
from hjemmekontakt.fhir.calls import (
    appointment_response,
    beside_visits,
    communication,
    digitally_active,
    everything,
    large_jobs,
    task,
)
from hjemmekontakt.fhir.calls.readables import READABLES
from hjemmekontakt.fhir.entries import MOST_ENTRIES, MOST_READS
from hjemmekontakt.fhir.notification import GUIDE, TOPICS
from hjemmekontakt.fhir.reading import Readable
from hjemmekontakt.fhir.search import LARGEST_COUNT, TOTALS
from hjemmekontakt.fhir.whole import ABOUT_A_PATIENT, EXPORTED
from hjemmekontakt.ground import signatures

_SECURITY_SERVICE = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_TOPIC = f"{GUIDE}/capabilitystatement-subscriptiontopic-canonical"
_PARAMETER_TYPES = {"_lastUpdated": "date", "date": "date", "patient": "reference", "focus": "reference"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One resource type, and what may be done with it."""

    resource: str
    interactions: tuple[str, ...]
    searches: tuple[str, ...] = ()
    profile: str = ""
    conditional_update: bool = False
    conditional_create: bool = False
    scopes: str = "rs"
    types: Mapping[str, str] = field(default_factory=dict)
    includes: tuple[str, ...] = ()
    rev_includes: tuple[str, ...] = ()
    remark: str = ""
    in_a_body: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    @property
    def is_versioned(self) -> bool:
        """What is changed under If-Match has versions; the portal keeps none of what is only read, or only added to."""
        return "update" in self.interactions


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that is asked for by a name of its own: of the whole server, or (`on`) of one resource type.

    What `takes` a body of some kind is sent by POST; what is done `later` is answered with 202 and where to ask.
    """

    name: str
    definition: str
    documentation: str
    on: str = ""
    takes: str = ""
    later: bool = False


def offer_of(kind: "Readable[Any]") -> Offer:
    """What is offered of a resource type that is only read, drawn from its own table."""
    in_a_body = sorted(name for name, each in kind.parameters.items() if each.by_post)
    named = f" A search names one of: {', '.join(kind.must_name)}." if kind.must_name else ""
    return Offer(
        kind.kind,
        ("read", "search-type"),
        searches=tuple(sorted(name for name in kind.parameters if ":" not in name)),
        types={name: each.sort.value for name, each in kind.parameters.items()},
        includes=tuple(f"{kind.kind}:{name}" for name in sorted(kind.includes)),
        remark=(f"In the body of POST _search alone: {', '.join(in_a_body)}." if in_a_body else "") + named,
        in_a_body=tuple(in_a_body),
    )


WRITTEN = (
    Offer(
        "Appointment",
        ("create", "history-instance", "read", "update", "vread", "search-type"),
        searches=("_id", "date", "identifier", "patient", "status"),
        profile=systems.PROFILE,
        conditional_update=True,
        conditional_create=True,
        scopes="crus",
        in_a_body=("patient.identifier", "patient:identifier"),
        rev_includes=beside_visits.REVINCLUDES,
        remark="Earlier versions, of a visit and of a plan, are kept for a year. A search is sorted by"
        f" _sort={' or '.join(beside_visits.SORTS)}; else by the journal's own identifiers, which no write disturbs.",
    ),
    Offer("Binary", ("read",), scopes="r", remark="A file with a message, by the address in its Communication."),
    replace(
        offer_of(communication.SEARCHED),
        interactions=("create", "read", "search-type"),
        scopes="crs",
        remark=f"A search shows; reading one by id is the journal's receipt. {offer_of(communication.SEARCHED).remark}",
    ),
    replace(
        offer_of(appointment_response.READABLE),
        remark="What a citizen has said to a visit; it is answered by the Task of the same id.",
    ),
    Offer(
        "Subscription",
        ("create", "read", "update", "delete", "search-type"),
        searches=("_id", "criteria", "status", "type", "url"),
        profile=f"{GUIDE}/backport-subscription",
        scopes="cruds",
        types={"criteria": "string", "url": "uri"},
        topics=tuple(topic.canonical for topic in TOPICS.values()),
        remark="rest-hook alone; the content is id-only or empty. A filter is unit=Organization/<id> and"
        " service=HealthcareService/<id>.",
    ),
    Offer(
        "Task",
        ("history-instance", "read", "update", "vread", "search-type"),
        searches=("_id", "_lastUpdated", "code", "focus", "patient", "status"),
        scopes="rus",
        in_a_body=("patient.identifier", "patient:identifier"),
        includes=task.INCLUDES,
        remark="Earlier versions are kept for a year.",
    ),
)
_TOLD = f"{GUIDE.removesuffix('/StructureDefinition')}/OperationDefinition"
_BULK = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition"
OPERATIONS = (
    Operation(
        large_jobs.EXPORT.lstrip("$"),
        f"{_BULK}/export",
        "Bulk Data: 202, then the job at Content-Location. What the client may read of its own municipality; _type names"
        f" some of: {', '.join(EXPORTED)}.",
        later=True,
    ),
    Operation(
        large_jobs.IMPORT.lstrip("$"),
        f"{systems.OURS}/OperationDefinition/import",
        f"POST of Appointments, one on each line, as {large_jobs.NDJSON}: 202, then the job at Content-Location. Takes the"
        f" scope system/Appointment.cu. At most {large_jobs.MOST_LINES:,} lines, and 512 mebibytes.",
        takes=large_jobs.NDJSON,
        later=True,
    ),
    Operation(
        everything.NAME.lstrip("$"),
        "http://hl7.org/fhir/OperationDefinition/Patient-everything",
        f"_type names some of: {', '.join(ABOUT_A_PATIENT)}; start and end hold for visits and the log.",
        on=everything.KIND,
    ),
    Operation(
        "events",
        f"{_TOLD}/backport-subscription-events",
        "The events since a number, of one Subscription.",
        on="Subscription",
    ),
    Operation("status", f"{_TOLD}/backport-subscription-status", "How one Subscription stands.", on="Subscription"),
)
OFFERED = tuple(sorted((*WRITTEN, *(offer_of(kind) for kind in READABLES.values())), key=lambda offer: offer.resource))

SORTS = {"Appointment": beside_visits.SORTS}
IN_A_BODY = {offer.resource: offer.in_a_body for offer in OFFERED if offer.in_a_body}


TOGETHER = (
    f"At most {MOST_ENTRIES} entries and five mebibytes; at most {MOST_READS} reads in a batch, none in a transaction."
)


OF_A_SEARCH = (
    f"Every search takes _count (at most {LARGEST_COUNT}; 0 for the total alone), _total ({', '.join(TOTALS)}; to estimate"
    " is to count), _summary, and _elements (names at the root; what FHIR demands always comes). What is not offered is"
    " passed over, and the answer says so in an OperationOutcome; with Prefer: handling=strict it is refused. Everything is"
    " answered as application/fhir+json."
)


def statement(
    base: str, token_endpoint: str, *, version: str, published: datetime, offered: Iterable[Offer] = OFFERED
) -> dict[str, Any]:
    """Say what this server can do, as a CapabilityStatement drawn from the table of offers."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": published.isoformat(),
        "kind": "instance",
        "software": {"name": "Hjemmekontakt", "version": version},
        "implementation": {"description": "Hjemmekontakt", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "documentation": OF_A_SEARCH,
                "security": _security(token_endpoint),
                "resource": [_resource(offer) for offer in offered],
                "interaction": [
                    {"code": "batch", "documentation": TOGETHER},
                    {"code": "transaction", "documentation": TOGETHER},
                ],
                "operation": [_operation(each) for each in OPERATIONS if not each.on],
            }
        ],
    }


def smart_configuration(token_endpoint: str, *, offered: Iterable[Offer] = OFFERED) -> dict[str, Any]:
    """Say how a journal system gets its token (SMART Backend Services)."""
    return {
        "token_endpoint": token_endpoint,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(signatures.ASSERTIONS),
        "dpop_signing_alg_values_supported": list(signatures.PROOFS),
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": [
            *(f"system/{offer.resource}.{offer.scopes}" for offer in offered),
            f"system/{digitally_active.SCOPE}.s",
        ],
        "code_challenge_methods_supported": ["S256"],
        "capabilities": ["client-confidential-asymmetric", "permission-v1", "permission-v2"],
    }


def _security(token_endpoint: str) -> dict[str, Any]:
    token = {"url": "token", "valueUri": token_endpoint}
    return {
        "service": [{"coding": [{"system": _SECURITY_SERVICE, "code": "SMART-on-FHIR"}]}],
        "extension": [{"url": _OAUTH_URIS, "extension": [token]}],
    }


def _resource(offer: Offer) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": offer.resource,
        "interaction": [{"code": code} for code in offer.interactions],
        "versioning": _versioning(offer),
        "conditionalRead": "not-match" if offer.is_versioned else "not-supported",
        "conditionalCreate": offer.conditional_create,
        "conditionalUpdate": offer.conditional_update,
        "documentation": offer.remark,
        "searchInclude": list(offer.includes),
        "searchRevInclude": list(offer.rev_includes),
        "searchParam": [
            {"name": name, "type": offer.types.get(name) or _PARAMETER_TYPES.get(name, "token")}
            for name in offer.searches
        ],
    }
    told["operation"] = [_operation(each) for each in OPERATIONS if each.on == offer.resource]
    if offer.profile:
        told["supportedProfile"] = [offer.profile]
    if offer.topics:
        told["extension"] = [{"url": _TOPIC, "valueCanonical": topic} for topic in offer.topics]
    return {name: value for name, value in told.items() if value not in ([], False, "")}


def _operation(operation: Operation) -> dict[str, str]:
    return {
        "name": operation.name,
        "definition": operation.definition,
        "documentation": operation.documentation,
    }


def _versioning(offer: Offer) -> str:
    if not offer.is_versioned:
        return "no-version"
    return "versioned-update" if "vread" in offer.interactions else "versioned"
