"""The unit's broadcasts, and who in a group gets one: asked the same way for the preview, when it is made and when it goes."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Q

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, Denial, May, Role
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.models import Broadcast, BroadcastReceiver
from hjemmekontakt.messages.rules import (
    NAMED,
    BroadcastList,
    BroadcastRow,
    BroadcastState,
    BroadcastView,
    Candidate,
    Group,
    GroupMember,
    LeftOut,
    MemberFacts,
)
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Person, Protection, sort_key

BROADCASTS_PAGE = 30
NAMES_PAGE = 100


def group_of(grant: Grant, unit_id: UUID, candidates: Sequence[Candidate]) -> Group:
    """Who of these a unit's broadcast reaches now, and who not and why; names only of those who may be named (R11, R85)."""
    today = day_of(clock.now())
    ids = {each.citizen_id for each in candidates}
    persons = people.persons(grant, ids)
    helped = people.helped_in(grant, [unit_id], today=today, citizen_ids=ids)
    active = consent.active_among(grant, ids)
    services = {each.id: each for each in municipalities.services_of_unit(unit_id)}
    opened = {id for id, each in services.items() if each.opened(Function.MESSAGES, today=today)}

    def member(each: Candidate) -> GroupMember:
        person = persons.get(each.citizen_id)
        facts = MemberFacts(
            active=each.citizen_id in active and person is not None and person.deceased_on is None,
            helped=(each.citizen_id, each.service_id) in helped and person is not None,
            opened=each.service_id in opened,
            protected=person is not None and person.protection is not Protection.NONE,
            family=each.citizen_id in grant.actor.family,
        )
        return _member(each, person, rules.why_left_out(facts))

    members = sorted((member(each) for each in dict.fromkeys(candidates)), key=lambda each: _by_name(each, persons))
    return Group(
        receivers=tuple(each for each in members if each.left_out is None),
        left_out=tuple(each for each in members if each.left_out is not None),
    )


@intent
def broadcasts_of(actor: Actor, unit_id: UUID, *, page: int = 0) -> BroadcastList:
    """A unit's broadcasts, the newest first, each with how far it has come (R85)."""
    require(actor, May.SEE_BROADCAST, about=_unit(actor, unit_id))
    rows = _counted().filter(unit_id=unit_id, municipality_id=actor.municipality_id).order_by("-made_at", "-id")
    first = page * BROADCASTS_PAGE
    found = list(rows[first : first + BROADCASTS_PAGE + 1])
    return BroadcastList(
        unit_id=unit_id,
        unit_name=next(each.unit_name for each in actor.units if each.unit_id == unit_id),
        rows=tuple(_row(row) for row in found[:BROADCASTS_PAGE]),
        has_more=len(found) > BROADCASTS_PAGE,
    )


@intent
def broadcast(actor: Actor, unit_id: UUID, broadcast_id: UUID, *, page: int = 0) -> BroadcastView:
    """One broadcast of a unit, with exactly who gets it, as far as the reader may see them (R11, R79, R85)."""
    about = _unit(actor, unit_id)
    grant = require(actor, May.SEE_BROADCAST, about=about)
    row = _counted().filter(id=broadcast_id, unit_id=unit_id).select_related("unit").first()
    if row is None:
        nothing = About("broadcast", broadcast_id)
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.SEE_BROADCAST, about=nothing)

    receivers = list(BroadcastReceiver.objects.filter(broadcast_id=broadcast_id))
    members = _as_now(grant, unit_id, receivers)
    got = [each for each in members if each.left_out is None]
    shown = got[page * NAMES_PAGE : (page + 1) * NAMES_PAGE]
    left_out = [each for each in members if each.left_out is not None]
    named = [each for each in left_out if each.name]
    log_list(grant, about, [each.candidate.citizen_id for each in (*shown, *named) if each.name])

    state, now = BroadcastState(row.state), clock.now()
    return BroadcastView(
        row=_row(row),
        unit_name=row.unit.name,
        text=row.text,
        group=row.group,
        decided_by_name=row.decided_by_name,
        decided_at=row.decided_at,
        decided_why=row.decided_why,
        sent_at=row.sent_at,
        shown=tuple(shown),
        has_more=len(got) > (page + 1) * NAMES_PAGE,
        left_out=tuple(left_out),
        counts=rules.counted(each.left_out for each in left_out),
        why_not_decide=rules.why_not_decide(state, author_id=row.author_id, decider_id=actor.id),
        why_not_withdraw=rules.why_not_withdraw(
            state,
            goes_at=rules.goes_at(row.made_at, row.decided_at),
            now=now,
            author_id=row.author_id,
            who_id=actor.id,
            leads=actor.role_in(unit_id) == Role.TEAM_LEADER,
        ),
    )


def _as_now(grant: Grant, unit_id: UUID, receivers: Sequence[BroadcastReceiver]) -> list[GroupMember]:
    """The fixed receivers as this reader may see them today: nobody is named whom she could not open."""
    ids = {each.citizen_id for each in receivers}
    persons = people.persons(grant, ids)
    helped = people.helped_in(grant, [unit_id], today=day_of(clock.now()), citizen_ids=ids)
    found = []
    for each in receivers:
        person = persons.get(each.citizen_id)
        if person is not None and person.protection is not Protection.NONE:
            continue
        may_see = (each.citizen_id, each.service_id) in helped and each.citizen_id not in grant.actor.family
        candidate = Candidate(each.citizen_id, each.service_id)
        left_out = LeftOut(each.why_not_sent) if each.why_not_sent else None
        if left_out is not LeftOut.PROTECTED:
            found.append(_member(candidate, person if may_see else None, left_out))
    return sorted(found, key=lambda each: _by_name(each, persons))


def _member(candidate: Candidate, person: Person | None, left_out: LeftOut | None) -> GroupMember:
    if person is None or (left_out is not None and left_out not in NAMED):
        return GroupMember(candidate, "", None, left_out)
    return GroupMember(candidate, person.name, person.birth_date.year if person.birth_date else None, left_out)


def _by_name(member: GroupMember, persons: dict[UUID, Person]) -> tuple[bool, str, str]:
    person = persons.get(member.candidate.citizen_id) if member.name else None
    key = sort_key(person.family_name, person.given_name) if person else ""
    return (person is None, key, str(member.candidate.citizen_id))


def _counted():  # type: ignore[no-untyped-def]
    reached = Q(receivers__why_not_sent="")
    return Broadcast.objects.annotate(
        receiver_count=Count("receivers", filter=reached),
        sent_count=Count("receivers", filter=reached & Q(receivers__thread__isnull=False)),
    )


def _row(row: Broadcast) -> BroadcastRow:
    return BroadcastRow(
        id=row.id,
        unit_id=row.unit_id,
        subject=row.subject,
        state=BroadcastState(row.state),
        author_id=row.author_id,
        author_name=row.author_name,
        made_at=row.made_at,
        receivers=row.receiver_count,  # type: ignore[attr-defined]
        sent=row.sent_count,  # type: ignore[attr-defined]
    )


def _unit(actor: Actor, unit_id: UUID) -> About:
    return lookup.unit(unit_id, actor.municipality_id) if actor.municipality_id else About("unit", unit_id)
