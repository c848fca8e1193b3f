"""Bruk av helsetjenester og ordninger: the decisions by which one gets help, in plain words (★6)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hjemmekontakt.home.contacts import contacts_of


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Profil › Bruk av helsetjenester og ordninger."""
    found = contacts_of(request.actor)
    return render(request, "home/use.html.jinja", {"current": found.current, "earlier": found.earlier})
