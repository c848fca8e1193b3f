"""What the page frame needs to know on every page: who looks, for whom, in which language, and whom to call."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hjemmekontakt.access.rules import CARE_ROLES, LETTER_ROLES, Actor, Role, Standing, UnitRole
from hjemmekontakt.ground import clock
from hjemmekontakt.kit.frame import WAITING, Page
from hjemmekontakt.kit.jinja import Token
from hjemmekontakt.notifications.call_list.queries import InTheMenu
from hjemmekontakt.notifications.support.queries import may_open

NAVIGATION = {
    "/meldinger": "messages",
    "/timeavtaler": "visits",
    "/helsekontakter": "contacts",
    "/profil": "profile",
    "/ansatt/sok": "find",
    "/ansatt/statistikk": "statistics",
    "/ansatt/fravaer": "absences",
    "/ansatt/stille": "silent",
    "/ansatt/ring": "calls",
    "/ansatt/varsler": "notice-desk",
    "/ansatt/enhet": "closed",
    "/ansatt/i-dag": "today",
    "/ansatt/utsendinger": "broadcasts",
    "/ansatt/maler": "templates",
    "/ansatt/brev": "letters",
    "/ansatt/person": "today",
    "/ansatt/foresporsler": "requests",
    "/ansatt": "inbox",
}


def page(request: HttpRequest) -> dict[str, Any]:
    """The context variable `page` of `kit/skeleton.html.jinja`, and `now` for the time phrases."""
    actor = getattr(request, "actor", None)
    path = request.path_info
    at_work = path.startswith(("/ansatt", "/admin"))
    acting = actor is not None and actor.standing is Standing.FULLMAKT
    area = "public" if actor is None else ("staff" if at_work else "citizen")
    waiting = getattr(request, "waiting", None) or InTheMenu()
    language = get_language() or "nb"
    shown = Page(
        person_name=actor.name if actor else "",
        acting_for_name=actor.about_name if actor and acting else "",
        language=language,
        large_type=getattr(request, "large_type", False),
        help_phone=settings.HELP_PHONE,
        unit_name=actor.units[0].unit_name if actor and actor.units else getattr(request, "unit_name", ""),
        unit_phone="" if actor and actor.units else getattr(request, "unit_phone", ""),
        area=area,
        path=path,
        navigation_current=next((key for start, key in NAVIGATION.items() if path.startswith(start)), ""),
        may_act_for=getattr(request, "people_to_act_for", 0),
        navigation=(*_at_work(actor.units, language), *_calls(waiting, path), *_silent(waiting, path), *_desk(actor))
        if actor and area == "staff"
        else (),
    )
    return {
        "page": shown,
        "now": clock.now(),
        "csrf_input": Token(lambda: csrf_input(request)),
        "requests_waiting": Token(lambda: f" ({waiting.requests})" if waiting.requests else ""),
    }


def _calls(waiting: InTheMenu, path: str) -> Iterable[tuple[str, str, str]]:
    """The way to those who must be rung, with their number; there only while one waits (R36)."""
    if waiting.calls:
        yield "calls", "/ansatt/ring/", _("Ring nå (%(count)s)") % {"count": waiting.calls}
    elif path.startswith("/ansatt/ring/"):
        yield "calls", "/ansatt/ring/", _("Ring nå")


def _silent(waiting: InTheMenu, path: str) -> Iterable[tuple[str, str, str]]:
    """The way to the silent visits, with their number, for who leads a unit; there only while one waits (M2)."""
    if waiting.silent:
        yield "silent", "/ansatt/stille/", _("Ikke meldt utført (%(count)s)") % {"count": waiting.silent}
    elif path.startswith("/ansatt/stille/"):
        yield "silent", "/ansatt/stille/", _("Ikke meldt utført")


def _desk(actor: Actor) -> Iterable[tuple[str, str, str]]:
    """The way to what was sent to whom and why not, for those who have such a desk (M8)."""
    if may_open(actor):
        yield "notice-desk", "/ansatt/varsler/", _("Varsler")


@lru_cache(maxsize=1024)
def _at_work(units: tuple[UnitRole, ...], language: str) -> tuple[tuple[str, str, str], ...]:
    """The employee's ways on, in the language now in use: what she may open, and no more."""
    roles = {unit.role for unit in units}
    ways = [("inbox", "/ansatt/", _("Innboks"))]
    if roles & CARE_ROLES:
        ways.append(("requests", "/ansatt/foresporsler/", _("Avlysninger og ønsker") + WAITING))
        ways += [("today", "/ansatt/i-dag/", _("I dag")), ("find", "/ansatt/sok/", _("Søk"))]
        ways += [("broadcasts", "/ansatt/utsendinger/", _("Utsendinger")), ("templates", "/ansatt/maler/", _("Maler"))]
    if roles & LETTER_ROLES:
        ways.append(("letters", "/ansatt/brev/", _("Brev")))
    if roles & {Role.NURSE, Role.TEAM_LEADER}:
        ways += [("absences", "/ansatt/fravaer/", _("Fravær")), ("statistics", "/ansatt/statistikk/", _("Statistikk"))]
    led = next((unit for unit in units if unit.role is Role.TEAM_LEADER), None)
    managed = next((unit for unit in units if unit.role is Role.ADMINISTRATOR), None)
    if managed and not led:
        ways.append(("closed", f"/ansatt/enhet/{managed.unit_id}/stillhet/", _("Besøk uten melding")))
    if led:
        ways.append(("closed", f"/ansatt/enhet/{led.unit_id}/stengt/", _("Stengt og lesetid")))
    return tuple(ways)
