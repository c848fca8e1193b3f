"""The pages of search; the words searched for come in the body of a form, never in an address."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hjemmekontakt.consent.ready import when_ready
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import queries, words
from hjemmekontakt.messages.forms import SearchForm
from hjemmekontakt.messages.rules import Bookmark, Found, Refusal

Search = Any


@when_ready
def own(request: HttpRequest) -> HttpResponse:
    """Meldinger › Søk."""
    return _page(request, "messages/search.html.jinja", queries.search)


def at_work(request: HttpRequest) -> HttpResponse:
    """Søk, for employees: words in dialogues, and persons."""
    return _page(request, "messages/search_at_work.html.jinja", queries.search_at_work)


@require_safe
def person(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Søk › a person: her dialogues."""
    after = Bookmark.from_text(request.GET.get("etter", ""), moments=1)
    found = queries.person_at_work(request.actor, citizen_id, after=after)
    return render(request, "messages/person_at_work.html.jinja", {"found": found, "words": words})


def _page(request: HttpRequest, template: str, search: Search) -> HttpResponse:
    form = SearchForm(request.POST if request.method == "POST" else None)
    found = _found(request, form, search) if form.is_valid() else None
    shown = {"form": form, "found": found, "words": words}
    return render(request, template, shown, status=400 if form.errors else 200)


def _found(request: HttpRequest, form: SearchForm, search: Search) -> Found | None:
    after = Bookmark.from_text(form.cleaned_data["after"], moments=1)
    try:
        return search(request.actor, form.cleaned_data["words"], after=after)
    except Refused as refused:
        form.add_error("words", words.say(Refusal(refused.why)))
        return None
