"""The steps of «Gi fullmakt»; what is answered so far lies sealed in the page's form, with or without JavaScript."""

import base64
import binascii
import json
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from django import forms

from hjemmekontakt.access.rules import Right
from hjemmekontakt.ground import keys
from hjemmekontakt.representation import rules
from hjemmekontakt.representation.forms import OPEN, TO_A_DATE, HowLongForm, SummaryForm, WhatForm, WhoForm
from hjemmekontakt.representation.rules import Refusal


class Step(StrEnum):
    """One question a page, then the summary."""

    WHO = "hvem"
    WHAT = "hva"
    HOW_LONG = "hvor-lenge"
    SUMMARY = "oppsummering"


ORDER = list(Step)
FORMS: dict[Step, type[forms.Form]] = {
    Step.WHO: WhoForm,
    Step.WHAT: WhatForm,
    Step.HOW_LONG: HowLongForm,
    Step.SUMMARY: SummaryForm,
}
MENDED_AT = {
    Refusal.NO_RIGHTS: (Step.WHAT, "rights"),
    Refusal.CANCEL_NEEDS_SEE: (Step.WHAT, "rights"),
    Refusal.WRITE_NEEDS_READ: (Step.WHAT, "rights"),
    Refusal.ENDS_IN_THE_PAST: (Step.HOW_LONG, "ends_on"),
    Refusal.ENDS_TOO_LATE: (Step.HOW_LONG, "ends_on"),
    Refusal.REGISTER_SILENT: (Step.SUMMARY, None),
}
"""At which step a refusal is mended, and by which field; any other is about who."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been answered so far; `form_key` becomes the fullmakt's id."""

    number: str = ""
    rights: frozenset[Right] = frozenset()
    until: str = ""
    ends_on: date | None = None
    form_key: UUID = field(default_factory=uuid4)

    def answers(self) -> dict[str, Any]:
        """The answers as the forms have them, to show a step again."""
        return {
            "number": self.number,
            "rights": [right.value for right in Right if right in self.rights],
            "until": self.until,
            "ends_on": self.ends_on.isoformat() if self.ends_on else "",
        }


def sealed(draft: Draft, *, of: UUID) -> str:
    """Seal a draft for the form: the number is not to be read in a saved page, and nobody else can use it."""
    said = draft.answers() | {"key": str(draft.form_key), "of": str(of)}
    return base64.urlsafe_b64encode(keys.seal(json.dumps(said))).decode()


def opened(text: str, *, of: UUID) -> Draft | None:
    """Open a sealed draft; None where it is missing, changed or somebody else's."""
    try:
        said = json.loads(keys.unseal(base64.urlsafe_b64decode(text.encode())))
        if said["of"] != str(of):
            return None
        return Draft(
            said["number"],
            frozenset(Right(right) for right in said["rights"]),
            said["until"],
            date.fromisoformat(said["ends_on"]) if said["ends_on"] else None,
            UUID(said["key"]),
        )
    except (binascii.Error, InvalidTag, KeyError, ValueError):
        return None


def answered(draft: Draft, form: forms.Form) -> Draft:
    """The draft with one step's answer in it."""
    if isinstance(form, WhoForm):
        return replace(draft, number=form.cleaned_data["number"])
    if isinstance(form, WhatForm):
        return replace(draft, rights=frozenset(form.cleaned_data["rights"]))
    if isinstance(form, HowLongForm):
        return replace(draft, until=form.cleaned_data["until"], ends_on=form.last_day())
    return draft


def why_not_go_on(draft: Draft, step: Step, *, today: date) -> Refusal | None:
    """Say what the answer of this step lacks, before the next question is asked."""
    if step is Step.WHAT:
        return rules.why_not_rights(draft.rights)
    if step is Step.HOW_LONG:
        return rules.why_not_until(draft.ends_on, today=today)
    return None


def furthest(draft: Draft) -> Step:
    """The first question that has no answer yet.

    >>> furthest(Draft()), furthest(Draft(number="12834410061")), furthest(Draft("1", frozenset({Right.READ}), OPEN))
    (<Step.WHO: 'hvem'>, <Step.WHAT: 'hva'>, <Step.SUMMARY: 'oppsummering'>)
    """
    if not draft.number:
        return Step.WHO
    if not draft.rights:
        return Step.WHAT
    return Step.SUMMARY if draft.until in (OPEN, TO_A_DATE) else Step.HOW_LONG


def beside(step: Step, by: int) -> Step:
    """The step so many places on, or back.

    >>> beside(Step.WHO, 1), beside(Step.WHO, -1), beside(Step.SUMMARY, 1)
    (<Step.WHAT: 'hva'>, <Step.WHO: 'hvem'>, <Step.SUMMARY: 'oppsummering'>)
    """
    return ORDER[min(max(ORDER.index(step) + by, 0), len(ORDER) - 1)]
