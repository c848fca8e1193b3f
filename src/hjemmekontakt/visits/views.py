"""The citizen's pages of visits: the plan, one visit, calling it off, and what has been."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hjemmekontakt.access.rules import About, Actor, May, why_not
from hjemmekontakt.consent.ready import when_ready
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits import actions, queries, wish_views
from hjemmekontakt.visits.cards import by_day, card, steps, updated
from hjemmekontakt.visits.forms import CancelForm
from hjemmekontakt.visits.rules import REASON_LIMIT, VisitView
from hjemmekontakt.visits.words import say

PAGE = 20


class CitizenRequest(HttpRequest):
    """A request that the door has let in: it knows who acts and for whom."""

    actor: Actor


@require_GET
@when_ready
def listing(request: CitizenRequest) -> HttpResponse:
    """Timeavtaler: today, tomorrow, and two weeks by day."""
    now, plan = clock.now(), queries.visits_of(request.actor)
    cards = [card(view, now=now, reader_id=request.actor.id) for view in plan.visits]
    shown = {"days": by_day(cards), "updated": updated(plan.updated_at, now=now)}
    return render(request, "visits/listing.html.jinja", shown)


@require_GET
@when_ready
def show(request: CitizenRequest, visit_id: UUID) -> HttpResponse:
    """Timeavtaler › one visit."""
    shown = {**_shown(request, queries.visit(request.actor, visit_id)), **wish_views.shown_on_visit(request, visit_id)}
    return render(request, "visits/visit.html.jinja", shown)


@require_http_methods(["GET", "POST"])
@when_ready
def cancel(request: CitizenRequest, visit_id: UUID) -> HttpResponse:
    """Timeavtaler › Avlys besøk: first what falls away, then «Bekreft avlysning»."""
    view = queries.visit(request.actor, visit_id)
    form = CancelForm(request.POST) if request.method == "POST" else CancelForm.blank()
    if request.method == "POST" and form.is_valid():
        form_key, reason = form.what_she_says()
        try:
            actions.ask_to_cancel_visit(request.actor, visit_id, form_key=form_key, reason=reason)
        except Refused as refused:
            messages.warning(request, say(refused.why, phone=view.unit.phone))
        else:
            messages.success(request, _("Avlysningen er sendt."))
        return redirect("visits:show", visit_id)
    shown = {**_shown(request, view), "form": form, "limit": REASON_LIMIT}
    return render(request, "visits/cancel.html.jinja", shown, status=400 if form.errors else 200)


@require_GET
@when_ready
def past(request: CitizenRequest) -> HttpResponse:
    """Timeavtaler › Utførte og tidligere besøk."""
    now = clock.now()
    views = queries.past_visits(request.actor, before=_place(request.GET.get("etter", "")), limit=PAGE + 1)
    cards = [card(view, now=now, reader_id=request.actor.id) for view in views[:PAGE]]
    more = f"{views[PAGE - 1].starts_at.isoformat()}~{views[PAGE - 1].id}" if len(views) > PAGE else ""
    return render(request, "visits/past.html.jinja", {"days": by_day(cards), "more": more})


def _shown(request: CitizenRequest, view: VisitView) -> dict[str, object]:
    now, asked = clock.now(), view.cancellation
    return {
        "visit": card(view, now=now, reader_id=request.actor.id),
        "asked": asked,
        "may_ask": _may_ask(request.actor),
        "reader_id": request.actor.id,
        "steps": steps(asked, now=now) if asked else [],
    }


def _may_ask(actor: Actor) -> str:
    about = About("citizen", actor.about_id, citizen_id=actor.about_id)
    return "" if why_not(actor, May.CANCEL_VISIT, about) else _("Avlys besøk")


def _place(text: str) -> tuple[datetime, UUID] | None:
    at, _tilde, id = text.partition("~")
    try:
        place = datetime.fromisoformat(at), UUID(id)
    except ValueError:
        return None
    return place if place[0].tzinfo else None
