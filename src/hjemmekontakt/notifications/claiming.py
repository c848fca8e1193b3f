"""Takes due notices up, with all that is known of them here; who is not to be told any more, or not now, is settled at once."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection
from msgspec.structs import replace

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May, Right
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.gateways.sms import LONGEST_SENDER
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import queries as messages
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.notifications.changes.queries import least_moves
from hjemmekontakt.notifications.changes.rules import LEAST_MOVE, still_holds, visit_in
from hjemmekontakt.notifications.costs.queries import over_their_cap
from hjemmekontakt.notifications.costs.rules import NEVER_STOPPED
from hjemmekontakt.notifications.due import Due, Settled
from hjemmekontakt.notifications.models import Notice
from hjemmekontakt.notifications.nights.queries import usual_nights
from hjemmekontakt.notifications.receivers import Receiver, receivers
from hjemmekontakt.notifications.rules import (
    BY_THE_REGISTER_ALONE,
    NOT_AT_NIGHT,
    Channel,
    Decision,
    Kind,
    What,
    silent_key,
    why_not_any_more,
)
from hjemmekontakt.notifications.statements import SQL
from hjemmekontakt.notifications.texts import NEUTRAL_SENDER, Letterhead
from hjemmekontakt.notifications.timing import Quiet, held_until, is_held_too_long
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import Person, Protection
from hjemmekontakt.representation import queries as representation
from hjemmekontakt.visits import queries as visits
from hjemmekontakt.visits.rules import is_night

TIMES = ("at", "until", "happened")


@dataclass(frozen=True, slots=True)
class Known:
    """All that bears on a batch of due notices, read in one question for each table."""

    persons: Mapping[UUID, Person]
    dead: Collection[UUID]
    numbers: Mapping[UUID, str]
    proxies: Mapping[UUID, Mapping[UUID, frozenset[Right]]]
    active: Collection[UUID]
    letterheads: Mapping[UUID | None, Letterhead]
    settled_events: Collection[str]
    read: Collection[tuple[UUID | None, UUID]]
    receivers: Mapping[UUID, Receiver]
    nights: Mapping[UUID | None, Quiet | None]
    digests: Mapping[UUID, tuple[str, ...]]
    parties: Mapping[str, Collection[UUID]]
    over_cap: Collection[UUID | None]

    def night_for(self, due: Due) -> Quiet | None:
        """The night of whom a notice is for: her own, else that of the municipality it comes from (R53)."""
        return self.receivers[due.receiver_id].night(self.nights[due.municipality_id])

    def is_hidden(self, *ids: UUID) -> bool:
        """Whether one of these has a protected address: then nothing says where a notice is from (R11)."""
        return any(self.persons[id].protection is not Protection.NONE for id in ids)


@intent
def claim(actor: Actor, *, now: datetime, lease: datetime, limit: int) -> tuple[list[Due], list[Settled]]:
    """Take up a batch: those to be told now, and what is settled already of the others."""
    grant = require(actor, May.SEND_NOTICES, about=lookup.portal())
    with connection.cursor() as cursor:
        times = {"now": now, "real": clock.real(), "lease": lease}
        held = [what.value for what in held_back(now)]
        cursor.execute(SQL["claim_due"], {**times, "held": held, "limit": limit})
        taken = [_due(*row) for row in cursor.fetchall()]
    if not taken:
        return [], []
    known = _known(grant, taken, now=now)
    settled = [each for due in taken if (each := _why_not_now(due, known, now=now))]
    apart = {each.due.id for each in settled}
    return [_with_what_is_known(due, known) for due in taken if due.id not in apart], settled


def held_back(now: datetime) -> frozenset[What]:
    """What is sent to nobody at this hour, whatever she has chosen: kin are not woken (M2)."""
    return NOT_AT_NIGHT if is_night(now) else frozenset()


def _due(
    id: UUID,
    event_key: str,
    kind: str,
    about_id: UUID,
    receiver_id: UUID,
    municipality_id: UUID | None,
    channel: str,
    attempts: int,
    said: str,
) -> Due:
    values = json.loads(said)
    what = What(kind)
    message = values.get("message") or (event_key.partition(":")[2] if what is What.MESSAGE else "")
    return Due(
        id=id,
        event_key=event_key,
        what=what,
        about_id=about_id,
        receiver_id=receiver_id,
        municipality_id=municipality_id,
        channel=Channel(channel),
        attempts=attempts,
        said={name: datetime.fromisoformat(values[name]) for name in TIMES if name in values},
        message_id=id_in(message),
    )


def id_in(text: str) -> UUID | None:
    """An id, or None: a key that we do not understand must not hold back the others of its batch."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _known(grant: Grant, taken: Sequence[Due], *, now: datetime) -> Known:
    about_ids, receiver_ids = {due.about_id for due in taken}, {due.receiver_id for due in taken}
    message_ids = {due.message_id for due in taken if due.message_id}
    municipality_ids, parties, today = {due.municipality_id for due in taken}, _parties(taken), day_of(now)
    persons = people.persons(grant, about_ids.union(receiver_ids, *parties.values()))
    return Known(
        persons=persons,
        dead={id for id, person in persons.items() if person.deceased_on is not None},
        numbers=people.national_ids(grant, receiver_ids),
        proxies=representation.proxies_of_each(grant, about_ids, today=today),
        active=consent.active_among(grant, about_ids),
        letterheads={id: letterhead_of(id) for id in {None, *municipality_ids}},
        settled_events=_settled_since(grant, taken),
        read={(each.message_id, each.reader_id) for each in messages.readers_of(grant, message_ids)},
        receivers=receivers(about_ids | receiver_ids),
        nights=usual_nights(grant, municipality_ids),
        digests=_events_of_digests([due.id for due in taken if due.what is What.VISIT_DIGEST]),
        parties=parties,
        over_cap=over_their_cap(grant, municipality_ids, today=today),
    )


