"""Uka på papir, for staff to hand out: a citizen's visits of one week from the units that help her (R37)."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.people import queries as people
from hjemmekontakt.visits import queries as visits
from hjemmekontakt.visits.rules import VisitView
from hjemmekontakt.visits.weeks import monday_of, sheet


@require_safe
def show(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Person › Uka på papir."""
    now = clock.now()
    monday = monday_of(request.GET.get("fra", ""), now=now)
    name, views = week_of(request.actor, citizen_id, monday)
    shown = {
        "sheet": sheet(views, monday, now=now, reader_id=None),
        "name": name,
        "citizen_id": citizen_id,
        "as_of": max((view.reported_at for view in views), default=now),
    }
    return render(request, "home/week_sheet.html.jinja", shown)


@intent
def week_of(actor: Actor, citizen_id: UUID, monday: date) -> tuple[str, list[VisitView]]:
    """The name of a citizen whom the reader's units help, and her visits of a week as she herself sees them; logged."""
    units = [unit.unit_id for unit in actor.units_of_care()]
    grant = require(actor, May.PRINT_WEEK, about=lookup.citizen_at_work(citizen_id, units))
    return people.person(grant, citizen_id).name, visits.week_at_work(grant, citizen_id, monday)
