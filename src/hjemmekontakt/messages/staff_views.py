"""The unit's pages of messages: the inbox, and a dialogue with its answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import actions, queries, template_pages, words
from hjemmekontakt.messages.forms import AnswerForm
from hjemmekontakt.messages.rules import TEXT_LIMIT, InboxFilter, Refusal, StaffThreadView, bookmark_of_inbox

BY_ADDRESS = {address: each for each, (address, _text) in words.FILTERS.items()}


@require_safe
def first(request: HttpRequest) -> HttpResponse:
    """Innboks: that of the employee's first unit."""
    if not request.actor.units:
        return render(request, "messages/no_inbox.html.jinja", status=403)
    return redirect("inbox:list", request.actor.units[0].unit_id)


@require_safe
def listing(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Innboks."""
    wanted = BY_ADDRESS.get(request.GET.get("vis", ""), InboxFilter.WAITING)
    after = bookmark_of_inbox(wanted, request.GET.get("etter", ""))
    inbox = queries.inbox(request.actor, unit_id, filter=wanted, after=after)
    return render(request, "messages/inbox.html.jinja", {"inbox": inbox, "words": words})


@require_safe
def show(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Innboks › en samtale."""
    return _thread_page(request, queries.staff_thread(request.actor, thread_id), None)


def answer(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Innboks › en samtale › svar."""
    if request.method != "POST":
        return redirect("inbox:thread", thread_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            actions.answer(request.actor, thread_id, **{name: form.cleaned_data[name] for name in form.fields})
        except Refused as refused:
            form.refuse(Refusal(refused.why))
        else:
            notes.success(request, _("Svaret er sendt."))
            return redirect("inbox:thread", thread_id)
    return _thread_page(request, queries.staff_thread(request.actor, thread_id), form)


def _thread_page(request: HttpRequest, thread: StaffThreadView, form: AnswerForm | None) -> HttpResponse:
    templates = queries.templates_for(request.actor, thread)
    form = form or AnswerForm(initial=template_pages.picked(request, templates))
    shown: dict[str, Any] = {"thread": thread, "form": form, "words": words, "text_limit": TEXT_LIMIT}
    shown["answer_templates"] = templates
    return render(request, "messages/staff_thread.html.jinja", shown, status=400 if form.errors else 200)
