"""The citizen's pages of messages: the list and the archive, a dialogue, a new message, and what she has begun."""

from collections.abc import Mapping
from urllib.parse import parse_qsl
from uuid import UUID

from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hjemmekontakt.access.rules import Right, Standing
from hjemmekontakt.consent.ready import when_ready
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.kit.jinja import url
from hjemmekontakt.messages import actions, queries, uploads, words
from hjemmekontakt.messages.draft_pages import for_whom_it_was_made, kept
from hjemmekontakt.messages.forms import DraftForm, MessageForm, ReplyForm, message_in
from hjemmekontakt.messages.rules import SUBJECT_LIMIT, BeforeWriting, Bookmark, DraftPlace, SentMessage, ThreadView

PAGE = "text/html; charset=utf-8"
"""What Django else looks for among the settings, for each answer."""


@require_safe
@when_ready
def listing(request: HttpRequest) -> HttpResponse:
    """Meldinger."""
    before = Bookmark.from_text(request.GET.get("foer", ""), moments=1)
    shown = {"threads": queries.threads_of(request.actor, before=before), "words": words, "first": before is None}
    return render(
        request, "messages/list.html.jinja", {**shown, "undo": _uuid_in(request.GET, "lagt-bort", gently=True)}
    )


@require_safe
@when_ready
def archive(request: HttpRequest) -> HttpResponse:
    """Meldinger › Arkiv."""
    before = Bookmark.from_text(request.GET.get("foer", ""), moments=1)
    threads = queries.threads_of(request.actor, before=before, archived=True)
    return render(request, "messages/archive.html.jinja", {"threads": threads, "words": words, "first": before is None})


@uploads.with_files
@for_whom_it_was_made
def new(request: HttpRequest) -> HttpResponse:
    """Meldinger › Skriv melding."""
    if request.method == "POST" and (sent := _sent_at_once(request)):
        return _done(request, sent)
    return _writing(request)


@when_ready
def _writing(request: HttpRequest) -> HttpResponse:
    """The page to write on, and what was written, where it is not sent."""
    desk = _desk(request)
    if desk.chosen is None or not desk.chosen.opened:
        return render(request, "messages/choose.html.jinja", {"desk": desk})
    form, place = _message_form(request, desk), DraftPlace(desk.chosen.service.id)
    if form.is_bound and uploads.take_in(request, form, place) and (sent := _send(request, form, desk)):
        return _done(request, sent)
    files = uploads.in_draft(request, place, desk.chosen.service)
    shown = {"form": form, "files": files, "desk": desk, "words": words, "query": _query(desk)}
    shown["subject_limit"] = SUBJECT_LIMIT
    return render(request, "messages/new.html.jinja", shown, status=400 if form.errors else 200)


@require_POST
@for_whom_it_was_made
@when_ready
def keep_new(request: HttpRequest) -> HttpResponse:
    """Meldinger › Skriv melding › kladd."""
    service_id = _uuid_in(request.GET, "tjeneste")

    def save(form: DraftForm) -> object:
        return actions.save_draft(request.actor, service_id=service_id, **form.cleaned_data)

    way_on = f"{reverse('messages:new')}?{urlencode({'tjeneste': service_id or ''})}"
    if "slett" in request.POST:
        actions.discard_draft(request.actor, service_id=service_id)
        return _discarded(request, "messages:list")
    return kept(request, save, way_on=way_on)


