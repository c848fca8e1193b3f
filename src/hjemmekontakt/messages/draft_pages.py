"""What a page gets back when it keeps a draft: a short answer for its script, a page for one who pressed «Lagre kladd»."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import words
from hjemmekontakt.messages.forms import DraftForm
from hjemmekontakt.messages.rules import DraftView, Refusal

View = Callable[..., HttpResponse]
Save = Callable[[DraftForm], DraftView | None]


def for_whom_it_was_made(view: View) -> View:
    """Send nothing from a page made for another person than the one acted for now: she has switched in another tab (R69)."""

    @functools.wraps(view)
    def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        made_for = request.POST.get("for_id", "")
        if made_for and made_for != str(request.actor.about_id):
            return _not_kept(request, Refusal.OTHER_PERSON, way_on="/")
        return view(request, *args, **kwargs)

    return look


def shown_again_where_it_is_gone(view: View) -> View:
    """Show what an employee wrote where the dialogue was sent on meanwhile, in words that tell nothing else of it (R25)."""

    @functools.wraps(view)
    def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Denied as denied:
            if denied.near or not _texts(request) or is_script(request):
                raise
            said = _("Samtalen er ikke hos enheten din. Kanskje er den allerede overført.")
            shown = {"sentence": said, "texts": _texts(request), "way_on": "/ansatt/"}
            return render(request, "messages/not_sent.html.jinja", shown, status=404)

    return look


def kept(request: HttpRequest, save: Save, *, way_on: str) -> HttpResponse:
    """Keep what was written and say so; what is not kept is shown again, and nothing is lost (R25)."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _not_kept(request, form.why or Refusal.PAGE_TOO_OLD, way_on=way_on)
    try:
        draft = save(form)
    except Refused as refused:
        return _not_kept(request, Refusal(refused.why), way_on=way_on)
    said = words.kept_at(draft.saved_at) if draft else _("Kladden er tom")
    if is_script(request):
        return JsonResponse({"said": said})
    notes.success(request, f"{said}.")
    return redirect(way_on)


def is_script(request: HttpRequest) -> bool:
    """Tell whether the page's own script asks."""
    return request.headers.get("Accept", "").startswith("application/json")


def _not_kept(request: HttpRequest, why: Refusal, *, way_on: str) -> HttpResponse:
    """Why it went nowhere: said to the script, or on a page where what was written stands to be copied."""
    if is_script(request):
        return JsonResponse({"said": words.say(why)}, status=409)
    shown = {"sentence": words.say(why), "texts": _texts(request), "way_on": way_on}
    return render(request, "messages/not_sent.html.jinja", shown, status=409)


def _texts(request: HttpRequest) -> list[str]:
    return [text for name in ("subject", "text") if (text := request.POST.get(name, "").strip())]
