"""Every refusal as a page with words and the next step; an unknown id and a foreign one get the same page."""

import logging
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.kit.words import stale_form_words

log = logging.getLogger(__name__)

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)

Answer = Callable[[HttpRequest], HttpResponse]


class Refusals:
    """Turns `Denied` into 403 (near) or 404 (far or unknown), and bad requests into words."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; NUL bytes in a path or a form are stopped before any view sees them."""
        if "\0" in request.path_info:
            return refusal(request, 404)
        answer = self.get_response(request)
        if answer.status_code == 405 and request.method == "POST":
            return refusal(request, 405)  # a page that is only looked at; the framework's own answer has no words
        return answer

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """A page for what we know; what we do not know goes on to the 500 page and the log."""
        if isinstance(problem, Denied):
            return refusal(request, 403 if problem.near else 404)
        if isinstance(problem, Http404):
            return refusal(request, 404)
        if isinstance(problem, TOO_MUCH):
            return refusal(request, 413)
        if isinstance(problem, SuspiciousOperation):
            return refusal(request, 400)
        route = getattr(request.resolver_match, "route", "")
        log.error("A page failed", exc_info=problem, extra={"route": route, "method": request.method})
        return refusal(request, 500)


def refusal(request: HttpRequest, status: int) -> HttpResponse:
    """The refusal page of this status."""
    return render(request, "kit/refusal.html.jinja", {"status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what was sent could not be read."""
    return refusal(request, 413 if isinstance(exception, TOO_MUCH) else 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page, or not yours."""
    return refusal(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    return refusal(request, 500)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the CSRF check: the page had stood open too long, or the form came from elsewhere."""
    context = {"status": 403, "words": stale_form_words()}
    return render(request, "kit/refusal.html.jinja", context, status=403)
