"""Navn på ansatte: whether citizens see by name who comes, for a unit, for one employee and for one citizen (R35)."""

from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hjemmekontakt.municipalities import actions as municipality_actions
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.people import actions as people_actions
from hjemmekontakt.people import queries as people


@require_safe
def show(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Enhet › Navn på ansatte."""
    names = people.names_of_staff(request.actor, unit_id)
    return render(request, "home/names.html.jinja", {"names": names, "unit": municipalities.unit(unit_id)})


@require_POST
def of_unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Show or hide the names of all who come from a unit."""
    municipality_actions.set_names_shown(request.actor, unit_id, shows=not _hides(request))
    return _back(request, unit_id)


@require_POST
def of_employee(request: HttpRequest, unit_id: UUID, employee_id: UUID) -> HttpResponse:
    """Show or hide one employee's name."""
    people_actions.set_name_hidden(request.actor, employee_id, hidden=_hides(request))
    return _back(request, unit_id)


@require_POST
def from_citizen(request: HttpRequest, unit_id: UUID, citizen_id: UUID) -> HttpResponse:
    """Show one citizen the names again, or hide them from her."""
    people_actions.set_names_hidden(request.actor, citizen_id, hidden=_hides(request))
    return _back(request, unit_id)


def _hides(request: HttpRequest) -> bool:
    return request.POST.get("names") == "hide"


def _back(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    said = _("Navn er skjult. Innbyggerne ser bare rollen.") if _hides(request) else _("Navn vises igjen.")
    notes.success(request, said)
    return redirect("staff:names", unit_id)
