"""Which changes of a visit are told of: a move of an hour, or a visit called off within a week; and when it hurries (R36)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.notifications.rules import PASSES_QUIET_HOURS, Happening, What
from hjemmekontakt.visits.rules import COMING, NEAR, ChangedVisit

LEAST_MOVE = timedelta(minutes=60)  # cfg M
HURRIES = timedelta(hours=24)
MANY = frozenset({What.VISITS_CHANGED, What.VISITS_CHANGED_SOON})
TOLD_KEPT = timedelta(days=60)  # so long after its hour a visit may still be put back into a plan


class Unsaid(StrEnum):
    """Why a change is not told of."""

    OVER = "over"
    SMALL = "small"
    FAR_AHEAD = "far-ahead"
    HER_OWN = "her-own"
    KNOWN = "known"
    ANOTHER_COMES = "another-comes"


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

    @property
    def hurries(self) -> bool:
        """Whether it was to come, or comes, within 24 hours."""
        return self.what in PASSES_QUIET_HOURS


@dataclass(frozen=True, slots=True)
class Telling:
    """Changes of one person's visits that are told in one notice; the nearest, the first of them, decides when (R36)."""

    what: What
    changes: tuple[Change, ...]

    @property
    def nearest(self) -> Change:
        """The change that gives the notice its name and its hour, and that is rung about."""
        return self.changes[0]

    @property
    def key(self) -> str:
        """What the notices call it."""
        return change_key(self.nearest.visit)


def why_not_tell_of_change(
    visit: ChangedVisit, told: LastTold | None, *, now: datetime, least: timedelta = LEAST_MOVE
) -> Unsaid | None:
    """Say why a change is not told of: over, too small, far ahead, her own wish, or told already; None tells (R36).

    Nor is a visit that no plan holds any more where another one like it comes in its hour: the plan has got another name.

    >>> from datetime import UTC
    >>> from hjemmekontakt.visits.rules import VisitStatus
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
    if visit.is_off:
        if told is not None and told.is_off:
            return Unsaid.KNOWN
        if visit.instead is not None and abs(visit.instead - known) < least:
            return Unsaid.ANOTHER_COMES
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
    if visit.is_off:
        return What.VISIT_CANCELLED_SOON if hurries else What.VISIT_CANCELLED
    return What.VISIT_MOVED_SOON if hurries else What.VISIT_MOVED


def still_holds(
    what: What, said: Mapping[str, datetime], visit: ChangedVisit | None, *, least: timedelta = LEAST_MOVE
) -> bool:
    """Tell whether a change is still so at the sending: a visit put back where it was is not told of (R36).

    `said` is the hour people know and the one it was moved to, the same where it was called off and comes after all.
    """
    if what in MANY:
        return True
    if visit is None:
        return False
    if what in (What.VISIT_CANCELLED, What.VISIT_CANCELLED_SOON):
        return visit.is_off
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


def tellings(changes: Sequence[Change]) -> list[Telling]:
    """Which changes are told together (R36).

    All of a plan's in one notice, if any of them hurries; other changes that hurry one by one; and the rest of a person's
    changes in one notice.

    >>> from hjemmekontakt.visits.rules import VisitStatus
    >>> at, ids = datetime(2026, 3, 3, 8), dict.fromkeys(("citizen_id", "municipality_id", "unit_id", "service_id"), UUID(int=1))
    >>> def moved(day, what, plan="mornings"):
    ...     start = at + timedelta(days=day)
    ...     visit = ChangedVisit(id=UUID(int=day + 1), **ids, status=VisitStatus.EXPECTED, cancelled_by="", starts_at=start,
    ...         ends_at=start, first_told=start, version=2, plan=plan)
    ...     return Change(visit, what, start)
    >>> week = [moved(0, What.VISIT_MOVED_SOON), *(moved(day, What.VISIT_MOVED) for day in range(1, 7))]
    >>> [(each.what.value, each.nearest.visit.id.int, len(each.changes)) for each in tellings(week)]
    [('visit-changed-many-soon', 1, 7)]
    >>> [(each.what.value, len(each.changes)) for each in tellings([*week[1:], moved(3, What.VISIT_MOVED, "evenings")])]
    [('visit-changed-many', 7)]
    """
    groups: dict[tuple[object, ...], list[Change]] = {}
    soon = {_plan_of(change) for change in changes if change.hurries and change.visit.plan}
    for change in changes:
        visit = change.visit
        if visit.plan and _plan_of(change) in soon:
            place: tuple[object, ...] = _plan_of(change)
        else:
            place = (visit.id,) if change.hurries else (visit.citizen_id, visit.municipality_id)
        groups.setdefault(place, []).append(change)
    return [_telling(together) for together in groups.values()]


def _plan_of(change: Change) -> tuple[object, ...]:
    return change.visit.citizen_id, change.visit.municipality_id, change.visit.plan


def _telling(together: Sequence[Change]) -> Telling:
    ordered = sorted(together, key=_nearness)
    if len(ordered) == 1:
        return Telling(ordered[0].what, (ordered[0],))
    return Telling(What.VISITS_CHANGED_SOON if ordered[0].hurries else What.VISITS_CHANGED, tuple(ordered))


def _nearness(change: Change) -> tuple[bool, datetime, UUID]:
    return not change.hurries, min(change.known_start, change.visit.starts_at), change.visit.id


def as_happening(telling: Telling) -> Happening:
    """What has happened, as the notices tell it: of several changes no hour is said."""
    visit, is_one = telling.nearest.visit, len(telling.changes) == 1
    return Happening(
        telling.key,
        telling.what,
        visit.citizen_id,
        visit.municipality_id,
        at=telling.nearest.known_start if is_one else None,
        until=visit.starts_at if is_one else None,
    )
