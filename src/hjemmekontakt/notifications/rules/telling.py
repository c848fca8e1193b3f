"""Whom to tell, by which channel, at which address and when again; each «no» with its reason."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from hjemmekontakt.access.rules import Actor, Right
from hjemmekontakt.notifications.rules.kinds import (
    ALWAYS,
    NEEDS_ACTIVE,
    ONLY_KIN,
    ONLY_WHEN_ASKED,
    RIGHTS_NEEDED,
    Channel,
    Decision,
    Kind,
    What,
)
from hjemmekontakt.notifications.rules.views import Happening, Planned, Proxies, Wish, Wishes

OLDEST_TOLD = timedelta(hours=24)
RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))  # R55


def whom_to_tell(happening: Happening, proxies: Proxies, wishes: Wishes) -> list[Planned]:
    """Decide for the citizen and each who may be told for her: by which channel, or why not (M8, R47, R57).

    >>> astrid, jonas = UUID(int=1), UUID(int=2)
    >>> message = Happening("message:7", What.MESSAGE, astrid)
    >>> told = whom_to_tell(message, {jonas: frozenset(Right)}, {Wish(jonas, astrid, Kind.MESSAGE): Channel.NONE})
    >>> [(plan.receiver_id.int, plan.channel.value, plan.decision.value) for plan in told]
    [(1, 'sms', 'due'), (2, 'none', 'no-wish')]
    """
    kin = [person for person, rights in proxies.items() if may_be_told(happening.what.kind, rights)]
    herself = [] if happening.what.kind in ONLY_KIN else [happening.about_id]
    receivers = [*herself, *sorted(set(kin) - {happening.about_id})]
    return [_decided(happening, receiver, wishes) for receiver in receivers]


def _decided(happening: Happening, receiver_id: UUID, wishes: Wishes) -> Planned:
    if happening.obstacle is not None:
        return Planned(happening, receiver_id, Channel.NONE, happening.obstacle)
    channel = channel_wished(Wish(receiver_id, happening.about_id, happening.what.kind), wishes)
    decision = Decision.NO_WISH if channel is Channel.NONE else Decision.DUE
    return Planned(happening, receiver_id, channel, decision)


def may_be_told(kind: Kind, rights: Collection[Right]) -> bool:
    """Tell whether one who acts for a citizen with these rights may be told of this kind of event (R59).

    >>> may_be_told(Kind.MESSAGE, {Right.NOTICES, Right.READ}), may_be_told(Kind.MESSAGE, {Right.READ})
    (True, False)
    >>> may_be_told(Kind.FULLMAKT, set(Right))
    False
    """
    return kind in RIGHTS_NEEDED and RIGHTS_NEEDED[kind] <= set(rights)


def channel_wished(wish: Wish, wishes: Wishes) -> Channel:
    """Say by what a person is told: as she chose, else by SMS; performed visits only where she asked for it (R46, R47).

    What is always told follows her choice for messages, where it is a channel. A letter must reach her whom it is to; who
    acts for her is told of it as of a message.

    >>> astrid = UUID(int=1)
    >>> chosen = {Wish(astrid, astrid, Kind.MESSAGE): Channel.EMAIL}
    >>> channel_wished(Wish(astrid, astrid, Kind.READY), chosen), channel_wished(Wish(astrid, astrid, Kind.MESSAGE), {})
    (<Channel.EMAIL: 'email'>, <Channel.SMS: 'sms'>)
    >>> channel_wished(Wish(astrid, astrid, Kind.VISIT_PERFORMED), chosen)
    <Channel.NONE: 'none'>
    """
    if wish.kind is Kind.LETTER and wish.receiver_id != wish.about_id:
        return channel_wished(replace(wish, kind=Kind.MESSAGE), wishes)
    chosen = wishes.get(wish)
    if wish.kind not in ALWAYS:
        return chosen or (Channel.NONE if wish.kind in ONLY_WHEN_ASKED else Channel.SMS)
    for_messages = wishes.get(Wish(wish.receiver_id, wish.about_id, Kind.MESSAGE))
    return next((each for each in (chosen, for_messages) if each and each is not Channel.NONE), Channel.SMS)


def why_not_tell_of_visit(ended_at: datetime, *, now: datetime) -> Decision | None:
    """Say why a performed visit is not told of: it ended more than a day ago, as in the window a journal sends first.

    >>> from datetime import UTC
    >>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> why_not_tell_of_visit(nine, now=nine + timedelta(hours=3))
    >>> why_not_tell_of_visit(nine, now=nine + timedelta(days=2))
    <Decision.TOO_OLD: 'too-old'>
    """
    return Decision.TOO_OLD if now - ended_at > OLDEST_TOLD else None


def silent_key(visit_id: UUID) -> str:
    """What the notices call the silence of a visit: by it kin are told once, and it is known at the sending (M2)."""
    return f"{What.VISIT_SILENT}:{visit_id}"


def address_to_use(channel: Channel, addresses: Mapping[Channel, str]) -> tuple[Channel, str] | None:
    """Choose the address: by the channel she wished, else by another one; None where there is none (R46).

    >>> address_to_use(Channel.SMS, {Channel.EMAIL: "jonas.berg@example.no"})
    (<Channel.EMAIL: 'email'>, 'jonas.berg@example.no')
    """
    if channel is Channel.NONE:
        return None
    in_turn = (channel, Channel.SMS, Channel.EMAIL)
    return next(((each, addresses[each]) for each in in_turn if addresses.get(each)), None)


def next_try(attempts: int) -> timedelta | None:
    """Say how long to wait after so many attempts: 1, 5, 30 minutes, then no more (R55).

    >>> [next_try(attempts) for attempts in (1, 3, 4)]
    [datetime.timedelta(seconds=60), datetime.timedelta(seconds=1800), None]
    """
    return RETRIES[attempts - 1] if attempts <= len(RETRIES) else None


def why_not_any_more(
    what: What,
    *,
    receiver_id: UUID,
    about_id: UUID,
    proxies: Proxies,
    active: Collection[UUID],
    dead: Collection[UUID],
    parties: Collection[UUID] = (),
) -> Decision | None:
    """Say that a person is not to be told any more: a death, a service stopped, a fullmakt ended meanwhile (R7, R62).

    `parties` are both parties of a fullmakt that is told of: after a death nobody is told of it by SMS or e-mail.

    >>> astrid, jonas = UUID(int=1), UUID(int=2)
    >>> told = dict(receiver_id=jonas, about_id=astrid, active={astrid}, dead=())
    >>> why_not_any_more(What.MESSAGE, proxies={jonas: frozenset(Right)}, **told)
    >>> why_not_any_more(What.MESSAGE, proxies={}, **told)
    <Decision.NOT_ANY_MORE: 'not-any-more'>
    """
    is_dead = any(person in dead for person in (receiver_id, about_id, *parties))
    is_stopped = what.kind in NEEDS_ACTIVE and about_id not in active
    has_ended = receiver_id != about_id and not may_be_told(what.kind, proxies.get(receiver_id, frozenset()))
    return Decision.NOT_ANY_MORE if is_dead or is_stopped or has_ended else None


def person_of(actor: Actor) -> UUID:
    """The person behind the actor: who is told."""
    if actor.id is None:
        raise ValueError("only a person is told")
    return actor.id
