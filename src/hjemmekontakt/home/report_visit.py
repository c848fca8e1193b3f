"""I dag › how a visit went: reported with one press, or with a reason and another hour; and taken back (R86)."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.home.today import said_time
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.people import queries as people
from hjemmekontakt.visits import actions
from hjemmekontakt.visits import queries as visits
from hjemmekontakt.visits.rules import WORDS_LIMIT, AtTheDoor, NotPerformed, NotReported, VisitAtWork
from hjemmekontakt.visits.words import NOT_PERFORMED, say_at_work, say_reported_by

PERFORMED = "performed"
FIELDS = {
    NotReported.IN_THE_FUTURE: "at",
    NotReported.BEFORE_THE_VISIT: "at",
    NotReported.WORDS_MISSING: "words",
    NotReported.WORDS_TOO_LONG: "words",
}


@dataclass(frozen=True, slots=True)
class VisitToReport:
    """The visit that a report is about, as the page names it."""

    row: VisitAtWork
    name: str
    what: str


class ReportForm(forms.Form):
    """How it went, the clock's time where it was not now, and words where something else was the matter."""

    what = forms.ChoiceField(
        label=gettext_lazy("Hvordan gikk det?"),
        choices=[(PERFORMED, gettext_lazy("Utført")), *((each.value, NOT_PERFORMED[each]) for each in NotPerformed)],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Velg hvordan det gikk."),
            "invalid_choice": gettext_lazy("Velg ett av svarene."),
        },
    )
    words = forms.CharField(
        label=gettext_lazy("Hva var grunnen?"),
        help_text=gettext_lazy("Bare når du velger «Annet». Kollegene ser det."),
        required=False,
        max_length=WORDS_LIMIT,
        error_messages={"max_length": gettext_lazy("Teksten kan være på inntil 200 tegn.")},
    )
    at = forms.TimeField(
        label=gettext_lazy("Klokkeslett"),
        help_text=gettext_lazy("La det stå tomt hvis det er nå."),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={}),
        input_formats=["%H:%M", "%H.%M", "%H"],
        error_messages={"invalid": gettext_lazy("Skriv klokkeslettet slik: 12.30.")},
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    dag = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    sone = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    hele = forms.CharField(required=False, max_length=1, widget=forms.HiddenInput)

    def told(self) -> AtTheDoor:
        """What was told, as the action takes it."""
        given = self.cleaned_data
        reason = None if given["what"] == PERFORMED else NotPerformed(given["what"])
        return AtTheDoor(reason, given["at"], given["words"] if reason is NotPerformed.OTHER else "")


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """I dag › Utført, Ikke utført, Avslått."""
    if request.method == "POST":
        form = ReportForm(request.POST)
        if form.is_valid() and _done(request, visit_id, form):
            return redirect(_back(request.POST, visit_id))
    else:
        where = {name: request.GET.get(name, "") for name in ("dag", "sone", "hele")}
        form = ReportForm(initial={"what": request.GET.get("hva") or PERFORMED, "form_key": uuid4(), **where})
    shown = visit_to_report(request.actor, visit_id)
    language = get_language() or "nb"
    page = {
        "form": form,
        "visit": shown,
        "when": said_time(shown.row),
        "day": phrases_of_time.day(shown.row.starts_at, today=day_of(clock.now()), language=language),
        "back": _back(request.POST or request.GET, visit_id),
    }
    return render(request, "home/report_visit.html.jinja", page, status=400 if form.errors else 200)


@require_POST
def undo(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """I dag › Angre."""
    try:
        actions.undo_report(request.actor, visit_id)
    except Refused as refused:
        notes.warning(request, say_at_work(refused.why))
    else:
        notes.success(request, _("Angret. Besøket står som før."))
    return redirect(_back(request.POST, visit_id))


@intent
def visit_to_report(actor: Actor, visit_id: UUID) -> VisitToReport:
    """The visit that an employee is to report, by name: those who help her see it (R79)."""
    grant = require(actor, May.SEE_TODAY, about=lookup.visit(visit_id))
    row = visits.visit_at_work(grant, visit_id)
    name = people.person(grant, row.citizen_id).name
    return VisitToReport(row, name, row.title or municipalities.service(row.service_id).name)


def _done(request: HttpRequest, visit_id: UUID, form: ReportForm) -> bool:
    """Report it; where the form must be mended, say so at its field and answer no."""
    try:
        reported = actions.report_visit(request.actor, visit_id, form.told(), form_key=form.cleaned_data["form_key"])
    except actions.ReportedAlready as already:
        notes.warning(request, say_reported_by(already.by_name))
    except Refused as refused:
        why = NotReported(refused.why)
        if why in FIELDS:
            form.add_error(FIELDS[why], say_at_work(why))
            return False
        notes.warning(request, say_at_work(why))
    else:
        time = phrases_of_time.clock_time(reported.at, language=get_language() or "nb")
        said = _("Meldt utført kl. %(time)s.") if reported.reason is None else _("Meldt ikke utført.")
        notes.success(request, said % {"time": time})
    return True


def _back(given: Any, visit_id: UUID) -> str:
    """The list as she left it, at the visit."""
    where = {name: given.get(name, "") for name in ("dag", "sone", "hele")}
    try:
        where["dag"] = date.fromisoformat(where["dag"]).isoformat()
    except ValueError:
        where["dag"] = ""
    said = urlencode({name: value for name, value in where.items() if value})
    return f"{reverse('staff:today')}{f'?{said}' if said else ''}#besok-{visit_id}"
