"""What waits for the answer of an employee's units: cancellations and wishes, in the order of urgency (R42, R44)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import ServiceAround
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Person
from hjemmekontakt.visits.models import Cancellation, ChangeWish
from hjemmekontakt.visits.rules import CancellationState, is_late
from hjemmekontakt.visits.rules.waiting import (
    RequestAtWork,
    RequestKind,
    Waiting,
    WaitingFilter,
    WaitingPlace,
    belongs_in,
    in_order,
    urgency,
)
from hjemmekontakt.visits.rules.wishes import Window, WishState

Row = Cancellation | ChangeWish


@intent
def waiting_at_work(
    actor: Actor, *, show: WaitingFilter = WaitingFilter.ALL, start: int = 0, limit: int = 30
) -> Waiting:
    """What waits in the units one works in, the most urgent first, those alone whom one may see (R11, R79).

    The counts are of the same lists; everybody shown is logged.
    """
    units = [unit.unit_id for unit in actor.units_of_care()]
    about = lookup.unit(units[0], actor.municipality_id) if units and actor.municipality_id else About("unit", None)
    grant = require(actor, May.SEE_REQUESTS, about=about)
    now = clock.now()
    places = in_order(_places(grant, units, now=now))
    lists = {each: [place for place in places if belongs_in(place, each)] for each in WaitingFilter}
    on_page = lists[show][start : start + limit]
    shown = _requests(grant, [*_cancellations(on_page), *_wishes(on_page)], now=now)
    log_list(grant, about, [each.citizen_id for each in shown.values()])
    return Waiting(
        requests=tuple(shown[place.id] for place in on_page if place.id in shown),
        counts={each: len(found) for each, found in lists.items()},
        following=start + limit if len(lists[show]) > start + limit else None,
    )


@intent
def request_at_work(actor: Actor, kind: RequestKind, id: UUID) -> RequestAtWork:
    """One cancellation or wish, also where it is answered already: then it says by whom (R42)."""
    about = lookup.cancellation(id) if kind is RequestKind.CANCELLATION else lookup.change_wish(id)
    grant = require(actor, May.SEE_REQUESTS, about=about)
    rows: list[Row] = list(_rows(kind, [id]))
    return _requests(grant, rows, now=clock.now())[id]


def _places(grant: Grant, units: list[UUID], *, now: datetime) -> Iterable[WaitingPlace]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, id, late, alarmed_at, needed_at, starts_at FROM hk_waiting_at_work(%s, %s, %s, %s)",
            [units, list(grant.actor.family), day_of(now), now],
        )
        rows = cursor.fetchall()
    late = _late_still([id for _kind, id, was_late, *_ in rows if was_late])
    for kind, id, _was_late, alarmed, needed, starts_at in rows:
        hurry = urgency(late=id in late, alarmed=alarmed, needed=needed, starts_at=starts_at, now=now)
        yield WaitingPlace(RequestKind(kind), id, hurry, starts_at)


def _late_still(ids: list[UUID]) -> set[UUID]:
    """Of the cancellations that came late those that are so for the visit as it stands now: the journal may have moved it."""
    rows = _rows(RequestKind.CANCELLATION, ids)
    around = municipalities.services_around(list({row.visit.service_id for row in rows}))
    return {row.id for row in rows if _came_late(row, around[row.visit.service_id])}


def _came_late(row: Row, around: ServiceAround) -> bool:
    return is_late(row.asked_at, deadline=around.calendar.last_hour_before(row.visit.starts_at))


def _cancellations(places: Iterable[WaitingPlace]) -> Iterable[Row]:
    return _rows(RequestKind.CANCELLATION, [each.id for each in places if each.kind is RequestKind.CANCELLATION])


def _wishes(places: Iterable[WaitingPlace]) -> Iterable[Row]:
    return _rows(RequestKind.WISH, [each.id for each in places if each.kind is RequestKind.WISH])


def _rows(kind: RequestKind, ids: list[UUID]) -> Iterable[Row]:
    if not ids:
        return []
    if kind is RequestKind.CANCELLATION:
        return list(Cancellation.objects.filter(id__in=ids).select_related("visit"))
    return list(ChangeWish.objects.filter(id__in=ids).select_related("visit"))


def _requests(grant: Grant, rows: list[Row], *, now: datetime) -> dict[UUID, RequestAtWork]:
    persons = people.persons(grant, {row.citizen_id for row in rows})
    services = municipalities.services_around(list({row.visit.service_id for row in rows}))
    return {
        row.id: _request(row, persons[row.citizen_id], services[row.visit.service_id], now=now)
        for row in rows
        if row.citizen_id in persons
    }


def _request(row: Row, person: Person, around: ServiceAround, *, now: datetime) -> RequestAtWork:
    service = around.service
    if isinstance(row, Cancellation):
        late, needed_at, handled = _came_late(row, around), row.needed_at, (row.handled_at, row.handled_by_name)
        reason, answer, state = row.reason, row.decline_reason, CancellationState(row.state)
        windows, proposed = (), None
    else:
        late, needed_at, handled = False, None, (None, "")
        reason, answer, state = row.text, row.answer, WishState(row.state)
        windows, proposed = row.wished(), row.proposed()
    return RequestAtWork(
        kind=RequestKind.CANCELLATION if isinstance(row, Cancellation) else RequestKind.WISH,
        id=row.id,
        citizen_id=row.citizen_id,
        citizen_name=person.name,
        birth_year=person.birth_date.year if person.birth_date else None,
        visit_id=row.visit_id,
        unit_id=row.unit_id,
        service_id=service.id,
        service_name=service.name,
        title=row.visit.title,
        visit=Window(row.visit.starts_at, row.visit.ends_at),
        visit_is_window=row.visit.is_window,
        state=state,
        reason=reason,
        windows=windows,
        proposed=proposed,
        asked_by_name=row.asked_by_name,
        on_behalf=row.on_behalf,
        late=late,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        answered_by_name=row.answered_by_name,
        answer=answer,
        alarmed_at=row.alarmed_at,
        needed_at=needed_at,
        handled_at=handled[0],
        handled_by_name=handled[1],
        answers_in=service.visits_in,
        urgency=urgency(late=late, alarmed=row.alarmed_at, needed=needed_at, starts_at=row.visit.starts_at, now=now),
    )
