"""What a plan of visits that come again is, and how it says on which days (R31, R33)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from hjemmekontakt.visits.rules.visits import NotTaken, VisitReport

EXPECTED_SYSTEM = "https://hjemmekontakt.example/fhir/expected-visit"
"""What names an expected visit of a plan until the journal has confirmed it and given it a name of its own."""
DAYS_EXPECTED = 60
NEAR = timedelta(days=7)
"""So near a visit is that people are told where its plan moves or ends; further ahead it takes the new hour silently (R36)."""
LONGEST_RECURRENCE = 500
MOST_EXCEPT_DAYS = 1000
LONGEST_OCCURRENCE = timedelta(hours=24)


class Frequency(StrEnum):
    """How often a plan's visits come."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(r"^(-1|[1-5])?(MO|TU|WE|TH|FR|SA|SU)$")
_UNTIL = re.compile(r"^(\d{8})(T\d{6}Z?)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """On which days the visits of a plan come (RRULE of RFC 5545, as much as home care uses of it).

    `days` are weekdays, in a monthly plan each with which one of the month (0: all of them). `until` is the last day.
    """

    frequency: Frequency
    interval: int = 1
    days: tuple[tuple[int, str], ...] = ()
    day_of_month: int | None = None
    until: date | None = None
    count: int | None = None

    def __str__(self) -> str:
        """Say it as the RRULE that is kept."""
        parts = [f"FREQ={self.frequency.value}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.days:
            parts.append("BYDAY=" + ",".join(f"{nth or ''}{day}" for nth, day in self.days))
        if self.day_of_month is not None:
            parts.append(f"BYMONTHDAY={self.day_of_month}")
        if self.until is not None:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        return ";".join(parts)

    @property
    def phase_is_uncertain(self) -> bool:
        """Tell whether it skips days, weeks or months, so that which of them it takes is the journal's word alone (R33).

        >>> recurrence_in("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU").phase_is_uncertain
        True
        """
        return self.interval > 1


def recurrence_in(text: str) -> Recurrence:
    """Read an RRULE; ValueError with a sentence for one that home care has no use of.

    >>> str(recurrence_in("FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260331T215959Z"))
    'FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260331'
    >>> recurrence_in("FREQ=HOURLY")
    Traceback (most recent call last):
    ValueError: FREQ is DAILY, WEEKLY or MONTHLY.
    """
    parts: dict[str, str] = {}
    for part in text.strip().removeprefix("RRULE:").split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name.upper() in parts:
            raise ValueError("Each part is NAME=VALUE, once.")
        parts[name.upper()] = value.upper()
    unknown = set(parts) - {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT", "WKST"}
    if unknown:
        raise ValueError("Only FREQ, INTERVAL, BYDAY, BYMONTHDAY, UNTIL and COUNT are taken.")
    if parts.get("FREQ") not in Frequency._value2member_map_:
        raise ValueError("FREQ is DAILY, WEEKLY or MONTHLY.")
    if parts.get("WKST", "MO") != "MO":
        raise ValueError("A week begins on Monday.")
    frequency = Frequency(parts["FREQ"])
    count, until = parts.get("COUNT"), parts.get("UNTIL")
    if count and until:
        raise ValueError("UNTIL or COUNT, not both.")
    return Recurrence(
        frequency=frequency,
        interval=_number(parts.get("INTERVAL", "1"), most=99, name="INTERVAL"),
        days=_days(parts.get("BYDAY", ""), frequency),
        day_of_month=_number(parts["BYMONTHDAY"], most=31, name="BYMONTHDAY") if "BYMONTHDAY" in parts else None,
        until=_until(until) if until else None,
        count=_number(count, most=9999, name="COUNT") if count else None,
    )


def _number(text: str, *, most: int, name: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise ValueError(f"{name} is a number from 1 to {most}.")
    return int(text)


def _days(text: str, frequency: Frequency) -> tuple[tuple[int, str], ...]:
    found = []
    for each in text.split(",") if text else []:
        match = _DAY.match(each)
        if match is None or (match[1] and frequency is not Frequency.MONTHLY):
            raise ValueError(
                "BYDAY lists MO TU WE TH FR SA SU; in a monthly plan each may have 1 to 5 or -1 before it."
            )
        found.append((int(match[1] or 0), match[2]))
    return tuple(found)


def _until(text: str) -> date:
    match = _UNTIL.match(text)
    try:
        return datetime.strptime(match[1], "%Y%m%d").date() if match else date.fromisoformat("")  # noqa: DTZ007 - a day
    except ValueError:
        raise ValueError("UNTIL is a day, such as 20260331.") from None


class PlanReport(Struct, frozen=True, kw_only=True):
    """A plan of visits as the journal sees it now; `first` is its first visit, named as the plan is (R34)."""

    first: VisitReport
    recurrence: Recurrence
    except_days: tuple[date, ...] = ()
    ended: bool = False


class JournalPlan(Struct, frozen=True, kw_only=True):
    """A plan as its journal may read it back."""

    id: UUID
    citizen_id: UUID
    version: int
    stored_at: datetime
    report: PlanReport


def why_not_plan(report: PlanReport) -> NotTaken | None:
    """Say why a plan cannot be kept as it stands: it is too long, or its visits last longer than a day."""
    if len(str(report.recurrence)) > LONGEST_RECURRENCE or len(report.except_days) > MOST_EXCEPT_DAYS:
        return NotTaken.UNFIT
    if report.first.ends_at - report.first.starts_at > LONGEST_OCCURRENCE:
        return NotTaken.UNFIT
    return None
