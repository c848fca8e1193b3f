"""What a reconciliation counts, and which period the night's looks at (M8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

LEFT_ALONE = timedelta(hours=1)  # what has just happened may still be on its way to its decision
LONGEST = timedelta(days=31)
MOST_EXAMPLES = 20


class Why(StrEnum):
    """Why an event does not add up; each has its sentence in `words.py`."""

    NOT_CARRIED = "not-carried"
    LEFT_OUT = "left-out"
    DOUBLED = "doubled"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One event that does not add up: what the notices call it, and why; of one found before reasons were kept, none."""

    key: str
    why: Why | None

    @property
    def kind(self) -> str:
        """Which kind of event it is.

        >>> Wrong("visit-changed:7:2", Why.LEFT_OUT).kind
        'visit-changed'
        """
        return self.key.partition(":")[0]


def wrong_in(example: str) -> Wrong:
    """Read an example as it is kept: the event, and why.

    >>> wrong_in("wish:7:2 not-carried"), wrong_in("wish:7:2")
    (Wrong(key='wish:7:2', why=<Why.NOT_CARRIED: 'not-carried'>), Wrong(key='wish:7:2', why=None))
    """
    key, _, why = example.partition(" ")
    return Wrong(key, Why(why) if why else None)


@dataclass(frozen=True, slots=True)
class Counted:
    """What was found: events, decisions there should be, how many are missing, how many persons have more than one.

    `examples` are the first of those that do not add up, as they are kept.
    """

    events: int = 0
    expected: int = 0
    missing: int = 0
    doubled: int = 0
    examples: tuple[str, ...] = ()

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.events + other.events,
            self.expected + other.expected,
            self.missing + other.missing,
            self.doubled + other.doubled,
            (*self.examples, *other.examples)[:MOST_EXAMPLES],
        )

    @property
    def wrong(self) -> tuple[Wrong, ...]:
        """The first of those that do not add up, each with its reason."""
        return tuple(wrong_in(example) for example in self.examples)

    @property
    def is_whole(self) -> bool:
        """Tell whether every event has exactly one decision for each.

        >>> Counted(events=3, expected=6).is_whole, Counted(events=3, expected=6, missing=1).is_whole
        (True, False)
        """
        return not self.missing and not self.doubled


@dataclass(frozen=True, slots=True)
class ReconciliationView:
    """The latest reconciliation of a municipality."""

    municipality_id: UUID
    since: datetime
    until: datetime
    finished_at: datetime
    counted: Counted


def tonights_period(night: datetime, *, last_until: datetime | None) -> tuple[datetime, datetime]:
    """The period that a night's reconciliation looks at: from where the last one ended, at most 31 days back.

    >>> from datetime import UTC
    >>> two = datetime(2026, 3, 3, 2, tzinfo=UTC)
    >>> [each.isoformat() for each in tonights_period(two, last_until=None)]
    ['2026-03-02T01:00:00+00:00', '2026-03-03T01:00:00+00:00']
    """
    until = night - LEFT_ALONE
    since = last_until or until - timedelta(days=1)
    return max(min(since, until), until - LONGEST), until
