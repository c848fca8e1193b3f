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
class ChangeWished:
    """A citizen, or who acts for her, wishes another time for a visit (R42)."""

    wish_id: UUID
    visit_id: UUID
    citizen_id: UUID
    municipality_id: UUID


@dataclass(frozen=True, slots=True)
class WishAnswered:
    """The municipality has accepted or declined a wish, or proposes another time (R42)."""

    wish_id: UUID
    visit_id: UUID
    citizen_id: UUID
    municipality_id: UUID


@dataclass(frozen=True, slots=True)
class WishSettled:
    """She has answered a proposal or taken her wish back, or the visit has overtaken it: the journal is to know (R42)."""

    wish_id: UUID
    visit_id: UUID
    citizen_id: UUID
    municipality_id: UUID
