"""A time away covers what the journal plans later: new visits in it are called off too, those moved out of it no more (R41)."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.visits.actions.asking import ask_for, verdicts
from hjemmekontakt.visits.actions.away import let_go
from hjemmekontakt.visits.models import AwayPeriod, Cancellation, Visit
from hjemmekontakt.visits.queries.away import standing_periods, that_cover_new
from hjemmekontakt.visits.rules import COMING, OPEN, VisitStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A visit that a journal has told of in this transaction, and where it stood before; None where it is new."""

    visit_id: UUID
    citizen_id: UUID
    status_before: str | None = None
    starts_at_before: datetime | None = None


def cover(grant: Grant, told: Sequence[Told], *, now: datetime, away: Set[UUID] | None = None) -> None:
    """Call off what is new in a time away or was moved into it, and take back what was moved out of it (R41).

    `away` are those who are away, where that is known already: then nothing is asked where it is none of them.
    The persons were held (`reporting.beside_others`) before the visits were written. Neither critical visits
    nor those that the journal itself has put back into its plan are asked for.
    """
    if not told or not (away is None or away.intersection(each.citizen_id for each in told)):
        return
    periods = standing_periods(grant, {each.citizen_id for each in told}, now=now)
    gone = {period.citizen_id for period in periods}
    affected = {each.visit_id: each for each in told if each.citizen_id in gone}
    if not affected:
        return
    rows = Visit.objects.filter(id__in=affected, municipality_id=grant.municipality_id, status__in=COMING)
    visits = list(rows.order_by("starts_at", "id"))
    came = {visit.id: _that_it_came_into(visit, affected[visit.id], periods) for visit in visits}
    _call_off(grant, [visit for visit in visits if came[visit.id]], came, now=now)
    left = [visit.id for visit in visits if affected[visit.id].starts_at_before and not came[visit.id]]
    _take_back(grant, left, periods)


def _that_it_came_into(visit: Visit, before: Told, periods: Iterable[AwayPeriod]) -> list[AwayPeriod]:
    if before.status_before == VisitStatus.CANCELLED:
        return []
    was_there = before.starts_at_before if before.status_before in COMING else None
    covering = [each for each in periods if _is_covered(visit, each, visit.starts_at)]
    return [each for each in covering if not (was_there and _is_covered(visit, each, was_there))]


def _is_covered(visit: Visit, period: AwayPeriod, starts_at: datetime) -> bool:
    return period.citizen_id == visit.citizen_id and period.covers(starts_at, visit.series)


def _call_off(grant: Grant, visits: list[Visit], came: dict[UUID, list[AwayPeriod]], *, now: datetime) -> None:
    if not visits:
        return
    holding = that_cover_new(grant, [each for visit in visits for each in came[visit.id]], today=day_of(now))
    possible = verdicts(grant, visits, now=now)
    for visit in visits:
        verdict = possible[visit.id]
        period = next((each for each in came[visit.id] if each.id in holding), None)
        if period is not None and verdict.why_not is None:
            ask_for(grant, visit, asker=period.as_asker(), late=verdict.late, reason=period.reason, away=period)


def _take_back(grant: Grant, visit_ids: Iterable[UUID], periods: Sequence[AwayPeriod]) -> None:
    rows = Cancellation.objects.filter(
        visit_id__in=list(visit_ids), municipality_id=grant.municipality_id, away__isnull=False, state__in=OPEN
    )
    for asked in rows.select_related("visit").order_by("id").select_for_update(of=("self",)):
        let_go(grant, asked, [each for each in periods if each.citizen_id == asked.citizen_id])
