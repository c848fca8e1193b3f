"""Reads of wishes and notices: a person's own choices, and what was told to whom and why not."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May, Right, Standing
from hjemmekontakt.gateways import configured
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.statements import array_of, fetch
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import ServiceView
from hjemmekontakt.notifications.models import Notice
from hjemmekontakt.notifications.nights.queries import usual_nights
from hjemmekontakt.notifications.receivers import Receiver, receivers
from hjemmekontakt.notifications.rules import (
    CHOSEN_BY_HERSELF,
    EVERYWHERE,
    Channel,
    Choice,
    Decision,
    Kind,
    Mode,
    NoticeView,
    Reach,
    Reachable,
    Reader,
    RegisterWord,
    Section,
    Way,
    Ways,
    What,
    Wish,
    Wishes,
    channel_wished,
    channels_of,
    kinds_for,
    may_be_told,
    person_of,
)
from hjemmekontakt.notifications.statements import SQL
from hjemmekontakt.notifications.timing import AT_ONCE, FirstOfDay, Quiet
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Protection
from hjemmekontakt.representation import queries as representation

PAGE = 100


@intent
def sections_of(actor: Actor) -> list[Section]:
    """What a person can choose: for herself and each she acts for; where she acts for one, for that one alone (R46)."""
    about_id, reader_id = actor.about_whom(), person_of(actor)
    about = lookup.citizen(about_id)
    grant = require(actor, May.READ_NOTICES, about=about)
    today = day_of(clock.now())
    standings = rights_for(grant, today=today)
    ids = [about_id, *standings] if actor.standing is Standing.SELF else [about_id]

    # Whom she acts for is known by now: their names, and which municipality a notice about them comes from.
    grant = require(actor, May.READ_NOTICES, about=about, also=standings)
    wishes, ways = wishes_and_ways(grant, ids, receivers=[reader_id])
    channels = channels_for(grant, reader_id)
    names = people.persons(grant, ids)
    helped_by = people.helping_municipality(grant, ids, today=today)
    services = _services_that_help(grant, ids, today=today)
    ringing = _where_silence_rings(services)
    pushing = {id for id, each in services.items() if any(service.visits_in == "journal" for service in each)}
    sections = [
        Section(
            about_id=id,
            about_name=names[id].name,
            reader=Reader.HERSELF if id == reader_id else Reader.KIN,
            choices=_choices(
                reader_id,
                id,
                wishes,
                ways,
                kinds=_kinds(id, reader_id, standings, ringing=ringing, pushing=pushing),
                channels=channels,
            ),
            protection=names[id].protection,
            municipality_id=helped_by.get(id),
            no_silence=id not in ringing and may_be_told(Kind.VISIT_SILENT, standings.get(id, frozenset())),
            no_changes=id in services
            and id not in pushing
            and (id == reader_id or may_be_told(Kind.VISIT_CHANGED, standings.get(id, frozenset()))),
            modes=tuple(mode for mode in Mode if mode is not Mode.DEVIATIONS or id in ringing),
            channels=channels,
        )
        for id in ids
        if id in names
    ]
    return sorted((each for each in sections if each.choices), key=lambda each: (each.reader, each.about_name))


@intent
def those_who_may_share(actor: Actor) -> list[Reachable]:
    """Herself first, then those whose notices could come to the same phone: whom she acts for, and who acts for her (R50).

    For asking the contact register; nobody with a protected address is among the others.
    """
    about = lookup.citizen(actor.about_whom())
    grant = require(actor, May.READ_NOTICES, about=about)
    reader_id, today = person_of(actor), day_of(clock.now())
    others = set(rights_for(grant, today=today))
    if actor.standing is Standing.SELF:
        others |= set(representation.proxies_of_each(grant, [reader_id], today=today).get(reader_id, {}))
    else:
        others &= {about.citizen_id}
    grant = require(actor, May.READ_NOTICES, about=about, also=others)
    ids = {reader_id, *others}
    names, numbers, own = people.persons(grant, ids), people.national_ids(grant, ids), own_addresses(grant, ids)
    return [
        Reachable(id, each.name, numbers[id], own[id])
        for id, each in sorted(names.items(), key=lambda pair: (pair[0] != reader_id, pair[1].name))
        if id == reader_id or each.protection is Protection.NONE
    ]


@intent
def last_was_stale(actor: Actor) -> bool:
    """Tell whether the last notice to her reached nobody because the register's number and e-mail are old (R49)."""
    require(actor, May.READ_NOTICES, about=lookup.citizen(actor.about_whom()))
    told = [Decision.SENT, Decision.NO_CONTACT, Decision.FAILED, Decision.SAME_ADDRESS]
    rows = Notice.objects.filter(receiver_id=person_of(actor), decision__in=told).order_by("-decided_at", "-id")
    last = rows.values_list("decision", "last_error").first()
    return last == (Decision.NO_CONTACT, RegisterWord.STALE)


