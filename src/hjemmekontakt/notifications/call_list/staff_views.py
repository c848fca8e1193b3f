"""Ring nå: who must be told by phone that a visit has another time or does not come (R36)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.notifications.call_list import actions, queries
from hjemmekontakt.notifications.call_list.queries import ToCall
from hjemmekontakt.notifications.call_list.rules import CallView
from hjemmekontakt.notifications.call_list.words import WHY, say
from hjemmekontakt.notifications.register import numbers_of
from hjemmekontakt.notifications.rules import What


@dataclass(frozen=True, slots=True)
class Call:
    """One row of the page: whom to ring, on which number, what to say, and why."""

    visit_id: UUID
    citizen_id: UUID
    name: str
    number: str
    dials: str
    when: str
    what: str
    where: str
    why: str
    called: str


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Ring nå."""
    found = queries.calls_of(request.actor)
    numbers = numbers_of(found.national_ids)
    calls = [_call(each, found, numbers.get(each.citizen_id, "")) for each in found.calls]
    return render(request, "notifications/calls.html.jinja", {"calls": calls})


@require_POST
def called(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Ring nå › Jeg har ringt."""
    by_name = actions.say_that_one_has_called(request.actor, visit_id)
    if by_name in ("", request.actor.name):
        notes.success(request, _("Notert. Du kan angre i ti minutter."))
    else:
        notes.success(request, _("%(name)s hadde alt ringt.") % {"name": by_name})
    return redirect("staff:calls")


@require_POST
def undo(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Ring nå › Angre."""
    try:
        actions.undo_call(request.actor, visit_id)
    except Refused as refused:
        notes.warning(request, say(refused.why))
    else:
        notes.success(request, _("Angret. Personen står på lista igjen."))
    return redirect("staff:calls")


def _call(call: CallView, found: ToCall, number: str) -> Call:
    service = found.services[call.service_id]
    said = ""
    if call.called_at is not None:
        moment = phrases_of_time.moment(call.called_at, now=clock.now(), language=get_language() or "nb")
        said = _("%(name)s ringte %(when)s.") % {"name": call.called_by_name, "when": moment}
    return Call(
        visit_id=call.visit_id,
        citizen_id=call.citizen_id,
        name=found.persons[call.citizen_id].name,
        number=number,
        dials=number.replace(" ", ""),
        when=phrases_of_time.opening(_moment(call.known_start)),
        what=_what(call),
        where=f"{service.name}, {service.unit.name}",
        why=str(WHY[call.why]),
        called=said,
    )


def _what(call: CallView) -> str:
    values = {"old": _moment(call.known_start), "new": _moment(call.new_start)}
    if call.what is What.VISIT_CANCELLED_SOON:
        return _("Besøket %(old)s er avlyst.") % values
    if call.new_start == call.known_start:
        return _("Besøket %(old)s kommer likevel.") % values
    return _("Besøket %(old)s er flyttet til %(new)s.") % values


def _moment(at: datetime) -> str:
    language = get_language() or "nb"
    day = phrases_of_time.day(at, today=day_of(clock.now()), language=language)
    return f"{day} {phrases_of_time.window(at, at, language=language)}"
