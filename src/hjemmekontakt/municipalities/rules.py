"""What is open, in words a page can use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from hjemmekontakt.ground.workdays import Calendar


class Function(StrEnum):
    """What a service can open for its citizens, each from a day of its own (R88)."""

    MESSAGES = "messages"
    VISITS = "visits"
    CANCEL = "cancel"
    NOTICES = "notices"
    ATTACHMENTS = "attachments"
    WISHES = "wishes"


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit as pages show it."""

    id: UUID
    name: str
    phone: str
    her_id: str
    municipality_id: UUID
    municipality_name: str
    district_name: str
    opens_at: time
    closes_at: time
    kind: str = "care"
    reads_from: time = time(8)
    reads_until: time = time(16)
    reads_on_saturday: bool = False
    signs_with: str = "first-name"
    shows_names: bool = True

    def calendar(self, closing_days: Iterable[date], half_days: Mapping[date, time]) -> Calendar:
        """Make the unit's working days and hours out of the days on which it is closed, or closes early (R22)."""
        return Calendar(
            closing_days=frozenset(closing_days),
            half_days=half_days,
            reads_on_saturday=self.reads_on_saturday,
            reads_from=self.reads_from,
            reads_until=self.reads_until,
        )


@dataclass(frozen=True, slots=True)
class CoverView:
    """That a unit is closed for a time, which unit answers for it meanwhile (None: nobody), and whom to call (R79)."""

    unit_name: str
    covering_unit_name: str | None
    phone: str
    ends_on: date


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service of a unit, with the day from which each function is open (None: not opened)."""

    id: UUID
    name: str
    code: str
    unit: UnitView
    messages_from: date | None
    visits_from: date | None
    cancel_from: date | None
    notices_from: date | None
    late_cancel_allowed: bool
    attachments_from: date | None = None
    categories: tuple[str, ...] = ()
    text_limit: int = 4000
    answers_in: str = "portal"
    visits_in: str = "journal"
    silence_from: date | None = None
    wishes_from: date | None = None

    def opened(self, function: Function, *, today: date) -> bool:
        """Tell whether this function is open for the service's citizens today (R12, R88)."""
        return is_open(getattr(self, f"{function.value}_from"), today=today)


def is_open(since: date | None, *, today: date) -> bool:
    """Tell whether what was opened on a day, or never, is open.

    >>> [is_open(since, today=date(2026, 3, 2)) for since in (None, date(2026, 3, 2), date(2026, 3, 3))]
    [False, True, False]
    """
    return since is not None and since <= today


def service_in(row: Mapping[str, Any]) -> ServiceView:
    """A service with its unit, of a row whose columns are called as here: `service_id`, `unit_name`, `messages_from`."""
    unit = UnitView(**{name: row[column] for name, column in UNIT_COLUMNS.items()})
    of_the_service = {name: row[column] for name, column in SERVICE_COLUMNS.items()}
    return ServiceView(**{**of_the_service, "unit": unit, "categories": tuple(row["categories"])})


UNIT_COLUMNS = {
    each.name: {"id": "unit_id", "name": "unit_name"}.get(each.name, each.name) for each in fields(UnitView)
}
SERVICE_COLUMNS = {
    each.name: {"id": "service_id", "name": "service_name"}.get(each.name, each.name)
    for each in fields(ServiceView)
    if each.name != "unit"
}


@dataclass(frozen=True, slots=True)
class ClosingDayView:
    """A day that a unit is closed, or closes early (`open_until`); its own, or one of its municipality's (R22)."""

    id: UUID
    day: date
    name: str
    open_until: time | None
    of_the_unit: bool


@dataclass(frozen=True, slots=True)
class CoverPeriod:
    """One time in which a unit is closed and another answers for it, as the unit's leader has set it up."""

    id: UUID
    starts_on: date
    covering_unit_id: UUID | None
    cover: CoverView


@dataclass(frozen=True, slots=True)
class MunicipalityView:
    """A municipality as pages show it, with all its services."""

    id: UUID
    number: str
    name: str
    orgnr: str
    her_id: str
    phone: str
    sms_sender: str
    services: tuple[ServiceView, ...] = ()


