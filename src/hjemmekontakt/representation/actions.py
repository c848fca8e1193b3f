"""What is done with a fullmakt: offered, taken on, declined, withdrawn, given up, and checked each night."""

import logging
from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from hjemmekontakt.access import lookup
from hjemmekontakt.access import queries as access_log
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.actions import the_portal as portal
from hjemmekontakt.access.rules import Actor, May, Right
from hjemmekontakt.gateways import configured, folkeregister
from hjemmekontakt.gateways.calling import NotAnswered, Why
from hjemmekontakt.gateways.folkeregister import PopulationRegister
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.actions import register_person
from hjemmekontakt.people.rules import Person, Protection
from hjemmekontakt.representation import rules
from hjemmekontakt.representation.events import FullmaktEnded, FullmaktGiven, FullmaktOffered
from hjemmekontakt.representation.models import Fullmakt
from hjemmekontakt.representation.rules import LIVING, EndReason, Refusal, State

log = logging.getLogger(__name__)

PORTION = 500


def look_up_receiver(actor: Actor, national_id: str, *, register: PopulationRegister | None = None) -> UUID:
    """Ask the register who the giver and her receiver are, before any fullmakt is written (R58).

    The call leaves the house, so it stands outside every transaction. One refusal answers every number that cannot
    receive, known or unknown here, and nothing new is kept about whose it is: the giver learns neither name nor
    reason (R63).
    """
    own_number = _note_the_attempt(actor)
    if national_id == own_number:
        raise Refused(Refusal.YOURSELF)
    try:
        register = register or configured.population_register()
        giver, receiver = register.person(own_number), register.person(national_id)
    except NotAnswered:
        raise Refused(Refusal.REGISTER_SILENT) from None
    known = people.id_by_national_id(national_id)
    may_receive = receiver is not None and rules.why_not_receive(_as_person(receiver), today=_today()) is None
    facts = {own_number: giver, national_id: receiver if known or may_receive else None}
    ids = _keep_what_the_register_says(portal(), {number: said for number, said in facts.items() if said is not None})
    if not may_receive:
        raise Refused(Refusal.RECEIVER_CANNOT)
    return ids[national_id]


@intent
def offer_fullmakt(
    actor: Actor, receiver_id: UUID, *, rights: Collection[Right], ends_on: date | None, form_key: UUID
) -> UUID:
    """The citizen offers somebody a fullmakt; it holds when the other has said yes (R58–R60, R63, R67).

    The form's key is the fullmakt's id, so a form sent twice offers once.
    """
    grant = require(actor, May.GIVE_FULLMAKT, about=lookup.citizen(actor.id), also=[receiver_id])
    before = Fullmakt.objects.filter(id=form_key, giver_id=actor.id).first()
    if before is not None:
        return before.id

    parties = people.persons(grant, grant.persons)
    why_not = (
        rules.why_not_rights(rights)
        or rules.why_not_until(ends_on, today=_today())
        or rules.why_not_give(parties[grant.actor.about_id], today=_today())
        or rules.why_not_receive(parties[receiver_id], today=_today())
    )
    if why_not:
        raise Refused(why_not)

    offered = Fullmakt(
        id=form_key,
        giver_id=actor.id,
        receiver_id=receiver_id,
        rights=sorted(right.value for right in rights),
        state=State.OFFERED,
        offered_at=clock.now(),
        ends_on=ends_on,
    )
    try:
        with transaction.atomic():
            offered.save(force_insert=True)
    except IntegrityError:  # one living fullmakt for each pair, also where two windows give at once
        raise Refused(Refusal.ALREADY_GIVEN) from None
    outbox.publish(FullmaktOffered(**_parties_of(offered)))
    return offered.id


@intent
def accept_fullmakt(actor: Actor, fullmakt_id: UUID) -> None:
    """The receiver says yes: from now on she may act for the giver, as far as the rights go (R63)."""
    grant = require(actor, May.ANSWER_FULLMAKT, about=lookup.fullmakt(fullmakt_id))
    row = _locked(fullmakt_id)
    _only_the_receiver(row, actor)
    if row.state == State.ACTIVE:
        return

    parties = people.persons(grant, grant.persons)
    why_not = (
        rules.why_not_answer(
            State(row.state), offered_at=row.offered_at, ends_on=row.ends_on, now=clock.now(), today=_today()
        )
        or (Refusal.CANNOT_ACCEPT if rules.why_not_receive(parties[row.receiver_id], today=_today()) else None)
        or (Refusal.NOT_OPEN if rules.why_not_give(parties[row.giver_id], today=_today()) else None)
    )
    if why_not:
        raise Refused(why_not)

    row.state, row.accepted_at = State.ACTIVE, clock.now()
    row.save(update_fields=["state", "accepted_at"])
    outbox.publish(FullmaktGiven(**_parties_of(row)))