@intent
def notices_of(actor: Actor, *, before: tuple[datetime, UUID] | None = None, limit: int = PAGE) -> list[NoticeView]:
    """What was told, to whom and by what, or why not, the latest first: for the log of use (R73).

    A citizen sees all that was told about her; one who acts for her sees what he was told himself (R68).
    """
    about = lookup.citizen(actor.about_whom())
    require(actor, May.READ_NOTICES, about=about)
    mine = Q(receiver_id=actor.id, about_id=about.citizen_id)
    rows = Notice.objects.filter(Q(about_id=actor.id) if actor.standing is Standing.SELF else mine)
    if before:
        rows = rows.filter(Q(decided_at__lt=before[0]) | Q(decided_at=before[0], id__lt=before[1]))
    found = list(rows.order_by("-decided_at", "-id")[:limit])

    # Those she has let be told are known to her by name.
    grant = require(actor, May.READ_NOTICES, about=about, also={row.receiver_id for row in found})
    names = people.persons(grant, {row.receiver_id for row in found})
    known = {id: each.name for id, each in names.items() if id == actor.id or each.protection is Protection.NONE}
    return [_view(row, known) for row in found]


def wishes_about(grant: Grant, about_ids: Iterable[UUID], *, receivers: Collection[UUID] | None = None) -> Wishes:
    """What people have chosen to be told of about these citizens, in one query."""
    return wishes_and_ways(grant, about_ids, receivers=receivers)[0]


def wishes_and_ways(
    grant: Grant, about_ids: Iterable[UUID], *, receivers: Collection[UUID] | None = None
) -> tuple[Wishes, Ways]:
    """What people have chosen about these citizens, and which performed visits they are told of, in one query (R48)."""
    only = None if receivers is None else array_of(list(receivers))
    found = fetch(SQL["wishes"], {"about": array_of(list(about_ids)), "receivers": only})
    wishes = {Wish(receiver, about, Kind(kind)): Channel(channel) for receiver, about, kind, channel, _, _ in found}
    ways = {
        (receiver, about): Way(Mode(mode), hour)
        for receiver, about, kind, _, mode, hour in found
        if kind == Kind.VISIT_PERFORMED
    }
    return wishes, ways


def days_told(grant: Grant, days: Collection[FirstOfDay]) -> set[FirstOfDay]:
    """The days on which somebody was, or is to be, told of a visit; each pair of persons is held until all is decided (R48)."""
    receivers, about, dates = (list(column) for column in zip(*sorted(days), strict=True))
    pairs = sorted({f"first visit {receiver} {citizen}" for receiver, citizen, _ in days})
    with connection.cursor() as cursor:
        for pair in pairs:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [pair])
        cursor.execute(SQL["days_told"], {"receivers": receivers, "about": about, "days": dates})
        return set(cursor.fetchall())


def own_addresses(grant: Grant, ids: Collection[UUID]) -> dict[UUID, dict[Channel, str]]:
    """The numbers and addresses that persons have proved to be theirs in the last 18 months, in one query (R49)."""
    return {id: dict(each.own) for id, each in receivers(ids).items()}


def channels_for(grant: Grant, person_id: UUID) -> tuple[Channel, ...]:
    """By what a person can choose to be told: by a browser where she has let one be (R46)."""
    return channels_of(receivers([person_id])[person_id].browsers) if configured.has_push() else EVERYWHERE


@intent
def chosen_for_all(actor: Actor) -> Receiver:
    """What a person has chosen for all notices to her: her night, else that of her municipality; first names (R51, R53)."""
    grant = require(actor, May.READ_NOTICES, about=lookup.citizen(actor.about_whom()))
    person_id = person_of(actor)
    found = receivers([person_id])[person_id]
    return found if found.has_chosen else replace(found, quiet=_usual_night(grant, person_id))


