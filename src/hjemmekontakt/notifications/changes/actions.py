"""To decide whom to tell that visits were moved or called off, and which of them the unit must ring about (R36)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.notifications.actions import not_opened
from hjemmekontakt.notifications.call_list.actions import need_not_ring, watch_over
from hjemmekontakt.notifications.changes.queries import keys_told, last_told, least_moves, told_by
from hjemmekontakt.notifications.changes.rules import (
    TOLD_KEPT,
    Change,
    LastTold,
    Unsaid,
    as_happening,
    change_key,
    known_start,
    tellings,
    what_changed,
    why_not_tell_of_change,
)
from hjemmekontakt.notifications.deciding import decide
from hjemmekontakt.notifications.models import Notice, ToldVisit
from hjemmekontakt.notifications.rules import Decision
from hjemmekontakt.visits import queries as visits
from hjemmekontakt.visits.rules import ChangedVisit


@intent
def tell_of_changed_visits(actor: Actor, visit_ids: Iterable[UUID]) -> int:
    """Decide whom to tell of moved and cancelled visits, as they stand now; says how many decisions were stored (R36).

    A notice of an earlier change that has not gone yet is withdrawn first; one of the same change stands, also where the
    event is heard twice. What was told of a visit is kept, so that the next move is measured from the hour people know.
    """
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    now, ids = clock.now(), set(visit_ids)
    withdrawn = _withdraw(grant, keys_told(grant, ids) - {change_key(visit) for visit in visits.changed(grant, ids)})
    ids |= told_by(grant, withdrawn)  # one notice may have told of others too: of these it is decided anew
    told = last_told(grant, ids, withdrawn=withdrawn)
    found = visits.changed(grant, ids)
    changes, known_by_her = _sorted_out(grant, found, told, now=now)
    _forget(withdrawn, ids, told)
    need_not_ring(grant, withdrawn, now=now)
    obstacles = not_opened(grant, found)
    open_there = tellings([change for change in changes if change.visit.service_id not in obstacles])
    shut = tellings([change for change in changes if change.visit.service_id in obstacles])
    keys = {change.visit.id: telling.key for telling in [*open_there, *shut] for change in telling.changes}
    _remember([*(change.visit for change in changes), *known_by_her], told, keys=keys, now=now)
    watch_over(grant, open_there, now=now)
    happened = [as_happening(telling) for telling in open_there]
    obstructed = [
        replace(as_happening(telling), obstacle=obstacles[telling.nearest.visit.service_id]) for telling in shut
    ]
    return decide(grant, [*happened, *obstructed])


def _sorted_out(
    grant: Grant, found: Sequence[ChangedVisit], told: Mapping[UUID, LastTold], *, now: datetime
) -> tuple[list[Change], list[ChangedVisit]]:
    """What is to be told of, and what she knows because she asked for it."""
    least = least_moves(grant, {visit.municipality_id for visit in found})
    changes, known_by_her = [], []
    for visit in found:
        why_not = why_not_tell_of_change(visit, told.get(visit.id), now=now, least=least[visit.municipality_id])
        if why_not is None:
            known = known_start(visit, told.get(visit.id))
            changes.append(Change(visit, what_changed(visit, known, now=now), known))
        elif why_not is Unsaid.HER_OWN:
            known_by_her.append(visit)
    return changes, known_by_her


@intent
def forget_told_visits(actor: Actor, *, now: datetime) -> int:
    """Forget what was told of visits that are long over: no move of one is measured any more; says of how many."""
    require(actor, May.SEND_NOTICES, about=lookup.portal())
    return ToldVisit.objects.filter(starts_at__lt=now - TOLD_KEPT, told_at__lt=now - TOLD_KEPT).delete()[0]


def _withdraw(grant: Grant, keys: Collection[str]) -> set[str]:
    """Take back the notices of earlier changes that nobody has had: those events, where none is on its way or sent."""
    if not keys:
        return set()
    gone = Q(decision=Decision.SENT) | Q(attempts__gt=0)
    busy = set(Notice.objects.filter(gone, event_key__in=keys).values_list("event_key", flat=True))
    waiting = Notice.objects.filter(event_key__in=set(keys) - busy, decision=Decision.DUE)
    withdrawn = set(waiting.values_list("event_key", flat=True))
    waiting.update(decision=Decision.SETTLED)
    return withdrawn


def _forget(withdrawn: Collection[str], told_visits: Collection[UUID], told: Mapping[UUID, LastTold]) -> None:
    """What was told by notices that are taken back has not been told."""
    for row in ToldVisit.objects.filter(visit_id__in=told_visits, event_key__in=withdrawn):
        before = told.get(row.visit_id)
        if before is None:
            row.delete()
        else:
            row.starts_at, row.is_off, row.event_key = before.starts_at, before.is_off, ""
            row.save(update_fields=["starts_at", "is_off", "event_key"])


def _remember(
    visits_told: Sequence[ChangedVisit], before: Mapping[UUID, LastTold], *, keys: Mapping[UUID, str], now: datetime
) -> None:
    ToldVisit.objects.bulk_create(
        [
            ToldVisit(
                visit_id=visit.id,
                citizen_id=visit.citizen_id,
                municipality_id=visit.municipality_id,
                starts_at=visit.starts_at,
                is_off=visit.is_off,
                event_key=keys.get(visit.id, ""),
                before_start=before[visit.id].starts_at if visit.id in before else None,
                before_off=before[visit.id].is_off if visit.id in before else False,
                told_at=now,
            )
            for visit in visits_told
        ],
        update_conflicts=True,
        unique_fields=["visit_id"],
        update_fields=["starts_at", "is_off", "event_key", "before_start", "before_off", "told_at"],
    )
