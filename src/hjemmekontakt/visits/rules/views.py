"""A visit as people see it: the citizen and who acts for her, and the staff of its unit."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hjemmekontakt.municipalities.rules import UnitView
from hjemmekontakt.visits.rules.cancelling import CancellationView, Refusal
from hjemmekontakt.visits.rules.visits import CancelledBy, Place, VisitStatus

DAYS_AHEAD = 14  # R32
DAYS_BACK = 90  # R32


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView:
    """A visit as the citizen, or who acts for her, sees it; with the answer whether it may be called off (R30)."""

    id: UUID
    version: int
    stored_at: datetime
    status: VisitStatus
    starts_at: datetime
    ends_at: datetime
    is_window: bool
    minutes: int | None
    title: str
    instruction: str
    service_id: UUID
    service_name: str
    unit: UnitView
    performer_name: str
    performer_role: str
    place: Place | None
    cancelled_by: CancelledBy | None
    moved_from: datetime | None
    cancellation: CancellationView | None
    why_not_cancel: Refusal | None
    deadline: datetime
    reported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAtWork:
    """A visit as the staff of its unit see it in the field (R86)."""

    id: UUID
    citizen_id: UUID
    service_id: UUID
    unit_id: UUID
    status: VisitStatus
    starts_at: datetime
    ends_at: datetime
    is_window: bool
    minutes: int | None
    title: str
    performer_name: str
    called_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The visits of two weeks, and when the journal last told about them (R32, R33)."""

    visits: tuple[VisitView, ...]
    updated_at: datetime | None
