"""Profil › Kontaktinformasjon og varseloppsett: what the register has, and how one wants to be told."""

from datetime import datetime, time
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hjemmekontakt.access.rules import Actor, Standing
from hjemmekontakt.gateways import configured
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import OSLO, day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.notifications import actions, queries
from hjemmekontakt.notifications.forms import NoticesForm, name_of
from hjemmekontakt.notifications.levels import Level, choices_at, level_of
from hjemmekontakt.notifications.receivers import Receiver
from hjemmekontakt.notifications.register import reach_of
from hjemmekontakt.notifications.rules import Choice, Kind, Mode, Reader, Section, What
from hjemmekontakt.notifications.texts import Letterhead, Told, letter
from hjemmekontakt.notifications.words import LEVELS, LEVELS_SAID, say
from hjemmekontakt.people.rules import Protection

SETUP = "notifications:setup"
EXAMPLE_OF = {
    Kind.MESSAGE: What.MESSAGE,
    Kind.VISIT_PERFORMED: What.VISIT_PERFORMED,
    Kind.CANCELLATION: What.CANCELLATION_ACCEPTED,
    Kind.FULLMAKT: What.FULLMAKT_GIVEN,
    Kind.VISIT_SILENT: What.VISIT_SILENT,
    Kind.VISIT_CHANGED: What.VISIT_MOVED,
}


@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Kontaktinformasjon og varseloppsett: shown, and chosen with «Lagre»."""
    sections, of_all = queries.sections_of(request.actor), queries.chosen_for_all(request.actor)
    form = NoticesForm(sections, request.POST if request.method == "POST" else None, of_all=of_all)
    if form.is_bound and form.is_valid():
        try:
            actions.choose_notices(request.actor, form.chosen())
            if request.actor.standing is Standing.SELF:
                _choose_for_all(request.actor, form, of_all)
        except Refused as refused:
            form.add_error(None, say(refused.why))
        else:
            messages.success(request, _("Lagret."))
            return redirect(SETUP)
    shown = {
        "form": form,
        "sections": _shown(form),
        "reach": reach_of(request.actor),
        "is_herself": request.actor.standing is Standing.SELF,
        "push": _push(of_all) if request.actor.standing is Standing.SELF and configured.has_push() else None,
    }
    return render(request, "notifications/setup.html.jinja", shown)


def _push(of_all: Receiver) -> dict[str, Any]:
    """What the page's script needs to know whether this browser is told: our public key, and a digest of each known one."""
    return {
        "key": configured.push().public_key,
        "known": " ".join(sha256(each.to.endpoint.encode()).hexdigest() for each in of_all.browsers),
        "count": len(of_all.browsers),
    }


def _choose_for_all(actor: Actor, form: NoticesForm, of_all: Receiver) -> None:
    if form.chosen_quiet() != of_all.quiet:
        actions.choose_quiet_hours(actor, form.chosen_quiet())
    if form.chosen_names() != of_all.names:
        actions.choose_first_names(actor, form.chosen_names())


@require_POST
def choose_level(request: HttpRequest) -> HttpResponse:
    """One of the ready sets of choices, for one person (R47)."""
    wanted = {section.about_id.hex: section for section in queries.sections_of(request.actor)}
    section = wanted.get(request.POST.get("about", ""))
    level = next((each for each in Level if each.value == request.POST.get("level")), None)
    if section and level:
        try:
            actions.choose_notices(request.actor, choices_at(level, section))
        except Refused as refused:
            messages.warning(request, say(refused.why))
        else:
            messages.success(request, _("Lagret."))
    return redirect(SETUP)


def _shown(form: NoticesForm) -> list[dict[str, Any]]:
    return [
        {
            "name": section.about_name,
            "reader": section.reader.value,
            "about": section.about_id.hex,
            "level": level_of(section),
            "levels": [(level, LEVELS[level], LEVELS_SAID[level]) for level in Level],
            "choices": _choices(form, section),
            "no_silence": section.no_silence,
            "no_deviations": Mode.DEVIATIONS not in section.modes,
            "no_changes": section.no_changes,
        }
        for section in form.sections
    ]


def _choices(form: NoticesForm, section: Section) -> list[dict[str, Any]]:
    letterhead = _letterhead(section)
    return [
        {
            "field": form[name_of(choice)],
            "example": _example(choice, section.reader, letterhead),
            "mode": form[name_of(choice, "mode")] if choice.kind is Kind.VISIT_PERFORMED else None,
            "hour": form[name_of(choice, "hour")] if choice.kind is Kind.VISIT_PERFORMED else None,
        }
        for choice in section.choices
    ]


def _letterhead(section: Section) -> Letterhead | None:
    if section.protection is not Protection.NONE:
        return None
    if section.municipality_id is None:
        return Letterhead(phone=settings.HELP_PHONE)
    found = municipalities.municipality(section.municipality_id)
    return Letterhead(found.name, found.sms_sender, found.phone)


def _example(choice: Choice, reader: Reader, letterhead: Letterhead | None) -> str:
    """Exactly what the SMS would say, had it happened this morning at twenty to nine."""
    now = clock.now()
    told = Told(EXAMPLE_OF[choice.kind], reader, datetime.combine(day_of(now), time(8, 40), tzinfo=OSLO))
    return letter(told, letterhead, language=get_language() or "nb", now=now).sms
