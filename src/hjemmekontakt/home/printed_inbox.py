"""Utskrift: what waits in a unit, on paper, for when the portal is down (R108)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hjemmekontakt.messages import queries, words
from hjemmekontakt.messages.rules import InboxFilter
from hjemmekontakt.municipalities import queries as municipalities

MOST = 300


@require_safe
def show(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Innboks › Utskrift: the same persons as in the inbox, and logged as it; who waits longest first."""
    inbox = queries.inbox(request.actor, unit_id, filter=InboxFilter.WAITING, limit=MOST)
    shown = {"inbox": inbox, "unit": municipalities.unit(unit_id), "words": words, "most": MOST}
    return render(request, "home/printed_inbox.html.jinja", shown)
