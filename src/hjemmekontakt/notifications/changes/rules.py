"""Which changes of a visit are told of: a move of an hour, or a visit called off within a week; and when it hurries (R36)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.notifications.rules import PASSES_QUIET_HOURS, Happening, What
from hjemmekontakt.visits.rules import COMING, ChangedVisit, VisitStatus

LEAST_MOVE = timedelta(minutes=60)  # cfg M
NEAR = timedelta(days=7)
HURRIES = timedelta(hours=24)
TOLD_KEPT = timedelta(days=60)  # so long after its hour a visit may still be put back into a plan


class Unsaid(StrEnum):
    """Why a change is not told of."""

    OVER = "over"
    SMALL = "small"
    FAR_AHEAD = "far-ahead"
    HER_OWN = "her-own"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class LastTold:
    """What people were last told of a visit: that it comes at this hour, or that it does not come."""

    starts_at: datetime
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One change that is told of: whose, what, and the hour she knew."""

    visit: ChangedVisit
    what: What
    known_start: datetime


def why_not_tell_of_change(
    visit: ChangedVisit, told: LastTold | None, *, now: datetime, least: timedelta = LEAST_MOVE
) -> Unsaid | None:
    """Say why a change is not told of: over, too small, far ahead, her own wish, or told already; None tells (R36).

    >>> from datetime import UTC
    >>> eight, ids = datetime(2026, 3, 3, 8, tzinfo=UTC), dict.fromkeys(
    ...     ("id", "citizen_id", "municipality_id", "unit_id", "service_id"), UUID(int=1))
    >>> def moved(minutes):
    ...     to = eight + timedelta(minutes=minutes)
    ...     return ChangedVisit(**ids, status=VisitStatus.PLANNED, cancelled_by="", starts_at=to, ends_at=to,
    ...         first_told=eight, version=2)
    >>> now = eight - timedelta(days=1)
    >>> why_not_tell_of_change(moved(60), None, now=now)
    >>> why_not_tell_of_change(moved(59), None, now=now)
    <Unsaid.SMALL: 'small'>
    >>> why_not_tell_of_change(moved(80), LastTold(eight + timedelta(minutes=60)), now=now)
    <Unsaid.SMALL: 'small'>
    """
    known = known_start(visit, told)
    if visit.by_her:
        return Unsaid.HER_OWN
    if max(visit.ends_at, known) <= now:
        return Unsaid.OVER
    if visit.status is VisitStatus.CANCELLED:
        if told is not None and told.is_off:
            return Unsaid.KNOWN
        return Unsaid.FAR_AHEAD if visit.starts_at - now > NEAR else None
    if told is not None and told.is_off:
        return None  # it comes after all
    return Unsaid.SMALL if abs(visit.starts_at - known) < least else None


def known_start(visit: ChangedVisit, told: LastTold | None) -> datetime:
    """The hour at which people believe that a visit begins: the one they were last told, else the first one."""
    if told is not None:
        return told.starts_at
    return visit.first_told or visit.starts_at


def what_changed(visit: ChangedVisit, known: datetime, *, now: datetime) -> What:
    """Say what has happened to a visit, and whether it hurries: it was to come, or comes, within 24 hours (R36).

    >>> What.VISIT_MOVED_SOON in PASSES_QUIET_HOURS, What.VISIT_MOVED in PASSES_QUIET_HOURS
    (True, False)
    """
    hurries = min(each for each in (visit.starts_at, known, visit.ends_at) if each > now) - now <= HURRIES
    if visit.status is VisitStatus.CANCELLED:
        return What.VISIT_CANCELLED_SOON if hurries else What.VISIT_CANCELLED
    return What.VISIT_MOVED_SOON if hurries else What.VISIT_MOVED


def still_holds(
    what: What, said: Mapping[str, datetime], visit: ChangedVisit | None, *, least: timedelta = LEAST_MOVE
) -> bool:
    """Tell whether a change is still so at the sending: a visit put back where it was is not told of (R36).

    `said` is the hour people know and the one it was moved to, the same where it was called off and comes after all.
    """
    if what is What.VISITS_CHANGED:
        return True
    if visit is None:
        return False
    if what in (What.VISIT_CANCELLED, What.VISIT_CANCELLED_SOON):
        return visit.status is VisitStatus.CANCELLED
    comes_after_all = said["at"] == said["until"]
    return visit.status in COMING and (comes_after_all or abs(visit.starts_at - said["at"]) >= least)


def change_key(visit: ChangedVisit) -> str:
    """What the notices call a change of a visit: the visit, and its version when it was decided to tell."""
    return f"visit-changed:{visit.id}:{visit.version}"


def visit_in(key: str) -> UUID:
    """The visit that a change's key names.

    >>> visit_in(f"visit-changed:{UUID(int=7)}:3").int
    7
    """
    return UUID(key.split(":")[1])


def as_happenings(changes: Sequence[Change]) -> list[Happening]:
    """What happened, as the notices tell it: what hurries one by one, the rest of a person's changes in one notice (R36)."""
    told = [_one(change) for change in changes if change.what in PASSES_QUIET_HOURS]
    calm: dict[tuple[UUID, UUID], list[Change]] = {}
    for change in changes:
        if change.what not in PASSES_QUIET_HOURS:
            calm.setdefault((change.visit.citizen_id, change.visit.municipality_id), []).append(change)
    for (citizen_id, municipality_id), together in calm.items():
        if len(together) == 1:
            told.append(_one(together[0]))
        else:
            key = min(change_key(change.visit) for change in together)
            told.append(Happening(key, What.VISITS_CHANGED, citizen_id, municipality_id))
    return told


def _one(change: Change) -> Happening:
    visit = change.visit
    return Happening(
        change_key(visit),
        change.what,
        visit.citizen_id,
        visit.municipality_id,
        at=change.known_start,
        until=visit.starts_at,
    )
