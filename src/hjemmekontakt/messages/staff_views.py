"""The unit's pages of messages: the inbox, and a dialogue with its answer."""

from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.kit.kept_pages import kept_page
from hjemmekontakt.messages import actions, inbox_page, queries, template_pages, uploads, words
from hjemmekontakt.messages.draft_pages import kept, shown_again_where_it_is_gone
from hjemmekontakt.messages.forms import AnswerForm, DraftForm, NoteForm, PhoneForm
from hjemmekontakt.messages.rules import (
    CATEGORIES,
    DraftPlace,
    InboxFilter,
    Queue,
    Refusal,
    StaffThreadView,
    bookmark_of_inbox,
)
from hjemmekontakt.messages.thread_page import Forms, blanks_of, offered_by

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
    wanted, queue = chosen_in(request)
    after = bookmark_of_inbox(wanted, request.GET.get("etter", ""))
    inbox = queries.inbox(request.actor, unit_id, filter=wanted, queue=queue, after=after)
    shape = inbox_page.InboxShape(has_rows=bool(inbox.rows))
    return kept_page(request, "messages/inbox.html.jinja", shape, inbox_page.blanks_of(request, inbox))


@require_safe
def show(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Innboks › en samtale."""
    return thread_page(request, thread_id)


@require_POST
@shown_again_where_it_is_gone
def keep(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Innboks › en samtale › kladd."""

    def save(form: DraftForm) -> object:
        written = {name: form.cleaned_data[name] for name in ("text", "form_key")}
        return actions.save_draft(request.actor, thread_id=thread_id, **written)

    return kept(request, save, way_on=reverse("inbox:thread", args=[thread_id]))


@uploads.with_files
@shown_again_where_it_is_gone
def answer(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Innboks › en samtale › svar."""
    if request.method != "POST":
        return redirect("inbox:thread", thread_id)
    form = AnswerForm(request.POST)
    if uploads.take_in(request, form, DraftPlace(thread_id=thread_id)):
        try:
            actions.answer(request.actor, thread_id, **form.written())
        except Refused as refused:
            form.refuse(Refusal(refused.why))
        else:
            notes.success(request, _("Svaret er sendt."))
            return redirect("inbox:thread", thread_id)
    return thread_page(request, thread_id, form=form)


def thread_page(
    request: HttpRequest,
    thread_id: UUID,
    *,
    form: AnswerForm | None = None,
    phone: PhoneForm | None = None,
    note: NoteForm | None = None,
) -> HttpResponse:
    """The page of a dialogue; the form that was refused stands on it with what was typed."""
    thread: StaffThreadView = queries.staff_thread(request.actor, thread_id, whose=request.whose)
    refused = next((each for each in (form, phone, note) if each is not None), None)
    templates = queries.templates_for(request.actor, thread)
    files = uploads.beside(request, thread.draft, DraftPlace(thread_id=thread_id), thread.service)
    picked = template_pages.picked(request, templates)
    forms = None
    if refused or thread.draft or picked:
        answer = form or AnswerForm(draft=thread.draft, initial=picked)
        forms = Forms(answer, note or NoteForm(), phone or PhoneForm(), files, thread.draft)
    offered, blanks = offered_by(request.actor, thread, files), blanks_of(request, thread, templates, forms)
    if forms is None:
        return kept_page(request, "messages/staff_thread.html.jinja", offered, blanks)
    shown = {**offered.with_forms(forms, refused), "blank": blanks}
    return render(request, "messages/staff_thread.html.jinja", shown, status=400 if refused and refused.errors else 200)


@require_safe
def open_file(request: HttpRequest, thread_id: UUID, attachment_id: UUID) -> HttpResponse:
    """Innboks › en samtale › et vedlegg."""
    return uploads.answer_with(queries.opened_file(request.actor, thread_id, attachment_id))


def chosen_in(request: HttpRequest) -> tuple[InboxFilter, Queue]:
    """What an address of the inbox asks for: the list and the queue; what is none of ours is left out."""
    wanted = BY_ADDRESS.get(request.GET.get("vis", ""), InboxFilter.WAITING)
    category = request.GET.get("kategori", "")
    return wanted, Queue(
        service=_code_in(request, "tjeneste"),
        category=category if category in CATEGORIES else None,
        zone=_code_in(request, "sone"),
    )


def _code_in(request: HttpRequest, name: str) -> str | None:
    return request.GET.get(name, "").replace("\0", "")[:40] or None
