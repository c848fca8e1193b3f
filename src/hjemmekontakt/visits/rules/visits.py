"""What a visit is, what a journal tells about it, and what its report does."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from operator import attrgetter, gt
from uuid import UUID

from msgspec import Struct

from hjemmekontakt.ground.workdays import day_of

SMALLEST_MOVE = timedelta(minutes=15)
LONGEST = {
    "identifier_system": 200,
    "identifier_value": 200,
    "title": 1000,
    "instruction": 1000,
    "performer_first_name": 100,
    "performer_role": 60,
    "series": 200,
}
TEXTS = attrgetter(*LONGEST)
YEARS = range(2000, 2101)
VERSIONS_KEPT = timedelta(days=365)
"""How long an earlier version of a visit is kept after it was replaced (decision 42)."""
NO_LETTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class VisitStatus(StrEnum):
    """Where a visit stands (R31)."""

    EXPECTED = "expected"
    PLANNED = "planned"
    ASSIGNED = "assigned"
    ON_HOLD = "on-hold"
    PERFORMED = "performed"
    CANCELLED = "cancelled"
    NOT_PERFORMED = "not-performed"
    GONE = "gone"
    ENTERED_IN_ERROR = "entered-in-error"


class CancelReason(StrEnum):
    """Who called a visit off, or why nobody was met (national code list 7621)."""

    BY_SERVICE = "AAT"
    BY_RECIPIENT = "AAI"
    ON_BEHALF_OF_RECIPIENT = "APVAI"
    NOT_HOME = "AIH"
    NOT_MET = "IM"

    @property
    def is_not_performed(self) -> bool:
        """Nobody was met: a visit not performed, never shown as cancelled (R31)."""
        return self in (CancelReason.NOT_HOME, CancelReason.NOT_MET)


class CancelledBy(StrEnum):
    """Who called a visit off, as the citizen sees it (R31)."""

    MUNICIPALITY = "municipality"
    RECIPIENT = "recipient"
    ON_BEHALF = "on-behalf"


class Place(StrEnum):
    """Where the visit takes place (R30)."""

    HOME = "home"
    OFFICE = "office"


class NotTaken(StrEnum):
    """Why a journal's report or answer is not taken; said to machines alone, at their door."""

    NOT_ACTIVE = "not-active"
    UNKNOWN_UNIT = "unknown-unit"
    UNKNOWN_SERVICE = "unknown-service"
    NO_DECISION = "no-decision"
    NOT_OPENED = "not-opened"
    UNFIT = "unfit"
    ANOTHER_PERSON = "another-person"
    CHANGED_MEANWHILE = "changed-meanwhile"
    NO_SUCH_STEP = "no-such-step"
    ANOTHER_VISIT = "another-visit"
    THERE_ALREADY = "there-already"
    NO_SUCH_VISIT = "no-such-visit"
    TAKEN_BACK = "taken-back"


class Outcome(StrEnum):
    """What a journal's report did here (R34, R97)."""

    CREATED = "created"
    CHANGED = "changed"
    KNOWN = "known"
    OUTDATED = "outdated"
    LEFT_ALONE = "left-alone"


COMING = frozenset({VisitStatus.EXPECTED, VisitStatus.PLANNED, VisitStatus.ASSIGNED})
NOT_OVER = COMING | {VisitStatus.ON_HOLD}
"""What has not come to an end: a visit on hold does not come, but nothing of it is settled (R31)."""
CANCELLED_BY: dict[CancelReason, CancelledBy] = {
    CancelReason.BY_SERVICE: CancelledBy.MUNICIPALITY,
    CancelReason.BY_RECIPIENT: CancelledBy.RECIPIENT,
    CancelReason.ON_BEHALF_OF_RECIPIENT: CancelledBy.ON_BEHALF,
}


class VisitReport(Struct, frozen=True, kw_only=True, gc=False):
    """One home visit as the journal sees it now; the journal owns it (R34)."""

    identifier_system: str
    identifier_value: str
    patient_identifier_system: str
    patient_national_id: str
    unit_her_id: str
    municipality_her_id: str | None = None
    status: VisitStatus
    starts_at: datetime
    ends_at: datetime
    is_window: bool = False
    minutes_duration: int | None = None
    title: str = ""
    instruction: str = ""
    performer_first_name: str = ""
    performer_role: str = ""
    place: Place = Place.HOME
    may_cancel: bool | None = None
    cancel_reason: CancelReason | None = None
    last_updated: datetime | None = None
    service_id: str | None = None
    series: str = ""
    series_day: date | None = None
    performer_number: str = ""

    def __repr__(self) -> str:
        """What stands in a log or a test's failure: of which visit, and never of whom or by whom."""
        return f"VisitReport({self.identifier_system}|{self.identifier_value}, {self.status}, {self.starts_at.isoformat()})"


class Weighed(Struct, frozen=True, gc=False):
    """What is known of a report by itself: why it cannot be kept, else its day in Norway and its hours in UTC."""

    unfit: NotTaken | None
    day: date
    starts_at: datetime
    ends_at: datetime


class Recorded(Struct, frozen=True, kw_only=True, gc=False):
    """What became of one report: its outcome and the visit, or why it was not taken."""

    outcome: Outcome | None = None
    not_taken: NotTaken | None = None
    visit_id: UUID | None = None
    version: int = 0
    stored_at: datetime | None = None


