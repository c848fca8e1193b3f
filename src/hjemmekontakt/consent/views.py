"""The pages of the terms: accept, thanks, stop."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.consent import actions, queries
from hjemmekontakt.consent.rules import Missing
from hjemmekontakt.consent.words import say
from hjemmekontakt.ground.refused import Refused


class CitizenRequest(HttpRequest):
    """A request that came through the citizen's door."""

    actor: Actor
    session_level: str


def terms(request: CitizenRequest) -> HttpResponse:
    """Bruksvilkår: read them, and accept them or not (R3)."""
    language = get_language() or "nb"
    if request.method == "POST":
        try:
            actions.accept_terms(
                request.actor, version=_version(request), language=language, level=request.session_level
            )
        except Refused as refused:
            messages.warning(request, say(refused.why))
        else:
            return redirect("consent:thanks")
    return render(request, "consent/terms.html.jinja", {"terms": queries.current_terms(language)})


def _version(request: HttpRequest) -> int:
    shown = request.POST.get("version", "")
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 6 else 0


def thanks(request: CitizenRequest) -> HttpResponse:
    """What happens tonight, and when it is ready."""
    readiness = queries.readiness(request.actor)
    waiting = readiness.missing == (Missing.WAITING,)
    return render(request, "consent/thanks.html.jinja", {"readiness": readiness, "waiting": waiting})


def stop(request: CitizenRequest) -> HttpResponse:
    """Slutt å bruke tjenesten: first what closes and what goes on, then at once (R4)."""
    if request.method == "POST":
        actions.stop_using(request.actor)
        return render(request, "consent/stopped.html.jinja")
    return render(request, "consent/stop.html.jinja")