def _usual_night(grant: Grant, person_id: UUID) -> Quiet | None:
    """The night that holds for who has chosen none: where she is helped, else where those are whom she acts for, if it is one."""
    today = day_of(clock.now())
    helped_by = people.helping_municipality(grant, [person_id], today=today)
    if not helped_by:
        others = rights_for(grant, today=today)
        grant = require(grant.actor, May.READ_NOTICES, about=lookup.citizen(grant.actor.about_whom()), also=others)
        helped_by = people.helping_municipality(grant, list(others), today=today)
    where = set(helped_by.values())
    nights = usual_nights(grant, where | {None})
    return nights[where.pop() if len(where) == 1 else None]


def reach_of_messages(grant: Grant, about_id: UUID, receivers: Iterable[UUID]) -> dict[UUID, Reach]:
    """How notices of a citizen's messages reach some persons: the channel, and what became of the last one (R83).

    Answers no address (`hk_reach_of_messages`).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT receiver_id, coalesce(channel, 'sms'), decision, decided_at, coalesce(word, '')"
            " FROM hk_reach_of_messages(%s, %s)",
            [about_id, list(receivers)],
        )
        return {
            id: Reach(Channel(channel), Decision(decision) if decision else None, at, word)
            for id, channel, decision, at, word in cursor.fetchall()
        }


def rights_for(grant: Grant, *, today: date) -> dict[UUID, frozenset[Right]]:
    """For whom the actor may act today in her own person, with which rights."""
    return representation.standings_of(grant, person_of(grant.actor), today=today)


def _kinds(
    about_id: UUID,
    reader_id: UUID,
    standings: dict[UUID, frozenset[Right]],
    *,
    ringing: Collection[UUID],
    pushing: Collection[UUID],
) -> tuple[Kind, ...]:
    """The kinds one may choose about a citizen; those that only some services can tell of where one of hers can (R36, M2)."""
    offered = CHOSEN_BY_HERSELF if about_id == reader_id else kinds_for(standings.get(about_id, frozenset()))
    where = {Kind.VISIT_SILENT: ringing, Kind.VISIT_CHANGED: pushing}
    return tuple(kind for kind in offered if kind not in where or about_id in where[kind])


def where_silence_rings(grant: Grant, citizen_ids: Collection[UUID], *, today: date) -> set[UUID]:
    """Those of the citizens who are helped by a service that rings when a visit is not reported (M2)."""
    return _where_silence_rings(_services_that_help(grant, list(citizen_ids), today=today)) if citizen_ids else set()


def _where_silence_rings(services: Mapping[UUID, Iterable[ServiceView]]) -> set[UUID]:
    return {id for id, each in services.items() if any(service.silence_from is not None for service in each)}


def _services_that_help(grant: Grant, citizen_ids: list[UUID], *, today: date) -> dict[UUID, list[ServiceView]]:
    """The services that help each citizen today."""
    helped = people.services_that_help(grant, citizen_ids, today=today)
    services = municipalities.services(list({id for ids in helped.values() for id in ids}))
    return {citizen: [services[id] for id in ids if id in services] for citizen, ids in helped.items()}


def _choices(
    receiver_id: UUID,
    about_id: UUID,
    wishes: Wishes,
    ways: Ways,
    *,
    kinds: Iterable[Kind],
    channels: Collection[Channel],
) -> tuple[Choice, ...]:
    """Each kind with what she has chosen; where that was a browser and she has none, the SMS that comes instead."""

    def by(kind: Kind) -> Channel:
        wished = channel_wished(Wish(receiver_id, about_id, kind), wishes)
        return wished if wished in channels else Channel.SMS

    def way(kind: Kind) -> Way:
        return ways.get((receiver_id, about_id), AT_ONCE) if kind is Kind.VISIT_PERFORMED else AT_ONCE

    return tuple(Choice(about_id, kind, by(kind), way(kind)) for kind in kinds)


def _view(row: Notice, names: dict[UUID, str]) -> NoticeView:
    return NoticeView(
        id=row.id,
        kind=What(row.kind).kind,
        what=What(row.kind),
        channel=Channel(row.channel),
        decision=Decision(row.decision),
        decided_at=row.decided_at,
        sent_at=row.sent_at,
        receiver_id=row.receiver_id,
        receiver_name=names.get(row.receiver_id, ""),
        about_id=row.about_id,
        due_at=row.due_at if row.decision in (Decision.DUE, Decision.GATHERED) else None,
    )
