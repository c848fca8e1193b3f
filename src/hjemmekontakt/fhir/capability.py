"""What the FHIR door offers, as the documents that machines read: CapabilityStatement and smart-configuration."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hjemmekontakt.fhir import systems

SIGNING_ALGORITHMS = ("RS384", "ES384")
_SECURITY_SERVICE = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_PARAMETER_TYPES = {"date": "date", "patient": "reference", "focus": "reference"}


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


OFFERED = (
    Offer(
        "Appointment",
        ("read", "update", "search-type"),
        searches=("_id", "date", "identifier", "patient", "status"),
        profile=systems.PROFILE,
        conditional_update=True,
        scopes="rus",
    ),
    Offer("Communication", ("create", "read"), scopes="cr"),
    Offer("Patient", ("read",), scopes="r"),
    Offer(
        "Task",
        ("read", "update", "search-type"),
        searches=("_id", "code", "focus", "status"),
        scopes="rus",
    ),
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
                "security": _security(token_endpoint),
                "resource": [_resource(offer) for offer in offered],
            }
        ],
    }


def smart_configuration(token_endpoint: str, *, offered: Iterable[Offer] = OFFERED) -> dict[str, Any]:
    """Say how a journal system gets its token (SMART Backend Services)."""
    return {
        "token_endpoint": token_endpoint,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(SIGNING_ALGORITHMS),
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": [f"system/{offer.resource}.{offer.scopes}" for offer in offered],
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
        "versioning": "versioned-update" if "update" in offer.interactions else "versioned",
        "conditionalCreate": offer.conditional_create,
        "conditionalUpdate": offer.conditional_update,
        "searchParam": [{"name": name, "type": _PARAMETER_TYPES.get(name, "token")} for name in offer.searches],
    }
    if offer.profile:
        told["supportedProfile"] = [offer.profile]
    return {name: value for name, value in told.items() if value not in ([], False)}