def _why_not_now(due: Due, known: Known, *, now: datetime) -> Settled | None:
    """Say what becomes of a notice that is not handed over now: nobody is to be told of it any more, or it is night."""
    if due.event_key in known.settled_events:
        return Settled(due, Decision.SETTLED)
    ended = why_not_any_more(
        due.what,
        receiver_id=due.receiver_id,
        about_id=due.about_id,
        proxies=known.proxies.get(due.about_id, {}),
        active=known.active,
        dead=known.dead,
        parties=known.parties.get(due.event_key, ()),
    )
    if ended:
        return Settled(due, ended)
    if (due.message_id, due.receiver_id) in known.read:
        return Settled(due, Decision.ALREADY_READ)
    until = held_until(due.what, due.said.get("at"), quiet=known.night_for(due), now=now)
    if until is None:
        return None
    joins = is_held_too_long(due.what, due.said.get("happened"), until=until)
    decision = Decision.GATHERED if joins else Decision.DUE
    return Settled(due, decision, due_at=until, attempts=due.attempts - 1, error="quiet-hours")


def _with_what_is_known(due: Due, known: Known) -> Due:
    receiver = known.receivers[due.receiver_id]
    by_push = due.channel is Channel.PUSH and due.what.kind not in BY_THE_REGISTER_ALONE
    browsers = receiver.browsers if by_push else ()
    where = None if known.is_hidden(*known.parties.get(due.event_key, ())) else due.municipality_id
    return replace(
        due,
        channel=Channel.SMS if due.channel is Channel.PUSH and not browsers else due.channel,
        browsers=browsers,
        national_id=known.numbers[due.receiver_id],
        language=known.persons[due.receiver_id].language,
        letterhead=None if known.is_hidden(due.receiver_id, due.about_id) else known.letterheads[where],
        own=receiver.own,
        first_name=_first_name(due, known),
        events=known.digests.get(due.id, ()) or (due.event_key,),
        is_over_cap=due.municipality_id in known.over_cap and due.what not in NEVER_STOPPED,
    )


def _parties(taken: Sequence[Due]) -> dict[str, set[UUID]]:
    """Both parties of each fullmakt that is told of: they are told in one event, each of herself (R57)."""
    keys = {due.event_key for due in taken if due.what.kind is Kind.FULLMAKT}
    rows = Notice.objects.filter(event_key__in=keys).values_list("event_key", "receiver_id") if keys else ()
    found: dict[str, set[UUID]] = {}
    for key, person in rows:
        found.setdefault(key, set()).add(person)
    return found


def _first_name(due: Due, known: Known) -> str:
    """The first name of her whom it is about, where she lends it and the receiver wants it; the text may leave it out (R51)."""
    both = known.receivers[due.about_id].names.lends and known.receivers[due.receiver_id].names.wants
    return known.persons[due.about_id].given_name if both and not known.is_hidden(due.about_id, due.receiver_id) else ""


def _settled_since(grant: Grant, taken: Sequence[Due]) -> set[str]:
    """The events of which nothing is to be told any more: a silent visit heard of, a change taken back (M2, R36)."""
    silent = {due.event_key for due in taken if due.what is What.VISIT_SILENT}
    ids = [UUID(key.partition(":")[2]) for key in silent]
    heard_of = silent - {silent_key(each.id) for each in visits.still_silent(grant, ids)} if silent else set()
    return heard_of | _taken_back(grant, [due for due in taken if due.what.kind is Kind.VISIT_CHANGED])


def _taken_back(grant: Grant, dues: Sequence[Due]) -> set[str]:
    if not dues:
        return set()
    now_as = {visit.id: visit for visit in visits.changed(grant, {visit_in(due.event_key) for due in dues})}
    least = least_moves(grant, {visit.municipality_id for visit in now_as.values()})

    def holds(due: Due) -> bool:
        visit = now_as.get(visit_in(due.event_key))
        smallest = least[visit.municipality_id] if visit else LEAST_MOVE
        return still_holds(due.what, due.said, visit, least=smallest)

    return {due.event_key for due in dues if not holds(due)}


def _events_of_digests(ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """What each digest tells of."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT joined_to, array_agg(event_key ORDER BY event_key) FROM notice WHERE joined_to = ANY (%s)"
            " GROUP BY joined_to",
            [list(ids)],
        )
        return {id: tuple(events) for id, events in cursor.fetchall()}


def letterhead_of(municipality_id: UUID | None) -> Letterhead:
    """Who a notice is from, and whom to call."""
    if municipality_id is None:
        return Letterhead(phone=settings.HELP_PHONE)
    found = municipalities.municipality(municipality_id)
    return Letterhead(found.name, found.sms_sender[:LONGEST_SENDER] or NEUTRAL_SENDER, found.phone)
