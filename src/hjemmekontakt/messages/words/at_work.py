"""What the unit's pages say of how a dialogue is handled: what was done with it, categories, cases, and all in order."""

import heapq
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.messages.rules import (
    STAGES,
    CaseKind,
    HandlingKind,
    HandlingView,
    MessageView,
    NoteView,
    StaffThreadView,
)

CASES: Final[dict[str, str | Promise]] = {CaseKind.COMPLAINT: _("Klage"), CaseKind.APPLICATION: _("Søknad")}

TREATED_AS: Final[dict[str, str | Promise]] = {
    CaseKind.COMPLAINT: _("Vi behandler dette som en klage. Du får brev."),
    CaseKind.APPLICATION: _("Vi behandler dette som en søknad. Du får brev."),
}

DONE: Final[dict[HandlingKind, str | Promise]] = {
    HandlingKind.TAKEN: _("%(who)s tok samtalen"),
    HandlingKind.GIVEN: _("%(who)s ga samtalen til %(to)s"),
    HandlingKind.PUT_BACK: _("%(who)s la samtalen tilbake"),
    HandlingKind.TRANSFERRED: _("Overført fra %(unit)s til %(to_unit)s av %(who)s"),
    HandlingKind.NO_REPLY: _("Trenger ikke svar, sier %(who)s"),
    HandlingKind.AS_CASE: _("%(who)s bestemte at dette behandles som en sak"),
    HandlingKind.CLOSED: _("%(who)s avsluttet samtalen"),
    HandlingKind.REOPENED: _("%(who)s åpnet samtalen igjen"),
    HandlingKind.ALARM: _("Varsel: %(stage)s %% av svartiden er brukt"),
    HandlingKind.TO_LEADER: _("Gikk til teamlederen, fordi ingen hadde tatt den"),
    HandlingKind.NOT_DELIVERED: _("Ble ikke levert til journalsystemet"),
}


def handled(handling: HandlingView) -> str:
    """One thing done with a dialogue, in a sentence: «Overført fra Nord til Sør av Mona Lie»."""
    if handling.what is HandlingKind.TRANSFERRED and handling.unit_name == handling.to_unit_name:
        return gettext("%(who)s flyttet samtalen til en annen tjeneste") % {"who": handling.by_name}
    if handling.what is HandlingKind.ALARM and handling.stage >= STAGES[-1]:
        return gettext("Varsel: svarfristen er ute")
    return str(DONE[handling.what]) % {
        "who": handling.by_name,
        "to": handling.to_name,
        "unit": handling.unit_name,
        "to_unit": handling.to_unit_name,
        "stage": handling.stage,
    }


def alarm(stage: int) -> str:
    """How much of the promised time has passed, for the tag of a dialogue that waits; a broken promise has its own (R82)."""
    if stage in (0, STAGES[-1]):
        return ""
    return gettext("%(stage)s %% av svartiden er brukt") % {"stage": stage}


def case_for_citizen(case_kind: str) -> str:
    """What the citizen reads of a case: «Vi behandler dette som en klage. Du får brev.» (R28)."""
    return str(TREATED_AS[case_kind])


def conversation(thread: StaffThreadView) -> Iterator[MessageView | NoteView | HandlingView]:
    """Messages, notes and what was done with a dialogue, each in its place in time; messages keep their own order."""
    if not (thread.notes or thread.handlings):
        return iter(thread.messages)
    return heapq.merge(thread.messages, thread.notes, thread.handlings, key=_at)


def _at(item: MessageView | NoteView | HandlingView) -> datetime:
    return item.sent_at if isinstance(item, MessageView) else item.at
