"""Helsekontakter: a card for each service, with the help one gets in plain words and whom to call when (★6)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May, Right, Standing
from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.workdays import Calendar, day_of
from hjemmekontakt.home.opening_hours import OpenUntil, hours_now
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function, ServiceView, UnitView
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import DecisionView, Protection


@dataclass(frozen=True, slots=True)
class Help:
    """One decision in plain words: what, how often, since when."""

    what: str
    how_often: str
    when: str


@dataclass(frozen=True, slots=True)
class Contact:
    """One service on the page; `unit` is empty for a person with a protected address (R11)."""

    id: UUID
    service: str
    unit: str
    phone: str
    hours: str
    person: str
    helps: tuple[Help, ...]
    write_to: str
    opens: str
    visits: str


@dataclass(frozen=True, slots=True)
class Contacts:
    """The services of today, and the earlier ones."""

    current: tuple[Contact, ...]
    earlier: tuple[Contact, ...]


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Helsekontakter."""
    found = contacts_of(request.actor)
    return render(request, "home/contacts.html.jinja", {"current": found.current, "earlier": found.earlier})


@intent
def contacts_of(actor: Actor) -> Contacts:
    """The services that a citizen gets help from, now and before, as she or who acts for her may see them (★6, R12)."""
    grant = require(actor, May.SEE_CONTACTS, about=lookup.citizen(actor.about_id))
    now = clock.now()
    today = day_of(now)
    person = people.person(grant, actor.about_id)
    decisions = people.decisions_of(grant, actor.about_id)
    services = municipalities.services(list({decision.service_id for decision in decisions}))
    calendars = {
        id: municipalities.calendar_of_municipality(id)
        for id in {each.unit.municipality_id for each in services.values()}
    }

    def shown(some: Iterable[DecisionView]) -> tuple[Contact, ...]:
        grouped: dict[UUID, list[DecisionView]] = {}
        for decision in some:
            grouped.setdefault(decision.service_id, []).append(decision)
        found = [_contact(actor, services[id], group, calendars=calendars, now=now) for id, group in grouped.items()]
        # R11: a protected person's pages do not say which unit comes to her.
        return tuple(found) if person.protection is Protection.NONE else tuple(replace(each, unit="") for each in found)

    return Contacts(
        current=shown(each for each in decisions if each.ends_on is None or each.ends_on >= today),
        earlier=shown(each for each in decisions if each.ends_on is not None and each.ends_on < today),
    )


def _contact(
    actor: Actor,
    service: ServiceView,
    decisions: list[DecisionView],
    *,
    calendars: dict[UUID, Calendar],
    now: datetime,
) -> Contact:
    today = day_of(now)
    holds = any(decision.holds(today=today) for decision in decisions)
    named = next((decision for decision in decisions if decision.contact_name), None)
    may_write = holds and _may(actor, Right.WRITE) and service.opened(Function.MESSAGES, today=today)
    may_see = holds and _may(actor, Right.SEE_VISITS) and service.opened(Function.VISITS, today=today)
    return Contact(
        id=service.id,
        service=service.name,
        unit=service.unit.name,
        phone=service.unit.phone,
        hours=say_hours(service.unit, calendar=calendars[service.unit.municipality_id], now=now),
        person=_person(named) if named and holds else "",
        helps=tuple(_help(decision, today=today) for decision in decisions),
        write_to=f"/meldinger/ny/?tjeneste={service.id}" if may_write else "",
        opens="" if service.opened(Function.MESSAGES, today=today) else _opens(service.messages_from, today=today),
        visits="/timeavtaler/" if may_see else "",
    )


def say_hours(unit: UnitView, *, calendar: Calendar, now: datetime) -> str:
    """Say when a unit answers the phone: «Åpent til kl. 15.30», «Stengt nå. Åpner i morgen kl. 08.»."""
    language = get_language() or "nb"
    state = hours_now(unit.opens_at, unit.closes_at, calendar=calendar, now=now)
    if isinstance(state, OpenUntil):
        return _("Åpent til kl. %(time)s") % {"time": phrases_of_time.clock_time(state.moment, language=language)}
    return _("Stengt nå. Åpner %(when)s.") % {
        "when": phrases_of_time.deadline(state.moment, now=now, language=language)
    }


def _may(actor: Actor, right: Right) -> bool:
    return actor.standing is Standing.SELF or right in actor.rights


def _person(decision: DecisionView) -> str:
    return f"{decision.contact_name}, {decision.contact_title}" if decision.contact_title else decision.contact_name


def _help(decision: DecisionView, *, today: date) -> Help:
    language = get_language() or "nb"

    def said(day: date) -> str:
        return phrases_of_time.calendar_date(day, today=today, language=language)

    if decision.ends_on is not None and decision.ends_on < today:
        when = _("Fra %(first)s til %(last)s") % {"first": said(decision.starts_on), "last": said(decision.ends_on)}
    elif decision.starts_on > today:
        when = _("Starter %(day)s") % {"day": said(decision.starts_on)}
    elif decision.ends_on is not None:
        when = _("Siden %(first)s, til %(last)s") % {"first": said(decision.starts_on), "last": said(decision.ends_on)}
    else:
        when = _("Siden %(day)s") % {"day": said(decision.starts_on)}
    return Help(decision.help_text, decision.how_often, when)


def _opens(day: date | None, *, today: date) -> str:
    if day is None:
        return _("Ikke åpnet for meldinger ennå.")
    said = phrases_of_time.calendar_date(day, today=today, language=get_language() or "nb")
    return _("Åpner for meldinger %(day)s.") % {"day": said}
