"""The contact register's stand-in: answers in the register's own shape, for the demo and our tests."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hjemmekontakt.gateways.krr import LARGEST_BATCH, Address, Contact


def answer(body: Mapping[str, Any], people: Mapping[str, Contact]) -> dict[str, Any]:
    """Answer a look-up as the register does; ValueError where the register would say 400.

    >>> answer({"personidentifikatorer": ["14834410000"]}, {})["personer"][0]["status"]
    'IKKE_REGISTRERT'
    """
    asked = body.get("personidentifikatorer")
    if (
        not isinstance(asked, list)
        or not 1 <= len(asked) <= LARGEST_BATCH
        or not all(isinstance(one, str) for one in asked)
    ):
        raise ValueError("between 1 and 1000 persons may be asked for")
    return {"personer": [_person(one, people.get(one)) for one in asked]}


def _person(national_id: str, contact: Contact | None) -> dict[str, Any]:
    if contact is None:
        return {"personidentifikator": national_id, "status": "IKKE_REGISTRERT", "varslingsstatus": "KAN_IKKE_VARSLES"}
    reach = _reach("mobiltelefonnummer", contact.mobile, zone="Z") | _reach("epostadresse", contact.email, zone="+00")
    return {
        "personidentifikator": national_id,
        "reservasjon": "JA" if contact.reserved else "NEI",
        "status": "AKTIV",
        "varslingsstatus": "KAN_VARSLES" if reach and not contact.reserved else "KAN_IKKE_VARSLES",
        "kontaktinformasjon": reach,
        "spraak": contact.language,
    }


def _reach(name: str, address: Address | None, *, zone: str) -> dict[str, str]:
    if address is None:
        return {}
    stamps = {f"{name}_oppdatert": address.updated_at, f"{name}_sist_verifisert": address.verified_at}
    return {name: address.value} | {key: _stamp(moment, zone) for key, moment in stamps.items() if moment}


def _stamp(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}{zone}"
