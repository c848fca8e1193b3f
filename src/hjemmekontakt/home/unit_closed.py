"""Stengt og lesetid: a unit's closing days, who answers while it is closed, and its hours; first what changes, then «Bekreft»."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import queries as messages
from hjemmekontakt.municipalities import actions
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Refusal, UnitView
from hjemmekontakt.municipalities.words import SENTENCES

FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"]
HOURS = ["%H:%M", "%H.%M", "%H"]
A_DATE = {"required": gettext_lazy("Skriv datoen."), "invalid": gettext_lazy("Skriv datoen slik: 31.12.2026.")}
AN_HOUR = {
    "required": gettext_lazy("Skriv klokkeslettet."),
    "invalid": gettext_lazy("Skriv klokkeslettet slik: 12.30."),
}


class ADate(forms.DateInput):
    """A field in which a browser shows its calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AnHour(forms.TimeInput):
    """A field in which a browser shows hours and minutes."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class DayForm(forms.Form):
    """A day that the unit is closed, or closes early."""

    day = forms.DateField(label=gettext_lazy("Dag"), widget=ADate(), input_formats=FORMATS, error_messages=A_DATE)
    open_until = forms.TimeField(
        label=gettext_lazy("Halv dag: vi leser meldinger til klokka"),
        required=False,
        widget=AnHour(),
        input_formats=HOURS,
        error_messages=AN_HOUR,
    )
    name = forms.CharField(
        label=gettext_lazy("Hva er det for en dag?"),
        max_length=60,
        error_messages={
            "required": gettext_lazy("Skriv hva det er for en dag, for eksempel «Planleggingsdag»."),
            "max_length": gettext_lazy("Navnet på dagen kan være på inntil 60 tegn."),
        },
    )


class CoverForm(forms.Form):
    """Who answers while the unit is closed."""

    starts_on = forms.DateField(
        label=gettext_lazy("Første dag"), widget=ADate(), input_formats=FORMATS, error_messages=A_DATE
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Siste dag"), widget=ADate(), input_formats=FORMATS, error_messages=A_DATE
    )
    covering_unit_id = forms.TypedChoiceField(
        label=gettext_lazy("Hvem svarer?"),
        required=False,
        coerce=UUID,
        empty_value=None,
        error_messages={"invalid_choice": gettext_lazy("Velg en enhet fra lista.")},
    )
    phone = forms.CharField(
        label=gettext_lazy("Telefon folk skal ringe"),
        max_length=20,
        error_messages={
            "required": SENTENCES[Refusal.PHONE_MISSING],
            "max_length": gettext_lazy("Telefonnummeret kan være på inntil 20 tegn."),
        },
    )

    def __init__(self, unit: UnitView, data: Any = None, **rest: Any) -> None:
        super().__init__(data, **rest)
        others = [each for each in municipalities.units_of(unit.municipality_id) if each.id != unit.id]
        nobody = ("", gettext_lazy("Ingen enhet, bare telefonen"))
        self.fields["covering_unit_id"].choices = [nobody, *((str(each.id), each.name) for each in others)]  # type: ignore[attr-defined]


class HoursForm(forms.Form):
    """In which hours the unit reads messages."""

    reads_from = forms.TimeField(
        label=gettext_lazy("Vi begynner å lese klokka"), widget=AnHour(), input_formats=HOURS, error_messages=AN_HOUR
    )
    reads_until = forms.TimeField(
        label=gettext_lazy("Vi slutter å lese, og svarer senest, klokka"),
        widget=AnHour(),
        input_formats=HOURS,
        error_messages=AN_HOUR,
    )
    reads_on_saturday = forms.BooleanField(label=gettext_lazy("Vi leser meldinger på lørdager også"), required=False)


FIELDS = {
    Refusal.DAY_PASSED: "day",
    Refusal.DAY_TOO_FAR: "day",
    Refusal.CLOSED_ALREADY: "day",
    Refusal.NOT_A_WORKDAY: "day",
    Refusal.HALF_DAY_OUTSIDE: "open_until",
    Refusal.ENDS_BEFORE: "ends_on",
    Refusal.COVERED_ALREADY: "starts_on",
    Refusal.COVERS_ITSELF: "covering_unit_id",
    Refusal.PHONE_MISSING: "phone",
    Refusal.HOURS_TURNED: "reads_until",
}
DONE: dict[str, str | Promise] = {
    "day": gettext_lazy("Dagen er lagt inn."),
    "cover": gettext_lazy("Dekningen er lagt inn."),
    "hours": gettext_lazy("Lesetiden er endret."),
}


def show(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Enhet › Stengt og lesetid: what stands, three forms, and before anything is changed what changes."""
    waiting = messages.waiting_in_unit(request.actor, unit_id)  # who may, is decided before anything is shown
    unit = municipalities.unit(unit_id)
    asked = request.POST.get("what", "") if request.method == "POST" else ""
    all_forms = _forms(unit, asked, request.POST)
    form = all_forms.get(asked)
    if form is not None and form.is_valid():
        if "confirmed" not in request.POST:
            shown = {"unit": unit, "form": form, "what": asked, "changes": _changes(unit, asked, form, waiting)}
            return render(request, "home/unit_closed_confirm.html.jinja", shown)
        if undoing := _do(request, unit, asked, form):
            return redirect(undoing)
    shown = {"unit": unit, "forms": all_forms, "waiting": _waiting(waiting), **_listed(unit), **_undo(request)}
    return render(
        request, "home/unit_closed.html.jinja", shown, status=400 if form is not None and form.errors else 200
    )


