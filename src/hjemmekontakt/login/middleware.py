"""The door: on every page it finds out who is there, in which standing and language, and whether she may come in."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import urlencode

from hjemmekontakt.ground import clock
from hjemmekontakt.login import pages, sessions
from hjemmekontakt.login.rules import (
    LOG_IN,
    DoorKind,
    dialogue_shown_at,
    door_of,
    is_background,
    is_public,
    needs_terms,
    page_above,
)

Answer = Callable[[HttpRequest], HttpResponse]

COOKIE = {DoorKind.CITIZEN: settings.CITIZEN_COOKIE, DoorKind.EMPLOYEE: settings.EMPLOYEE_COOKIE}
LOG_OUT = "/logg-ut/"
LARGE = {"on": True, "off": False}


class Door:
    """Sets what the pages know of who asks, and keeps out who is not logged in at this page's door (R1, R62)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find out who asks, and answer in her language."""
        found = who_is_there(request, door_of(request.path_info))
        if found is not None and not is_background(request.path_info):
            sessions.see(found, now=clock.real())
        _tell(request, found)
        with translation.override(_language(request, found)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "nb")
        if response.status_code == 405 and request.method == "GET":
            return redirect(page_above(request.path_info))  # a form's own address, opened again after a log-in
        _keep_large_type(request, response, found)
        return response

    def process_view(self, request: HttpRequest, view: Answer, args: object, kwargs: object) -> HttpResponse | None:
        """Let her in to the page, or answer at the door; an address that leads nowhere never comes so far."""
        found: sessions.Found | None = request.found
        path = request.path_info
        if found is None:
            return None if is_public(path) else _log_in_first(request)
        if found.present.has_ended and request.headers.get("Accept", "").startswith("application/json"):
            return pages.access_has_ended_shortly()  # a page's script: the person herself must meet the page
        if is_background(path) and (found.present.has_ended or not found.present.accepted_terms):
            return HttpResponse(status=403)  # the next page she opens herself tells her why
        if found.present.has_ended and path != LOG_OUT:
            sessions.fall_back(found)
            return pages.access_has_ended(request, found.present)
        if not found.present.accepted_terms and needs_terms(path):
            return redirect("consent:terms")
        return None


def who_is_there(request: HttpRequest, door: DoorKind) -> sessions.Found | None:
    """Who this browser's cookie lets in at one door now; None where nobody is logged in there."""
    cookie = request.COOKIES.get(COOKIE[door], "")
    if not cookie:
        return None
    dialogue = dialogue_shown_at(request.path_info) if request.method == "GET" else None
    return sessions.find(door, cookie, now=clock.real(), dialogue=dialogue)


def _tell(request: HttpRequest, found: sessions.Found | None) -> None:
    present = found.present if found else None
    known = {
        "found": found,
        "is_background": is_background(request.path_info),
        "door": door_of(request.path_info).value,
        "actor": present.actor if present else None,
        "session_id": found.id if found else None,
        "session_level": found.level if found else "",
        "whose": found.whose if found else None,
        "authenticated_at": found.authenticated_at if found else None,
        "large_type": present.large_type if found and present and found.is_citizen else _cookie_large(request),
        "is_in_use": present is not None and present.is_in_use,
        "waiting": present.waiting if present else None,
        "people_to_act_for": present.people_to_act_for if present else 0,
        "unit_name": present.unit_name if present else "",
        "unit_phone": present.unit_phone if present else "",
    }
    vars(request).update(known)


def _log_in_first(request: HttpRequest) -> HttpResponse:
    if is_background(request.path_info):
        return HttpResponse(status=401)  # a page's own call: it must not begin a log-in
    log_in = LOG_IN[door_of(request.path_info)]
    if request.method not in ("GET", "HEAD"):
        return pages.logged_out(request, log_in=f"{log_in}?{urlencode({'neste': request.path_info})}")
    if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return HttpResponse(status=401)  # a script's call: it must not begin a log-in
    return redirect(f"{log_in}?{urlencode({'neste': request.get_full_path()})}")


def _language(request: HttpRequest, found: sessions.Found | None) -> str:
    hers = found.present.actor.language if found and found.is_citizen else ""
    wanted = hers or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _cookie_large(request: HttpRequest) -> bool:
    return LARGE.get(request.COOKIES.get(settings.LARGE_TYPE_COOKIE, ""), False)


def _keep_large_type(request: HttpRequest, response: HttpResponse, found: sessions.Found | None) -> None:
    """The browser's cookie follows the citizen's own choice, so that it stays when she has logged out (R103)."""
    if found is None or not found.is_citizen or settings.LARGE_TYPE_COOKIE in response.cookies:
        return
    if found.present.large_type != _cookie_large(request):
        pages.remember_large_type(response, "on" if found.present.large_type else "off")
