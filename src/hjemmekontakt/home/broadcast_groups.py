"""Who a broadcast is for: all with a visit in a time, in a zone, by a service; or all whom the unit helps (R85)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, May
from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.workdays import OSLO, day_of
from hjemmekontakt.messages import queries as messages
from hjemmekontakt.messages.rules import Candidate, Group, GroupMember
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.people import queries as people
from hjemmekontakt.visits import queries as visits

NAMES_PAGE = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """How a group is chosen: those with a visit on a day between two hours, or (no day) all whom the unit helps."""

    day: date | None
    starts: time = time(0)
    ends: time | None = None
    zone: str = ""
    service_id: UUID | None = None

    def as_kept(self) -> dict[str, str]:
        """The choice in plain values, as it is kept with the broadcast."""
        return {
            "dag": self.day.isoformat() if self.day else "",
            "fra": f"{self.starts:%H:%M}",
            "til": f"{self.ends:%H:%M}" if self.ends else "",
            "sone": self.zone,
            "tjeneste": str(self.service_id or ""),
        }

    @classmethod
    def from_kept(cls, kept: Mapping[str, str]) -> "Chosen":
        """The choice again, from what was kept with the broadcast.

        >>> Chosen.from_kept(Chosen(date(2026, 3, 2), time(8), time(12), "3").as_kept()).zone
        '3'
        """
        return cls(
            date.fromisoformat(kept["dag"]) if kept.get("dag") else None,
            time.fromisoformat(kept.get("fra") or "00:00"),
            time.fromisoformat(kept["til"]) if kept.get("til") else None,
            kept.get("sone", ""),
            UUID(kept["tjeneste"]) if kept.get("tjeneste") else None,
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """Exactly who gets the message and who does not; `shown` are the names of this page."""

    group: Group
    candidates: tuple[Candidate, ...]
    shown: tuple[GroupMember, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers: the zones of the unit and its services."""

    zones: tuple[str, ...]
    services: tuple[tuple[UUID, str], ...]


@intent
def choices_of(actor: Actor, unit_id: UUID) -> Choices:
    """What a group may be chosen by in this unit."""
    grant = require(actor, May.MAKE_BROADCAST, about=_unit(actor, unit_id))
    zones = people.zones_of(grant, [unit_id], today=day_of(clock.now()))
    services = municipalities.services_of_unit(unit_id)
    return Choices(tuple(zones), tuple((each.id, each.name) for each in services))


@intent
def preview_of(actor: Actor, unit_id: UUID, chosen: Chosen, *, page: int = 0) -> Preview:
    """Who would get a message now; each whose name the page shows is told so in her log (R85)."""
    about = _unit(actor, unit_id)
    grant = require(actor, May.MAKE_BROADCAST, about=about)
    candidates = _candidates(grant, unit_id, chosen)
    group = messages.group_of(grant, unit_id, candidates)
    shown = group.receivers[page * NAMES_PAGE : (page + 1) * NAMES_PAGE]
    named = [each for each in (*shown, *group.left_out) if each.name]
    log_list(grant, about, [each.candidate.citizen_id for each in named])
    return Preview(group, tuple(candidates), shown, len(group.receivers) > (page + 1) * NAMES_PAGE)


def in_words(chosen: Chosen, *, services: Mapping[UUID, str], now: datetime) -> list[tuple[str, str]]:
    """Say who a message is for, as pairs of what it is and what it says."""
    if chosen.day is None:
        said = [(_("Hvem"), _("Alle som får hjelp fra enheten"))]
    else:
        day = phrases_of_time.day(chosen.day, today=day_of(now), language=get_language() or "nb")
        said = [(_("Hvem"), _("Alle med besøk %(day)s") % {"day": day}), (_("Tid"), _hours(chosen))]
    said += [
        (_("Sone"), chosen.zone),
        (_("Tjeneste"), services.get(chosen.service_id, "") if chosen.service_id else ""),
    ]
    return [(what, value) for what, value in said if value]


def _hours(chosen: Chosen) -> str:
    if chosen.starts == time(0) and chosen.ends is None:
        return ""
    day = chosen.day or day_of(clock.now())
    ends = _at(day, chosen.ends) if chosen.ends else _at(day + timedelta(days=1), time(0))
    return phrases_of_time.window(_at(day, chosen.starts), ends, language=get_language() or "nb")


def _candidates(grant: Grant, unit_id: UUID, chosen: Chosen) -> list[Candidate]:
    helped = people.helped_in(grant, [unit_id], today=day_of(clock.now()))
    if chosen.day is None:
        first: dict[UUID, UUID] = {}
        for citizen, service in sorted(helped, key=str):
            if chosen.service_id in (None, service):
                first.setdefault(citizen, service)
        pairs = list(first.items())
    else:
        ends = _at(chosen.day, chosen.ends) if chosen.ends else _at(chosen.day + timedelta(days=1), time(0))
        pairs = visits.citizens_with_visits(
            grant,
            unit_id,
            starts_from=_at(chosen.day, chosen.starts),
            ends_before=ends,
            service_id=chosen.service_id,
        )
    if chosen.zone:
        zone = {citizen for (citizen, _service), zone in helped.items() if zone == chosen.zone}
        pairs = [(citizen, service) for citizen, service in pairs if citizen in zone]
    return [Candidate(citizen, service) for citizen, service in pairs]


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=OSLO)


def _unit(actor: Actor, unit_id: UUID) -> About:
    return lookup.unit(unit_id, actor.municipality_id) if actor.municipality_id else About("unit", unit_id)
