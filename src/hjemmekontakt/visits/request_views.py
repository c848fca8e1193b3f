"""The staff's pages of what waits for their answer: the queue of cancellations and wishes, and one of them (R42, R44)."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits import actions, queries, wish_words
from hjemmekontakt.visits.rules.waiting import (
    AnswerRefusal,
    RequestKind,
    Waiting,
    WaitingFilter,
    why_not_answer_here,
    why_not_handle,
)
from hjemmekontakt.visits.rules.wishes import UNANSWERED, Window
from hjemmekontakt.visits.wish_forms import DeclineForm, WindowFields

PAGE = 30
BY_ADDRESS = {address: each for each, (address, _text) in wish_words.FILTERS.items()}
NAMES = {RequestKind.CANCELLATION: "staff:request-cancellation", RequestKind.WISH: "staff:request-wish"}


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Avlysninger og ønsker: what waits in the units one works in, the most urgent first."""
    if not request.actor.units_of_care():
        return render(request, "visits/no_requests.html.jinja", status=403)
    show = BY_ADDRESS.get(request.GET.get("vis", ""), WaitingFilter.ALL)
    waiting = queries.waiting_at_work(request.actor, show=show, start=_start(request), limit=PAGE)
    shown = {
        "waiting": waiting,
        "filters": _filters(waiting, show),
        "following": _address(show, start=waiting.following) if waiting.following else "",
        "words": wish_words,
        "names": NAMES,
        "unit_names": ", ".join(unit.unit_name for unit in request.actor.units_of_care()),
    }
    return render(request, "visits/requests.html.jinja", shown)


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, kind: RequestKind, request_id: UUID) -> HttpResponse:
    """Avlysninger og ønsker › one of them, with what one can answer here."""
    if request.method == "POST":
        return _answer(request, kind, request_id)
    return _page(request, kind, request_id, decline=DeclineForm(), propose=WindowFields())


def _answer(request: HttpRequest, kind: RequestKind, request_id: UUID) -> HttpResponse:
    what, now = request.POST.get("hva", ""), clock.now()
    decline = DeclineForm(request.POST if what == "decline" else None)
    propose = WindowFields(request.POST if what == "propose" else None)
    proposed = propose.window(now=now, visits_own=None) if what == "propose" else None
    if (what == "decline" and not decline.is_valid()) or (what == "propose" and proposed is None):
        return _page(request, kind, request_id, decline=decline, propose=propose)
    reason = decline.cleaned_data["reason"] if what == "decline" else ""
    try:
        _do(request, kind, request_id, what=what, reason=reason, proposed=proposed)
    except Refused as refused:
        notes.warning(request, wish_words.say_at_work(refused.why))
        return redirect(NAMES[kind], request_id)
    notes.success(request, _("Det er gjort, og det står hvem som gjorde det."))
    return redirect("staff:requests")


def _do(request: HttpRequest, kind: RequestKind, id: UUID, *, what: str, reason: str, proposed: Window | None) -> None:
    actor = request.actor
    match kind, what:
        case RequestKind.CANCELLATION, "confirm":
            actions.confirm_cancellation(actor, id)
        case RequestKind.CANCELLATION, "decline":
            actions.decline_cancellation(actor, id, reason=reason)
        case RequestKind.CANCELLATION, "settle":
            actions.settle_by_phone(actor, id)
        case RequestKind.WISH, "accept":
            actions.accept_wish(actor, id, window=_chosen(request, id))
        case RequestKind.WISH, "propose" if proposed is not None:
            actions.propose_other_time(actor, id, window=proposed)
        case RequestKind.WISH, "decline":
            actions.decline_wish(actor, id, reason=reason)
        case _:
            raise Refused(AnswerRefusal.NOT_WAITING)


def _chosen(request: HttpRequest, id: UUID) -> Window:
    windows = queries.request_at_work(request.actor, RequestKind.WISH, id).windows
    place = request.POST.get("tid", "")
    if not (place.isascii() and place.isdigit() and int(place) < len(windows)):
        raise Refused(AnswerRefusal.NO_SUCH_WINDOW)
    return windows[int(place)]


def _page(
    request: HttpRequest, kind: RequestKind, id: UUID, *, decline: DeclineForm, propose: WindowFields
) -> HttpResponse:
    asked = queries.request_at_work(request.actor, kind, id)
    why_not = why_not_answer_here(
        asked.answers_in, is_open=asked.is_open, now=clock.now(), starts_at=asked.visit.starts_at
    )
    handled = why_not_handle(alarmed_at=asked.alarmed_at, needed_at=asked.needed_at, handled_at=asked.handled_at)
    shown = {
        "asked": asked,
        "here": NAMES[kind],
        "words": wish_words,
        "answers": "" if why_not else "here",
        "accepts": "here" if why_not is None and asked.state in UNANSWERED and asked.windows else "",
        "in_the_journal": "journal" if why_not is AnswerRefusal.IN_THE_JOURNAL else "",
        "settles": "" if handled else "here",
        "decline": decline,
        "propose": propose,
    }
    is_wrong = decline.errors or propose.errors
    return render(request, "visits/request.html.jinja", shown, status=400 if is_wrong else 200)


def _start(request: HttpRequest) -> int:
    text = request.GET.get("fra", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _filters(waiting: Waiting, chosen: WaitingFilter) -> list[tuple[object, str, int, str | None]]:
    return [
        (text, _address(each), waiting.counts[each], "current" if each is chosen else None)
        for each, (_part, text) in wish_words.FILTERS.items()
    ]


def _address(show: WaitingFilter, *, start: int | None = None) -> str:
    parts = {"vis": wish_words.FILTERS[show][0], "fra": start}
    return "?" + urlencode({name: value for name, value in parts.items() if value})
