"""The citizen's pages of a wish for another time: sending it, taking it back, and answering a proposal (R42)."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hjemmekontakt.access.rules import About, Actor, May, why_not
from hjemmekontakt.consent.ready import when_ready
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits import actions, queries
from hjemmekontakt.visits.cards import Card
from hjemmekontakt.visits.rules import VisitView
from hjemmekontakt.visits.rules.wishes import (
    WISH_OPEN,
    WISH_TEXT_LIMIT,
    Answer,
    Window,
    WishOnVisit,
    WishRefusal,
    WishState,
    WishView,
)
from hjemmekontakt.visits.wish_forms import WishForm
from hjemmekontakt.visits.wish_words import say_wish

ANSWERS = {"ja": Answer.YES, "nei": Answer.NO}


def ask(request: HttpRequest, visit_id: UUID, wish: WishOnVisit) -> HttpResponse:
    """Timeavtaler › Be om annen tid, where the service takes wishes."""
    view, now = queries.visit(request.actor, visit_id), clock.now()
    form = WishForm(request.POST or None, now=now, visits_own=Window(view.starts_at, view.ends_at))
    if request.method == "POST" and form.is_valid():
        try:
            actions.wish_other_time(request.actor, visit_id, **form.wished())
        except Refused as refused:
            messages.warning(request, say_wish(refused.why, phone=view.unit.phone))
        else:
            messages.success(request, _("Ønsket er sendt."))
        return redirect("visits:show", visit_id)
    shown = {
        "visit": Card(view, now=now, reader_id=request.actor.id),
        "form": form,
        "why_not": _why_not(request.actor, wish, view),
        "limit": WISH_TEXT_LIMIT,
    }
    is_wrong = form.is_bound and (form.errors or any(part.errors for part in form.parts))
    return render(request, "visits/other_time.html.jinja", shown, status=400 if is_wrong else 200)


@require_POST
@when_ready
def withdraw(request: HttpRequest, visit_id: UUID, wish_id: UUID) -> HttpResponse:
    """Timeavtaler › one visit › «Ta tilbake ønsket»."""
    try:
        actions.withdraw_wish(request.actor, wish_id)
    except Refused as refused:
        _say(request, visit_id, refused)
    else:
        messages.success(request, _("Ønsket er tatt tilbake. Besøket står som planlagt."))
    return redirect("visits:show", visit_id)


@require_POST
@when_ready
def answer(request: HttpRequest, visit_id: UUID, wish_id: UUID) -> HttpResponse:
    """Timeavtaler › one visit › «Ja, det passer» or «Nei, behold tiden»."""
    said, proposed = ANSWERS.get(request.POST.get("svar", "")), _proposed(request)
    if said is None or proposed is None:
        return redirect("visits:show", visit_id)
    try:
        actions.answer_proposal(request.actor, wish_id, answer=said, proposed=proposed)
    except Refused as refused:
        _say(request, visit_id, refused)
    else:
        yes = _("Du har sagt ja til den nye tiden.")
        messages.success(request, yes if said is Answer.YES else _("Du beholder tiden. Vi kommer som planlagt."))
    return redirect("visits:show", visit_id)


def shown_on_visit(actor: Actor, found: WishOnVisit) -> dict[str, object]:
    """What the visit's page says of other times: her latest wish, and whether «Be om annen tid» is offered."""
    allowed = may_wish(actor)
    return {
        "wish": found.wish,
        "wish_steps": _steps(found.wish) if found.wish else [],
        "may_wish": allowed,
        "offers_other_time": _("Be om annen tid") if allowed or found.why_not is WishRefusal.NOT_OPENED else "",
        "wish_is_under_way": found.wish is not None and (found.wish.state in WISH_OPEN or found.wish.is_agreed),
    }


def _steps(wish: WishView) -> list[tuple[str, datetime | None, str]]:
    received = wish.received_at is not None or wish.state is not WishState.SENT
    return [
        (_("Sendt"), wish.asked_at, "done"),
        (_("Mottatt av kommunen"), wish.received_at, "done" if received else "current"),
        (_("Svar fra kommunen"), None, "current" if received else "coming"),
    ]


def _why_not(actor: Actor, wish: WishOnVisit, view: VisitView) -> str:
    return "" if wish.why_not is None else say_wish(wish.why_not, phone=view.unit.phone)


def may_wish(actor: Actor) -> str:
    """The words of the link, where she may wish for another time; none where her fullmakt does not let her."""
    about = About("citizen", actor.about_id, citizen_id=actor.about_id)
    return "" if why_not(actor, May.WISH_OTHER_TIME, about) else _("Be om annen tid")


def _say(request: HttpRequest, visit_id: UUID, refused: Refused) -> None:
    messages.warning(request, say_wish(refused.why, phone=queries.visit(request.actor, visit_id).unit.phone))


def _proposed(request: HttpRequest) -> Window | None:
    try:
        start, end = (datetime.fromisoformat(request.POST.get(name, "")) for name in ("fra", "til"))
    except ValueError:
        return None
    return Window(start, end) if start.tzinfo and end.tzinfo else None