@require_POST
def undo(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Enhet › Stengt og lesetid › Ta bort, og «Angre»."""
    if day := _day(request.POST.get("day", "")):
        actions.open_day(request.actor, unit_id, day)
        notes.success(request, _("Dagen er tatt bort."))
    elif cover_id := _uuid(request.POST.get("cover", "")):
        actions.end_cover(request.actor, unit_id, cover_id)
        notes.success(request, _("Dekningen er tatt bort."))
    return redirect("staff:closed", unit_id)


def _forms(unit: UnitView, asked: str, data: Any) -> dict[str, forms.Form]:
    hours = {name: getattr(unit, name) for name in ("reads_from", "reads_until", "reads_on_saturday")}
    return {
        "day": DayForm(data if asked == "day" else None),
        "cover": CoverForm(unit, data if asked == "cover" else None, initial={"phone": unit.phone}),
        "hours": HoursForm(data if asked == "hours" else None, initial=hours),
    }


def _do(request: HttpRequest, unit: UnitView, what: str, form: forms.Form) -> str:
    """Change it; the address to go on to, or nothing where it was refused and the form says why."""
    here = f"/ansatt/enhet/{unit.id}/stengt/"
    try:
        back = CHANGES[what](request.actor, unit.id, form.cleaned_data)
    except Refused as refused:
        form.add_error(_field(form, Refusal(refused.why)), SENTENCES[Refusal(refused.why)])  # type: ignore[arg-type]
        return ""
    notes.success(request, str(DONE[what]))
    return f"{here}?{back}"


def _field(form: forms.Form, why: Refusal) -> str:
    return FIELDS[why] if FIELDS[why] in form.fields else "ends_on"


def _close(actor: Actor, unit_id: UUID, given: dict[str, Any]) -> str:
    actions.close_day(actor, unit_id, **given)
    return f"angre-dag={given['day']}"


def _cover(actor: Actor, unit_id: UUID, given: dict[str, Any]) -> str:
    actions.set_cover(actor, unit_id, **given)
    return f"angre-dekning={given['starts_on']}"


def _hours(actor: Actor, unit_id: UUID, given: dict[str, Any]) -> str:
    was = actions.set_reading_hours(actor, unit_id, actions.ReadingHours(**given))
    return f"fra={was.reads_from:%H:%M}&til={was.reads_until:%H:%M}&lordag={'on' if was.reads_on_saturday else ''}"


CHANGES: dict[str, Callable[[Actor, UUID, dict[str, Any]], str]] = {"day": _close, "cover": _cover, "hours": _hours}


def _listed(unit: UnitView) -> dict[str, Any]:
    today = day_of(clock.now())
    return {
        "days": municipalities.closing_days(unit, since=today),
        "covers": municipalities.cover_periods_of(unit.id, since=today),
        "hours": phrases_of_time.hours(unit.reads_from, unit.reads_until, language=get_language() or "nb"),
    }


def _undo(request: HttpRequest) -> dict[str, Any]:
    """What «Angre» would send after the last step: the day, the cover's first day, or the hours as they were."""
    get = request.GET
    hours = {"what": "hours", "confirmed": "1", "reads_from": get.get("fra"), "reads_until": get.get("til")}
    if get.get("lordag"):
        hours["reads_on_saturday"] = "on"
    return {
        "new_day": get.get("angre-dag", ""),
        "new_cover": get.get("angre-dekning", ""),
        "hours_before": hours if hours["reads_from"] and hours["reads_until"] else None,
    }


def _changes(unit: UnitView, what: str, form: forms.Form, waiting: int) -> list[str]:
    """What will change, in words, before it is done."""
    now, language, given = clock.now(), get_language() or "nb", form.cleaned_data
    today = day_of(now)
    names: dict[str, str] = {"unit": unit.name}
    if what == "day":
        names["day"] = phrases_of_time.full_date(given["day"], today=today, language=language)
        if given["open_until"]:
            names["hour"] = phrases_of_time.hours(unit.reads_from, given["open_until"], language=language)
            said = _("%(unit)s leser meldinger kl. %(hour)s %(day)s.") % names
        else:
            said = _("%(unit)s leser ingen meldinger %(day)s.") % names
        return [said, _waiting(waiting)]
    if what == "hours":
        names["hours"] = phrases_of_time.hours(given["reads_from"], given["reads_until"], language=language)
        days = (
            _("%(unit)s leser meldinger mandag til lørdag kl. %(hours)s.")
            if given["reads_on_saturday"]
            else _("%(unit)s leser meldinger mandag til fredag kl. %(hours)s.")
        )
        return [days % names, _("De som skriver fra nå av, får svar innen denne tiden."), _waiting(waiting)]
    names["first"] = phrases_of_time.full_date(given["starts_on"], today=today, language=language)
    names["last"] = phrases_of_time.full_date(given["ends_on"], today=today, language=language)
    names["phone"] = given["phone"]
    if given["covering_unit_id"] is None:
        return [_("Fra %(first)s til og med %(last)s blir folk bedt om å ringe %(phone)s.") % names, _waiting(waiting)]
    names["other"] = municipalities.unit(given["covering_unit_id"]).name
    return [
        _("%(other)s svarer for %(unit)s fra %(first)s til og med %(last)s.") % names,
        _("De ansatte der ser innboksen til %(unit)s så lenge, og ikke en dag lenger.") % names,
        _("Telefonen folk blir bedt om å ringe, er %(phone)s.") % names,
        _waiting(waiting),
    ]


def _waiting(count: int) -> str:
    """«12 samtaler venter. Løftene som er gitt, flyttes ikke.»."""
    if count == 0:
        return _("Ingen samtaler venter nå.")
    return ngettext(
        "%(count)s samtale venter. Løftene som er gitt, flyttes ikke.",
        "%(count)s samtaler venter. Løftene som er gitt, flyttes ikke.",
        count,
    ) % {"count": count}


def _day(text: str) -> date | None:
    try:
        day: date | None = forms.DateField(required=False, input_formats=FORMATS).clean(text)
    except forms.ValidationError:
        return None
    return day


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
