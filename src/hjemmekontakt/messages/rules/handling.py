"""How a unit handles a dialogue: what is done with it at work, and why something cannot be done with it now."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.messages.rules.states import MAY_MOVE, HandlingKind, Mover, Step, ThreadState, moves
from hjemmekontakt.messages.rules.writing import Refusal
from hjemmekontakt.municipalities.rules import ServiceView
from hjemmekontakt.people.rules import Colleague


class Channel(StrEnum):
    """Where what stands in a message was said: written here, or on the phone and told of here (R21)."""

    HERE = "here"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class HandlingView:
    """One thing done with a dialogue, as the unit's page shows it; `place` is how far the dialogue had come then.

    `stage` is, for an alarm, how much of the promised time had passed, in per cent.
    """

    what: HandlingKind
    place: int
    at: datetime
    by_name: str
    to_name: str
    unit_name: str
    to_unit_name: str
    stage: int = 0


@dataclass(frozen=True, slots=True)
class NoteView:
    """An internal note, as the unit's page alone shows it (R78)."""

    id: UUID
    at: datetime
    author_name: str
    text: str


@dataclass(frozen=True, slots=True)
class GivingView:
    """What the page «Gi til en kollega» needs."""

    thread_id: UUID
    subject: str
    assignee_id: UUID | None
    colleagues: tuple[Colleague, ...]


@dataclass(frozen=True, slots=True)
class SendingOnView:
    """What the pages «Overfør» and «Behandle som sak» need; `office` treats cases, None where there is none (R28)."""

    thread_id: UUID
    subject: str
    state: ThreadState
    service: ServiceView
    targets: tuple[ServiceView, ...]
    office: ServiceView | None


def why_not_step(state: ThreadState, step: Step) -> Refusal | None:
    """Say why an employee cannot make this step with a dialogue as it is now (R19).

    >>> why_not_step(ThreadState.ANSWERED, Step.CLOSE), why_not_step(ThreadState.OPENED, Step.CLOSE)
    (None, <Refusal.NOT_FROM_HERE: 'not-from-here'>)
    >>> why_not_step(ThreadState.SENT, Step.WRITE)
    <Refusal.NOT_FROM_HERE: 'not-from-here'>
    """
    possible = Mover.EMPLOYEE in MAY_MOVE[step] and moves(state, step) is not None
    return None if possible else Refusal.NOT_FROM_HERE


def why_not_take(*, assignee_id: UUID | None, taker_id: UUID | None) -> Refusal | None:
    """Say why she cannot take a dialogue: a colleague has it; who wants it then asks to be given it (R78).

    >>> mona, gerd = UUID(int=1), UUID(int=2)
    >>> why_not_take(assignee_id=None, taker_id=mona), why_not_take(assignee_id=gerd, taker_id=mona)
    (None, <Refusal.TAKEN_BY_ANOTHER: 'taken-by-another'>)
    """
    return None if assignee_id in (None, taker_id) else Refusal.TAKEN_BY_ANOTHER


def why_not_transfer(*, from_service_id: UUID, to_service_id: UUID, receives: bool, opened: bool) -> Refusal | None:
    """Say why a dialogue cannot go to another service: she has no help there, or nobody there reads messages yet (R78).

    >>> nord, sor = UUID(int=1), UUID(int=2)
    >>> why_not_transfer(from_service_id=nord, to_service_id=sor, receives=True, opened=True)
    >>> why_not_transfer(from_service_id=nord, to_service_id=sor, receives=False, opened=True)
    <Refusal.NOT_RECEIVED_THERE: 'not-received-there'>
    >>> why_not_transfer(from_service_id=nord, to_service_id=nord, receives=True, opened=True)
    <Refusal.NOT_FROM_HERE: 'not-from-here'>
    """
    if from_service_id == to_service_id:
        return Refusal.NOT_FROM_HERE
    if not receives:
        return Refusal.NOT_RECEIVED_THERE
    return None if opened else Refusal.NOT_OPENED_THERE


ENDED = frozenset({ThreadState.AS_CASE, ThreadState.CLOSED})
"""Here nothing more is answered: a case is answered by letter, a closed dialogue is opened again first (R18, R28)."""


def why_not_answer_what_waits(
    state: ThreadState, *, seen_place: int | None, unit_place: int, waits: bool = True, active: bool = True
) -> Refusal | None:
    """Say why what the page showed cannot be answered, or be said to need no answer (R21, R78).

    >>> why_not_answer_what_waits(ThreadState.OPENED, seen_place=1, unit_place=0)
    >>> why_not_answer_what_waits(ThreadState.OPENED, seen_place=1, unit_place=2)
    <Refusal.ANSWERED_MEANWHILE: 'answered-meanwhile'>
    >>> why_not_answer_what_waits(ThreadState.OPENED, seen_place=1, unit_place=0, waits=False)
    <Refusal.NOT_FROM_HERE: 'not-from-here'>
    """
    if seen_place is None:
        return Refusal.PAGE_TOO_OLD
    if unit_place > seen_place:
        return Refusal.ANSWERED_MEANWHILE
    if state in ENDED or not waits:
        return Refusal.NOT_FROM_HERE
    return None if active else Refusal.CITIZEN_NOT_ACTIVE
