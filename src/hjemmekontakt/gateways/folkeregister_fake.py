"""The population register's stand-in: answers in Persontjenesten's own shape, for the demo and our tests."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hjemmekontakt.gateways.folkeregister import LEVELS, Person


def answer(national_id: str, people: Mapping[str, Person]) -> dict[str, Any] | None:
    """Answer a look-up as the register does; None is «not found».

    >>> answer("14834410000", {}) is None
    True
    """
    person = people.get(national_id)
    if person is None:
        return None
    level = next(code for code, protection in reversed(LEVELS.items()) if protection is person.protection)
    return {
        "norwegianIdentificationNumber": [{"identificationNumber": national_id, "isValid": True}],
        "name": [_name(person) | {"isValid": True}],
        "birth": [{"birthDate": _stamp(person.birth_date), "isValid": True}],
        "addressProtection": [{"protectionLevel": level, "isValid": True}],
        "death": {"deceasedDate": _stamp(person.deceased_on), "isValid": True} if person.deceased_on else None,
    }


def _name(person: Person) -> dict[str, str]:
    middle = {"middleName": person.middle_name} if person.middle_name else {}
    return {"givenName": person.given_name, "familyName": person.family_name} | middle


def _stamp(day: date | None) -> str | None:
    return f"{day.isoformat()}T00:00:00+00:00" if day else None
