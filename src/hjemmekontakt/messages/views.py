"""The citizen's pages of messages: the list, a dialogue, and a new message."""

from uuid import UUID

from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hjemmekontakt.access.rules import Right, Standing
from hjemmekontakt.consent.ready import when_ready
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import actions, queries, uploads, words
from hjemmekontakt.messages.forms import MessageForm, ReplyForm
from hjemmekontakt.messages.rules import (
    SUBJECT_LIMIT,
    TEXT_LIMIT,
    BeforeWriting,
    Bookmark,
    DraftPlace,
    SentMessage,
    ThreadView,
)

LIMITS = {"text_limit": TEXT_LIMIT, "subject_limit": SUBJECT_LIMIT}


@require_safe
@when_ready
def listing(request: HttpRequest) -> HttpResponse:
    """Meldinger."""
    before = Bookmark.from_text(request.GET.get("foer", ""), moments=1)
    threads = queries.threads_of(request.actor, before=before)
    return render(request, "messages/list.html.jinja", {"threads": threads, "words": words, "first": before is None})


@uploads.with_files
@when_ready
def new(request: HttpRequest) -> HttpResponse:
    """Meldinger › Skriv melding."""
    desk = queries.before_writing(request.actor, _service_of(request))
    if desk.chosen is None or not desk.chosen.opened:
        return render(request, "messages/choose.html.jinja", {"desk": desk})
    form, place = MessageForm(request.POST if request.method == "POST" else None), DraftPlace(desk.chosen.service.id)
    if form.is_bound and uploads.take_in(request, form, place) and (sent := _send(request, form, desk)):
        return _done(request, sent)
    files = uploads.in_draft(request, place, desk.chosen.service)
    shown = {"form": form, "files": files, "desk": desk, "words": words, **LIMITS}
    return render(request, "messages/new.html.jinja", shown, status=400 if form.errors else 200)


@require_safe
@when_ready
def show(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Meldinger › en samtale."""
    thread = queries.thread(request.actor, thread_id)
    return _thread_page(request, thread, ReplyForm())


@uploads.with_files
@when_ready
def reply(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Meldinger › en samtale › svar."""
    if request.method != "POST":
        return redirect("messages:thread", thread_id)
    form = ReplyForm(request.POST)
    why = None
    if uploads.take_in(request, form, DraftPlace(thread_id=thread_id)):
        try:
            return _done(request, actions.reply(request.actor, thread_id, **_written(form)))
        except Refused as refused:
            why = refused.why
    thread = queries.thread(request.actor, thread_id)
    if why:
        form.refuse(why, phone=thread.service.unit.phone)
    return _thread_page(request, thread, form)


@require_safe
@when_ready
def open_file(request: HttpRequest, thread_id: UUID, attachment_id: UUID) -> HttpResponse:
    """Meldinger › en samtale › et vedlegg."""
    return uploads.answer_with(queries.opened_file(request.actor, thread_id, attachment_id))


def _thread_page(request: HttpRequest, thread: ThreadView, form: ReplyForm) -> HttpResponse:
    can_write = thread.may_write and not thread.why_not_reply
    files = uploads.in_draft(request, DraftPlace(thread_id=thread.id), thread.service) if can_write else None
    shown = {"files": files, "thread": thread, "form": form, "words": words, **LIMITS}
    return render(request, "messages/thread.html.jinja", shown, status=400 if form.errors else 200)


def _service_of(request: HttpRequest) -> UUID | None:
    wanted = request.GET.get("tjeneste", "")
    try:
        return UUID(wanted) if wanted else None
    except ValueError:
        raise Http404 from None


def _written(form: ReplyForm) -> dict[str, object]:
    return form.written()


def _send(request: HttpRequest, form: MessageForm, desk: BeforeWriting) -> SentMessage | None:
    try:
        return actions.write_message(request.actor, service_id=desk.chosen.service.id, **_written(form))
    except Refused as refused:
        form.refuse(refused.why, phone=desk.chosen.phone)
        return None


def _done(request: HttpRequest, sent: SentMessage) -> HttpResponse:
    said = [_("Meldingen er sendt. Svaret kommer hit."), words.promise(sent.answer_by, now=clock.now())]
    if sent.phone_now:
        said.append(words.outside_hours(sent.phone_now))
    notes.success(request, " ".join(said))
    may_read = request.actor.standing is Standing.SELF or Right.READ in request.actor.rights
    return redirect("messages:thread", sent.thread_id) if may_read else redirect("/")
