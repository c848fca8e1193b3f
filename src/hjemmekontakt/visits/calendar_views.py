"""Timeavtaler › Legg i kalenderen min: secret addresses for a calendar, made, shown once, and deleted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hjemmekontakt.consent.ready import when_ready
from hjemmekontakt.ground import clock
from hjemmekontakt.ground import phrases_of_time as phrases
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits import actions, queries
from hjemmekontakt.visits.calendar_door import address_of
from hjemmekontakt.visits.forms import CalendarForm
from hjemmekontakt.visits.rules import CalendarView, MadeCalendar
from hjemmekontakt.visits.views import CitizenRequest
from hjemmekontakt.visits.words import say_of_calendar

PAGE = "visits/calendars.html.jinja"


@dataclass(frozen=True, slots=True)
class Row:
    """A calendar address in words; `name` is whose it is where it is not the reader's own."""

    id: UUID
    name: str
    made: str
    fetched: str
    tells_more: bool


@require_http_methods(["GET", "POST"])
@when_ready
def calendars(request: CitizenRequest) -> HttpResponse:
    """Timeavtaler › Legg i kalenderen min: what it is, the addresses there are, and «Lag kalenderadresse»."""
    form = CalendarForm(request.POST) if request.method == "POST" else CalendarForm.blank()
    if request.method == "GET" or not form.is_valid():
        return _page(request, form, status=400 if form.errors else 200)
    form_key, tells_more = form.cleaned_data["form_key"], form.cleaned_data["tells_more"]
    try:
        made = actions.make_calendar(request.actor, form_key=form_key, tells_more=tells_more)
    except Refused as refused:
        return _page(request, form, why_not=say_of_calendar(refused.why), status=409)
    return _page(request, form, made=made)


@require_http_methods(["GET", "POST"])
@when_ready
def delete(request: CitizenRequest, feed_id: UUID) -> HttpResponse:
    """Timeavtaler › Legg i kalenderen min › Slett adressen: asks first, then it leads nowhere."""
    if request.method == "GET":
        view = queries.calendar(request.actor, feed_id)
        return render(request, "visits/delete_calendar.html.jinja", {"row": _row(request, view)})
    actions.end_calendar(request.actor, feed_id)
    messages.success(request, _("Adressen er slettet. Den virker ikke lenger."))
    return redirect("visits:calendars")


def _page(
    request: CitizenRequest,
    form: CalendarForm,
    *,
    made: MadeCalendar | None = None,
    why_not: str = "",
    status: int = 200,
) -> HttpResponse:
    found = queries.calendars(request.actor)
    rows = [_row(request, view) for view in found.addresses]
    shown = {
        "address": address_of(made.secret) if made else "",
        "opens": address_of(made.secret, scheme="webcal") if made else "",
        "form": form,
        "form_key": uuid4(),
        "mine": [row for row in rows if not row.name],
        "others": [row for row in rows if row.name],
        "failed": bool(form.errors or why_not),
        "may_make": found.why_not_make is None,
        "why_not": why_not or (say_of_calendar(found.why_not_make) if found.why_not_make and not made else ""),
    }
    return render(request, PAGE, shown, status=status)


def _row(request: CitizenRequest, view: CalendarView) -> Row:
    return Row(
        id=view.id,
        name="" if view.owner_id == request.actor.id else view.owner_name,
        made=_moment(view.created_at),
        fetched=_moment(view.fetched_at) if view.fetched_at else "",
        tells_more=view.tells_more,
    )


def _moment(at: datetime) -> str:
    return phrases.moment(at, now=clock.now(), language=get_language() or "nb")
