"""What open pages ask every 20 seconds: «nothing is new» in one statement, or the page as it is now."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from hjemmekontakt.messages import pulse, staff_views, views

Page = Callable[[], HttpResponse]


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Meldinger › is anything new?"""
    return _if_new(request, pulse.of_citizen(request.actor), lambda: views.listing(request))


@require_safe
def thread(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Meldinger › en samtale › is anything new?"""
    return _if_new(request, pulse.of_thread(request.actor, thread_id), lambda: views.show(request, thread_id))


@require_safe
def inbox(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Innboks › is anything new?"""
    return _if_new(request, pulse.of_unit(request.actor, unit_id), lambda: staff_views.listing(request, unit_id))


@require_safe
def staff_thread(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Innboks › en samtale › is anything new?"""
    came_to = pulse.of_thread_at_work(request.actor, thread_id)
    return _if_new(request, came_to, lambda: staff_views.show(request, thread_id))


def _if_new(request: HttpRequest, came_to: str, page: Page) -> HttpResponse:
    same = request.headers.get("If-None-Match") == came_to
    response = HttpResponseNotModified() if same else page()
    response.headers["ETag"] = came_to
    return response
