"""Reads of fullmakter: a person's own, and who may act for whom today."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May, Right
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.statements import array_of
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Person, Protection
from hjemmekontakt.representation import rules
from hjemmekontakt.representation.models import Fullmakt
from hjemmekontakt.representation.rules import (
    ActsFor,
    EndReason,
    Fullmakter,
    FullmaktView,
    NamedProxy,
    Refusal,
    Side,
    State,
)


@intent
def fullmakter_of(actor: Actor) -> Fullmakter:
    """All fullmakter that a person has given or been given, the latest first."""
    about = lookup.citizen(actor.id)
    require(actor, May.SEE_FULLMAKTER, about=about)
    rows = list(Fullmakt.objects.filter(Q(giver_id=actor.id) | Q(receiver_id=actor.id)).order_by("-offered_at", "id"))

    # The other party's name is unlocked only where she may know it: a typed number never reveals a name (R63).
    grant = require(actor, May.SEE_FULLMAKTER, about=about, also=_known_others(rows, actor.id))
    names = people.persons(grant, grant.persons)
    views = [_view(row, actor.id, names=names) for row in rows]
    return Fullmakter(
        given=_those(views, Side.GIVER, State.ACTIVE),
        received=_those(views, Side.RECEIVER, State.ACTIVE),
        invitations=_those(views, Side.RECEIVER, State.OFFERED),
        waiting=_those(views, Side.GIVER, State.OFFERED),
        history=tuple(view for view in views if view.state in (State.DECLINED, State.ENDED)),
    )


@intent
def fullmakt(actor: Actor, fullmakt_id: UUID) -> FullmaktView:
    """One fullmakt as one of its parties sees it, to ask her before it is ended."""
    about = lookup.fullmakt(fullmakt_id)
    require(actor, May.SEE_FULLMAKTER, about=about)
    row = Fullmakt.objects.get(id=fullmakt_id)

    # The first grant reaches both parties; the name is read only of one she may know.
    grant = require(actor, May.SEE_FULLMAKTER, about=lookup.citizen(actor.id), also=_known_others([row], actor.id))
    return _view(row, actor.id, names=people.persons(grant, grant.persons))


@intent
def why_not_give(actor: Actor) -> Refusal | None:
    """Say, before she writes anything, why a person cannot give a fullmakt; None means she can (R58, R11)."""
    grant = require(actor, May.SEE_FULLMAKTER, about=lookup.citizen(actor.id))
    return rules.why_not_give(people.person(grant, actor.id), today=_today())


@intent
def people_i_act_for(actor: Actor) -> list[ActsFor]:
    """Whom a person may act for today, by name, with which rights (R69)."""
    about = lookup.citizen(actor.id)
    require(actor, May.SEE_FULLMAKTER, about=about)
    with connection.cursor() as cursor:
        cursor.execute("SELECT fullmakt_id, giver_id, rights FROM hk_standings_of(%s, %s)", [actor.id, _today()])
        rows = cursor.fetchall()

    grant = require(actor, May.SEE_FULLMAKTER, about=about, also=[row[1] for row in rows])
    givers = people.persons(grant, grant.persons)
    found = [ActsFor(row[0], row[1], givers[row[1]].name, _rights(row[2])) for row in rows if row[1] in givers]
    return sorted(found, key=lambda each: (each.giver_name, each.fullmakt_id))


def proxies_of(grant: Grant, citizen_id: UUID, *, today: date) -> list[tuple[UUID, frozenset[Right]]]:
    """Who may act for a citizen today, with which rights (`hk_active_proxies_of`); ids only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT receiver_id, rights FROM hk_active_proxies_of(%s, %s)", [citizen_id, today])
        return [(receiver, _rights(rights)) for receiver, rights in cursor.fetchall()]


def named_proxies_of(grant: Grant, citizen_id: UUID, *, today: date) -> list[NamedProxy]:
    """Who may act for a citizen today: name, rights, and until when, for those who help her (`hk_named_proxies_of`, R70)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT receiver_id, name, rights, ends_on FROM hk_named_proxies_of(%s, %s)", [citizen_id, today]
        )
        return [NamedProxy(id, name, _rights(rights), ends_on) for id, name, rights, ends_on in cursor.fetchall()]


def proxies_of_each(
    grant: Grant, citizen_ids: Iterable[UUID], *, today: date
) -> dict[UUID, dict[UUID, frozenset[Right]]]:
    """Who may act for each of several citizens today, with which rights, in one query; ids only."""
    found: dict[UUID, dict[UUID, frozenset[Right]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT given.by, held.receiver_id, held.rights FROM unnest(%s::uuid[]) AS given(by),"
            " LATERAL hk_active_proxies_of(given.by, %s) AS held",
            [array_of(list(citizen_ids)), today],
        )
        for giver, receiver, rights in cursor.fetchall():
            found.setdefault(giver, {})[receiver] = _rights(rights)
    return found


def standings_of(grant: Grant, person_id: UUID, *, today: date) -> dict[UUID, frozenset[Right]]:
    """For whom a person may act today, with which rights (`hk_standings_of`); ids only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT giver_id, rights FROM hk_standings_of(%s, %s)", [person_id, today])
        return {giver: _rights(rights) for giver, rights in cursor.fetchall()}


def how_many_act_for(grant: Grant, citizen_id: UUID, *, today: date) -> int:
    """How many persons have a fullmakt from a citizen today."""
    return len(proxies_of(grant, citizen_id, today=today))


def invitations_to(grant: Grant, person_id: UUID) -> int:
    """How many offered fullmakter wait for a person's yes or no."""
    return Fullmakt.objects.filter(receiver_id=person_id, state=State.OFFERED).count()


def _known_others(rows: Iterable[Fullmakt], me: UUID | None) -> list[UUID]:
    """Those whose names may be shown: who gave me one, and who said yes to mine."""
    return [
        row.giver_id if row.receiver_id == me else row.receiver_id
        for row in rows
        if row.receiver_id == me or row.accepted_at is not None
    ]


def _view(row: Fullmakt, me: UUID | None, *, names: dict[UUID, Person]) -> FullmaktView:
    side = Side.GIVER if row.giver_id == me else Side.RECEIVER
    other_id = row.receiver_id if side is Side.GIVER else row.giver_id
    known = side is Side.RECEIVER or row.accepted_at is not None
    other = names.get(other_id) if known else None
    return FullmaktView(
        id=row.id,
        side=side,
        other_id=other_id,
        other_name=other.name if other and other.protection is Protection.NONE else "",
        rights=_rights(row.rights),
        state=State(row.state),
        offered_at=row.offered_at,
        accepted_at=row.accepted_at,
        ends_on=row.ends_on,
        ended_at=row.ended_at,
        end_reason=_shown_reason(row.end_reason, other),
    )


def _shown_reason(reason: str, other: Person | None) -> EndReason | None:
    """A protected address is never told: the page says only that the fullmakt has ended (R11)."""
    if not reason or reason == EndReason.PROTECTED or (other and other.protection is not Protection.NONE):
        return None
    return EndReason(reason)


def _those(views: Iterable[FullmaktView], side: Side, state: State) -> tuple[FullmaktView, ...]:
    return tuple(view for view in views if view.side is side and view.state is state)


def _rights(values: Iterable[str]) -> frozenset[Right]:
    return frozenset(Right(value) for value in values)


def _today() -> date:
    return day_of(clock.now())
