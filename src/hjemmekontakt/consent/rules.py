"""From terms to a usable service: what is missing, and from which day it can be used (R3–R7)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
NIGHT = time(2, 0)  # R5: the nightly job runs between two and four, local time
OWN_ACCOUNT_FROM = 16  # R9


class State(StrEnum):
    """How far a citizen has come (R5–R7)."""

    ACTIVATING = "activating"
    ACTIVE = "active"
    INACTIVE = "inactive"


class Missing(StrEnum):
    """What keeps the service from being usable (R6); the page says each in plain words and who can mend it."""

    TERMS = "terms"
    WAITING = "waiting"
    NO_DECISION = "no-decision"
    NOT_OPENED = "not-opened"
    NO_JOURNAL = "no-journal"
    DECEASED = "deceased"
    TOO_YOUNG = "too-young"


class Refusal(StrEnum):
    """Why an acceptance is not taken."""

    NEW_VERSION = "new-version"
    DECEASED = "deceased"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the conditions of R6 look at."""

    accepted: bool
    has_decision: bool
    opened: bool
    journal: bool
    deceased: bool = False
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a citizen's service can be used, and if not, what is missing and whom to call."""

    is_ready: bool
    missing: tuple[Missing, ...] = ()
    sentences: tuple[str, ...] = ()
    ready_on: date | None = None
    unit_name: str = ""
    unit_phone: str = ""
    about_name: str = ""
    about_self: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of the terms in one language."""

    version: int
    language: str
    summary: str
    text: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """Which version a citizen accepted, and when."""

    citizen_id: UUID
    version: int
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class HowFar:
    """How far a citizen has come, for the staff who help her: the state, why it ended, and since when (R83)."""

    state: State
    reason: str
    since: datetime | None


def what_is_missing(facts: Facts) -> tuple[Missing, ...]:
    """Say which conditions for a usable service fail; nothing where the night's job may activate her (R6).

    >>> what_is_missing(Facts(accepted=True, has_decision=True, opened=True, journal=True, age=82))
    ()
    >>> what_is_missing(Facts(accepted=True, has_decision=False, opened=False, journal=False, age=44))
    (<Missing.NO_DECISION: 'no-decision'>,)
    """
    if facts.deceased:
        return (Missing.DECEASED,)
    missing = [] if facts.accepted else [Missing.TERMS]
    if facts.age is not None and facts.age < OWN_ACCOUNT_FROM:
        missing.append(Missing.TOO_YOUNG)
    if not facts.has_decision:
        return (*missing, Missing.NO_DECISION)
    if not facts.opened:
        missing.append(Missing.NOT_OPENED)
    elif not facts.journal:
        missing.append(Missing.NO_JOURNAL)
    return tuple(missing)


def due_at(accepted_at: datetime) -> datetime:
    """Say when the night's job may activate: at two o'clock, Oslo time, of the day after the acceptance (R5).

    >>> due_at(datetime(2026, 3, 2, 23, 59, tzinfo=OSLO)).astimezone(OSLO).isoformat()
    '2026-03-03T02:00:00+01:00'
    >>> due_at(datetime(2026, 3, 3, 0, 30, tzinfo=OSLO)).astimezone(OSLO).isoformat()
    '2026-03-04T02:00:00+01:00'
    """
    tomorrow = accepted_at.astimezone(OSLO).date() + timedelta(days=1)
    return datetime.combine(tomorrow, NIGHT, tzinfo=OSLO).astimezone(UTC)


def ready_on(due: datetime, *, now: datetime) -> date:
    """Say from which day the service can be used: the day of the night's job, or tomorrow where that night has passed.

    >>> ready_on(due_at(datetime(2026, 3, 2, 12, tzinfo=OSLO)), now=datetime(2026, 3, 2, 12, tzinfo=OSLO))
    datetime.date(2026, 3, 3)
    """
    planned, today = due.astimezone(OSLO).date(), now.astimezone(OSLO).date()
    return planned if planned > today else today + timedelta(days=1)
