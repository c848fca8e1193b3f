"""Profil › Fullmakter: who acts for me, for whom I act, and «Gi fullmakt» step by step."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.representation import actions, giving, queries, rules
from hjemmekontakt.representation.giving import Draft, Step
from hjemmekontakt.representation.rules import FRESH_TO_BEGIN, FRESH_TO_GIVE, FullmaktView, Refusal, Side
from hjemmekontakt.representation.words import how_it_ended, how_long, listed, say

MINE = "representation:mine"
GIVE_PATH = "/profil/fullmakter/ny/"
LOG_IN_AGAIN = f"/logg-inn/?fersk=1&neste={GIVE_PATH}"


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Fullmakter: given, received, invitations and history."""
    found = queries.fullmakter_of(request.actor)
    parts = ("given", "received", "invitations", "waiting", "history")
    shown = {part: [_row(view) for view in getattr(found, part)] for part in parts}
    return render(request, "representation/mine.html.jinja", shown)


@require_http_methods(["GET", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Fullmakter › Gi fullmakt: who, what, how long, a summary, and the offer."""
    why_not = queries.why_not_give(request.actor)
    if why_not:
        return _refuse(request, why_not)
    within = FRESH_TO_GIVE if request.method == "POST" else FRESH_TO_BEGIN
    if rules.why_not_fresh(request.authenticated_at, now=clock.real(), within=within):
        return redirect(LOG_IN_AGAIN)
    if request.method == "GET":
        return _ask(request, Draft(), Step.WHO)
    return _take_answer(request)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, fullmakt_id: UUID) -> HttpResponse:
    """Fullmakter › Trekk tilbake: says first what happens."""
    if request.method == "GET":
        return _ask_before_end(request, fullmakt_id, Side.GIVER)
    try:
        actions.withdraw_fullmakt(request.actor, fullmakt_id)
    except Refused as refused:
        messages.warning(request, say(refused.why))
    else:
        messages.success(request, _("Fullmakten er trukket tilbake. Den gjelder ikke lenger."))
    return redirect(MINE)


@require_http_methods(["GET", "POST"])
def resign(request: HttpRequest, fullmakt_id: UUID) -> HttpResponse:
    """Fullmakter › Si fra deg fullmakten: says first what happens."""
    if request.method == "GET":
        return _ask_before_end(request, fullmakt_id, Side.RECEIVER)
    try:
        actions.resign_fullmakt(request.actor, fullmakt_id)
    except Refused as refused:
        messages.warning(request, say(refused.why))
    else:
        messages.success(request, _("Du har sagt fra deg fullmakten. Den gjelder ikke lenger."))
    return redirect(MINE)


@require_POST
def answer(request: HttpRequest, fullmakt_id: UUID) -> HttpResponse:
    """Fullmakter › an invitation: «Ja, ta imot» or «Nei takk»."""
    says_yes = request.POST.get("svar") == "ja"
    act = actions.accept_fullmakt if says_yes else actions.decline_fullmakt
    try:
        act(request.actor, fullmakt_id)
    except Refused as refused:
        messages.warning(request, say(refused.why))
    else:
        yes, no = _("Du har tatt imot fullmakten. Velg «Bytt person» for å bruke den."), _("Du har sagt nei takk.")
        messages.success(request, yes if says_yes else no)
    return redirect(MINE)


def _take_answer(request: HttpRequest) -> HttpResponse:
    draft = giving.opened(request.POST.get("utkast", ""), of=request.actor.id)
    step = _step(request.POST.get("steg", ""))
    if draft is None:
        return _ask(request, Draft(), Step.WHO)
    if "tilbake" in request.POST:
        return _ask(request, draft, giving.beside(step, -1))
    form = giving.FORMS[step](request.POST)
    if not form.is_valid():
        return _ask(request, draft, step, form=form)
    draft = giving.answered(draft, form)
    why_not = giving.why_not_go_on(draft, step, today=day_of(clock.now()))
    if why_not:
        return _mend(request, draft, why_not)
    if step is Step.SUMMARY and giving.furthest(draft) is Step.SUMMARY:
        return _offer(request, draft)
    return _ask(request, draft, min(giving.beside(step, 1), giving.furthest(draft), key=giving.ORDER.index))


def _offer(request: HttpRequest, draft: Draft) -> HttpResponse:
    try:
        receiver_id = actions.look_up_receiver(request.actor, draft.number)
        actions.offer_fullmakt(
            request.actor, receiver_id, rights=draft.rights, ends_on=draft.ends_on, form_key=draft.form_key
        )
    except Refused as refused:
        return _mend(request, draft, refused.why)
    messages.success(request, _("Invitasjonen er sendt. Fullmakten gjelder når personen har svart ja."))
    return redirect(MINE)


def _mend(request: HttpRequest, draft: Draft, why: Refusal) -> HttpResponse:
    step, field = giving.MENDED_AT.get(why, (Step.WHO, "number"))
    form = giving.FORMS[step](draft.answers())
    form.is_valid()
    form.add_error(field, say(why))
    return _ask(request, draft, step, form=form)


def _ask(request: HttpRequest, draft: Draft, step: Step, *, form: forms.Form | None = None) -> HttpResponse:
    today = day_of(clock.now())
    context = {
        "form": form or giving.FORMS[step](initial=draft.answers()),
        "step": step,
        "steps": _line_of_steps(step),
        "draft": giving.sealed(draft, of=request.actor.id),
        "number": f"{draft.number[:6]} {draft.number[6:]}",
        "rights": listed(draft.rights),
        "how_long": how_long(draft.ends_on, today=today),
        "give_path": GIVE_PATH,
    }
    return render(request, "representation/give.html.jinja", context)


def _line_of_steps(now: Step) -> list[tuple[str, str]]:
    words = {Step.WHO: _("Hvem"), Step.WHAT: _("Hva"), Step.HOW_LONG: _("Hvor lenge"), Step.SUMMARY: _("Se over")}
    place = giving.ORDER.index(now)
    states = ["done" if here < place else "current" if here == place else "coming" for here in range(len(words))]
    return list(zip(words.values(), states, strict=True))


def _ask_before_end(request: HttpRequest, fullmakt_id: UUID, side: Side) -> HttpResponse:
    view = queries.fullmakt(request.actor, fullmakt_id)
    if view.side is not side or rules.why_not_end(view.state):
        messages.warning(request, say(rules.why_not_end(view.state) or Refusal.ONLY_THE_GIVER))
        return redirect(MINE)
    return render(request, "representation/end.html.jinja", {"fullmakt": _row(view), "is_giver": side is Side.GIVER})


def _refuse(request: HttpRequest, why: Refusal) -> HttpResponse:
    context = {"sentence": say(why)}
    return render(request, "representation/cannot_give.html.jinja", context, status=403)


def _row(view: FullmaktView) -> dict[str, Any]:
    language, today = get_language() or "nb", day_of(clock.now())

    def said(moment: Any) -> str:
        return phrases_of_time.day(moment, today=today, language=language) if moment else ""

    return {
        "id": view.id,
        "name": view.other_name,
        "gave": view.side is Side.GIVER,
        "rights": listed(view.rights),
        "how_long": how_long(view.ends_on, today=today),
        "offered": said(view.offered_at),
        "ended": said(view.ended_at),
        "how_it_ended": how_it_ended(view) if view.ended_at else "",
    }


def _step(text: str) -> Step:
    return Step(text) if text in set(Step) else Step.WHO
