"""The demo's persons: who they are, their synthetic numbers, and what the national registers say of them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hjemmekontakt.gateways import folkeregister
from hjemmekontakt.gateways.folkeregister import Protection
from hjemmekontakt.gateways.krr import Address, Contact
from hjemmekontakt.ground.national_ids import make_synthetic


class Role(StrEnum):
    """By which door a person of the demo comes in."""

    CITIZEN = "citizen"
    EMPLOYEE = "employee"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """One invented person."""

    key: str
    given_name: str
    family_name: str
    national_id: str
    birth_date: date
    role: Role = Role.CITIZEN
    mobile: str = ""
    email: str = ""
    language: str = "nb"
    protection: Protection = Protection.NONE

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.given_name} {self.family_name}"


def contacts(*, confirmed_at: datetime) -> dict[str, Contact]:
    """What the contact register knows, confirmed at this moment; who has neither mobile nor e-mail is not in it."""
    return {
        person.national_id: Contact(
            national_id=person.national_id,
            mobile=_address(person.mobile, confirmed_at),
            email=_address(person.email, confirmed_at),
            language=person.language,
        )
        for person in PERSONS
        if person.mobile or person.email
    }


def population() -> dict[str, folkeregister.Person]:
    """What the population register knows."""
    return {
        person.national_id: folkeregister.Person(
            given_name=person.given_name,
            family_name=person.family_name,
            birth_date=person.birth_date,
            protection=person.protection,
        )
        for person in PERSONS
    }


def _address(value: str, confirmed_at: datetime) -> Address | None:
    return Address(value=value, verified_at=confirmed_at) if value else None


def _citizen(name: str, birth: date, individual: int, **known: str | Protection) -> DemoPerson:
    return _person(name, birth, individual, role=Role.CITIZEN, **known)


def _employee(name: str, birth: date, individual: int) -> DemoPerson:
    return _person(name, birth, individual, role=Role.EMPLOYEE)


def _person(name: str, birth: date, individual: int, **known: object) -> DemoPerson:
    given, _, family = name.partition(" ")
    return DemoPerson(
        key=given.lower(),
        given_name=given,
        family_name=family,
        national_id=make_synthetic(birth, individual),
        birth_date=birth,
        **known,  # type: ignore[arg-type]
    )


# The ages are those the demo speaks of: whole years in 2026, after each one's birthday.
PERSONS = (
    _citizen("Astrid Berg", date(1944, 9, 14), 100, mobile="+4790000001"),
    _citizen("Einar Dahl", date(1947, 8, 30), 100, mobile="+4790000003"),
    _citizen("Jonas Berg", date(1972, 9, 2), 100, mobile="+4790000002", email="jonas.berg@example.no"),
    _citizen("Siri Holm", date(1982, 10, 11), 100, mobile="+4790000004", email="siri.holm@example.no"),
    _citizen("Nils Foss", date(1936, 10, 5), 100, protection=Protection.STRICTLY_CONFIDENTIAL),
    _citizen("Ruth Moen", date(1949, 3, 12), 100, mobile="+4790000005"),
    _employee("Mona Lie", date(1988, 4, 19), 100),
    _employee("Per Sand", date(1979, 6, 23), 100),
    _employee("Gerd Vik", date(1969, 2, 8), 100),
    _employee("Liv Krogh", date(1975, 12, 3), 100),
    _employee("Tor Moe", date(1966, 5, 27), 100),
    _employee("Kari Eide", date(1991, 1, 15), 101),
)
BY_KEY = {person.key: person for person in PERSONS}
