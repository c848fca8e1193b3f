"""Who a citizen is, as the other domains may see her, and what a decision means today."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Protection(StrEnum):
    """The register's protection of an address (adressebeskyttelse): code 7 confidential, code 6 strictly so."""

    NONE = "none"
    CONFIDENTIAL = "confidential"
    STRICTLY_CONFIDENTIAL = "strictly-confidential"


class TypeSize(StrEnum):
    """How large the letters of a page are (R103)."""

    NORMAL = "normal"
    LARGE = "large"


LANGUAGES = ("nb", "nn", "en")
AFTER_Z = str.maketrans("æäøöåüđðŋŧł", "{{||}yddntl")
SORT_KEY_LIMIT = 220


@dataclass(frozen=True, slots=True)
class Person:
    """A citizen as pages and rules see her; never with her national id."""

    id: UUID
    given_name: str
    family_name: str
    birth_date: date | None
    protection: Protection
    deceased_on: date | None
    language: str

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class Colleague:
    """One who works in a unit, as those who work there see her."""

    id: UUID
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Settings:
    """How a citizen wants her pages, and when the register was last asked about her."""

    language: str
    type_size: TypeSize
    register_checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision (vedtak) in plain words."""

    id: UUID
    citizen_id: UUID
    municipality_id: UUID
    unit_id: UUID
    service_id: UUID
    starts_on: date
    ends_on: date | None
    help_text: str
    how_often: str
    contact_name: str
    contact_title: str

    def holds(self, *, today: date) -> bool:
        """Tell whether the decision gives help today."""
        return self.starts_on <= today and (self.ends_on is None or self.ends_on >= today)


def age(birth_date: date, *, today: date) -> int:
    """Count whole years (R58).

    >>> age(date(2010, 3, 2), today=date(2026, 3, 1)), age(date(2010, 3, 2), today=date(2026, 3, 2))
    (15, 16)
    """
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))


def sort_key(family_name: str, given_name: str = "") -> str:
    """Make the value by which a name stands in a Norwegian list: æ, ø and å after z, «aa» as å, accents as nothing.

    The database compares bytes, so the three letters become the three signs after z.

    >>> names = ["Ås", "Zahl", "Øye", "Aasen", "Ærlig", "Dahl", "Édith"]
    >>> sorted(names, key=sort_key)
    ['Dahl', 'Édith', 'Zahl', 'Ærlig', 'Øye', 'Ås', 'Aasen']
    >>> sort_key("Berg", "Astrid") < sort_key("Bergan", "Anne")
    True
    """
    return f"{_sorted_as(family_name)}  {_sorted_as(given_name)}".strip()[:SORT_KEY_LIMIT]


def _sorted_as(name: str) -> str:
    letters = unicodedata.normalize("NFC", name).casefold().replace("aa", "å").replace("-", " ").translate(AFTER_Z)
    return "".join(each for each in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(each))