@require_safe
@when_ready
def show(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Meldinger › en samtale."""
    thread = queries.thread(request.actor, thread_id, whose=request.whose)
    return _thread_page(request, thread, ReplyForm(draft=thread.draft))


@require_safe
@when_ready
def paper(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Meldinger › en samtale › Skriv ut (R103)."""
    thread = queries.thread(request.actor, thread_id)
    return render(request, "messages/paper.html.jinja", {"thread": thread, "words": words})


@uploads.with_files
@for_whom_it_was_made
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
        form.refuse(why, phone=thread.service.unit.phone, limit=thread.service.text_limit)
    return _thread_page(request, thread, form)


@require_POST
@for_whom_it_was_made
@when_ready
def keep_reply(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Meldinger › en samtale › kladd."""

    def save(form: DraftForm) -> object:
        return actions.save_draft(request.actor, thread_id=thread_id, **form.cleaned_data)

    if "slett" in request.POST:
        actions.discard_draft(request.actor, thread_id=thread_id)
        return _discarded(request, "messages:thread", thread_id)
    return kept(request, save, way_on=reverse("messages:thread", args=[thread_id]))


@require_POST
@when_ready
def put_away(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Meldinger › en samtale › Legg i arkivet."""
    actions.put_away(request.actor, thread_id)
    return redirect(f"{reverse('messages:list')}?{urlencode({'lagt-bort': thread_id})}")


@require_POST
@when_ready
def fetch_back(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Meldinger › Arkiv › Hent fram igjen."""
    actions.fetch_back(request.actor, thread_id)
    notes.success(request, _("Samtalen ligger i meldingene dine igjen."))
    return redirect("messages:list")


@require_safe
@when_ready
def open_file(request: HttpRequest, thread_id: UUID, attachment_id: UUID) -> HttpResponse:
    """Meldinger › en samtale › et vedlegg."""
    return uploads.answer_with(queries.opened_file(request.actor, thread_id, attachment_id))


def _thread_page(request: HttpRequest, thread: ThreadView, form: ReplyForm) -> HttpResponse:
    can_write = thread.may_write and not thread.why_not_reply and not thread.one_way
    place = DraftPlace(thread_id=thread.id)
    files = uploads.beside(request, thread.draft, place, thread.service) if can_write else None
    shown = {"thread": thread, "form": form, "files": files, "words": words}
    return render(request, "messages/thread.html.jinja", shown, status=400 if form.errors else 200)


def _desk(request: HttpRequest) -> BeforeWriting:
    continues_id = _uuid_in(request.GET, "fortsetter")
    return queries.before_writing(request.actor, _uuid_in(request.GET, "tjeneste"), continues_id=continues_id)


def _message_form(request: HttpRequest, desk: BeforeWriting) -> MessageForm:
    categories = desk.chosen.service.categories
    if request.method == "POST":
        return MessageForm(request.POST, categories=categories)
    if filled_in := _filled_in(request, desk):
        return MessageForm(initial=filled_in, categories=categories)
    return MessageForm(draft=desk.draft, categories=categories)


def _filled_in(request: HttpRequest, desk: BeforeWriting) -> dict[str, str]:
    """What stands in the fields already: the subject that goes on, or the wish to see who has read (R18, R19)."""
    if desk.continues is not None:
        of_this = desk.draft is not None and desk.draft.subject == desk.continues.subject
        return {} if of_this else {"subject": desk.continues.subject}
    if request.GET.get("om") == "innsyn":
        return {
            "subject": _("Hvem har lest meldingene mine?"),
            "text": _("Jeg ber om å få se loggen over hvem som har lest meldingene mine i journalen."),
        }
    return {}


def _query(desk: BeforeWriting) -> str:
    continues = {"fortsetter": desk.continues.id} if desk.continues else {}
    return urlencode({"tjeneste": desk.chosen.service.id, **continues})


def _uuid_in(asked: Mapping[str, str], name: str, *, gently: bool = False) -> UUID | None:
    wanted = asked.get(name, "")
    try:
        return UUID(wanted) if wanted else None
    except ValueError:
        if gently:
            return None
        raise Http404 from None


def _written(form: ReplyForm) -> dict[str, object]:
    return form.written()


def _sent_at_once(request: HttpRequest) -> SentMessage | None:
    """Send a form that comes without files, before anything is read for its page; None where it is not sent, for any reason.

    The page then finds out anew what hinders, and says it: not being ready comes first, then the service, then the fields.
    """
    asked = dict(parse_qsl(request.META.get("QUERY_STRING", "")))  # a fifth of the time that `request.GET` takes
    service_id, continues_id = _uuid_in(asked, "tjeneste"), _uuid_in(asked, "fortsetter")
    if service_id is None or uploads.has_files_to_take_in(request) or not _has(request, Right.WRITE):
        return None
    written = message_in(request.POST)
    if written is None:
        return None
    try:
        return actions.write_message(request.actor, service_id=service_id, continues_id=continues_id, **written)
    except Refused:
        return None


def _send(request: HttpRequest, form: MessageForm, desk: BeforeWriting) -> SentMessage | None:
    service = desk.chosen.service
    continues_id = desk.continues.id if desk.continues else None
    try:
        return actions.write_message(request.actor, service_id=service.id, continues_id=continues_id, **_written(form))
    except Refused as refused:
        form.refuse(refused.why, phone=desk.chosen.phone, limit=service.text_limit)
        return None


def _done(request: HttpRequest, sent: SentMessage) -> HttpResponse:
    said = [_("Meldingen er sendt. Svaret kommer hit."), words.promise(sent.answer_by, now=clock.now())]
    if sent.phone_now:
        said.append(words.outside_hours(sent.phone_now, unit=sent.unit))
    notes.success(request, " ".join(said))
    may_read = _has(request, Right.READ)
    if sent.worry and not may_read:
        notes.warning(request, words.call_at_once(sent.worry))
    return HttpResponseRedirect(url("messages:thread", sent.thread_id) if may_read else "/", content_type=PAGE)


def _has(request: HttpRequest, right: Right) -> bool:
    return request.actor.standing is Standing.SELF or right in request.actor.rights


def _discarded(request: HttpRequest, name: str, *args: UUID) -> HttpResponse:
    notes.success(request, _("Kladden er slettet."))
    return redirect(name, *args)
