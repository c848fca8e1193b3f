"""The pages by which staff handle a dialogue: take, give, note, «Trenger ikke svar», transfer, case, close."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import actions, queries, words
from hjemmekontakt.messages.draft_pages import shown_again_where_it_is_gone
from hjemmekontakt.messages.forms import NoteForm, PhoneForm
from hjemmekontakt.messages.inbox_page import query_of
from hjemmekontakt.messages.rules import CaseKind, Refusal
from hjemmekontakt.messages.staff_views import chosen_in, thread_page

CASES = {"klage": CaseKind.COMPLAINT, "soknad": CaseKind.APPLICATION}


@require_POST
def take(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Innboks › Ta, or en samtale › Ta; from the list one comes back to the list as it was."""
    _do(request, lambda: actions.take_thread(request.actor, thread_id), _("Du har tatt samtalen."))
    if "vis" in request.GET and (unit_id := _unit_in(request)):
        return redirect(f"{_inbox(unit_id).url}{query_of(*chosen_in(request))}")
    return redirect("inbox:thread", thread_id)


@require_POST
def put_back(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """En samtale › Legg tilbake."""
    _do(request, lambda: actions.put_back_thread(request.actor, thread_id), _("Samtalen er lagt tilbake."))
    return redirect("inbox:thread", thread_id)


def give(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """En samtale › Gi til en kollega."""
    if request.method == "POST":
        to = _id_in(request, "employee_id")
        try:
            has_it = actions.give_thread(request.actor, thread_id, to)
        except Refused as refused:
            notes.warning(request, words.say(Refusal(refused.why)))
        else:
            notes.success(request, _("%(name)s har samtalen nå.") % {"name": has_it.name})
        return redirect("inbox:thread", thread_id)
    giving = queries.before_giving(request.actor, thread_id)
    return render(request, "messages/give.html.jinja", {"giving": giving})


@shown_again_where_it_is_gone
def note(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """En samtale › Intern merknad."""
    if request.method != "POST":
        return redirect("inbox:thread", thread_id)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            actions.note(request.actor, thread_id, **form.written())
        except Refused as refused:
            form.refuse(Refusal(refused.why))
        else:
            notes.success(request, _("Merknaden er lagret. Bare ansatte ser den."))
            return redirect("inbox:thread", thread_id)
    return thread_page(request, thread_id, note=form)


@shown_again_where_it_is_gone
def answer_by_phone(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """En samtale › Svart på telefon."""
    if request.method != "POST":
        return redirect("inbox:thread", thread_id)
    form = PhoneForm(request.POST)
    if form.is_valid():
        try:
            actions.answer_by_phone(request.actor, thread_id, **form.written())
        except Refused as refused:
            form.refuse(Refusal(refused.why))
        else:
            notes.success(request, _("Telefonsvaret er skrevet inn. Innbyggeren ser det i samtalen."))
            return redirect("inbox:thread", thread_id)
    return thread_page(request, thread_id, phone=form)


@require_POST
def need_no_reply(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """En samtale › Trenger ikke svar."""
    seen = _id_in(request, "seen_message_id")
    _do(
        request,
        lambda: actions.need_no_reply(request.actor, thread_id, seen_message_id=seen),
        _("Meldingen er merket «Trenger ikke svar». Dere kan fortsatt svare."),
    )
    return redirect("inbox:thread", thread_id)


@require_POST
def close(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """En samtale › Mer › Avslutt."""
    _do(request, lambda: actions.close_thread(request.actor, thread_id), _("Samtalen er avsluttet."))
    return redirect("inbox:thread", thread_id)


@require_POST
def reopen(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """En samtale › Mer › Åpne igjen."""
    _do(request, lambda: actions.reopen_thread(request.actor, thread_id), _("Samtalen er åpnet igjen."))
    return redirect("inbox:thread", thread_id)


def transfer(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """En samtale › Overfør: where it can go, and what happens then."""
    if request.method != "POST":
        sending = queries.before_sending_on(request.actor, thread_id)
        return render(request, "messages/transfer.html.jinja", {"sending": sending, "words": words})
    to = _id_in(request, "service_id")
    deed = lambda: actions.transfer_thread(request.actor, thread_id, to)  # noqa: E731
    return _send_on(request, thread_id, deed, _("Samtalen er overført. Svarfristen er den samme."))


def treat_as_case(request: HttpRequest, thread_id: UUID, address: str) -> HttpResponse:
    """En samtale › Mer › Dette er en klage, or en søknad: asks first, for it cannot be undone."""
    if address not in CASES:
        raise Http404
    kind = CASES[address]
    if request.method != "POST":
        sending = queries.before_sending_on(request.actor, thread_id)
        shown = {"sending": sending, "kind": kind, "address": address, "words": words}
        return render(request, "messages/treat_as_case.html.jinja", shown)
    deed = lambda: actions.treat_as_case(request.actor, thread_id, kind)  # noqa: E731
    return _send_on(request, thread_id, deed, _("Samtalen behandles som en sak. Innbyggeren ser at det kommer brev."))


def _do(request: HttpRequest, deed: Callable[[], object], done: str) -> bool:
    try:
        deed()
    except Refused as refused:
        notes.warning(request, words.say(Refusal(refused.why)))
        return False
    notes.success(request, done)
    return True


def _send_on(request: HttpRequest, thread_id: UUID, deed: Callable[[], object], done: str) -> HttpResponse:
    """Send a dialogue on; who pressed twice no longer reaches it, and is told so in words that tell nothing else."""
    try:
        if not _do(request, deed, done):
            return redirect("inbox:thread", thread_id)
    except Denied as denied:
        if denied.near:
            raise
        notes.info(request, _("Samtalen er ikke hos enheten din. Kanskje er den allerede overført."))
    unit_id = _unit_in(request)
    return _inbox(unit_id) if unit_id else redirect("inbox:home")


def _inbox(unit_id: UUID) -> HttpResponse:
    return redirect("inbox:list", unit_id)


def _unit_in(request: HttpRequest) -> UUID | None:
    """The unit whose inbox she came from, where it is hers."""
    wanted = _id_in(request, "unit_id")
    return next((each.unit_id for each in request.actor.units if each.unit_id == wanted), None)


def _id_in(request: HttpRequest, name: str) -> UUID:
    """An identifier that the form holds; one that is none is nobody's."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return UUID(int=0)
