"""Ikke meldt utført: the silent visits that wait for a shift's leader, without the name of any employee (M2)."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, May, Role
from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.people import queries as people
from hjemmekontakt.visits import actions
from hjemmekontakt.visits import queries as visits
from hjemmekontakt.visits.rules import SilentVisitView, when_kin_are_told


@dataclass(frozen=True, slots=True)
class Silent:
    """One silent visit on the list: whose, when, of which service, and what happens with it next."""

    visit_id: UUID
    citizen_id: UUID
    name: str
    what: str
    unit: str
    when: str
    then: str


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Ikke meldt utført."""
    shown = {"silent": silent_of(request.actor), "journal_away": _journal_away(request.actor)}
    return render(request, "home/silent.html.jinja", shown)


@require_POST
def settle(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Ikke meldt utført › Avklart."""
    by_name = actions.settle_silent_visit(request.actor, visit_id)
    if by_name in ("", request.actor.name):
        notes.success(request, _("Avklart. Ingen får varsel om dette."))
    else:
        notes.success(request, _("%(name)s hadde alt avklart dette.") % {"name": by_name})
    return redirect("staff:silent")


@intent
def silent_of(actor: Actor) -> list[Silent]:
    """The silent visits of the units that an employee leads, the oldest first; those alone whom she may see (R79, M2)."""
    led = [unit.unit_id for unit in actor.units if unit.role is Role.TEAM_LEADER]
    one = next(iter((*led, *(unit.unit_id for unit in actor.units))), None)
    about = lookup.unit(one, actor.municipality_id) if one and actor.municipality_id else About("unit", None)
    grant = require(actor, May.SEE_SILENT_VISITS, about=about)
    now = clock.now()
    rows = visits.silent_visits(grant, led)
    helped = people.helped_in(grant, led, today=day_of(now), citizen_ids={row.citizen_id for row in rows})
    rows = [row for row in rows if (row.citizen_id, row.service_id) in helped]
    names = people.persons(grant, {row.citizen_id for row in rows})
    services = municipalities.services(list({row.service_id for row in rows}))
    log_list(grant, about, [row.citizen_id for row in rows])
    return [
        Silent(
            visit_id=row.visit_id,
            citizen_id=row.citizen_id,
            name=names[row.citizen_id].name,
            what=services[row.service_id].name,
            unit=services[row.service_id].unit.name,
            when=_when(row),
            then=_then(row),
        )
        for row in rows
        if row.citizen_id in names
    ]


def _journal_away(actor: Actor) -> str:
    """What is said while the journal may still have something to tell: then nothing rings, whatever is missing (R33)."""
    here = actor.municipality_id
    state = municipalities.journal_states([here]).get(here) if here else None
    if state is None or not state.may_still_tell(clock.now()):
        return ""
    return _(
        "Vi får ikke kontakt med journalen, eller den har nettopp kommet tilbake. Besøk som meldes i journalen, havner ikke"
        " her før den har fått en halv time på å melde det som mangler. Ring hvis du er i tvil om et besøk."
    )


def _when(row: SilentVisitView) -> str:
    now, language = clock.now(), get_language() or "nb"
    day = phrases_of_time.day(row.starts_at, today=day_of(now), language=language)
    hours = phrases_of_time.window(row.starts_at, row.ends_at if row.is_window else row.starts_at, language=language)
    return phrases_of_time.opening(f"{day} {hours}")


def _then(row: SilentVisitView) -> str:
    now, language = clock.now(), get_language() or "nb"
    if row.kin_told_at is not None:
        told = phrases_of_time.moment(row.kin_told_at, now=now, language=language)
        return _("De som har bedt om det, fikk varsel %(when)s.") % {"when": told}
    turn = phrases_of_time.moment(when_kin_are_told(row.raised_at), now=now, language=language)
    return _("De som har bedt om det, får varsel %(when)s hvis dette ikke er avklart.") % {"when": turn}
