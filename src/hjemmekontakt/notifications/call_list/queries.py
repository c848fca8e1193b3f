"""Reads of the list «Ring nå»: who is to be rung, about which visit, and how many wait (R36)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import ServiceView
from hjemmekontakt.notifications.call_list.rules import SHOWN_AFTER, UNDO_WITHIN, CallView, WhyCall
from hjemmekontakt.notifications.models import CallToMake
from hjemmekontakt.notifications.rules import What
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Person, Protection


@dataclass(frozen=True, slots=True)
class InTheMenu:
    """How many cancellations and wishes wait for an employee's units, how many calls, and how many silent visits she leads."""

    requests: int = 0
    calls: int = 0
    silent: int = 0


@dataclass(frozen=True, slots=True)
class ToCall:
    """The list as one employee may see it: the calls, the persons, the services, and their national ids for the register."""

    calls: tuple[CallView, ...]
    persons: dict[UUID, Person]
    services: dict[UUID, ServiceView]
    national_ids: dict[UUID, str]


@intent
def calls_of(actor: Actor) -> ToCall:
    """Who is to be rung from the units one works in, the visit that comes first on top; those alone whom one may see (R79)."""
    units = [unit.unit_id for unit in actor.units_of_care()]
    about = lookup.unit(units[0], actor.municipality_id) if units and actor.municipality_id else About("unit", None)
    grant = require(actor, May.SEE_CALLS, about=about)
    now = clock.now()
    rows = calls_in(grant, units, now=now)
    helped = people.helped_in(grant, units, today=day_of(now), citizen_ids={row.citizen_id for row in rows})
    persons = {
        id: person
        for id, person in people.persons(grant, {row.citizen_id for row in rows}).items()
        if person.deceased_on is None and person.protection is Protection.NONE
    }
    shown = [row for row in rows if (row.citizen_id, row.service_id) in helped and row.citizen_id in persons]
    log_list(grant, about, [row.citizen_id for row in shown])
    return ToCall(
        calls=tuple(shown),
        persons=persons,
        services=municipalities.services(list({row.service_id for row in shown})),
        national_ids=people.national_ids(grant, {row.citizen_id for row in shown}),
    )


def calls_in(grant: Grant, unit_ids: Iterable[UUID], *, now: datetime) -> list[CallView]:
    """The calls that wait in some units, and those that were made so lately that it can be undone."""
    waits = Q(called_at__isnull=True) | Q(called_at__gte=now - UNDO_WITHIN, called_by_id=grant.actor.id)
    rows = CallToMake.objects.filter(
        waits,
        unit_id__in=list(unit_ids),
        raised_at__isnull=False,
        settled_at__isnull=True,
        known_start__gte=now - SHOWN_AFTER,
    ).exclude(citizen_id__in=list(grant.actor.family))
    return [
        CallView(
            visit_id=row.visit_id,
            citizen_id=row.citizen_id,
            service_id=row.service_id,
            what=What(row.what),
            known_start=row.known_start,
            new_start=row.new_start,
            why=WhyCall(row.why),
            raised_at=row.raised_at or now,
            called_at=row.called_at,
            called_by_id=row.called_by_id,
            called_by_name=row.called_by_name,
        )
        for row in rows.order_by("called_at", "known_start", "id")
    ]
