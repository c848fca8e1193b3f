"""The citizen's pages of visits: the plan, one visit, calling it off, and what has been."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hjemmekontakt.access.rules import About, Actor, May, why_not
from hjemmekontakt.consent.ready import when_ready
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.kit.kept_pages import kept_page
from hjemmekontakt.visits import actions, plan_rows, queries, wish_views
from hjemmekontakt.visits.cards import Card, by_day, out_of_touch, steps
from hjemmekontakt.visits.forms import CancelForm
from hjemmekontakt.visits.plan_page import PlanShape, blanks_of, said_first
from hjemmekontakt.visits.rules import REASON_LIMIT, VisitView, is_late
from hjemmekontakt.visits.weeks import monday_of, sheet
from hjemmekontakt.visits.word_of_cancelling import word
from hjemmekontakt.visits.words import say

PAGE = 20


class CitizenRequest(HttpRequest):
    """A request that the door has let in: it knows who acts and for whom."""

    actor: Actor


@require_GET
@when_ready
def listing(request: CitizenRequest) -> HttpResponse:
    """Timeavtaler: what has changed, then today, tomorrow, and two weeks by day."""
    plan, may = actions.look_at_visits(request.actor), may_ask(request.actor)
    shape = PlanShape(may_ask=bool(may), is_dated=plan.updated_at is not None, has_days=bool(plan.visits))
    blanks = blanks_of(plan, request.actor, may_ask=may, may_wish=wish_views.may_wish(request.actor))
    if said := said_first(plan, request.actor):
        shown = {**shape.as_context(), **said, "may_ask": may, "blank": blanks}
        return render(request, "visits/listing.html.jinja", shown)
    return kept_page(request, "visits/listing.html.jinja", shape, blanks)


@require_GET
@when_ready
def show(request: CitizenRequest, visit_id: UUID) -> HttpResponse:
    """Timeavtaler › one visit."""
    found = queries.visit_in_full(request.actor, visit_id)
    shown = {**_shown(request, found.visit), "out_of_touch": out_of_touch(found.out_of_touch, now=clock.now())}
    shown |= wish_views.shown_on_visit(request.actor, found.other_times)
    return render(request, "visits/visit.html.jinja", shown)


@require_GET
@when_ready
def week(request: CitizenRequest) -> HttpResponse:
    """Timeavtaler › Skriv ut uka: one week in large type."""
    now = clock.now()
    monday = monday_of(request.GET.get("fra", ""), now=now)
    plan = queries.week_of(request.actor, monday)
    shown = {
        "sheet": sheet(plan.visits, monday, now=now, reader_id=request.actor.id),
        "as_of": plan.updated_at or now,
        "out_of_touch": out_of_touch(plan.out_of_touch, now=now),
    }
    return render(request, "visits/week.html.jinja", shown)


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


@require_POST
@when_ready
def withdraw(request: CitizenRequest, cancellation_id: UUID) -> HttpResponse:
    """Timeavtaler › a visit › Angre: the request is taken back, and the visit takes place."""
    view = queries.visit_of_cancellation(request.actor, cancellation_id)
    try:
        actions.withdraw_cancellation(request.actor, cancellation_id)
    except Refused as refused:
        messages.warning(request, say(refused.why, phone=view.unit.phone))
    return redirect("visits:show", view.id)


@require_POST
@when_ready
def need(request: CitizenRequest, cancellation_id: UUID) -> HttpResponse:
    """Timeavtaler › a visit › Jeg trenger besøket likevel: the unit is told, and the number to call stands first."""
    view = queries.visit_of_cancellation(request.actor, cancellation_id)
    try:
        actions.need_visit(request.actor, cancellation_id)
    except Refused as refused:
        messages.warning(request, say(refused.why, phone=view.unit.phone))
    return redirect("visits:show", view.id)


@require_GET
@when_ready
def past(request: CitizenRequest) -> HttpResponse:
    """Timeavtaler › Utførte og tidligere besøk."""
    now = clock.now()
    views = queries.past_visits(request.actor, before=_place(request.GET.get("etter", "")), limit=PAGE + 1)
    cards = [Card(view, now=now, reader_id=request.actor.id) for view in views[:PAGE]]
    more = f"{views[PAGE - 1].starts_at.isoformat()}~{views[PAGE - 1].id}" if len(views) > PAGE else ""
    shown = {"days": by_day(cards), "rows": plan_rows, "more": more, "since": queries.told_since(request.actor)}
    return render(request, "visits/past.html.jinja", shown)


def _shown(request: CitizenRequest, view: VisitView) -> dict[str, object]:
    now, asked = clock.now(), view.cancellation
    return {
        "visit": Card(view, now=now, reader_id=request.actor.id),
        "asked": asked,
        "may_ask": may_ask(request.actor),
        "reader_id": request.actor.id,
        "steps": steps(asked, now=now) if asked else [],
        "came_late": asked is not None and is_late(asked.asked_at, deadline=view.deadline),
        "has_series": bool(view.series),
        "word": word(view, request.actor, now=now),
    }


def may_ask(actor: Actor) -> str:
    """The words of the button, where she may call visits off; none where her fullmakt does not let her."""
    about = About("citizen", actor.about_id, citizen_id=actor.about_id)
    return "" if why_not(actor, May.CANCEL_VISIT, about) else _("Avlys besøk")


def _place(text: str) -> tuple[datetime, UUID] | None:
    at, _tilde, id = text.partition("~")
    try:
        place = datetime.fromisoformat(at), UUID(id)
    except ValueError:
        return None
    return place if place[0].tzinfo else None
