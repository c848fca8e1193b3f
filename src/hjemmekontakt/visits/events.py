"""What visits tell others."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class VisitsPerformed:
    """The journal has reported visits as performed: one event for a whole bundle (★7)."""

    visit_ids: tuple[UUID, ...]
    municipality_id: UUID


@dataclass(frozen=True, slots=True)
class VisitsNotPerformed:
    """Visits are reported as not performed, in the journal or here (R31)."""

    visit_ids: tuple[UUID, ...]
    municipality_id: UUID


@dataclass(frozen=True, slots=True)
class VisitsChanged:
    """The journal has moved visits, called them off, or put them back in the plan: one event for a whole bundle (R36).

    So too where a plan is moved or ended: those of its expected visits that were to come within a week.
    """

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
class CancellationWithdrawn:
    """A cancellation was taken back before the journal had answered it, by her or because its visit was moved (R43)."""

    cancellation_id: UUID
    visit_id: UUID
    citizen_id: UUID
    municipality_id: UUID


@dataclass(frozen=True, slots=True)
class VisitNeeded:
    """A visit that was called off is needed after all: it waits in the unit's queue (R43)."""

    cancellation_id: UUID
    visit_id: UUID
    unit_id: UUID
    municipality_id: UUID


@dataclass(frozen=True, slots=True)
class JournalSilent:
    """The journal has not answered some of a unit's cancellations for half an hour (R44)."""

    cancellation_ids: tuple[UUID, ...]
    unit_id: UUID
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
