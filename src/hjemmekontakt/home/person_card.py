"""The person's card: what those who help her need beside a dialogue and in the field (R70, R83)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May, Role
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.workdays import day_of, start_of
from hjemmekontakt.home.reachable import Reachable, Why, reachable
from hjemmekontakt.home.today import said_status, said_time
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.notifications import queries as notifications
from hjemmekontakt.people import queries as people
from hjemmekontakt.representation import queries as representation
from hjemmekontakt.representation.rules import NamedProxy
from hjemmekontakt.representation.words import listed
from hjemmekontakt.visits import queries as visits
from hjemmekontakt.visits.rules import Away

WHY: Final[dict[Why, str | Promise]] = {
    Why.NEVER_BEGUN: gettext_lazy("har ikke tatt tjenesten i bruk"),
    Why.NOT_READY: gettext_lazy("har godtatt vilkårene, men tjenesten er ikke klar ennå"),
    Why.STOPPED: gettext_lazy("har sluttet å bruke tjenesten"),
    Why.NO_NOTICES: gettext_lazy("har slått av varsler om meldinger"),
    Why.NO_ADDRESS: gettext_lazy("det er verken mobilnummer eller e-post i kontaktregisteret"),
    Why.RESERVED: gettext_lazy("har reservert seg i kontaktregisteret"),
    Why.NOT_IN_REGISTER: gettext_lazy("står ikke i kontaktregisteret"),
    Why.STALE: gettext_lazy("nummeret og e-posten i kontaktregisteret er ikke bekreftet på 18 måneder"),
    Why.NOT_DELIVERED: gettext_lazy("det siste varselet kom ikke fram"),
}


@dataclass(frozen=True, slots=True)
class Help:
    """One service she receives from a unit of the reader's: name, unit, since when, and the unit's phone."""

    service: str
    unit: str
    phone: str
    since: date
    help_text: str


@dataclass(frozen=True, slots=True)
class VisitToday:
    """One of today's visits on the card."""

    when: str
    what: str
    who: str
    tag: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Everything on the card."""

    citizen_id: UUID
    name: str
    birth_year: int | None
    helps: tuple[Help, ...]
    reach: Reachable
    proxies: tuple[NamedProxy, ...]
    visits: tuple[VisitToday, ...]
    away: tuple[Away, ...]
    led_by_reader: UUID | None = None
    sees_no_names: bool = False


@require_safe
def show(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Et kort, som en egen side."""
    return render(request, "home/person.html.jinja", _shown(request, citizen_id))


@require_safe
def fragment(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Et kort, til siden av en samtale."""
    return render(request, "home/person_card.html.jinja", _shown(request, citizen_id))


@intent
def card_of(actor: Actor, citizen_id: UUID) -> PersonCard:
    """A citizen as the staff of a unit that helps her today see her; nobody else finds her here (R70, R79, R83)."""
    units = [unit.unit_id for unit in actor.units_of_care()]
    grant = require(actor, May.SEE_PERSON_CARD, about=lookup.citizen_at_work(citizen_id, units))
    now = clock.now()
    today = day_of(now)
    midnight = start_of(today)
    person = people.person(grant, citizen_id)
    decisions = people.decisions_that_hold(grant, citizen_id, today=today)
    proxies = representation.named_proxies_of(grant, citizen_id, today=today)
    reach = notifications.reach_of_messages(grant, citizen_id, [citizen_id, *(proxy.id for proxy in proxies)])
    rows = visits.visits_at_work(
        grant,
        units,
        starts_from=midnight,
        starts_before=start_of(today + timedelta(days=1)),
        citizen_ids=[citizen_id],
    )
    services = municipalities.services([*{each.service_id for each in (*decisions, *rows)}])
    return PersonCard(
        citizen_id=citizen_id,
        name=person.name,
        birth_year=person.birth_date.year if person.birth_date else None,
        helps=tuple(
            Help(
                services[each.service_id].name,
                services[each.service_id].unit.name,
                services[each.service_id].unit.phone,
                each.starts_on,
                each.help_text,
            )
            for each in decisions
        ),
        reach=reachable(citizen_id, consent.how_far(grant, citizen_id), proxies, reach),
        proxies=tuple(proxies),
        led_by_reader=next((unit for unit in _led(actor) if unit in {each.unit_id for each in decisions}), None),
        sees_no_names=people.sees_no_names(grant, citizen_id),
        visits=tuple(
            VisitToday(said_time(row), row.title or services[row.service_id].name, row.performer_name, said_status(row))
            for row in rows
        ),
        away=tuple(visits.away_of(grant, citizen_id, today=today)),
    )


def _led(actor: Actor) -> list[UUID]:
    return [unit.unit_id for unit in actor.units if unit.role is Role.TEAM_LEADER]


def said_reach(found: Reachable) -> str:
    """Whether she can be reached digitally, in a sentence: «Ja», «Gjennom Jonas Berg», «Nei» (R83)."""
    if found.herself:
        return _("Ja")
    if found.through:
        return _("Gjennom %(names)s") % {"names": ", ".join(found.through)}
    return _("Nei")


def said_fullmakt(proxy: NamedProxy, *, today: date) -> str:
    """Which rights one who acts for her has, and until when (R70)."""
    values = {"rights": listed(proxy.rights)}
    if proxy.ends_on is None:
        return _("Kan %(rights)s. Gjelder til den trekkes tilbake.") % values
    values["day"] = phrases_of_time.calendar_date(proxy.ends_on, today=today, language=get_language() or "nb")
    return _("Kan %(rights)s. Gjelder til %(day)s.") % values


def said_away(away: Away, *, today: date) -> str:
    """When she is away: «Borte 3.–10. juli», «Borte fra 3. juli, til det kommer beskjed» (R41)."""
    language = get_language() or "nb"
    first = phrases_of_time.calendar_date(away.from_day, today=today, language=language)
    if away.until_day is None:
        return _("Borte fra %(first)s, til det kommer beskjed") % {"first": first}
    last = phrases_of_time.calendar_date(away.until_day, today=today, language=language)
    if away.from_day == away.until_day:
        return _("Borte %(day)s") % {"day": first}
    same_month = (away.from_day.year, away.from_day.month) == (away.until_day.year, away.until_day.month)
    if same_month and language != "en":
        return _("Borte %(days)s") % {"days": f"{away.from_day.day}.–{last}"}
    return _("Borte %(days)s") % {"days": f"{first} – {last}"}


def _shown(request: HttpRequest, citizen_id: UUID) -> dict[str, object]:
    card, today = card_of(request.actor, citizen_id), day_of(clock.now())
    proxies = [(proxy.name, said_fullmakt(proxy, today=today)) for proxy in card.proxies]
    why = WHY[card.reach.why] if card.reach.why else ""
    language = get_language() or "nb"
    since = [phrases_of_time.calendar_date(each.since, today=today, language=language) for each in card.helps]
    return {
        "card": card,
        "reach": said_reach(card.reach),
        "why": why,
        "proxies": proxies,
        "away": [said_away(each, today=today) for each in card.away],
        "through": card.reach.through,
        "helps": list(zip(card.helps, since, strict=True)),
    }
