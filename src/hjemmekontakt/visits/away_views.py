"""The pages of «Jeg er borte en periode»: tell it, see first what falls away, see what became of it, come back."""

from datetime import date
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.consent.ready import when_ready
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.visits import actions, queries
from hjemmekontakt.visits.away_cards import away_card, outcomes, preview
from hjemmekontakt.visits.away_forms import AwayForm
from hjemmekontakt.visits.cards import Card
from hjemmekontakt.visits.rules import VisitView
from hjemmekontakt.visits.views import may_ask
from hjemmekontakt.visits.words import say


class CitizenRequest(HttpRequest):
    """A request that the door has let in: it knows who acts and for whom."""

    actor: Actor


@require_http_methods(["GET", "POST"])
@when_ready
def tell(request: CitizenRequest, visit_id: UUID | None = None) -> HttpResponse:
    """Timeavtaler › Jeg er borte en periode; or, from a visit, all visits of its plan: form, what falls away, «Bekreft»."""
    visit = queries.visit(request.actor, visit_id) if visit_id else None
    if visit is not None and not visit.series:
        return redirect("visits:cancel", visit_id)
    form = AwayForm(request.POST) if request.method == "POST" else AwayForm.blank(first=_first_day(visit))
    if request.method != "POST" or "change" in request.POST or not form.is_valid():
        return _form(request, form, visit=visit)
    if "confirm" not in request.POST:
        return _preview(request, form, visit=visit)
    form_key, reason = form.what_she_says()
    try:
        begun = actions.go_away(request.actor, form.days(), form_key=form_key, reason=reason, visit_id=visit_id)
    except Refused as refused:
        return _refused(request, refused, to="visits:list")
    messages.success(request, _("Det er sendt til kommunen. Her ser du hvordan det går med hvert besøk."))
    return redirect("visits:away-show", begun[0]) if len(begun) == 1 else redirect("visits:list")


@require_http_methods(["GET", "POST"])
@when_ready
def change(request: CitizenRequest, away_id: UUID) -> HttpResponse:
    """Timeavtaler › a time away › Endre: other days; what is asked for in both stands."""
    away = queries.away_period(request.actor, away_id).away
    since = away.days.first
    form = AwayForm(request.POST, known_since=since) if request.method == "POST" else AwayForm.blank(of=away)
    if request.method != "POST" or "change" in request.POST or not form.is_valid():
        return _form(request, form, away_id=away_id)
    if "confirm" not in request.POST:
        return _preview(request, form, away_id=away_id)
    form_key, reason = form.what_she_says()
    try:
        new = actions.change_time_away(request.actor, away_id, days=form.days(), form_key=form_key, reason=reason)
    except Refused as refused:
        return _refused(request, refused, to="visits:away-show", id=away_id)
    messages.success(request, _("Tiden du er borte, er endret."))
    return redirect("visits:away-show", new)


@require_GET
@when_ready
def show(request: CitizenRequest, away_id: UUID) -> HttpResponse:
    """Timeavtaler › a time away: each visit with its own outcome."""
    now, page = clock.now(), queries.away_period(request.actor, away_id)
    shown = {
        "away": away_card(page.away, request.actor, now=now),
        "days": outcomes(page.visits, now=now, reader_id=request.actor.id),
        "may_ask": may_ask(request.actor),
        "lasts": page.away.ended_at is None and (page.away.days.last is None or page.away.days.last >= day_of(now)),
    }
    return render(request, "visits/away.html.jinja", shown)


@require_POST
@when_ready
def come_back(request: CitizenRequest, away_id: UUID) -> HttpResponse:
    """Timeavtaler › a time away › Jeg er tilbake: nothing more is called off."""
    actions.end_time_away(request.actor, away_id)
    messages.success(request, _("Vi har notert at du er tilbake. Se under om noen besøk fortsatt er avlyst."))
    return redirect("visits:away-show", away_id)


def _first_day(visit: VisitView | None) -> date:
    return day_of(clock.now()) if visit is None else max(day_of(visit.starts_at), day_of(clock.now()))


def _form(
    request: CitizenRequest, form: AwayForm, *, visit: VisitView | None = None, away_id: UUID | None = None
) -> HttpResponse:
    went_back = "change" in request.POST and form.is_valid()
    shown = {"form": form, **_where(request, visit, away_id)}
    return render(request, "visits/away_form.html.jinja", shown, status=400 if form.errors and not went_back else 200)


def _preview(
    request: CitizenRequest, form: AwayForm, *, visit: VisitView | None = None, away_id: UUID | None = None
) -> HttpResponse:
    days, now = form.days(), clock.now()
    visits = queries.visits_in_time_away(request.actor, days, visit_id=visit.id if visit else None)
    shown = {
        "form": form,
        "preview": preview(days, visits, now=now, reader_id=request.actor.id),
        "has_last_day": days.last is not None,
        **_where(request, visit, away_id),
    }
    return render(request, "visits/away_preview.html.jinja", shown)


def _where(request: CitizenRequest, visit: VisitView | None, away_id: UUID | None) -> dict[str, object]:
    if visit is not None:
        shown = Card(visit, now=clock.now(), reader_id=request.actor.id)
        return {"visit": shown, "away_id": None, "action": reverse("visits:series", args=[visit.id])}
    if away_id is not None:
        return {"visit": None, "away_id": away_id, "action": reverse("visits:away-change", args=[away_id])}
    return {"visit": None, "away_id": None, "action": reverse("visits:away")}


def _refused(request: CitizenRequest, refused: Refused, *, to: str, id: UUID | None = None) -> HttpResponse:
    messages.warning(request, say(refused.why, phone=settings.HELP_PHONE))
    return redirect(to, id) if id else redirect(to)
