"""Varsler: what was sent to whom and why not, read aloud on the phone; and whether notices are on their way (M8)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.notifications.costs import actions as costs
from hjemmekontakt.notifications.nights import actions as nights
from hjemmekontakt.notifications.reconciling.words import say_wrong
from hjemmekontakt.notifications.rules import Channel, Decision
from hjemmekontakt.notifications.support import queries
from hjemmekontakt.notifications.support.forms import FindForm, NightForm, SettingsForm
from hjemmekontakt.notifications.support.rules import DecisionOnTheDesk, Receiver, Unreached
from hjemmekontakt.notifications.support.words import ALOUD, ERRORS, RECEIPTS, REGISTER, say_no_night, say_not_set
from hjemmekontakt.notifications.timing import Quiet
from hjemmekontakt.notifications.words import CHANNELS, KINDS

DESK = "staff:notice-desk"


@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Varsler: find a person; and how it stands with the notices."""
    form = FindForm(request.POST) if request.method == "POST" else None
    found = queries.people_found(request.actor, form.cleaned_data["words"]) if form and form.is_valid() else None
    return _desk(request, form or FindForm(), found=found, status=400 if form and form.errors else 200)


@require_GET
def person(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Varsler › one person's day."""
    today = day_of(clock.now())
    day = _day_in(request.GET.get("dag", ""), today=today)
    found = queries.day_of_notices(request.actor, citizen_id, day=day)
    page = {
        "found": found,
        "day": phrases_of_time.opening(phrases_of_time.day(day, today=today, language=_language())),
        "chosen": day.isoformat(),
        "decisions": [_aloud(each, today=today) for each in found.decisions],
    }
    return render(request, "notifications/desk_person.html.jinja", page)


@require_POST
def set_caps(request: HttpRequest) -> HttpResponse:
    """Varsler › Lagre grensene."""
    form = SettingsForm(request.POST)
    if form.is_valid():
        try:
            costs.set_caps(request.actor, request.actor.municipality_id, form.caps())
        except Refused as refused:
            form.add_error(None, say_not_set(refused.why))
        else:
            notes.success(request, _("Lagret."))
            return redirect(DESK)
    return _desk(request, FindForm(), settings=form, status=400)


@require_POST
def set_night(request: HttpRequest) -> HttpResponse:
    """Varsler › Lagre roen."""
    form = NightForm(request.POST)
    if form.is_valid():
        try:
            nights.set_night(
                request.actor,
                request.actor.municipality_id,
                form.cleaned_data["quiet_from"],
                form.cleaned_data["quiet_until"],
            )
        except Refused as refused:
            form.add_error(None, say_no_night(refused.why))
        else:
            notes.success(request, _("Lagret."))
            return redirect(DESK)
    return _desk(request, FindForm(), night=form, status=400)


def _desk(
    request: HttpRequest,
    form: FindForm,
    *,
    found: Any = None,
    settings: SettingsForm | None = None,
    night: NightForm | None = None,
    status: int = 200,
) -> HttpResponse:
    seen = queries.desk_of(request.actor)
    caps = seen.cost.caps
    initial = {"least_move_minutes": caps.least_move_minutes, "soft": caps.soft, "hard": caps.hard}
    page = {
        "desk": seen,
        "form": form,
        "found": found,
        "settings_form": settings or SettingsForm(initial=initial),
        "night_form": night or NightForm(initial=_hours_of(seen.night)),
        "usual_night": _hours_of(seen.usual),
        "beat": _moment(seen.machinery.beat_at),
        "oldest": _moment(seen.machinery.oldest_waiting),
        "since": _moment(seen.reconciliation.since if seen.reconciliation else None),
        "wrong": [say_wrong(each) for each in seen.reconciliation.counted.wrong] if seen.reconciliation else [],
        "until": _moment(seen.reconciliation.until if seen.reconciliation else None),
        "unreached": [(each, _moment(each.at), _why_unreached(each)) for each in seen.unreached],
    }
    return render(request, "notifications/desk.html.jinja", page, status=status)


def _hours_of(night: Quiet | None) -> dict[str, int]:
    return {"quiet_from": night.starts, "quiet_until": night.ends} if night else {}


def _aloud(each: DecisionOnTheDesk, *, today: date) -> dict[str, Any]:
    to = {Receiver.HERSELF: _("innbyggeren selv"), Receiver.NAMED: each.receiver_name}.get(
        each.receiver, _("en som har eller hadde fullmakt")
    )
    by_register = each.decision in (Decision.NO_CONTACT, Decision.ON_PAPER)
    error = REGISTER.get(each.error) if by_register else ERRORS.get(each.error)
    facts = [(_("Til"), to), (_("Avgjort"), _moment(each.decided_at))]
    if each.channel is not Channel.NONE:
        facts.append((_("Hvordan"), str(CHANNELS[each.channel])))
    if each.sent_at:
        facts.append((_("Sendt"), _moment(each.sent_at)))
    if each.address_end:
        facts.append((_("Nummeret slutter på"), each.address_end))
    if each.attempts:
        facts.append((_("Forsøk"), str(each.attempts)))
    if each.provider:
        facts.append((_("Leverandør"), each.provider))
    if each.receipt:
        facts.append((_("Kvittering"), f"{RECEIPTS[each.receipt]} {_moment(each.receipt_at)}"))
    return {"kind": KINDS[each.what.kind], "why": ALOUD[each.decision], "error": error or "", "facts": facts}


def _why_unreached(each: Unreached) -> str:
    said = REGISTER.get(each.word) if each.decision is Decision.NO_CONTACT else ERRORS.get(each.word)
    return str(said or ALOUD[each.decision])


def _day_in(text: str, *, today: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today


def _moment(at: Any) -> str:
    return phrases_of_time.moment(at, now=clock.now(), language=_language()) if at else ""


def _language() -> str:
    return get_language() or "nb"
