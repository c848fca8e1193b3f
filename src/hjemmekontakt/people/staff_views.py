"""Fravær: who is away, and who answers instead (R81)."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.people import actions, queries
from hjemmekontakt.people.forms import AbsenceForm
from hjemmekontakt.people.rules import AbsenceView, Refusal

UNDO = ("employee_id", "starts_on", "ends_on", "substitute_id")


def absences(request: HttpRequest) -> HttpResponse:
    """Fravær: the list, and the form for a new one."""
    listed = queries.absences(request.actor)
    initial = {"employee_id": str(request.actor.id)}
    form = AbsenceForm(listed, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and (written := _write_down(request, form)):
        return redirect(f"/ansatt/fravaer/?{urlencode({'lagret': written})}")
    shown = {"absences": listed, "form": form, "today": day_of(clock.now()), **_undo(request)}
    return render(request, "people/absences.html.jinja", shown, status=400 if form.errors else 200)


@require_POST
def end(request: HttpRequest, employee_id: UUID, absence_id: UUID) -> HttpResponse:
    """Fravær › Avslutt."""
    was = actions.come_back(request.actor, employee_id, absence_id)
    notes.success(request, _("Fraværet er avsluttet."))
    return redirect(f"/ansatt/fravaer/?{urlencode(_fields(was))}" if was else "/ansatt/fravaer/")


def _write_down(request: HttpRequest, form: AbsenceForm) -> UUID | None:
    given = form.cleaned_data
    try:
        written = actions.be_away(
            request.actor,
            UUID(given["employee_id"]),
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            substitute_id=UUID(given["substitute_id"]) if given["substitute_id"] else None,
        )
    except Refused as refused:
        form.refuse(Refusal(refused.why))
        return None
    notes.success(request, _("Fraværet er lagt inn."))
    return written


def _fields(was: AbsenceView) -> dict[str, Any]:
    substitute = was.substitute.id if was.substitute else ""
    return {
        "employee_id": was.employee.id,
        "starts_on": was.starts_on,
        "ends_on": was.ends_on,
        "substitute_id": substitute,
    }


def _undo(request: HttpRequest) -> dict[str, Any]:
    """What «Angre» would send: the absence that has just been ended, or just been written down."""
    ended = {name: request.GET[name] for name in UNDO if name in request.GET}
    return {"ended": ended if len(ended) == len(UNDO) else None, "written": request.GET.get("lagret", "")}
