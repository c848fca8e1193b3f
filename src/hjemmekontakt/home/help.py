"""The pages of words that everybody may read: help, accessibility and privacy (R107, R95)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
def answers(request: HttpRequest) -> HttpResponse:
    """Hjelp: the five questions that people ask."""
    return render(request, "home/help.html.jinja")


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """Tilgjengelighet: the accessibility statement, as it is today."""
    return render(request, "home/accessibility.html.jinja")


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Personvern: what is stored, who reads it, how long, and one's rights."""
    return render(request, "home/privacy.html.jinja")
