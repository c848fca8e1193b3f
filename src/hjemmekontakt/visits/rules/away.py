"""A time in which a citizen is away: which visits it covers, and whether it can be written down (R41)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.visits.rules.cancelling import Refusal

FARTHEST = timedelta(days=365)
"""How far ahead a time away may begin or end."""


class AwayFate(StrEnum):
    """What a time away means for one visit in it, before it is confirmed (M6)."""

    FALLS_AWAY = "falls-away"
    LATE = "late"
    ASKED_ALREADY = "asked-already"
    STAYS = "stays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """From one day to another, both included, by the calendar in Norway; without a last day until further notice."""

    first: date
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayView:
    """A time away as the citizen, and who acts for her, sees it; with how its cancellations stand now.

    `what` is the kind of visit where it covers only those of one plan. `covers_new` tells whether visits planned later are
    called off too: not when the one who asked on her behalf no longer may.
    """

    id: UUID
    citizen_id: UUID
    municipality_id: UUID
    days: Days
    series: str
    what: str
    reason: str
    asked_by_id: UUID
    asked_by_name: str
    on_behalf: bool
    asked_at: datetime
    ended_at: datetime | None
    ended_by_name: str
    accepted: int
    waiting: int
    declined: int
    covers_new: bool = True


def why_not_away(days: Days, *, today: date) -> Refusal | None:
    """Say why a time away cannot be written down; None means that it can.

    >>> third, tenth = date(2026, 7, 3), date(2026, 7, 10)
    >>> why_not_away(Days(first=third, last=tenth), today=third), why_not_away(Days(first=third), today=third)
    (None, None)
    >>> why_not_away(Days(first=tenth, last=third), today=third)
    <Refusal.ENDS_BEFORE: 'ends-before'>
    >>> why_not_away(Days(first=third), today=tenth)
    <Refusal.DAY_PASSED: 'day-passed'>
    >>> why_not_away(Days(first=third, last=third + timedelta(days=400)), today=third)
    <Refusal.DAY_TOO_FAR: 'day-too-far'>
    """
    if days.first < today:
        return Refusal.DAY_PASSED
    if days.last is not None and days.last < days.first:
        return Refusal.ENDS_BEFORE
    return Refusal.DAY_TOO_FAR if (days.last or days.first) - today > FARTHEST else None


def covers(days: Days, series: str, *, day: date, of_series: str) -> bool:
    """Tell whether a time away covers a visit: by the day it begins, and by its plan where the time is of one plan (R41).

    >>> away = Days(first=date(2026, 7, 3), last=date(2026, 7, 10))
    >>> covers(away, "", day=date(2026, 7, 10), of_series="mornings"), covers(away, "", day=date(2026, 7, 11), of_series="")
    (True, False)
    >>> covers(away, "mornings", day=date(2026, 7, 4), of_series="evenings")
    False
    """
    return day in days and series in ("", of_series)


def fate(why_not: Refusal | None, *, late: bool) -> AwayFate:
    """Say what becomes of a visit in a time away: it falls away, perhaps too late, is asked already, or comes all the same.

    >>> fate(None, late=True), fate(Refusal.NOT_CANCELLABLE, late=False), fate(Refusal.ALREADY_ASKED, late=False)
    (<AwayFate.LATE: 'late'>, <AwayFate.STAYS: 'stays'>, <AwayFate.ASKED_ALREADY: 'asked-already'>)
    """
    if why_not is None:
        return AwayFate.LATE if late else AwayFate.FALLS_AWAY
    return AwayFate.ASKED_ALREADY if why_not is Refusal.ALREADY_ASKED else AwayFate.STAYS
