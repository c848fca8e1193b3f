"""The gate in front of messages and visits: who is not ready sees what is missing and who can mend it (R6)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hjemmekontakt.consent import queries

P = ParamSpec("P")


Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


def when_ready(page: Page[P]) -> Page[P]:
    """Show a page only where the citizen's service is in use."""

    @wraps(page)
    def shown(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        readiness = queries.readiness(request.actor, is_in_use=request.is_in_use)  # type: ignore[attr-defined]
        if not readiness.is_ready:
            return render(request, "consent/not_ready.html.jinja", {"readiness": readiness})
        return page(request, *args, **kwargs)

    return shown
