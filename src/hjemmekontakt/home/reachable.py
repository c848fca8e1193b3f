"""Whether a citizen can be reached digitally: herself, through who acts for her, or not, and why (R83)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.access.rules import Right
from hjemmekontakt.consent.rules import HowFar, State
from hjemmekontakt.notifications.rules import Channel, Decision, Reach, RegisterWord
from hjemmekontakt.representation.rules import NamedProxy


class Why(StrEnum):
    """Why she cannot be reached digitally herself."""

    NEVER_BEGUN = "never-begun"
    NOT_READY = "not-ready"
    STOPPED = "stopped"
    NO_NOTICES = "no-notices"
    NO_ADDRESS = "no-address"
    RESERVED = "reserved"
    NOT_IN_REGISTER = "not-in-register"
    STALE = "stale"
    NOT_DELIVERED = "not-delivered"


BY_THE_REGISTER: dict[str, Why] = {
    RegisterWord.RESERVED: Why.RESERVED,
    RegisterWord.UNKNOWN: Why.NOT_IN_REGISTER,
    RegisterWord.STALE: Why.STALE,
}
"""What the contact register said at the last notice; before it was kept, only that there was no address."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """The answer: herself (no reason), through some by name, or not; and when it was last checked."""

    herself: bool
    through: tuple[str, ...]
    why: Why | None
    checked_at: datetime | None


def reachable(
    citizen_id: UUID, how_far: HowFar | None, proxies: Sequence[NamedProxy], reach: Mapping[UUID, Reach]
) -> Reachable:
    """Say how a citizen is reached: not at all while the service is not in use, else herself, else who reads for her.

    >>> from datetime import UTC
    >>> astrid, since = UUID(int=1), datetime(2026, 2, 2, tzinfo=UTC)
    >>> active = HowFar(State.ACTIVE, "", since)
    >>> reachable(astrid, active, [], {astrid: Reach(Channel.SMS)}).herself
    True
    >>> jonas = NamedProxy(UUID(int=2), "Jonas Berg", frozenset(Right), None)
    >>> wishes = {astrid: Reach(Channel.NONE), jonas.id: Reach(Channel.EMAIL)}
    >>> reachable(astrid, active, [jonas], wishes).through
    ('Jonas Berg',)
    >>> reachable(astrid, None, [jonas], wishes).why
    <Why.NEVER_BEGUN: 'never-begun'>
    """
    own = reach.get(citizen_id, Reach(Channel.SMS))
    why = _why_not(how_far, own)
    checked = own.last_at or (how_far.since if how_far else None)
    if why is None:
        return Reachable(True, (), None, checked)
    if how_far is None or how_far.state is not State.ACTIVE:
        return Reachable(False, (), why, checked)
    readers = [proxy for proxy in proxies if {Right.READ, Right.NOTICES} <= proxy.rights]
    through = tuple(proxy.name for proxy in readers if not reach.get(proxy.id, Reach(Channel.SMS)).fails())
    return Reachable(False, through, why, checked)


def _why_not(how_far: HowFar | None, own: Reach) -> Why | None:
    if how_far is None:
        return Why.NEVER_BEGUN
    if how_far.state is not State.ACTIVE:
        return Why.NOT_READY if how_far.state is State.ACTIVATING else Why.STOPPED
    if own.channel is Channel.NONE:
        return Why.NO_NOTICES
    if not own.fails():
        return None
    if own.last is Decision.FAILED:
        return Why.NOT_DELIVERED
    return BY_THE_REGISTER.get(own.word, Why.NO_ADDRESS)
