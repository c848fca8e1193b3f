"""What is asked of a journal: cancellations and wishes, one by one or searched for together (R38, R42)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, log_list, require
from hjemmekontakt.access.for_journal import counted, let_in, listed
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.people import queries as people
from hjemmekontakt.visits.models import Cancellation, ChangeWish, Visit
from hjemmekontakt.visits.queries.journal import as_journal_visits
from hjemmekontakt.visits.rules import CancellationState, JournalCancellation, JournalVisit
from hjemmekontakt.visits.rules.wishes import JournalWish, WishSought

JournalRequest = JournalCancellation | JournalWish


@intent
def request_for_journal(actor: Actor, id: UUID) -> JournalRequest:
    """One cancellation or wish as the journal reads it, with the visit and the person it is about."""
    about = lookup.cancellation(id)
    if about.citizen_id is not None:
        grant = require(actor, May.READ_FOR_JOURNAL, about=about)
        rows = Cancellation.objects.filter(id=id, municipality_id=grant.municipality_id)
        return as_journal_cancellations(grant, _whole(rows))[0]
    grant = require(actor, May.READ_FOR_JOURNAL, about=lookup.change_wish(id))
    wishes = ChangeWish.objects.filter(id=id, municipality_id=grant.municipality_id)
    return as_journal_wishes(grant, _whole(wishes))[0]


@intent
def search_requests_for_journal(
    actor: Actor,
    *,
    cancellations: Collection[CancellationState],
    wishes: Collection[WishSought],
    id: UUID | None = None,
    visit_id: UUID | None = None,
    citizen_id: UUID | None = None,
    changed_from: datetime | None = None,
    changed_before: datetime | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[JournalRequest]:
    """The cancellations and wishes in these states that are asked of a journal, the oldest first; everybody shown is logged.

    They stand in one order, by when they were asked: no answer moves one from a page to another.
    """
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    about = lookup.municipality(actor.municipality_id)
    grant = require(actor, May.READ_FOR_JOURNAL, about=about)
    fits = _fits(
        grant,
        id=id,
        visit_id=visit_id,
        citizen_id=citizen_id,
        changed_from=changed_from,
        changed_before=changed_before,
    )
    if after is not None:
        fits &= Q(asked_at__gt=after[0]) | Q(asked_at=after[0], id__gt=after[1])
    found: list[JournalRequest] = []
    if cancellations:
        found += as_journal_cancellations(
            grant, _first(Cancellation.objects.filter(fits, state__in=cancellations), limit)
        )
    if wishes:
        found += as_journal_wishes(grant, _first(ChangeWish.objects.filter(fits, _any_of(wishes)), limit))
    shown = sorted(found, key=lambda each: each.place)[:limit]
    log_list(grant, about, (each.asked.citizen_id for each in shown))
    return shown


@intent
def visits_of_requests(actor: Actor, ids: Collection[UUID]) -> list[JournalVisit]:
    """The visits that some requests are about, as their journal reads them; everybody shown is logged."""
    grant = let_in(actor)
    rows = Visit.objects.filter(id__in=ids, municipality_id=grant.municipality_id)
    found = as_journal_visits(grant, rows.order_by("identifier_system", "identifier_value"))
    listed(grant, {each.citizen_id for each in found})
    return found


@intent
def requests_of_visits(actor: Actor, visit_ids: Collection[UUID]) -> list[JournalRequest]:
    """The cancellations and wishes that are about some visits, as their journal reads them; everybody shown is logged."""
    grant = let_in(actor)
    fits = Q(municipality_id=grant.municipality_id, visit_id__in=visit_ids)
    found: list[JournalRequest] = [
        *as_journal_cancellations(grant, _whole(Cancellation.objects.filter(fits))),
        *as_journal_wishes(grant, _whole(ChangeWish.objects.filter(fits))),
    ]
    listed(grant, {each.asked.citizen_id for each in found})
    return sorted(found, key=lambda each: each.place)


@intent
def count_requests_for_journal(
    actor: Actor,
    *,
    cancellations: Collection[CancellationState],
    wishes: Collection[WishSought],
    id: UUID | None = None,
    visit_id: UUID | None = None,
    citizen_id: UUID | None = None,
    changed_from: datetime | None = None,
    changed_before: datetime | None = None,
) -> int:
    """How many cancellations and wishes in these states are asked of a journal, counted as they are searched for."""
    grant = let_in(actor)
    fits = _fits(
        grant,
        id=id,
        visit_id=visit_id,
        citizen_id=citizen_id,
        changed_from=changed_from,
        changed_before=changed_before,
    )
    asked = Cancellation.objects.filter(fits, state__in=cancellations)
    return counted(grant, asked, ChangeWish.objects.filter(fits, _any_of(wishes)), whose="citizen_id")


def _fits(
    grant: Grant,
    *,
    id: UUID | None,
    visit_id: UUID | None,
    citizen_id: UUID | None,
    changed_from: datetime | None,
    changed_before: datetime | None,
) -> Q:
    """What holds of every request that is searched for, on whichever page."""
    fits = Q(municipality_id=grant.municipality_id)
    for name, value in {
        "id": id,
        "visit_id": visit_id,
        "citizen_id": citizen_id,
        "stored_at__gte": changed_from,
        "stored_at__lt": changed_before,
    }.items():
        if value is not None:
            fits &= Q(**{name: value})
    return fits


def _any_of(wishes: Collection[WishSought]) -> Q:
    found = Q(pk__in=[])
    for sought in wishes:
        by_her = {} if sought.by_her is None else {"settled_at__isnull": not sought.by_her}
        found |= Q(state=sought.state, **by_her)
    return found


def _first(rows: "QuerySet[Any]", limit: int) -> list[Any]:
    return _whole(rows.order_by("asked_at", "id")[:limit])


def _whole(rows: "QuerySet[Any]") -> list[Any]:
    return list(rows.select_related("visit", "unit"))


def as_journal_cancellations(grant: Grant, found: Sequence[Cancellation]) -> list[JournalCancellation]:
    """Cancellations as their journal reads them, each with its visit and person."""
    numbers = people.national_ids(grant, {row.citizen_id for row in found})
    return [
        JournalCancellation(
            cancellation=row.as_seen(),
            national_id=numbers[row.citizen_id],
            visit_identifier=(row.visit.identifier_system, row.visit.identifier_value),
            unit_her_id=row.unit.her_id,
        )
        for row in found
    ]


def as_journal_wishes(grant: Grant, found: Sequence[ChangeWish]) -> list[JournalWish]:
    """Wishes as their journal reads them, each with its visit and person."""
    numbers = people.national_ids(grant, {row.citizen_id for row in found})
    return [
        JournalWish(
            wish=row.as_seen(),
            national_id=numbers[row.citizen_id],
            visit_identifier=(row.visit.identifier_system, row.visit.identifier_value),
            unit_her_id=row.unit.her_id,
        )
        for row in found
    ]
