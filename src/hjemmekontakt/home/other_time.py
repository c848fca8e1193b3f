"""Be om annen tid: a wish with its windows; where wishes are not opened, a message with the visit filled in (R42)."""

from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hjemmekontakt.consent.ready import when_ready
from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import actions, queries, words
from hjemmekontakt.messages.forms import MessageForm
from hjemmekontakt.messages.rules import SUBJECT_LIMIT, TEXT_LIMIT
from hjemmekontakt.visits import queries as visits
from hjemmekontakt.visits import wish_views
from hjemmekontakt.visits.rules import VisitView
from hjemmekontakt.visits.rules.wishes import WishRefusal


@require_http_methods(["GET", "POST"])
@when_ready
def ask(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Timeavtaler › Be om annen tid: the form of a wish where the service has opened them, else a message."""
    wish = visits.wish_on_visit(request.actor, visit_id)
    if wish.why_not is WishRefusal.NOT_OPENED:
        return _write(request, visit_id)
    return wish_views.ask(request, visit_id, wish)


def _write(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    visit = visits.visit(request.actor, visit_id)
    desk = queries.before_writing(request.actor, visit.service_id)
    if desk.chosen is None or not desk.chosen.opened:
        return render(request, "messages/choose.html.jinja", {"desk": desk})
    form = MessageForm(request.POST) if request.method == "POST" else MessageForm(initial=filled_in(visit))
    if form.is_valid():
        try:
            sent = actions.write_message(
                request.actor,
                service_id=visit.service_id,
                visit_id=visit_id,
                **form.written(),
            )
        except Refused as refused:
            form.refuse(refused.why, phone=desk.chosen.phone)
        else:
            notes.success(request, _("Ønsket er sendt. Svaret kommer hit."))
            return redirect("messages:thread", sent.thread_id)
    context = {"form": form, "desk": desk, "words": words, "text_limit": TEXT_LIMIT, "subject_limit": SUBJECT_LIMIT}
    status = 400 if form.errors else 200
    return render(request, "home/other_time.html.jinja", {**context, "visit_id": visit_id}, status=status)


def filled_in(visit: VisitView) -> dict[str, str]:
    """The message as it stands when the page opens: which visit it is about, and where her own words begin."""
    language = get_language() or "nb"
    when = phrases_of_time.day(visit.starts_at, today=day_of(clock.now()), language=language)
    end = visit.ends_at if visit.is_window else visit.starts_at
    hours = phrases_of_time.window(visit.starts_at, end, language=language)
    about = _("Det gjelder besøket %(day)s %(hours)s.") % {"day": when, "hours": hours}
    return {"subject": _("Annen tid for et besøk"), "text": "\n\n".join([about, _("Jeg ønsker heller: ")])}
