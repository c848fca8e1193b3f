"""Reads for the support desk; each is logged on the citizens it shows (R74, M8)."""

from datetime import date, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, log_list, require
from hjemmekontakt.access.rules import About, Actor, May, Role
from hjemmekontakt.gateways.handover import Delivery
from hjemmekontakt.ground import clock, outbox
from hjemmekontakt.ground.models import Heartbeat
from hjemmekontakt.ground.workdays import day_of, start_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.notifications.costs.queries import cost_of
from hjemmekontakt.notifications.models import Notice
from hjemmekontakt.notifications.nights.queries import night_set, usual_nights
from hjemmekontakt.notifications.reconciling.queries import latest_of
from hjemmekontakt.notifications.rules import Channel, Decision, What
from hjemmekontakt.notifications.support.rules import (
    DayOfNotices,
    DecisionOnTheDesk,
    Desk,
    Machinery,
    Unreached,
    who_received,
)
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Person, Protection
from hjemmekontakt.representation import queries as representation

ALIVE = timedelta(seconds=30)
LATELY = timedelta(days=30)
MOST = 200
REACHED_NOBODY = (Decision.NO_CONTACT, Decision.FAILED)


@intent
def desk_of(actor: Actor) -> Desk:
    """The desk's first page: does the machinery run, does everything add up, what has it cost, whom does nothing reach."""
    grant, about = _at_the_desk(actor)
    municipality_id = _municipality(actor)
    unreached = _unreached(grant, municipality_id, units=_units(actor))
    log_list(grant, about, [each.citizen_id for each in unreached])
    return Desk(
        machinery=_machinery(municipality_id),
        reconciliation=latest_of(grant, municipality_id),
        cost=cost_of(grant, municipality_id, today=day_of(clock.now())),
        unreached=tuple(unreached),
        may_set=is_the_municipalitys(actor),
        night=night_set(grant, municipality_id),
        usual=usual_nights(grant, [None])[None],
    )


@intent
def people_found(actor: Actor, words: str) -> list[Person]:
    """Those who are helped where one works, by name or national id; each who is shown is told so in her log."""
    grant, about = _at_the_desk(actor)
    number = "".join(words.split())
    is_number = len(number) == 11 and number.isdecimal()
    found = people.persons_helped(
        grant,
        _units(actor),
        today=day_of(clock.now()),
        name="" if is_number else words,
        national_id=number if is_number else "",
    )
    log_list(grant, about, [each.id for each in found])
    return found


@intent
def day_of_notices(actor: Actor, citizen_id: UUID, *, day: date) -> DayOfNotices:
    """Each decision about a person on one day, with all that can be said of it on the phone; logged on her (M8)."""
    about = lookup.citizen_at_work(citizen_id, _units(actor))
    if is_the_municipalitys(actor):
        about = About(
            about.kind, about.id, about.citizen_id, about.municipality_id, None, about.has_decision, about.protected
        )
    grant = require(actor, May.SEE_NOTICES_AT_WORK, about=about)
    rows = Notice.objects.filter(
        about_id=citizen_id, decided_at__gte=start_of(day), decided_at__lt=start_of(day + timedelta(days=1))
    )
    today = day_of(clock.now())
    names = {each.id: each.name for each in representation.named_proxies_of(grant, citizen_id, today=today)}
    return DayOfNotices(
        citizen_id=citizen_id,
        name=people.person(grant, citizen_id).name,
        day=day,
        decisions=tuple(_on_the_desk(row, names) for row in rows.order_by("decided_at", "event_key", "id")[:MOST]),
    )


def is_the_municipalitys(actor: Actor) -> bool:
    """Tell whether one administers the municipality as a whole, and no unit alone."""
    return Role.ADMINISTRATOR in actor.roles - {unit.role for unit in actor.units}


def may_open(actor: Actor) -> bool:
    """Tell whether one has a desk: who administers, and who leads a unit."""
    return bool(actor.roles & {Role.ADMINISTRATOR, Role.TEAM_LEADER})


def _at_the_desk(actor: Actor) -> tuple[Grant, About]:
    if is_the_municipalitys(actor):
        about = lookup.municipality(_municipality(actor))
    else:
        units = _units(actor)
        about = lookup.unit(units[0], _municipality(actor)) if units else About("unit", None)
    return require(actor, May.SEE_NOTICE_DESK, about=about), about


def _units(actor: Actor) -> list[UUID]:
    if is_the_municipalitys(actor):
        return [unit.id for unit in municipalities.units_of(_municipality(actor))]
    return [unit.unit_id for unit in actor.units if unit.role in (Role.ADMINISTRATOR, Role.TEAM_LEADER)]


def _municipality(actor: Actor) -> UUID:
    if actor.municipality_id is None:
        raise ValueError("a desk is in a municipality")
    return actor.municipality_id


def _unreached(grant: Grant, municipality_id: UUID, *, units: list[UUID]) -> list[Unreached]:
    """Those helped here whom the last notice about themselves did not reach, the latest first."""
    since = clock.now() - LATELY
    later = Notice.objects.filter(
        receiver_id=OuterRef("receiver_id"),
        decided_at__gt=OuterRef("decided_at"),
        decision__in=[Decision.SENT, *REACHED_NOBODY],
    )
    rows = (
        Notice.objects.filter(
            municipality_id=municipality_id,
            decision__in=REACHED_NOBODY,
            decided_at__gte=since,
            receiver_id=F("about_id"),
        )
        .exclude(Exists(later))
        .exclude(receiver_id__in=list(grant.actor.family))
        .order_by("-decided_at", "id")[:MOST]
    )
    latest = {row.receiver_id: row for row in reversed(rows)}
    helped = {id for id, _ in people.helped_in(grant, units, today=day_of(clock.now()), citizen_ids=latest)}
    persons = people.persons(grant, helped)
    return sorted(
        (
            Unreached(id, persons[id].name, Decision(row.decision), row.decided_at, row.last_error)
            for id, row in latest.items()
            if id in persons and persons[id].protection is Protection.NONE and persons[id].deceased_on is None
        ),
        key=lambda each: (each.at, each.name),
        reverse=True,
    )


def _machinery(municipality_id: UUID) -> Machinery:
    beat = Heartbeat.objects.order_by("-beat_at").first()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), min(due_at) FROM notice WHERE decision = 'due' AND due_at <= %s AND municipality_id = %s",
            [clock.now(), municipality_id],
        )
        waiting, oldest = cursor.fetchone()
    return Machinery(
        beat_at=beat.beat_at if beat else None,
        is_alive=beat is not None and beat.beat_at > clock.real() - ALIVE,
        events_waiting=outbox.waiting(),
        events_given_up=outbox.dead(),
        notices_waiting=waiting,
        oldest_waiting=oldest,
    )


def _on_the_desk(row: Notice, names: dict[UUID, str]) -> DecisionOnTheDesk:
    receiver, name = who_received(row.receiver_id, about_id=row.about_id, names=names)
    return DecisionOnTheDesk(
        id=row.id,
        what=What(row.kind),
        receiver=receiver,
        receiver_name=name,
        channel=Channel(row.channel),
        decision=Decision(row.decision),
        decided_at=row.decided_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        attempts=row.attempts,
        provider=row.sms_provider,
        receipt=Delivery(row.receipt) if row.receipt else None,
        receipt_at=row.receipt_at,
        error=row.last_error,
        address_end=row.address_end,
    )
