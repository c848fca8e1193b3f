"""Under which condition a journal's word is taken, and what it may tell of at once: all or nothing (R34, R97)."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from hjemmekontakt.visits.rules.cancelling import CancellationState
from hjemmekontakt.visits.rules.plans import PlanReport
from hjemmekontakt.visits.rules.visits import NotTaken, Outcome, VisitReport
from hjemmekontakt.visits.rules.wishes import Window, WishState


class Way(StrEnum):
    """How a journal puts in a visit: as it stands now, only where it is new, or leaving alone one that is there."""

    PUT = "put"
    CREATE = "create"
    CREATE_IF_NONE = "create-if-none"


class Condition(Struct, frozen=True, kw_only=True):
    """Which visit a journal believes to tell of: a known one of this version (If-Match) or this id, or a new one."""

    way: Way = Way.PUT
    version: int | None = None
    id: UUID | None = None

    @property
    def is_known(self) -> bool:
        """It speaks of a visit that is there already, and puts in none."""
        return self.version is not None or self.id is not None


ANYHOW = Condition()


def why_not_under(
    condition: Condition, *, known_id: UUID, version: int, is_the_same: bool, was_expected: bool
) -> NotTaken | Outcome | None:
    """Say what a condition makes of a word about a known visit: not taken, or nothing to do; None where it is judged as usual.

    An expected visit that a plan let her wait for is as good as new: its journal has never told of it by itself.

    >>> visit = UUID(int=1)
    >>> seen = {"known_id": visit, "version": 3, "is_the_same": False, "was_expected": False}
    >>> why_not_under(Condition(version=2), **seen)
    <NotTaken.CHANGED_MEANWHILE: 'changed-meanwhile'>
    >>> why_not_under(Condition(way=Way.CREATE), **seen)
    <NotTaken.THERE_ALREADY: 'there-already'>
    >>> why_not_under(Condition(way=Way.CREATE_IF_NONE), **seen)
    <Outcome.LEFT_ALONE: 'left-alone'>
    >>> why_not_under(Condition(version=3, id=visit), **seen)
    """
    if condition.id not in (None, known_id):
        return NotTaken.ANOTHER_VISIT
    if condition.version not in (None, version):
        return NotTaken.CHANGED_MEANWHILE
    if is_the_same or was_expected:
        return None
    match condition.way:
        case Way.CREATE:
            return NotTaken.THERE_ALREADY
        case Way.CREATE_IF_NONE:
            return Outcome.LEFT_ALONE
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTold:
    """One visit among what a journal tells at once."""

    report: VisitReport
    condition: Condition = ANYHOW


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTold:
    """One plan among what a journal tells at once."""

    report: PlanReport
    condition: Condition = ANYHOW


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTold:
    """One answer to what a citizen asks: for which visit, by its id or by what the journal calls it."""

    id: UUID
    state: CancellationState | WishState
    visit_id: UUID | None = None
    visit_named: tuple[str, str] | None = None
    reason: str = field(default="", repr=False)
    proposed: Window | None = None
    version: int | None = None


Telling = VisitTold | PlanTold | AnswerTold
