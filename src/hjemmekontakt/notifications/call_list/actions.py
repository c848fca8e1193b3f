"""Changes that hurry are watched until a receipt comes, listed for the unit if none does, and ticked off by who rings (R36)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.notifications.call_list.rules import must_be_watched, when_to_raise, why_not_undo
from hjemmekontakt.notifications.changes.rules import Change, Telling
from hjemmekontakt.notifications.models import CallToMake
from hjemmekontakt.notifications.nights.queries import usual_nights
from hjemmekontakt.notifications.receivers import receivers
from hjemmekontakt.notifications.statements import SQL
from hjemmekontakt.notifications.timing import Quiet
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Protection


def watch_over(grant: Grant, tellings: Sequence[Telling], *, now: datetime) -> None:
    """Watch over changes that hurry; one that nobody is known to have heard of is overtaken by the next of its visit (R36).

    Of several that are told in one notice, the nearest alone is rung about.
    """
    if not tellings:
        return
    changes = [change for telling in tellings for change in telling.changes]
    visit_ids = [change.visit.id for change in changes]
    overtaken = CallToMake.objects.filter(
        visit_id__in=visit_ids, settled_at__isnull=True, called_at__isnull=True
    ).exclude(event_key__in=[telling.key for telling in tellings])
    nights = _nights(grant, changes)
    waited_for = set(overtaken.values_list("visit_id", flat=True))
    overtaken.update(settled_at=now)
    CallToMake.objects.bulk_create(
        [
            CallToMake(
                event_key=telling.key,
                visit_id=change.visit.id,
                citizen_id=change.visit.citizen_id,
                municipality_id=change.visit.municipality_id,
                unit_id=change.visit.unit_id,
                service_id=change.visit.service_id,
                what=change.what,
                known_start=change.known_start,
                new_start=change.visit.starts_at,
                critical=change.visit.critical,
                watched_at=now,
                raise_at=when_to_raise(
                    now,
                    known_start=change.known_start,
                    critical=change.visit.critical,
                    quiet=nights[change.visit.citizen_id, change.visit.municipality_id],
                ),
            )
            for telling in tellings
            for change in telling.changes
            if (change is telling.nearest and must_be_watched(telling.what)) or change.visit.id in waited_for
        ],
        ignore_conflicts=True,
    )


def need_not_ring(grant: Grant, keys: Collection[str], *, now: datetime) -> None:
    """Take off the list, or from being watched, changes that were taken back before anybody had heard of them (R36)."""
    if keys:
        waiting = CallToMake.objects.filter(event_key__in=keys, settled_at__isnull=True, called_at__isnull=True)
        waiting.update(settled_at=now)


def _nights(grant: Grant, changes: Sequence[Change]) -> dict[tuple[UUID, UUID], Quiet | None]:
    """The night of each who is rung, in each municipality that changes her visits: until it ends no receipt can come."""
    places = {(change.visit.citizen_id, change.visit.municipality_id) for change in changes}
    own = receivers({citizen_id for citizen_id, _ in places})
    usual = usual_nights(grant, {municipality_id for _, municipality_id in places})
    return {place: own[place[0]].night(usual[place[1]]) for place in places}


@intent
def raise_calls(actor: Actor, *, now: datetime) -> int:
    """The portal's clock puts on the list what nobody is known to have been told of; says how many came on it (R36).

    What a receipt has come for meanwhile is settled, and so is all about one who has died, stopped or become protected (R7).
    """
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    with connection.cursor() as cursor:
        cursor.execute(SQL["settle_calls"], {"now": now})
    _stop_for_who_is_not_told(grant, now=now)
    with connection.cursor() as cursor:
        cursor.execute(SQL["raise_calls"], {"now": now})
        return int(cursor.rowcount)


def _stop_for_who_is_not_told(grant: Grant, *, now: datetime) -> None:
    open_calls = CallToMake.objects.filter(settled_at__isnull=True, called_at__isnull=True)
    ids = set(open_calls.values_list("citizen_id", flat=True))
    if not ids:
        return
    active = consent.active_among(grant, ids)
    persons = people.persons(grant, ids)
    told = {
        id
        for id, person in persons.items()
        if id in active and person.deceased_on is None and person.protection is Protection.NONE
    }
    if ids - told:
        open_calls.filter(citizen_id__in=ids - told).update(settled_at=now)


@intent
def say_that_one_has_called(actor: Actor, visit_id: UUID) -> str:
    """An employee has rung about a changed visit; says by whom it was done, where a colleague was first (R36)."""
    require(actor, May.CALL_ABOUT_VISIT, about=lookup.visit(visit_id))
    row = _latest(visit_id)
    if row is None:
        return ""
    if row.called_at is None:
        row.called_at, row.called_by_id, row.called_by_name = clock.now(), actor.id, actor.name
        row.save(update_fields=["called_at", "called_by_id", "called_by_name"])
    return row.called_by_name


@intent
def undo_call(actor: Actor, visit_id: UUID) -> None:
    """An employee did not ring after all: within ten minutes it goes back on the list (R36)."""
    require(actor, May.UNDO_CALL, about=lookup.visit(visit_id))
    row = _latest(visit_id)
    why_not = why_not_undo(
        called_by_id=row.called_by_id if row else None,
        called_at=row.called_at if row else None,
        actor_id=actor.id,
        now=clock.now(),
    )
    if row is None or why_not:
        raise Refused(why_not)
    row.called_at, row.called_by_id, row.called_by_name = None, None, ""
    row.save(update_fields=["called_at", "called_by_id", "called_by_name"])


def _latest(visit_id: UUID) -> CallToMake | None:
    rows = CallToMake.objects.select_for_update().filter(
        visit_id=visit_id, raised_at__isnull=False, settled_at__isnull=True
    )
    return rows.order_by("-watched_at").first()
