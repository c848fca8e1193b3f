"""Profil og innstillinger: six entrances with a line of the present state each, and what is known of me."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hjemmekontakt.access import lookup
from hjemmekontakt.access import queries as access_log
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.queries import Line
from hjemmekontakt.access.rules import Actor, May, Standing
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.consent.rules import Accepted
from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.notifications import queries as notifications
from hjemmekontakt.notifications.rules import Channel, Kind, Wish, channel_wished
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Person, Protection, Settings
from hjemmekontakt.representation import queries as representation

TOLD_BY = {
    Channel.SMS: gettext_lazy("Varsler om meldinger på SMS"),
    Channel.EMAIL: gettext_lazy("Varsler om meldinger på e-post"),
    Channel.PUSH: gettext_lazy("Varsler om meldinger i nettleseren, ellers på SMS"),
    Channel.NONE: gettext_lazy("Ingen varsler om meldinger"),
}
LANGUAGE_NAMES = {"nb": "bokmål", "nn": "nynorsk", "en": "English"}


@dataclass(frozen=True, slots=True)
class Profile:
    """What the entrances of the profile tell."""

    person: Person
    settings: Settings
    services: int
    have_fullmakt: int
    invitations: int
    last_use: Line | None
    told_by: Channel


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Profil og innstillinger; who acts for another meets a page that says whose settings they are."""
    if request.actor.standing is Standing.FULLMAKT:
        return render(request, "home/profile_of_another.html.jinja", {"name": request.actor.about_name})
    context = {"entrances": _entrances(profile_of(request.actor), accepted=consent.acceptance_of(request.actor))}
    return render(request, "home/profile.html.jinja", context)


@require_GET
def personal(request: HttpRequest) -> HttpResponse:
    """Profil › Personopplysninger: what the register says, and how the pages are to be."""
    profile = profile_of(request.actor)
    context = {
        "person": profile.person,
        "born": _day(profile.person.birth_date),
        "checked": _day(_as_day(profile.settings.register_checked_at)),
        "is_protected": profile.person.protection is not Protection.NONE,
        "language_name": LANGUAGE_NAMES[profile.settings.language],
    }
    return render(request, "home/personal.html.jinja", context)


@require_GET
def sharing(request: HttpRequest) -> HttpResponse:
    """Profil › Deling av helseopplysninger: what was accepted, what it opens, who reads, and how to stop."""
    profile_of(request.actor)  # whose profile it is, is decided before anything is shown
    accepted = consent.acceptance_of(request.actor)
    context = {"accepted": accepted, "accepted_on": _day(_as_day(accepted.accepted_at)) if accepted else ""}
    return render(request, "home/sharing.html.jinja", context)


@intent
def profile_of(actor: Actor) -> Profile:
    """The state of a citizen's own settings, for the profile's pages."""
    grant = require(actor, May.SEE_PROFILE, about=lookup.citizen(actor.id))
    today = day_of(clock.now())
    return Profile(
        person=people.person(grant, actor.id),
        settings=people.settings_of(grant, actor.id),
        services=len({each.service_id for each in people.decisions_that_hold(grant, actor.id, today=today)}),
        have_fullmakt=representation.how_many_act_for(grant, actor.id, today=today),
        invitations=representation.invitations_to(grant, actor.id),
        last_use=access_log.latest_by_another(grant, actor.id),
        told_by=channel_wished(
            Wish(actor.id, actor.id, Kind.MESSAGE), notifications.wishes_about(grant, [actor.id], receivers=[actor.id])
        ),
    )


def _entrances(profile: Profile, *, accepted: Accepted | None) -> list[tuple[str, str, str]]:
    return [
        (
            "/profil/kontaktinformasjon/",
            _("Kontaktinformasjon og varseloppsett"),
            str(TOLD_BY[profile.told_by]),
        ),
        ("/profil/personopplysninger/", _("Personopplysninger"), _born(profile.person)),
        ("/profil/bruk/", _("Bruk av helsetjenester og ordninger"), _services(profile.services)),
        ("/profil/deling/", _("Deling av helseopplysninger"), _accepted(accepted)),
        ("/profil/fullmakter/", _("Fullmakter"), _fullmakter(profile)),
        ("/profil/logg/", _("Logg over bruk"), _last_use(profile.last_use)),
    ]


def _born(person: Person) -> str:
    if person.birth_date is None:
        return person.name
    return _("%(name)s, født %(day)s") % {"name": person.name, "day": _day(person.birth_date)}


def _services(count: int) -> str:
    if not count:
        return _("Du får ikke hjelp fra noen tjeneste nå")
    return ngettext("Du får hjelp fra %(n)s tjeneste", "Du får hjelp fra %(n)s tjenester", count) % {"n": count}


def _accepted(accepted: Accepted | None) -> str:
    if accepted is None:
        return _("Du har ikke godtatt bruksvilkårene")
    return _("Du godtok bruksvilkårene %(day)s") % {"day": _day(_as_day(accepted.accepted_at))}


def _fullmakter(profile: Profile) -> str:
    if profile.invitations:
        waiting = ngettext(
            "Du har %(n)s invitasjon som venter på svar",
            "Du har %(n)s invitasjoner som venter på svar",
            profile.invitations,
        )
        return waiting % {"n": profile.invitations}
    if not profile.have_fullmakt:
        return _("Ingen har fullmakt fra deg")
    held = ngettext("%(n)s person har fullmakt fra deg", "%(n)s personer har fullmakt fra deg", profile.have_fullmakt)
    return held % {"n": profile.have_fullmakt}


def _last_use(line: Line | None) -> str:
    if line is None:
        return _("Ingen andre har brukt opplysningene dine")
    when = phrases_of_time.moment(line.at, now=clock.now(), language=get_language() or "nb")
    return _("Sist brukt %(when)s av %(name)s") % {"when": when, "name": line.actor_name}


def _as_day(moment: datetime | None) -> date | None:
    return day_of(moment) if moment else None


def _day(day: date | None) -> str:
    if day is None:
        return ""
    return phrases_of_time.calendar_date(day, today=day_of(clock.now()), language=get_language() or "nb")
