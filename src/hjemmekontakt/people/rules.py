"""Who a citizen is, as the other domains may see her, and what a decision means today."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
    title: str = ""


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
        return holds(self.starts_on, self.ends_on, today=today)


def holds(starts_on: date, ends_on: date | None, *, today: date) -> bool:
    """Tell whether a decision of these days gives help today.

    >>> [holds(date(2026, 3, 1), date(2026, 3, 31), today=date(2026, month, 31)) for month in (1, 3, 5)]
    [False, True, False]
    """
    return starts_on <= today and (ends_on is None or ends_on >= today)


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


def beginnings(words: str) -> list[str]:
    """Make of what somebody searches for the beginnings that must stand in a sort key, in any order.

    >>> beginnings("Åse-Marie  berg"), beginnings(" ")
    (['}se', 'marie', 'berg'], [])
    """
    return _sorted_as(words).split()


def _sorted_as(name: str) -> str:
    letters = unicodedata.normalize("NFC", name).casefold().replace("aa", "å").replace("-", " ").translate(AFTER_Z)
    return "".join(each for each in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(each))


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """A time in which an employee is away, and who answers instead (R81)."""

    id: UUID
    employee: Colleague
    substitute: Colleague | None
    starts_on: date
    ends_on: date

    def holds(self, *, today: date) -> bool:
        """Tell whether she is away today."""
        return self.starts_on <= today <= self.ends_on


@dataclass(frozen=True, slots=True)
class Absences:
    """The absences an employee sees, of whom she may write one down, and who may answer instead."""

    rows: tuple[AbsenceView, ...]
    employees: tuple[Colleague, ...]
    substitutes: tuple[Colleague, ...]


class Refusal(StrEnum):
    """Why an absence is not written down so; each has its sentence in `words.py`."""

    ENDS_BEFORE = "ends-before"
    DAY_PASSED = "day-passed"
    DAY_TOO_FAR = "day-too-far"
    AWAY_ALREADY = "away-already"
    NOT_A_COLLEAGUE = "not-a-colleague"
    SUBSTITUTE_AWAY = "substitute-away"


FARTHEST = timedelta(days=800)


def why_not_away(
    starts_on: date,
    ends_on: date,
    *,
    today: date,
    hers: Iterable[tuple[date, date]],
    substitute: Refusal | None = None,
) -> Refusal | None:
    """Say why somebody's absence cannot be written down so; None means it can (R81).

    >>> july = date(2026, 7, 6), date(2026, 7, 31)
    >>> why_not_away(*july, today=date(2026, 3, 2), hers=[])
    >>> why_not_away(*july, today=date(2026, 3, 2), hers=[(date(2026, 7, 31), date(2026, 8, 14))])
    <Refusal.AWAY_ALREADY: 'away-already'>
    """
    if ends_on < starts_on:
        return Refusal.ENDS_BEFORE
    if ends_on < today:
        return Refusal.DAY_PASSED
    if ends_on - today > FARTHEST:
        return Refusal.DAY_TOO_FAR
    if overlaps(starts_on, ends_on, hers):
        return Refusal.AWAY_ALREADY
    return substitute


def overlaps(starts_on: date, ends_on: date, others: Iterable[tuple[date, date]]) -> bool:
    """Tell whether any of the other times shares a day with this one.

    >>> overlaps(date(2026, 7, 6), date(2026, 7, 8), [(date(2026, 7, 8), date(2026, 7, 9))])
    True
    """
    return any(first <= ends_on and starts_on <= last for first, last in others)


def who_answers(absent: UUID, *, instead: dict[UUID, UUID | None]) -> UUID | None:
    """Say who answers for one who may be away, also where her substitute is away; None where nobody does (R81).

    >>> mona, gerd, per = UUID(int=1), UUID(int=2), UUID(int=3)
    >>> who_answers(mona, instead={mona: gerd, gerd: per}) == per, who_answers(mona, instead={mona: gerd, gerd: mona})
    (True, None)
    """
    seen: set[UUID] = set()
    while absent in instead:
        following = instead[absent]
        if following is None or following in seen:
            return None
        seen.add(absent)
        absent = following
    return absent


@dataclass(frozen=True, slots=True)
class NamesOfStaff:
    """Who works in a unit, each with whether her name is hidden from citizens, and the citizens who see no names (R35)."""

    employees: tuple[tuple[Colleague, bool], ...]
    citizens: tuple[Person, ...]
