"""What a unit's leader changes of its days: closing days, its hours, and who answers while it is closed."""

import logging
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, May
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.municipalities import queries, rules
from hjemmekontakt.municipalities.events import HoursChanged
from hjemmekontakt.municipalities.models import ClosingDay, Cover, Service, Unit
from hjemmekontakt.municipalities.rules import Refusal

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadingHours:
    """In which hours a unit reads messages, and whether on Saturdays too."""

    reads_from: time
    reads_until: time
    reads_on_saturday: bool


@intent
def close_day(actor: Actor, unit_id: UUID, *, day: date, name: str, open_until: time | None = None) -> None:
    """A unit's leader closes it for a day, or from an hour on; a promise already given stands (R21, R22)."""
    grant = _require(actor, unit_id)
    unit = queries.unit(unit_id)
    same = ClosingDay.objects.filter(unit_id=unit_id, day=day, name=name, open_until=open_until)
    if same.exists():
        return
    why_not = rules.why_not_close(
        day,
        today=day_of(clock.now()),
        open_until=open_until,
        hours=(unit.reads_from, unit.reads_until),
        is_workday=queries.calendar(unit).is_workday(day),
        taken=frozenset(ClosingDay.objects.filter(unit_id=unit_id).values_list("day", flat=True)),
    )
    if why_not:
        raise Refused(why_not)
    ClosingDay.objects.create(
        municipality_id=grant.municipality_id, unit_id=unit_id, day=day, name=name, open_until=open_until
    )
    _tell(grant, unit_id)


@intent
def open_day(actor: Actor, unit_id: UUID, day: date) -> None:
    """A unit's leader opens it on a day that she had closed; the municipality's own closing days are not hers."""
    grant = _require(actor, unit_id)
    taken_away, _ = ClosingDay.objects.filter(unit_id=unit_id, day=day, day__gte=day_of(clock.now())).delete()
    if taken_away:
        _tell(grant, unit_id)


@intent
def set_reading_hours(actor: Actor, unit_id: UUID, hours: ReadingHours) -> ReadingHours:
    """A unit's leader says when messages are read; what they were before. Promises already given stand (R21)."""
    grant = _require(actor, unit_id)
    if hours.reads_until <= hours.reads_from:
        raise Refused(Refusal.HOURS_TURNED)
    before = queries.unit(unit_id)
    Unit.objects.filter(id=unit_id).update(
        reads_from=hours.reads_from, reads_until=hours.reads_until, reads_on_saturday=hours.reads_on_saturday
    )
    _tell(grant, unit_id)
    return ReadingHours(before.reads_from, before.reads_until, before.reads_on_saturday)


@intent
def set_cover(
    actor: Actor, unit_id: UUID, *, starts_on: date, ends_on: date, covering_unit_id: UUID | None, phone: str
) -> None:
    """A unit's leader says who answers while it is closed: the staff of that unit see its inbox so long (R79).

    Without a covering unit, pages say only whom to call.
    """
    grant = _require(actor, unit_id)
    given = {
        "unit_id": unit_id,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "covering_unit_id": covering_unit_id,
        "phone": phone,
    }
    if Cover.objects.filter(**given).exists():
        return
    why_not = rules.why_not_cover(
        starts_on,
        ends_on,
        today=day_of(clock.now()),
        covers_itself=covering_unit_id == unit_id,
        phone=phone,
        taken=list(Cover.objects.filter(unit_id=unit_id).values_list("starts_on", "ends_on")),
    )
    if why_not:
        raise Refused(why_not)
    neighbours = {unit.id for unit in queries.units_of(actor.municipality_id)} if actor.municipality_id else set()
    if covering_unit_id is not None and covering_unit_id not in neighbours:
        raise Refused(Refusal.COVERS_ITSELF)
    Cover.objects.create(municipality_id=grant.municipality_id, **given)


@intent
def end_cover(actor: Actor, unit_id: UUID, cover_id: UUID) -> None:
    """A unit's leader takes a cover away: from now on only her own staff see the inbox (R79)."""
    _require(actor, unit_id)
    Cover.objects.filter(id=cover_id, unit_id=unit_id).delete()


@intent
def set_names_shown(actor: Actor, unit_id: UUID, *, shows: bool) -> None:
    """A unit's leader says whether citizens see by name who comes from it; else they see the role (R35)."""
    about = lookup.unit(unit_id, actor.municipality_id) if actor.municipality_id else About("unit", unit_id)
    require(actor, May.CHANGE_NAMES, about=about)
    Unit.objects.filter(id=unit_id).update(shows_names=shows)
    log.info("A unit's names were shown or hidden", extra={"unit": str(unit_id), "employee": str(actor.id)})


def put_silence(grant: Grant, service_id: UUID, *, since: date | None) -> None:
    """From which day a service's visits without a word ring; None is never (M2). Whether they may, is decided by visits."""
    Service.objects.filter(id=service_id, municipality_id=grant.municipality_id).update(silence_from=since)


def _require(actor: Actor, unit_id: UUID) -> Grant:
    about = lookup.unit(unit_id, actor.municipality_id) if actor.municipality_id else About("unit", unit_id)
    return require(actor, May.CHANGE_HOURS, about=about)


def _tell(grant: Grant, unit_id: UUID) -> None:
    if grant.municipality_id is not None:
        outbox.publish(HoursChanged(unit_id, grant.municipality_id))
