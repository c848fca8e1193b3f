"""What the page frame needs to know on every page: who looks, for whom, in which language, and whom to call."""

from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hjemmekontakt.access.rules import Standing
from hjemmekontakt.ground import clock
from hjemmekontakt.kit.jinja import Token

NAVIGATION = {
    "/meldinger": "messages",
    "/timeavtaler": "visits",
    "/helsekontakter": "contacts",
    "/profil": "profile",
    "/ansatt": "inbox",
}


def page(request: HttpRequest) -> dict[str, Any]:
    """The context variable `page` of `kit/skeleton.html.jinja`, and `now` for the time phrases."""
    actor = getattr(request, "actor", None)
    path = request.path_info
    at_work = path.startswith(("/ansatt", "/admin"))
    acting = actor is not None and actor.standing is Standing.FULLMAKT
    area = "public" if actor is None else ("staff" if at_work else "citizen")
    shown = SimpleNamespace(
        person_name=actor.name if actor else "",
        acting_for_name=actor.about_name if acting else "",
        language=get_language() or "nb",
        large_type=getattr(request, "large_type", False),
        help_phone=settings.HELP_PHONE,
        unit_name=actor.units[0].unit_name if actor and actor.units else getattr(request, "unit_name", ""),
        unit_phone="" if actor and actor.units else getattr(request, "unit_phone", ""),
        area=area,
        path=path,
        navigation_current=next((key for start, key in NAVIGATION.items() if path.startswith(start)), ""),
        may_act_for=getattr(request, "people_to_act_for", 0),
        navigation=[("inbox", "/ansatt/", _("Innboks"))] if area == "staff" else [],
        log_out="/ansatt/logg-ut/" if at_work else "/logg-ut/",
        brand="Hjemmekontakt",
    )
    return {"page": shown, "now": clock.now(), "csrf_input": Token(lambda: csrf_input(request))}
