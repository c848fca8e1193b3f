"""What waits for a unit's answer: cancellations and wishes in the order of urgency, and why one may not answer (R42, R44)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.visits.rules.cancelling import OPEN, CancellationState
from hjemmekontakt.visits.rules.wishes import WISH_OPEN, Window, WishState

SOON = timedelta(hours=24)
STILL_OF_USE = timedelta(days=1)  # a visit whose time is over stays on the list for a day


class RequestKind(StrEnum):
    """What a citizen has asked."""

    CANCELLATION = "cancellation"
    WISH = "wish"


class WaitingFilter(StrEnum):
    """Which of those that wait the list shows."""

    ALL = "all"
    CANCELLATIONS = "cancellations"
    WISHES = "wishes"
    URGENT = "urgent"


class Urgency(StrEnum):
    """How much something hurries, the most urgent first."""

    NEEDED = "needed"
    SILENT = "silent"
    LATE = "late"
    SOON = "soon"
    ORDINARY = "ordinary"


class AnswerRefusal(StrEnum):
    """Why an employee's answer is not taken; each has its sentence in `wish_words.py`."""

    ANSWERED_ALREADY = "answered-already"
    IN_THE_JOURNAL = "in-the-journal"
    VISIT_BEGUN = "visit-begun"
    NOT_WAITING = "not-waiting"
    NO_SUCH_WINDOW = "no-such-window"
    REASON_MISSING = "reason-missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAtWork:
    """One cancellation or wish as the staff of its unit see it; `answers_here` says that the unit answers here (R79)."""

    kind: RequestKind
    id: UUID
    citizen_id: UUID
    citizen_name: str
    birth_year: int | None
    visit_id: UUID
    unit_id: UUID
    service_id: UUID
    service_name: str
    title: str
    visit: Window
    visit_is_window: bool
    state: CancellationState | WishState
    reason: str
    windows: tuple[Window, ...]
    proposed: Window | None
    asked_by_name: str
    on_behalf: bool
    late: bool
    asked_at: datetime
    answered_at: datetime | None
    answered_by_name: str
    answer: str
    alarmed_at: datetime | None
    needed_at: datetime | None
    handled_at: datetime | None
    handled_by_name: str
    answers_in: str
    urgency: Urgency

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for an answer: neither answered, taken back nor overtaken."""
        return self.state in (OPEN if self.kind is RequestKind.CANCELLATION else WISH_OPEN)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page of what waits, how many there are in each list, and from where the next page goes on."""

    requests: tuple[RequestAtWork, ...]
    counts: dict[WaitingFilter, int]
    following: int | None


@dataclass(frozen=True, slots=True)
class WaitingPlace:
    """Where something stands in the list: how urgent, when its visit is, and its id."""

    kind: RequestKind
    id: UUID
    urgency: Urgency
    starts_at: datetime


def urgency(
    *, late: bool, alarmed: datetime | None, needed: datetime | None, starts_at: datetime, now: datetime
) -> Urgency:
    """Say how much something hurries: a visit needed after all first, then a silent journal, then what is late (R39, R43, R44).

    >>> from datetime import UTC
    >>> monday = datetime(2026, 3, 2, 8, tzinfo=UTC)
    >>> usual = {"alarmed": None, "needed": None, "now": monday}
    >>> urgency(late=True, starts_at=monday + timedelta(days=3), **usual)
    <Urgency.LATE: 'late'>
    >>> urgency(late=False, starts_at=monday + timedelta(days=3), **usual)
    <Urgency.ORDINARY: 'ordinary'>
    """
    if needed is not None:
        return Urgency.NEEDED
    if alarmed is not None:
        return Urgency.SILENT
    if late:
        return Urgency.LATE
    return Urgency.SOON if starts_at - now <= SOON else Urgency.ORDINARY


def in_order(places: Iterable[WaitingPlace]) -> list[WaitingPlace]:
    """The most urgent first; of those as urgent as each other the one whose visit comes first.

    >>> from datetime import UTC
    >>> monday = datetime(2026, 3, 2, 8, tzinfo=UTC)
    >>> late = WaitingPlace(RequestKind.CANCELLATION, UUID(int=1), Urgency.LATE, monday)
    >>> needed = WaitingPlace(RequestKind.CANCELLATION, UUID(int=2), Urgency.NEEDED, monday + timedelta(days=1))
    >>> [each.id.int for each in in_order([late, needed])]
    [2, 1]
    """
    order = list(Urgency)
    return sorted(places, key=lambda each: (order.index(each.urgency), each.starts_at, each.id))


def belongs_in(place: WaitingPlace, chosen: WaitingFilter) -> bool:
    """Tell whether something stands in a list; what is within a day counts as urgent.

    >>> from datetime import UTC
    >>> monday = datetime(2026, 3, 2, 8, tzinfo=UTC)
    >>> belongs_in(WaitingPlace(RequestKind.WISH, UUID(int=1), Urgency.ORDINARY, monday), WaitingFilter.URGENT)
    False
    """
    fits = {
        WaitingFilter.ALL: True,
        WaitingFilter.CANCELLATIONS: place.kind is RequestKind.CANCELLATION,
        WaitingFilter.WISHES: place.kind is RequestKind.WISH,
        WaitingFilter.URGENT: place.urgency is not Urgency.ORDINARY,
    }
    return fits[chosen]


def why_not_answer_here(answers_in: str, *, is_open: bool, now: datetime, starts_at: datetime) -> AnswerRefusal | None:
    """Say why an employee cannot answer a request here: it is answered, or the unit answers in its journal.

    >>> from datetime import UTC
    >>> monday = datetime(2026, 3, 2, 8, tzinfo=UTC)
    >>> why_not_answer_here("portal", is_open=True, now=monday, starts_at=monday + timedelta(hours=1))
    >>> why_not_answer_here("journal", is_open=True, now=monday, starts_at=monday)
    <AnswerRefusal.IN_THE_JOURNAL: 'in-the-journal'>
    """
    if not is_open:
        return AnswerRefusal.ANSWERED_ALREADY
    if answers_in != "portal":
        return AnswerRefusal.IN_THE_JOURNAL
    return AnswerRefusal.VISIT_BEGUN if now >= starts_at else None


def why_not_handle(
    *, alarmed_at: datetime | None, needed_at: datetime | None, handled_at: datetime | None
) -> AnswerRefusal | None:
    """Say why a request is not noted as called about and settled: it rang for nothing, or somebody has done it.

    >>> from datetime import UTC
    >>> monday = datetime(2026, 3, 2, 8, tzinfo=UTC)
    >>> why_not_handle(alarmed_at=monday, needed_at=None, handled_at=None)
    >>> why_not_handle(alarmed_at=monday, needed_at=None, handled_at=monday)
    <AnswerRefusal.ANSWERED_ALREADY: 'answered-already'>
    """
    if handled_at is not None:
        return AnswerRefusal.ANSWERED_ALREADY
    return AnswerRefusal.NOT_WAITING if alarmed_at is None and needed_at is None else None