class JournalVisit(Struct, frozen=True, kw_only=True):
    """A visit as its journal may read it back."""

    id: UUID
    citizen_id: UUID
    version: int
    stored_at: datetime
    report: VisitReport


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTeller:
    """Who told one version of a visit: a journal, an employee who reported it here, or the portal itself (no id)."""

    visit_id: UUID
    version: int
    at: datetime
    municipality_id: UUID
    by_id: UUID | None
    by_name: str
    is_employee: bool


class VisitOrder(StrEnum):
    """In which order a journal gets its visits: by its own names for them, or by when they begin; the values are FHIR's."""

    BY_NAME = ""
    EARLIEST = "date"
    LATEST = "-date"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSought:
    """One of the statuses that a journal searches for; a window and an exact time are both «planned»."""

    status: VisitStatus
    is_window: bool | None = None
    reason: CancelReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlansSought:
    """What a journal asks for of its plans, by id or by its own identifier, with or without the system; None is anything."""

    id: UUID | None = None
    identifier: tuple[str | None, str] | None = None
    citizen_id: UUID | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None
    ended: bool | None = None


@dataclass(frozen=True, slots=True)
class PerformedVisit:
    """What a notice of a performed visit needs, and no more; `ended_at` is None where only a window is known."""

    id: UUID
    citizen_id: UUID
    municipality_id: UUID
    service_id: UUID
    reported_until: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedVisit:
    """What a notice of a moved or cancelled visit needs, and no more (R36).

    `first_told` is the hour she was first told, where it is another now. `by_her` tells that she asked for the change herself,
    `critical` that the visit cannot be called off here (R40). `plan` is the plan that alone lets it be expected, if one does;
    `instead` is when another one like it comes, where the plan does not let it come any more.
    """

    id: UUID
    citizen_id: UUID
    municipality_id: UUID
    unit_id: UUID
    service_id: UUID
    status: VisitStatus
    cancelled_by: str
    starts_at: datetime
    ends_at: datetime
    first_told: datetime | None
    version: int
    critical: bool = False
    by_her: bool = False
    plan: str = ""
    instead: datetime | None = None

    @property
    def is_off(self) -> bool:
        """Whether it does not come: it was called off, or its plan does not hold it any more."""
        return self.status in (VisitStatus.CANCELLED, VisitStatus.GONE)


def weigh(report: VisitReport) -> Weighed:
    """Say of a report what can be said before anything is known of whom it is about."""
    why_not = why_not_kept(report)
    if why_not is not None:
        return Weighed(why_not, date.min, report.starts_at, report.ends_at)
    starts_at, ends_at = report.starts_at.astimezone(UTC), report.ends_at.astimezone(UTC)
    return Weighed(None, day_of(starts_at), starts_at, ends_at)


def why_not_kept(report: VisitReport) -> NotTaken | None:
    """Say why a report cannot be kept as it stands: a text is too long or no text, or a time is out of this world."""
    texts = TEXTS(report)
    if any(map(gt, map(len, texts), LONGEST.values())) or NO_LETTERS.search("".join(texts)):
        return NotTaken.UNFIT
    if report.starts_at.year not in YEARS or report.ends_at.year not in YEARS:
        return NotTaken.UNFIT
    if report.last_updated is not None and report.last_updated.year < YEARS.start:
        return NotTaken.UNFIT
    return None


def why_not_words(text: str, *, at_most: int) -> NotTaken | None:
    """Say why a journal's words cannot be kept; they are never cut (R14).

    >>> why_not_words("Medisinen må gis", at_most=500)
    >>> why_not_words("nul" + chr(0), at_most=500)
    <NotTaken.UNFIT: 'unfit'>
    """
    return NotTaken.UNFIT if len(text) > at_most or NO_LETTERS.search(text) else None


def what_it_does(*, told_at: datetime, known_since: datetime, is_the_same: bool) -> Outcome:
    """Say what a report of a known visit does: nothing if older or the same again, else it changes it (R34, R97).

    >>> from datetime import UTC
    >>> eight, nine = datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> what_it_does(told_at=eight, known_since=nine, is_the_same=False)
    <Outcome.OUTDATED: 'outdated'>
    >>> what_it_does(told_at=nine, known_since=eight, is_the_same=True)
    <Outcome.KNOWN: 'known'>
    """
    if is_the_same:
        return Outcome.KNOWN
    return Outcome.OUTDATED if told_at < known_since else Outcome.CHANGED


def moved_from(
    before: datetime, *, window_ended: datetime | None, first_told: datetime | None, now_at: datetime
) -> datetime | None:
    """Say from when a visit was moved, if it was: the hour she was first told; a refined window is no move (R36).

    >>> from datetime import UTC
    >>> eight, nine, ten = (datetime(2026, 3, 3, hour, tzinfo=UTC) for hour in (8, 9, 10))
    >>> moved_from(eight, window_ended=ten, first_told=None, now_at=nine)
    >>> moved_from(eight, window_ended=None, first_told=None, now_at=nine).hour
    8
    >>> moved_from(nine, window_ended=None, first_told=eight, now_at=eight)
    """
    told = first_told or before
    if abs(now_at - told) < SMALLEST_MOVE:
        return None
    if first_told is None and window_ended is not None and before <= now_at < window_ended:
        return None
    return told
