"""Kontaktinformasjon › Varsler i nettleseren: the buttons, and the script that the browser keeps to show a notice."""

from http import HTTPStatus
from pathlib import Path

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hjemmekontakt import kit
from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.gateways.push import Browser
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.notifications.push import actions
from hjemmekontakt.notifications.words import say

SETUP = "notifications:setup"
SCRIPT = Path(kit.__file__).parent / "js" / "varsler-sw.js"
LONGEST = 2000
MOVED = ("was", "was_auth", "endpoint", "p256dh", "auth")


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Få varsler i denne nettleseren."""
    said = {name: request.POST.get(name, "")[:LONGEST] for name in ("endpoint", "p256dh", "auth")}
    try:
        actions.keep_browser(request.actor, Browser(**said))
    except Refused as refused:
        messages.warning(request, say(refused.why))
    else:
        messages.success(request, _("Denne nettleseren får varsler. Velg «Nettleser» ved de varslene du vil ha her."))
    return redirect(SETUP)


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Slutt med varsler i denne nettleseren."""
    actions.forget_browser(request.actor, request.POST.get("endpoint", "")[:LONGEST])
    messages.success(request, _("Denne nettleseren får ikke varsler lenger. Varslene kommer på SMS eller e-post."))
    return redirect(SETUP)


@require_POST
def forget_all(request: HttpRequest) -> HttpResponse:
    """Slutt med varsler i alle nettlesere."""
    actions.forget_browsers(request.actor)
    messages.success(request, _("Ingen nettlesere får varsler lenger. Varslene kommer på SMS eller e-post."))
    return redirect(SETUP)


def moved(request: HttpRequest) -> HttpResponse:
    """A browser's own script tells that its address has become another: no session, no form; its old secret shows who it is.

    Whoever asks gets the same answer, whether anybody was told at that address or not.
    """
    if request.method != "POST":
        return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "POST"})
    try:
        said = {name: request.POST.get(name, "")[:LONGEST] for name in MOVED}
    except (RequestDataTooBig, TooManyFieldsSent, MultiPartParserError):
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    browser = Browser(said["endpoint"], said["p256dh"], said["auth"])
    actions.move_browser(the_portal(), browser, was=said["was"], was_auth=said["was_auth"])
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def script(request: HttpRequest) -> HttpResponse:
    """The browser's own script, for all alike: it shows what comes, and says when the browser's address is another one."""
    answer = HttpResponse(SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
