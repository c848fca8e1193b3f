"""Enhet › Besøk uten melding: how well visits are reported, and the silence alarm switched on and off by the leader (M2)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.visits import actions
from hjemmekontakt.visits import queries as visits
from hjemmekontakt.visits.rules import NotSwitched, SilenceOfService
from hjemmekontakt.visits.words import NOT_SWITCHED, say_not_switched


class SwitchForm(forms.Form):
    """That the measure is discussed with those who speak for the staff."""

    service = forms.UUIDField(widget=forms.HiddenInput)
    discussed = forms.BooleanField(
        label=gettext_lazy("Vi har drøftet dette med de tillitsvalgte"),
        error_messages={"required": NOT_SWITCHED[NotSwitched.NOT_DISCUSSED]},
    )


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Enhet › Besøk uten melding: each service with its measure; «Slå på»."""
    form = SwitchForm(request.POST) if request.method == "POST" else None
    found = visits.silence_of_unit(request.actor, unit_id)  # who may, is decided before anything is done
    if form is not None and form.is_valid():
        try:
            actions.switch_silence_on(request.actor, unit_id, form.cleaned_data["service"], discussed=True)
        except Refused as refused:
            form.add_error("discussed", say_not_switched(refused.why))
        else:
            notes.success(request, _("Slått på fra i morgen."))
            return redirect("staff:silence", unit_id)
    page = {
        "unit": municipalities.unit(unit_id),
        "services": [_shown(each, form) for each in found],
        "form": form,
    }
    return render(request, "home/silence.html.jinja", page, status=400 if form is not None and form.errors else 200)


@require_POST
def off(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Enhet › Besøk uten melding › Slå av."""
    form = forms.UUIDField(required=False)
    try:
        service_id = form.clean(request.POST.get("service", ""))
    except forms.ValidationError:
        service_id = None
    if service_id is not None:
        actions.switch_silence_off(request.actor, unit_id, service_id)
        notes.success(request, _("Slått av."))
    return redirect("staff:silence", unit_id)


def _shown(each: SilenceOfService, form: SwitchForm | None) -> dict[str, Any]:
    asked = form is not None and form.data.get("service") == str(each.service_id)
    mine = form if asked else SwitchForm(auto_id=f"id_{each.service_id}_%s", initial={"service": each.service_id})
    return {
        "service": each,
        "measure": said_measure(each),
        "why_not": say_not_switched(each.why_not) if each.why_not else "",
        "latest": _latest(each),
        "since": _since(each),
        "form": mine,
    }


def said_measure(each: SilenceOfService) -> str:
    """How well a service's visits were reported: «189 av 200 besøk ble meldt i tide de siste 14 dagene (94 %).»."""
    if each.measure.visits == 0:
        return _("Ingen besøk skulle vært meldt de siste 14 dagene.")
    values = {"in_time": each.measure.in_time, "visits": each.measure.visits, "percent": each.measure.percent}
    return _("%(in_time)s av %(visits)s besøk ble meldt i tide de siste 14 dagene (%(percent)s %%).") % values


def _since(each: SilenceOfService) -> str:
    if each.silence_from is None:
        return ""
    today, language = day_of(clock.now()), get_language() or "nb"
    return phrases_of_time.day(each.silence_from, today=today, language=language)


def _latest(each: SilenceOfService) -> str:
    if each.latest is None:
        return ""
    language = get_language() or "nb"
    values = {
        "name": each.latest.by_name,
        "when": phrases_of_time.moment(each.latest.at, now=clock.now(), language=language),
        "percent": each.latest.percent,
    }
    if each.latest.is_on:
        return (
            _("Slått på av %(name)s %(when)s, etter drøfting med de tillitsvalgte. Da ble %(percent)s %% meldt i tide.")
            % values
        )
    return _("Slått av av %(name)s %(when)s.") % values
