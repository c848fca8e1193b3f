"""What the unit's pages say of how a dialogue is handled: what was done with it, categories, cases, and all in order."""

import heapq
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.messages.rules import CaseKind, HandlingView, MessageView, NoteView, StaffThreadView, What

CATEGORIES: Final[dict[str, str | Promise]] = {
    "visit": _("Besøk og tid"),
    "help": _("Spørsmål om hjelpen"),
    "practical": _("Praktisk beskjed"),
    "medicine": _("Medisiner"),
    "equipment": _("Utstyr"),
    "feedback": _("Ros eller klage"),
    "other": _("Annet"),
}

CASES: Final[dict[str, str | Promise]] = {CaseKind.COMPLAINT: _("Klage"), CaseKind.APPLICATION: _("Søknad")}

TREATED_AS: Final[dict[str, str | Promise]] = {
    CaseKind.COMPLAINT: _("Vi behandler dette som en klage. Du får brev."),
    CaseKind.APPLICATION: _("Vi behandler dette som en søknad. Du får brev."),
}

DONE: Final[dict[What, str | Promise]] = {
    What.TAKEN: _("%(who)s tok samtalen"),
    What.GIVEN: _("%(who)s ga samtalen til %(to)s"),
    What.PUT_BACK: _("%(who)s la samtalen tilbake"),
    What.TRANSFERRED: _("Overført fra %(unit)s til %(to_unit)s av %(who)s"),
    What.NO_REPLY: _("Trenger ikke svar, sier %(who)s"),
    What.AS_CASE: _("%(who)s bestemte at dette behandles som en sak"),
    What.CLOSED: _("%(who)s avsluttet samtalen"),
    What.REOPENED: _("%(who)s åpnet samtalen igjen"),
    What.ALARM: _("Varsel om svarfristen"),
    What.TO_LEADER: _("Gikk til teamlederen, fordi ingen hadde tatt den"),
    What.NOT_DELIVERED: _("Ble ikke levert til journalsystemet"),
}


def handled(handling: HandlingView) -> str:
    """One thing done with a dialogue, in a sentence: «Overført fra Nord til Sør av Mona Lie»."""
    if handling.what is What.TRANSFERRED and handling.unit_name == handling.to_unit_name:
        return gettext("%(who)s flyttet samtalen til en annen tjeneste") % {"who": handling.by_name}
    return str(DONE[handling.what]) % {
        "who": handling.by_name,
        "to": handling.to_name,
        "unit": handling.unit_name,
        "to_unit": handling.to_unit_name,
    }


def case_for_citizen(case_kind: str) -> str:
    """What the citizen reads of a case: «Vi behandler dette som en klage. Du får brev.» (R28)."""
    return str(TREATED_AS[case_kind])


def conversation(thread: StaffThreadView) -> Iterator[tuple[str, MessageView | NoteView | HandlingView]]:
    """Messages, notes and what was done with a dialogue, each in its place in time; messages keep their own order."""
    messages: list[tuple[datetime, str, MessageView | NoteView | HandlingView]]
    messages = [(each.sent_at, "message", each) for each in thread.messages]
    notes = [(each.at, "note", each) for each in thread.notes]
    handlings = [(each.at, "handling", each) for each in thread.handlings]
    for _when, kind, item in heapq.merge(messages, notes, handlings, key=lambda each: each[0]):
        yield kind, item
