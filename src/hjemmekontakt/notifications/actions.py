"""To choose how to be told, and to decide whom to tell of what has happened: every decision is stored, once (M8)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function
from hjemmekontakt.notifications import queries
from hjemmekontakt.notifications.deciding import decide
from hjemmekontakt.notifications.models import FirstNames, Preference, QuietHours
from hjemmekontakt.notifications.rules import (
    EVERYWHERE,
    Channel,
    Choice,
    Decision,
    Happening,
    Mode,
    Names,
    What,
    person_of,
    silent_key,
    why_not_choose,
    why_not_tell_of_visit,
)
from hjemmekontakt.notifications.timing import DIGEST_HOURS, Quiet
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Protection
from hjemmekontakt.visits import queries as visits
from hjemmekontakt.visits.rules import CancellationOutcome, CancellationState, PerformedVisit, StillSilent


@intent
def choose_notices(actor: Actor, choices: Sequence[Choice]) -> None:
    """A person chooses how she is told, of herself and of those she acts for; all is kept, or nothing (R46, R57)."""
    about = lookup.citizen(actor.about_whom())
    grant = require(actor, May.CHANGE_NOTICES, about=about)
    today = day_of(clock.now())
    standings = queries.rights_for(grant, today=today)
    rings = _where_nobody_reports_in_vain(grant, choices, today=today)
    by_browser = any(choice.channel is Channel.PUSH for choice in choices)
    channels = queries.channels_for(grant, person_of(actor)) if by_browser else EVERYWHERE
    for choice in choices:
        rights = None if choice.about_id == actor.id else standings.get(choice.about_id, frozenset())
        why_not = why_not_choose(choice, rights=rights, rings=rings, hours=DIGEST_HOURS, channels=channels)
        if why_not:
            raise Refused(why_not)

    _keep_choices(actor, choices)


def _where_nobody_reports_in_vain(grant: Grant, choices: Sequence[Choice], *, today: date) -> set[UUID]:
    asked = {choice.about_id for choice in choices if choice.way.mode is Mode.DEVIATIONS}
    return queries.where_silence_rings(grant, asked, today=today)


def _keep_choices(actor: Actor, choices: Iterable[Choice]) -> None:
    Preference.objects.bulk_create(
        [
            Preference(
                receiver_id=actor.id,
                about_id=each.about_id,
                kind=each.kind,
                channel=each.channel,
                mode=each.way.mode,
                digest_hour=each.way.hour,
            )
            for each in {(choice.about_id, choice.kind): choice for choice in choices}.values()
        ],
        update_conflicts=True,
        unique_fields=["receiver", "about", "kind"],
        update_fields=["channel", "mode", "digest_hour"],
    )


@intent
def choose_quiet_hours(actor: Actor, quiet: Quiet | None) -> None:
    """A person chooses the hours of the night in which she wants no notices, or none (R53)."""
    require(actor, May.CHANGE_NOTICES, about=lookup.citizen(actor.about_whom()))
    hours = {"starts": quiet.starts, "ends": quiet.ends} if quiet else {"starts": None, "ends": None}
    QuietHours.objects.update_or_create(receiver_id=person_of(actor), defaults=hours)


@intent
def choose_first_names(actor: Actor, names: Names) -> None:
    """A person says whether her first name may stand in notices, and whether she wants those of others (R51)."""
    require(actor, May.CHANGE_NOTICES, about=lookup.citizen(actor.about_whom()))
    chosen = {"lends": names.lends, "wants": names.wants}
    FirstNames.objects.update_or_create(citizen_id=person_of(actor), defaults=chosen)


@intent
def tell_of_messages(actor: Actor, messages: Iterable[tuple[UUID, UUID, UUID]]) -> int:
    """Decide whom to tell that a unit has written (★12); says how many decisions were stored.

    `messages` are message, citizen and municipality of each.
    """
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    return decide(
        grant,
        [
            Happening(f"message:{message_id}", What.MESSAGE, citizen_id, municipality_id)
            for message_id, citizen_id, municipality_id in messages
        ],
    )


@intent
def tell_of_performed_visits(actor: Actor, visit_ids: Iterable[UUID]) -> int:
    """Decide whom to tell that visits were performed; few statements, however many visits (★7)."""
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    found = visits.performed(grant, visit_ids)
    obstacles, now = not_opened(grant, found), clock.now()
    return decide(grant, [_performed(visit, obstacles.get(visit.service_id), now=now) for visit in found])


@intent
def tell_of_visits_not_performed(actor: Actor, visit_ids: Iterable[UUID]) -> int:
    """Decide whom to tell that visits were not performed: who asked for visits at all, at once (R31, R48)."""
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    found = visits.not_performed(grant, visit_ids)
    obstacles, now = not_opened(grant, found), clock.now()
    return decide(grant, [_not_performed(visit, obstacles.get(visit.service_id), now=now) for visit in found])


@intent
def tell_of_silent_visits(actor: Actor, visit_ids: Iterable[UUID]) -> int:
    """Decide which kin to tell that nobody has said how a visit went; none of whom something was heard meanwhile (M2)."""
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    found = visits.still_silent(grant, visit_ids)
    obstacles, now = not_opened(grant, found), clock.now()
    return decide(grant, [_silent(visit, obstacles.get(visit.service_id), now=now) for visit in found])


@intent
def tell_of_cancellations(actor: Actor, cancellation_ids: Iterable[UUID]) -> int:
    """Decide whom to tell what the journal answered to cancellations; those confirmed for a time away once a day (R38, R41)."""
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    found = visits.cancellation_outcomes(grant, cancellation_ids)
    obstacles = not_opened(grant, found)
    return decide(grant, [_answered(outcome, obstacles.get(outcome.service_id)) for outcome in found])


@intent
def tell_of_wishes(actor: Actor, wish_ids: Iterable[UUID]) -> int:
    """Decide whom to tell that wishes for another time are answered: a second proposal is told of too (R42)."""
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    found = visits.wish_outcomes(grant, wish_ids)
    obstacles = not_opened(grant, found)
    return decide(
        grant,
        [
            Happening(
                f"wish:{outcome.id}:{outcome.version}",
                What.WISH_ANSWERED,
                outcome.citizen_id,
                outcome.municipality_id,
                obstacle=obstacles.get(outcome.service_id),
            )
            for outcome in found
        ],
    )


@intent
def tell_of_activations(actor: Actor, citizen_ids: Sequence[UUID]) -> int:
    """Decide that each citizen is told that her service is ready (R5)."""
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    today = day_of(clock.now())
    helped_by = people.helping_municipality(grant, citizen_ids, today=today)
    return decide(
        grant,
        [Happening(f"ready:{id}:{today.isoformat()}", What.READY, id, helped_by.get(id)) for id in citizen_ids],
    )


@intent
def tell_of_fullmakter(
    actor: Actor, event: str, fullmakter: Sequence[tuple[UUID, UUID, UUID]], *, giver: What, receiver: What
) -> int:
    """Decide that both parties are told of each fullmakt: its id, giver and receiver (R57).

    Who it is from is the giver's municipality; where a party has a protected address, no municipality at all (R11).
    """
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    parties = {person for _, *both in fullmakter for person in both}
    helped_by = people.helping_municipality(grant, parties, today=day_of(clock.now()))
    hidden = {id for id, each in people.persons(grant, parties).items() if each.protection is not Protection.NONE}
    happenings = []
    for fullmakt_id, giver_id, receiver_id in fullmakter:
        is_hidden = {giver_id, receiver_id} & hidden
        where = None if is_hidden else helped_by.get(giver_id) or helped_by.get(receiver_id)
        happenings += [
            Happening(f"{event}:{fullmakt_id}", giver, giver_id, where),
            Happening(f"{event}:{fullmakt_id}", receiver, receiver_id, where),
        ]
    return decide(grant, happenings)


def _performed(visit: PerformedVisit, not_opened: Decision | None, *, now: datetime) -> Happening:
    return Happening(
        f"visit-performed:{visit.id}",
        What.VISIT_PERFORMED,
        visit.citizen_id,
        visit.municipality_id,
        at=visit.ended_at,
        obstacle=not_opened or why_not_tell_of_visit(visit.reported_until, now=now),
        happened_at=visit.reported_until,
    )


def _not_performed(visit: StillSilent, not_opened: Decision | None, *, now: datetime) -> Happening:
    return Happening(
        f"visit-not-performed:{visit.id}",
        What.VISIT_NOT_PERFORMED,
        visit.citizen_id,
        visit.municipality_id,
        at=visit.starts_at,
        obstacle=not_opened or why_not_tell_of_visit(visit.ends_at, now=now),
    )


def _silent(visit: StillSilent, not_opened: Decision | None, *, now: datetime) -> Happening:
    return Happening(
        silent_key(visit.id),
        What.VISIT_SILENT,
        visit.citizen_id,
        visit.municipality_id,
        at=visit.starts_at,
        obstacle=not_opened or why_not_tell_of_visit(visit.ends_at, now=now),
    )


def _answered(outcome: CancellationOutcome, not_opened: Decision | None) -> Happening:
    accepted = outcome.state is CancellationState.ACCEPTED
    if outcome.away_id is not None:
        return Happening(
            f"away:{outcome.away_id}:{day_of(clock.now()).isoformat()}",
            What.CANCELLATIONS_ACCEPTED,
            outcome.citizen_id,
            outcome.municipality_id,
            obstacle=not_opened,
        )
    return Happening(
        f"cancellation:{outcome.id}",
        What.CANCELLATION_ACCEPTED if accepted else What.CANCELLATION_DECLINED,
        outcome.citizen_id,
        outcome.municipality_id,
        at=outcome.starts_at,
        until=outcome.until,
        obstacle=not_opened,
    )


class OfService(Protocol):
    """Whatever has happened within a service."""

    @property
    def service_id(self) -> UUID:
        """The service."""
        ...


def not_opened(grant: Grant, found: Sequence[OfService]) -> dict[UUID, Decision]:
    """The services among these that have not opened notices: nobody is told there (R88)."""
    today = day_of(clock.now())
    services = municipalities.services(list({each.service_id for each in found}))
    return {
        id: Decision.NOT_OPENED for id, service in services.items() if not service.opened(Function.NOTICES, today=today)
    }