class Refusal(StrEnum):
    """Why a unit's days and hours are not changed so; each has its sentence in `words.py`."""

    DAY_PASSED = "day-passed"
    DAY_TOO_FAR = "day-too-far"
    CLOSED_ALREADY = "closed-already"
    NOT_A_WORKDAY = "not-a-workday"
    HALF_DAY_OUTSIDE = "half-day-outside"
    ENDS_BEFORE = "ends-before"
    COVERED_ALREADY = "covered-already"
    COVERS_ITSELF = "covers-itself"
    PHONE_MISSING = "phone-missing"
    HOURS_TURNED = "hours-turned"


FARTHEST = timedelta(days=800)


def why_not_close(
    day: date,
    *,
    today: date,
    open_until: time | None,
    hours: tuple[time, time],
    is_workday: bool,
    taken: frozenset[date],
) -> Refusal | None:
    """Say why a day cannot be made a closing day, or half a day, of a unit; None means it can (R22).

    >>> day, hours = date(2026, 12, 24), (time(8), time(16))
    >>> why_not_close(day, today=day, open_until=time(12), hours=hours, is_workday=True, taken=frozenset())
    >>> why_not_close(day, today=day, open_until=time(17), hours=hours, is_workday=True, taken=frozenset())
    <Refusal.HALF_DAY_OUTSIDE: 'half-day-outside'>
    """
    if day < today:
        return Refusal.DAY_PASSED
    if day - today > FARTHEST:
        return Refusal.DAY_TOO_FAR
    if day in taken:
        return Refusal.CLOSED_ALREADY
    if not is_workday:
        return Refusal.NOT_A_WORKDAY
    return Refusal.HALF_DAY_OUTSIDE if open_until and not hours[0] < open_until < hours[1] else None


def why_not_cover(
    starts_on: date, ends_on: date, *, today: date, covers_itself: bool, phone: str, taken: list[tuple[date, date]]
) -> Refusal | None:
    """Say why another cannot answer for a unit in these days; None means it can (R79).

    >>> july = dict(starts_on=date(2026, 7, 6), ends_on=date(2026, 7, 31), today=date(2026, 3, 2))
    >>> why_not_cover(**july, covers_itself=False, phone="32 00 00 11", taken=[])
    >>> why_not_cover(**july, covers_itself=False, phone="32 00 00 11", taken=[(date(2026, 7, 31), date(2026, 8, 2))])
    <Refusal.COVERED_ALREADY: 'covered-already'>
    """
    if ends_on < starts_on:
        return Refusal.ENDS_BEFORE
    if ends_on < today:
        return Refusal.DAY_PASSED
    if ends_on - today > FARTHEST:
        return Refusal.DAY_TOO_FAR
    if covers_itself:
        return Refusal.COVERS_ITSELF
    if not any(character.isdigit() for character in phone):
        return Refusal.PHONE_MISSING
    overlaps = any(first <= ends_on and starts_on <= last for first, last in taken)
    return Refusal.COVERED_ALREADY if overlaps else None


LONGEST_SILENCE = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class JournalState:
    """When a municipality's journal was last heard, and from when it has not answered (R33)."""

    heard_at: datetime | None
    failing_since: datetime | None

    def is_away(self, now: datetime) -> bool:
        """Tell whether we are out of touch with the journal: it does not answer, or nothing was heard for an hour (R33).

        A journal that has nothing to tell still answers when it is asked each minute whether it is there.

        >>> from datetime import UTC
        >>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
        >>> JournalState(heard_at=nine, failing_since=None).is_away(nine + timedelta(minutes=60))
        False
        >>> JournalState(heard_at=nine, failing_since=None).is_away(nine + timedelta(minutes=61))
        True
        >>> JournalState(heard_at=None, failing_since=None).is_away(nine), JournalState(nine, nine).is_away(nine)
        (False, True)
        """
        if self.failing_since is not None:
            return True
        return self.heard_at is not None and now - self.heard_at > LONGEST_SILENCE


@dataclass(frozen=True, slots=True)
class JournalHookView:
    """Where a journal system wants to be told, and the secret by which it knows that it is we who tell."""

    id: UUID
    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ServiceAround:
    """A service with what bears on its visits: its municipality's working days, and how its journal is in touch, if any."""

    service: ServiceView
    calendar: Calendar
    journal: JournalState | None
