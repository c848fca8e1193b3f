"""What visits tell others."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class VisitsPerformed:
    """The journal has reported visits as performed: one event for a whole bundle (★7)."""

    visit_ids: tuple[UUID, ...]
    municipality_id: UUID


@dataclass(frozen=True, slots=True)
class CancellationAsked:
    """A citizen, or who acts for her, asks the journal to call off a visit (R38)."""

    cancellation_id: UUID
    visit_id: UUID
    citizen_id: UUID
    municipality_id: UUID


@dataclass(frozen=True, slots=True)
class CancellationAnswered:
    """The journal has accepted or declined a cancellation (R38)."""

    cancellation_id: UUID
    visit_id: UUID
    citizen_id: UUID
    municipality_id: UUID


@dataclass(frozen=True, slots=True)
class VisitsFellSilent:
    """The time of visits has passed without a word: the leader of the shift sees it, and nobody else (M2)."""

    visit_ids: tuple[UUID, ...]
    municipality_id: UUID


@dataclass(frozen=True, slots=True)
class VisitsStillSilent:
    """Nobody has settled silent visits in half an hour: kin who asked for it are told (M2)."""

    visit_ids: tuple[UUID, ...]
    municipality_id: UUID
