"""A visit as people see it: the citizen and who acts for her, and the staff of its unit."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from hjemmekontakt.municipalities.rules import UnitView
from hjemmekontakt.visits.rules.away import AwayView
from hjemmekontakt.visits.rules.cancelling import CancellationView, Refusal
from hjemmekontakt.visits.rules.changes import Change
from hjemmekontakt.visits.rules.visits import CancelledBy, Place, VisitStatus
from hjemmekontakt.visits.rules.wishes import WishOnVisit, WishState

DAYS_AHEAD = 14  # R32
DAYS_BACK = 90  # R32


class VisitView(Struct, frozen=True, kw_only=True):
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
    not_performed_reason: str
    moved_from: datetime | None
    cancellation: CancellationView | None
    why_not_cancel: Refusal | None
    deadline: datetime
    reported_at: datetime
    change: Change | None = None
    rhythm: str = ""
    series: str = ""
    name_hidden: bool = False
    wish: WishState | None = None


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
    reported_by_name: str = ""
    not_performed_reason: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """A time in which a citizen is away; without a last day until she says that she is back (R41)."""

    from_day: date
    until_day: date | None


@dataclass(frozen=True, slots=True)
class JournalAway:
    """That the journal does not answer: from when the visits are as shown (None: not known), and whom to call (R33)."""

    as_of: datetime | None
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """What the first page tells: the next visit, those of today and tomorrow that changed, and a journal that is away.

    `beside` is what another domain asked in the same statement.
    """

    next_visit: VisitView | None
    warnings: tuple[VisitView, ...]
    out_of_touch: JournalAway | None
    beside: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitInFull:
    """All that a visit's own page tells."""

    visit: VisitView
    out_of_touch: JournalAway | None
    other_times: WishOnVisit


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The visits of two weeks, when the journal last told about them, and when she is away (R32, R33, R41)."""

    visits: tuple[VisitView, ...]
    updated_at: datetime | None
    out_of_touch: JournalAway | None = None
    away: tuple[AwayView, ...] = ()

    @property
    def changed(self) -> tuple[VisitView, ...]:
        """The visits of which something has changed since she last looked."""
        return tuple(view for view in self.visits if view.change)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayPage:
    """A time away with its visits, each with its own outcome."""

    away: AwayView
    visits: tuple[VisitView, ...]
