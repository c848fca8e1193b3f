"""The pages that the doors show themselves, and the cookies that they set."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from hjemmekontakt.kit.words import RefusalWords
from hjemmekontakt.login.rules import Refusal
from hjemmekontakt.login.sessions import Present
from hjemmekontakt.login.words import PAGES

YEAR = 365 * 24 * 3600
NOT_WRITTEN = frozenset({"csrfmiddlewaretoken", "form_key", "next", "neste", "proof"})
LONG_ENOUGH = 12

Ways = Sequence[tuple[str, str]]


def not_let_in(request: HttpRequest, why: Refusal, *, ways_on: Ways, proof: str = "") -> HttpResponse:
    """The page of one refusal; with a proof it can also log her out of the identity provider (R1).

    It speaks to whoever came from the identity provider, not to one who is logged in here from before.
    """
    speak_to_nobody(request)
    status, words = PAGES[why]
    shown = {"words": words, "ways_on": ways_on, "proof": proof, "kept": []}
    return render(request, "login/not_let_in.html.jinja", shown, status=status)


def speak_to_nobody(request: HttpRequest) -> None:
    """Let a page be everybody's, though this browser may hold a session from before."""
    request.actor, request.unit_name, request.unit_phone = None, "", ""  # type: ignore[attr-defined]


def logged_out(request: HttpRequest, *, log_in: str) -> HttpResponse:
    """What she sent after the session had ended is not taken; what she wrote is shown, so that it is not lost."""
    status, words = PAGES[Refusal.LOGGED_OUT]
    shown = {"words": words, "ways_on": [(_("Logg inn"), log_in)], "proof": "", "kept": _written(request)}
    return render(request, "login/not_let_in.html.jinja", shown, status=status)


def access_has_ended(request: HttpRequest, present: Present) -> HttpResponse:
    """The access on behalf of another has ended: who, if that may be told, and whom to call (R7, R11, R62)."""
    status, words = PAGES[Refusal.NOT_ON_BEHALF]
    if present.ended_name:
        title = _("Tilgangen på vegne av %(name)s er avsluttet") % {"name": present.ended_name}
        words = RefusalWords(title, words.what, words.next_step)
    if present.unit_name:
        ask = _("Ring %(unit)s hvis du lurer på noe.") % {"unit": present.unit_name}
        words = RefusalWords(words.title, words.what, ask)
    ways_on = [(_("Gå videre som deg selv"), "/")]
    shown: dict[str, Any] = {"words": words, "ways_on": ways_on, "proof": "", "kept": _written(request)}
    return render(request, "login/not_let_in.html.jinja", shown, status=status)


def access_has_ended_shortly() -> HttpResponse:
    """The same for a page's own script, which says it beside what is being written."""
    _status, words = PAGES[Refusal.NOT_ON_BEHALF]
    said = _("Kopier teksten hvis du vil ta vare på den.")
    return JsonResponse({"said": f"{words.title}. {said}"}, status=409)


def remember_large_type(response: HttpResponse, large: str) -> None:
    """Keep the size of the letters in the browser, so that it survives log-in and log-out (R103)."""
    set_cookie(response, settings.LARGE_TYPE_COOKIE, large, lasts=YEAR)


def set_cookie(response: HttpResponse, name: str, value: str, *, lasts: int | None = None) -> None:
    """Set one of our cookies: never readable by a script, never sent from another site's forms."""
    response.set_cookie(name, value, max_age=lasts, path="/", secure=settings.SECURE, httponly=True, samesite="Lax")


def drop_cookie(response: HttpResponse, name: str) -> None:
    """Take one of our cookies back; a `__Host-` cookie is only taken back in the way it was set."""
    set_cookie(response, name, "", lasts=0)


def _written(request: HttpRequest) -> list[str]:
    """The longer texts of a form of ours: another site's form shows nothing here."""
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        return []
    texts = (value for name, value in request.POST.items() if name not in NOT_WRITTEN)
    return [str(text) for text in texts if len(str(text)) >= LONG_ENOUGH and " " in str(text).strip()]