@intent
def decline_fullmakt(actor: Actor, fullmakt_id: UUID) -> None:
    """The receiver says no thank you; the giver learns that it ended, and still no name (R63)."""
    require(actor, May.ANSWER_FULLMAKT, about=lookup.fullmakt(fullmakt_id))
    row = _locked(fullmakt_id)
    _only_the_receiver(row, actor)
    if row.state == State.DECLINED:
        return
    if row.state != State.OFFERED:
        raise Refused(Refusal.NOT_OPEN)

    _end(row, State.DECLINED, EndReason.DECLINED, by=actor.id, now=clock.now())


@intent
def withdraw_fullmakt(actor: Actor, fullmakt_id: UUID) -> None:
    """The giver takes a fullmakt back, or an offer of one; it ends at once (R62)."""
    require(actor, May.END_FULLMAKT, about=lookup.fullmakt(fullmakt_id))
    row = _locked(fullmakt_id)
    if row.giver_id != actor.id:
        raise Refused(Refusal.ONLY_THE_GIVER)

    _end_by(actor, row, EndReason.WITHDRAWN)


@intent
def resign_fullmakt(actor: Actor, fullmakt_id: UUID) -> None:
    """The receiver gives a fullmakt up; it ends at once (R62)."""
    require(actor, May.END_FULLMAKT, about=lookup.fullmakt(fullmakt_id))
    row = _locked(fullmakt_id)
    _only_the_receiver(row, actor)

    _end_by(actor, row, EndReason.RESIGNED)


def end_representation_of(grant: Grant, person_id: UUID) -> int:
    """End every fullmakt to and from one who is protected or dead, in the transaction that learns of it (R7, R11)."""
    rows = Fullmakt.objects.select_for_update().filter(
        Q(giver_id=person_id) | Q(receiver_id=person_id), state__in=LIVING
    )
    return _end_those_that_must(grant, list(rows), now=clock.now())


def verify_fullmakter(actor: Actor, *, now: datetime, register: PopulationRegister | None = None) -> int:
    """Check every living fullmakt against the register and its own date, each night; say how many ended (R58, R7, R11).

    A register that does not answer ends nothing: what is known here already still counts.
    """
    try:
        _ask_about_everybody(actor, register or configured.population_register())
    except NotAnswered as silent:
        log.warning(
            "The population register did not answer; fullmakter are not verified", extra={"why": silent.why.value}
        )
    ended = 0
    while portion := end_what_no_longer_holds(actor, now=now):
        ended += portion
    return ended


@intent
def end_what_no_longer_holds(actor: Actor, *, now: datetime) -> int:
    """End a portion of the fullmakter whose time is out or whose party is dead or protected; say how many (R7, R11)."""
    grant = require(actor, May.VERIFY_FULLMAKTER, about=lookup.portal())
    by_itself = (
        Q(ends_on__lt=day_of(now))
        | Q(state=State.OFFERED, offered_at__lt=now - rules.OFFER_LASTS)
        | Q(giver__deceased_on__isnull=False)
        | Q(receiver__deceased_on__isnull=False)
        | ~Q(giver__protection=Protection.NONE)
        | ~Q(receiver__protection=Protection.NONE)
    )
    rows = Fullmakt.objects.select_for_update(of=("self",)).filter(by_itself, state__in=LIVING).order_by("id")
    return _end_those_that_must(grant, list(rows[:PORTION]), now=now)


@intent
def _note_the_attempt(actor: Actor) -> str:
    """Write down that somebody is about to be named, hold the limit, and give the giver's own number."""
    grant = require(actor, May.LOOK_UP_RECEIVER, about=lookup.citizen(actor.id))
    since = clock.now() - timedelta(days=1)
    if access_log.times_done(grant, actor.id, may=May.LOOK_UP_RECEIVER, since=since) > rules.ATTEMPTS_A_DAY:
        raise Refused(Refusal.TOO_MANY)
    return people.national_id(grant, actor.id)


