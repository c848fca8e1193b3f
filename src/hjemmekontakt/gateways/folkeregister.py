"""The population register (Folkeregisteret): who somebody is, whether protected, whether alive (R7, R11, R58)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from hjemmekontakt.gateways.calling import NotAnswered, Why, client_for, post

PATH = "/api/legal-basis/person/get-by-nin"
PARTS = ("Name", "Birth", "AddressProtection", "Death")


class Protection(StrEnum):
    """How well a person's whereabouts are to be hidden (adressesperre): code 7 is confidential, code 6 strictly so."""

    NONE = "none"
    CONFIDENTIAL = "confidential"
    STRICTLY_CONFIDENTIAL = "strictly-confidential"


LEVELS = {
    "Unclassified": Protection.NONE,
    "ClientAddress": Protection.CONFIDENTIAL,
    "Confidential": Protection.CONFIDENTIAL,
    "StrictlyConfidential": Protection.STRICTLY_CONFIDENTIAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What the register says of one person, as far as the portal needs it."""

    given_name: str = field(repr=False)
    middle_name: str = field(default="", repr=False)
    family_name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    protection: Protection = Protection.NONE
    deceased_on: date | None = None


class PopulationRegister(Protocol):
    """Whoever knows who people are."""

    def person(self, national_id: str) -> Person | None:
        """Look one person up; None is «not found»."""
        ...


class Folkeregister:
    """The client of Persontjenesten (the number stands in the body of a POST, never in an address)."""

    def __init__(self, url: str, *, token: Callable[[], str], timeout_s: float = 10.0) -> None:
        self._client = client_for(url, timeout_s=timeout_s)
        self._token = token

    def person(self, national_id: str) -> Person | None:
        """Look one person up; None is «not found» (R58)."""
        headers = {"Authorization": f"Bearer {self._token()}", "api-version": "2"}
        said = post(self._client, PATH, headers=headers, data={"nin": national_id, "informationParts": PARTS})
        if said is None:
            return None
        try:
            return _read(said)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            raise NotAnswered(Why.NOT_UNDERSTOOD) from None

    def close(self) -> None:
        """Let go of the open lines."""
        self._client.close()


def _read(said: dict[str, Any]) -> Person:
    name = _in_force(said.get("name"))[-1]
    births = _in_force(said.get("birth"))
    return Person(
        given_name=name["givenName"],
        middle_name=name.get("middleName") or "",
        family_name=name.get("familyName") or "",
        birth_date=_day(births[-1].get("birthDate")) if births else None,
        protection=_protection(_in_force(said.get("addressProtection"))),
        deceased_on=_deceased_on(said.get("death")),
    )


def _in_force(entries: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    return [entry for entry in entries or [] if entry.get("isValid") is not False]


def _protection(entries: list[dict[str, Any]]) -> Protection:
    """Take the strictest level in force; one that we do not know counts as the strictest."""
    levels = {
        LEVELS.get(entry.get("protectionLevel") or "Unclassified", Protection.STRICTLY_CONFIDENTIAL)
        for entry in entries
    }
    return max(levels, key=list(Protection).index, default=Protection.NONE)


def _deceased_on(death: dict[str, Any] | None) -> date | None:
    if not death or death.get("isValid") is False:
        return None
    day = next((death[name] for name in ("deceasedDate", "validFrom", "registeredAt") if death.get(name)), None)
    if day is None:
        raise ValueError("a death without any date")
    return _day(day)


def _day(text: str | None) -> date | None:
    """Read the day alone: the register says that time and time zone are to be ignored."""
    return date.fromisoformat(text[:10]) if text else None
