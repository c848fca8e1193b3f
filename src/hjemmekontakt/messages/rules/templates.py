"""Ready answers: the few variables they may hold, how they are filled in, and which language is used (R80)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.access.rules import Actor, Role

TITLE_LIMIT = 80
TEMPLATE_LIMIT = 4000
MENTION = re.compile(r"\{([^{}\s]{1,40})\}")
NOT_KNOWN = "…"
"""What stands where a variable has nothing to say: a gap that the writer sees before she sends."""


class Variable(StrEnum):
    """What a ready answer may leave open; the words are those that staff write between braces."""

    GIVEN_NAME = "fornavn"
    UNIT = "enhet"
    PHONE = "telefon"
    DAY = "dag"
    DEADLINE = "frist"


class TemplateRefusal(StrEnum):
    """Why a ready answer is not kept; each has its sentence in `words`."""

    TITLE_EMPTY = "title-empty"
    TITLE_TOO_LONG = "title-too-long"
    TEXT_EMPTY = "text-empty"
    TEXT_TOO_LONG = "text-too-long"
    UNREADABLE = "unreadable"
    VARIABLE_UNKNOWN = "variable-unknown"
    REVIEW_PASSED = "review-passed"
    CHANGED_MEANWHILE = "changed-meanwhile"


class TemplateFilter(StrEnum):
    """Which ready answers the list shows."""

    IN_USE = "in-use"
    TO_REVIEW = "to-review"
    PUT_AWAY = "put-away"


@dataclass(frozen=True, slots=True)
class TemplateTexts:
    """What is written in a ready answer: in bokmål always, in nynorsk and English where somebody has written it."""

    title: str
    nb: str
    nn: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One ready answer as its list and its page show it; `unit_id` is None where all units use it."""

    id: UUID
    unit_id: UUID | None
    unit_name: str
    texts: TemplateTexts
    answerable: bool
    owner_name: str
    review_on: date
    put_away_at: datetime | None
    version: int
    changed_at: datetime
    may_change: bool


@dataclass(frozen=True, slots=True)
class TemplateList:
    """The ready answers of an employee's units, and how many each choice of the list would show."""

    rows: tuple[TemplateRow, ...]
    filter: TemplateFilter
    counts: Mapping[TemplateFilter, int]
    may_write: bool


@dataclass(frozen=True, slots=True)
class FilledTemplate:
    """A ready answer filled in for one dialogue; `fell_back` where the language wished for has no text of its own."""

    id: UUID
    title: str
    text: str
    fell_back: bool


@dataclass(frozen=True, slots=True)
class AnswerTemplates:
    """What stands beside the answer field: the ready answers, their language, and how the answer will be signed."""

    choices: tuple[FilledTemplate, ...]
    language: str
    signature: str

    def text_of(self, id: str) -> str:
        """The text of the one that was chosen; empty where nothing, or nothing of these, was."""
        return next((each.text for each in self.choices if str(each.id) == id), "")


def unknown_variables(text: str) -> tuple[str, ...]:
    """Find what stands between braces and is no variable; braces around other text are text.

    >>> unknown_variables("Hei {fornavn}. Ring {nummer} eller {telefon}.")
    ('nummer',)
    >>> unknown_variables("{ } { fornavn } {{ og }}")
    ()
    """
    known = set(Variable)
    return tuple(dict.fromkeys(word for word in MENTION.findall(text) if word not in known))


def fill(text: str, values: Mapping[Variable, str]) -> str:
    """Put the values in; what is not known becomes a gap that the writer sees, and nothing is filled in twice.

    >>> fill("Hei {fornavn}! Ring {telefon}.", {Variable.GIVEN_NAME: "Astrid", Variable.PHONE: "32 00 00 10"})
    'Hei Astrid! Ring 32 00 00 10.'
    >>> fill("Du får svar {frist}. {nummer}", {})
    'Du får svar …. …'
    >>> fill("{fornavn}", {Variable.GIVEN_NAME: "{telefon}", Variable.PHONE: "1"})
    '{telefon}'
    """
    known: dict[str, str] = {name.value: value for name, value in values.items()}
    return MENTION.sub(lambda found: known.get(found[1]) or NOT_KNOWN, text)


def in_language(texts: TemplateTexts, language: str) -> tuple[str, bool]:
    """Choose the text in a language, else the bokmål one; and tell whether it had to be that (R80).

    >>> in_language(TemplateTexts("Takk", nb="Takk for at du skrev.", nn="Takk for at du skreiv."), "nn")
    ('Takk for at du skreiv.', False)
    >>> in_language(TemplateTexts("Takk", nb="Takk for at du skrev."), "en")
    ('Takk for at du skrev.', True)
    """
    wanted = {"nn": texts.nn, "en": texts.en}.get(language, texts.nb)
    return (wanted, False) if wanted else (texts.nb, True)


def why_not_keep(texts: TemplateTexts, *, review_on: date, today: date) -> TemplateRefusal | None:
    """Say why a ready answer cannot be kept as it is; None means it can (R80).

    >>> soon, today = date(2026, 9, 1), date(2026, 3, 2)
    >>> why_not_keep(TemplateTexts("Takk", nb="Hei {fornavn}."), review_on=soon, today=today)
    >>> why_not_keep(TemplateTexts("Takk", nb="Hei {navn}."), review_on=soon, today=today)
    <TemplateRefusal.VARIABLE_UNKNOWN: 'variable-unknown'>
    >>> why_not_keep(TemplateTexts("Takk", nb="Hei."), review_on=today, today=soon)
    <TemplateRefusal.REVIEW_PASSED: 'review-passed'>
    """
    bodies = (texts.nb, texts.nn, texts.en)
    if not texts.title.strip():
        return TemplateRefusal.TITLE_EMPTY
    if len(texts.title) > TITLE_LIMIT:
        return TemplateRefusal.TITLE_TOO_LONG
    if not texts.nb.strip():
        return TemplateRefusal.TEXT_EMPTY
    if any(len(text) > TEMPLATE_LIMIT for text in bodies):
        return TemplateRefusal.TEXT_TOO_LONG
    if any("\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text) for text in (texts.title, *bodies)):
        return TemplateRefusal.UNREADABLE
    if any(unknown_variables(text) for text in bodies):
        return TemplateRefusal.VARIABLE_UNKNOWN
    return TemplateRefusal.REVIEW_PASSED if review_on < today else None


def needs_review(review_on: date, *, today: date) -> bool:
    """Tell whether a ready answer should be looked over: its day has come (R80).

    >>> needs_review(date(2026, 3, 2), today=date(2026, 3, 2)), needs_review(date(2026, 3, 3), today=date(2026, 3, 2))
    (True, False)
    """
    return review_on <= today


def unit_she_leads(actor: Actor) -> UUID | None:
    """Find a unit that an employee leads: only who leads one writes for all units (R80).

    >>> from hjemmekontakt.access.rules import Standing, UnitRole
    >>> gerd = Actor(Standing.EMPLOYEE, UUID(int=1), "Gerd Vik", units=(UnitRole(UUID(int=7), "Nord", Role.TEAM_LEADER),))
    >>> unit_she_leads(gerd).int
    7
    """
    return next((unit.unit_id for unit in actor.units if unit.role is Role.TEAM_LEADER), None)