@intent
def _keep_what_the_register_says(actor: Actor, found: dict[str, folkeregister.Person]) -> dict[str, UUID]:
    grant = require(actor, May.VERIFY_FULLMAKTER, about=lookup.portal())
    ids = {}
    for number, said in found.items():
        ids[number] = register_person(
            grant,
            national_id=number,
            given_name=f"{said.given_name} {said.middle_name}".strip(),
            family_name=said.family_name,
            birth_date=said.birth_date,
            protection=Protection(said.protection.value),
            deceased_on=said.deceased_on,
        )
        if said.deceased_on is not None or said.protection is not folkeregister.Protection.NONE:
            end_representation_of(grant, ids[number])
    return ids


def _ask_about_everybody(actor: Actor, register: PopulationRegister) -> None:
    last = UUID(int=0)
    while numbers := _parties_after(actor, last):
        found = {}
        for number in numbers.values():
            try:
                said = register.person(number)
            except NotAnswered as problem:
                if problem.why is not Why.NOT_UNDERSTOOD:
                    raise
                log.warning("The population register's answer was not understood")
                continue
            if said is not None:
                found[number] = said
        _keep_what_the_register_says(actor, found)
        last = max(numbers)


@intent
def _parties_after(actor: Actor, last: UUID) -> dict[UUID, str]:
    grant = require(actor, May.VERIFY_FULLMAKTER, about=lookup.portal())
    living = Fullmakt.objects.filter(state__in=LIVING)
    parties: set[UUID] = set()
    for party in ("giver_id", "receiver_id"):
        rows = living.filter(**{f"{party}__gt": last}).order_by(party).values_list(party, flat=True).distinct()
        parties.update(rows[:PORTION])
    return people.national_ids(grant, sorted(parties)[:PORTION])


def _locked(fullmakt_id: UUID) -> Fullmakt:
    return Fullmakt.objects.select_for_update().get(id=fullmakt_id)


def _only_the_receiver(row: Fullmakt, actor: Actor) -> None:
    if row.receiver_id != actor.id:
        raise Refused(Refusal.ONLY_THE_RECEIVER)


def _end_by(actor: Actor, row: Fullmakt, reason: EndReason) -> None:
    if row.state == State.ENDED and row.ended_by_id == actor.id:
        return  # pressed twice
    why_not = rules.why_not_end(State(row.state))
    if why_not:
        raise Refused(why_not)
    _end(row, State.ENDED, reason, by=actor.id, now=clock.now())


def _end_those_that_must(grant: Grant, rows: Collection[Fullmakt], *, now: datetime) -> int:
    parties = people.persons(grant, {id for row in rows for id in (row.giver_id, row.receiver_id)})
    ended = 0
    for row in rows:
        reason = rules.why_it_ends(
            State(row.state),
            giver=parties[row.giver_id],
            receiver=parties[row.receiver_id],
            offered_at=row.offered_at,
            ends_on=row.ends_on,
            now=now,
            today=day_of(now),
        )
        if reason:
            _end(row, State.ENDED, reason, by=None, now=now)
            ended += 1
    return ended


def _end(row: Fullmakt, state: State, reason: EndReason, *, by: UUID | None, now: datetime) -> None:
    row.state, row.end_reason, row.ended_by_id, row.ended_at = state, reason, by, now
    row.save(update_fields=["state", "end_reason", "ended_by_id", "ended_at"])
    if reason is not EndReason.DECEASED:  # R7: after a death nobody is told by SMS or e-mail
        outbox.publish(FullmaktEnded(**_parties_of(row)))


def _parties_of(row: Fullmakt) -> dict[str, UUID]:
    return {"fullmakt_id": row.id, "giver_id": row.giver_id, "receiver_id": row.receiver_id}


def _as_person(said: folkeregister.Person) -> Person:
    return Person(
        id=UUID(int=0),
        given_name=said.given_name,
        family_name=said.family_name,
        birth_date=said.birth_date,
        protection=Protection(said.protection.value),
        deceased_on=said.deceased_on,
        language="nb",
    )


def _today() -> date:
    return day_of(clock.now())
