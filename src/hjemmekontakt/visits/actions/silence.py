"""The silence alarm: switched on or off by a leader, rung by the clock, settled by whoever found out (M2)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, May
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.municipalities import actions as municipalities
from hjemmekontakt.municipalities import queries as municipality_queries
from hjemmekontakt.municipalities.queries import services_of_unit
from hjemmekontakt.municipalities.rules import ServiceView
from hjemmekontakt.visits.events import VisitsFellSilent, VisitsStillSilent
from hjemmekontakt.visits.models import SilenceChoice, SilentVisit
from hjemmekontakt.visits.queries.silence import QUIET, measures_of, unreported, why_not_on
from hjemmekontakt.visits.rules import GRACE, Measure, why_not_ring, why_not_tell_kin
from hjemmekontakt.visits.statements import SQL


@intent
def switch_silence_on(actor: Actor, unit_id: UUID, service_id: UUID, *, discussed: bool) -> None:
    """A unit's leader lets a service's visits without a word ring, from tomorrow on (M2).

    Only where they are reported well enough, and she says that it is discussed with the staff's representatives. Who did it
    and when stands in the log and in the choice itself. Switched on already, it changes nothing.
    """
    grant = require(actor, May.SWITCH_SILENCE_ON, about=_about(actor, unit_id))
    service, now = _service(unit_id, service_id), clock.now()
    if service is None or service.silence_from is not None:
        return
    measure = measures_of(grant, unit_id, [service_id], now=now)[service_id]
    why_not = why_not_on(grant, service, measure, discussed=discussed, now=now)
    if why_not:
        raise Refused(why_not)
    municipalities.put_silence(grant, service_id, since=day_of(now) + timedelta(days=1))
    _write_choice(grant, service, measure, is_on=True, now=now)


@intent
def switch_silence_off(actor: Actor, unit_id: UUID, service_id: UUID) -> None:
    """A unit's leader lets a service's visits ring no more; what rings already stands until it is settled (M2)."""
    grant = require(actor, May.SWITCH_SILENCE_OFF, about=_about(actor, unit_id))
    service, now = _service(unit_id, service_id), clock.now()
    if service is None or service.silence_from is None:
        return
    measure = measures_of(grant, unit_id, [service_id], now=now)[service_id]
    municipalities.put_silence(grant, service_id, since=None)
    _write_choice(grant, service, measure, is_on=False, now=now)


@intent
def settle_silent_visit(actor: Actor, visit_id: UUID) -> str:
    """A shift's leader has found out about a silent visit: it rings no more, and kin are not told; who settled it (M2)."""
    require(actor, May.SETTLE_SILENT_VISIT, about=lookup.visit(visit_id))
    row = SilentVisit.objects.select_for_update().filter(visit_id=visit_id).first()
    if row is None:
        return ""
    if row.handled_at is None:
        row.handled_at, row.handled_by_name = clock.now(), actor.name
        row.save(update_fields=["handled_at", "handled_by_name"])
    return row.handled_by_name


@intent
def watch_silence(actor: Actor, municipality_id: UUID, *, now: datetime) -> int:
    """The portal's clock looks at a municipality's visits without a word: how many ring anew (M2).

    First it settles those of which something was heard, then it rings, then it tells kin. Each once; another worker's rows
    are passed over; who is killed has done nothing.
    """
    grant = require(actor, May.RING_ALARMS, about=lookup.municipality(municipality_id))
    with connection.cursor() as cursor:
        values = {"now": now, "until": now - GRACE, "municipality": municipality_id}
        cursor.execute(SQL["settle_heard_of"].format(**QUIET), values)
    journal = municipality_queries.journal_states([municipality_id]).get(municipality_id)
    journal_away = journal is not None and journal.may_still_tell(now)
    rung = _ring(grant, municipality_id, now=now, journal_away=journal_away)
    _tell_kin(grant, municipality_id, now=now, journal_away=journal_away)
    return len(rung)


def _ring(grant: Grant, municipality_id: UUID, *, now: datetime, journal_away: bool) -> tuple[UUID, ...]:
    found = unreported(grant, now=now)
    silent = [visit for visit in found if why_not_ring(visit, now=now, journal_away=journal_away) is None]
    if not silent:
        return ()
    values = {
        "municipality": municipality_id,
        "now": now,
        "visits": [visit.id for visit in silent],
        "citizens": [visit.citizen_id for visit in silent],
        "units": [visit.unit_id for visit in silent],
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL["raise_silent"], values)
        rung = tuple(id for (id,) in cursor.fetchall())
    if rung:
        outbox.publish(VisitsFellSilent(visit_ids=rung, municipality_id=municipality_id))
    return rung


def _tell_kin(grant: Grant, municipality_id: UUID, *, now: datetime, journal_away: bool) -> None:
    waiting = (
        SilentVisit.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(
            municipality_id=municipality_id,
            handled_at__isnull=True,
            kin_told_at__isnull=True,
            visit__service__silence_from__isnull=False,
        )
        .annotate(told_by_journal=Q(visit__service__visits_in="journal"))
    )
    due = [
        row
        for row in waiting.order_by("visit_id")
        if why_not_tell_kin(
            raised_at=row.raised_at,
            handled_at=row.handled_at,
            told_at=row.kin_told_at,
            now=now,
            journal_away=journal_away and row.told_by_journal,
        )
        is None
    ]
    if due:
        ids = tuple(row.visit_id for row in due)
        SilentVisit.objects.filter(visit_id__in=ids).update(kin_told_at=now)
        outbox.publish(VisitsStillSilent(visit_ids=ids, municipality_id=municipality_id))


def _about(actor: Actor, unit_id: UUID) -> About:
    return lookup.unit(unit_id, actor.municipality_id) if actor.municipality_id else About("unit", unit_id)


def _service(unit_id: UUID, service_id: UUID) -> ServiceView | None:
    return next((each for each in services_of_unit(unit_id) if each.id == service_id), None)


def _write_choice(grant: Grant, service: ServiceView, measure: Measure, *, is_on: bool, now: datetime) -> None:
    SilenceChoice.objects.create(
        municipality_id=grant.municipality_id,
        unit_id=service.unit.id,
        service_id=service.id,
        is_on=is_on,
        at=now,
        by_id=grant.actor.id,
        by_name=grant.actor.name,
        visits=measure.visits,
        in_time=measure.in_time,
    )
