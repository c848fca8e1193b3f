"""One message to a group: who gets it and who does not, who must approve it, and until when it can be taken back (R85)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

APPROVED_ABOVE = 50
MOST_RECEIVERS = 5000
TIME_TO_REGRET = timedelta(minutes=2)
WORD_LIMIT = 300


class BroadcastState(StrEnum):
    """How far a broadcast has come."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class LeftOut(StrEnum):
    """Why one of the group does not get the message."""

    NOT_ACTIVE = "not-active"
    NOT_OPENED = "not-opened"
    NO_DECISION = "no-decision"
    OWN_FAMILY = "own-family"
    PROTECTED = "protected"


NAMED = frozenset({LeftOut.NOT_ACTIVE, LeftOut.NOT_OPENED})
"""Who may be named among those left out; of the others only the number is told, and of the protected nothing (R11)."""


class BroadcastRefusal(StrEnum):
    """Why a broadcast is not made, decided or taken back; each has its sentence in `words`."""

    SUBJECT_EMPTY = "subject-empty"
    SUBJECT_TOO_LONG = "subject-too-long"
    TEXT_EMPTY = "text-empty"
    TEXT_TOO_LONG = "text-too-long"
    UNREADABLE = "unreadable"
    NOBODY = "nobody"
    TOO_MANY = "too-many"
    GROUP_CHANGED = "group-changed"
    FORM_USED = "form-used"
    OWN_BROADCAST = "own-broadcast"
    NOT_WAITING = "not-waiting"
    WORD_MISSING = "word-missing"
    WORD_TOO_LONG = "word-too-long"
    TOO_LATE = "too-late"
    NOT_HERS = "not-hers"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the group that was asked for: a citizen, and the service by which the unit writes to her."""

    citizen_id: UUID
    service_id: UUID


@dataclass(frozen=True, slots=True)
class GroupMember:
    """One of the group as she was found; `name` is empty where it must not be shown."""

    candidate: Candidate
    name: str
    birth_year: int | None
    left_out: LeftOut | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Who will get a broadcast, and who will not and why."""

    receivers: tuple[GroupMember, ...]
    left_out: tuple[GroupMember, ...]

    def counts(self) -> Mapping[LeftOut, int]:
        """How many are left out for each reason that may be told."""
        return counted(each.left_out for each in self.left_out)

    def mark(self) -> str:
        """A mark of exactly these receivers: what the page showed and what is sent must be the same.

        >>> nobody = Group((), ())
        >>> nobody.mark() == Group((), ()).mark(), len(nobody.mark())
        (True, 32)
        """
        ids = sorted(f"{each.candidate.citizen_id}{each.candidate.service_id}" for each in self.receivers)
        return sha256("".join(ids).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class BroadcastRow:
    """One broadcast as the list shows it."""

    id: UUID
    unit_id: UUID
    subject: str
    state: BroadcastState
    author_id: UUID
    author_name: str
    made_at: datetime
    receivers: int
    sent: int


@dataclass(frozen=True, slots=True)
class BroadcastView:
    """One broadcast with who gets it, as far as the reader may see them; `shown` are the names of this page."""

    row: BroadcastRow
    unit_name: str
    text: str
    group: Mapping[str, str]
    decided_by_name: str
    decided_at: datetime | None
    decided_why: str
    sent_at: datetime | None
    shown: tuple[GroupMember, ...]
    has_more: bool
    left_out: tuple[GroupMember, ...]
    counts: Mapping[LeftOut, int]
    why_not_decide: BroadcastRefusal | None
    why_not_withdraw: BroadcastRefusal | None


@dataclass(frozen=True, slots=True)
class BroadcastList:
    """A page of a unit's broadcasts, the newest first."""

    unit_id: UUID
    unit_name: str
    rows: tuple[BroadcastRow, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What decides whether one of the group gets the message."""

    active: bool
    helped: bool
    opened: bool
    protected: bool = False
    family: bool = field(default=False)


def why_left_out(facts: MemberFacts) -> LeftOut | None:
    """Say why one of the group does not get the message; None means she does (R11, R12, R79, R85).

    >>> why_left_out(MemberFacts(active=True, helped=True, opened=True))
    >>> why_left_out(MemberFacts(active=False, helped=True, opened=True, protected=True))
    <LeftOut.PROTECTED: 'protected'>
    >>> why_left_out(MemberFacts(active=False, helped=True, opened=False))
    <LeftOut.NOT_ACTIVE: 'not-active'>
    """
    if facts.protected:
        return LeftOut.PROTECTED
    if facts.family:
        return LeftOut.OWN_FAMILY
    if not facts.helped:
        return LeftOut.NO_DECISION
    if not facts.active:
        return LeftOut.NOT_ACTIVE
    return None if facts.opened else LeftOut.NOT_OPENED


def counted(reasons: Iterable[LeftOut | None]) -> dict[LeftOut, int]:
    """Count those left out for each reason; the protected are never counted aloud (R11).

    >>> counted([LeftOut.NOT_ACTIVE, LeftOut.PROTECTED, LeftOut.NOT_ACTIVE])
    {<LeftOut.NOT_ACTIVE: 'not-active'>: 2}
    """
    told = [reason for reason in reasons if reason is not None and reason is not LeftOut.PROTECTED]
    return {reason: told.count(reason) for reason in LeftOut if reason in told}


def state_when_made(receivers: int) -> BroadcastState:
    """Say whether a new broadcast waits for a team leader: above fifty receivers it does (R85).

    >>> state_when_made(50), state_when_made(51)
    (<BroadcastState.SENDING: 'sending'>, <BroadcastState.WAITING: 'waiting'>)
    """
    return BroadcastState.WAITING if receivers > APPROVED_ABOVE else BroadcastState.SENDING


def why_not_decide(state: BroadcastState, *, author_id: UUID, decider_id: UUID | None) -> BroadcastRefusal | None:
    """Say why she cannot approve or reject a broadcast: it does not wait, or it is her own (R85).

    >>> mona, gerd = UUID(int=1), UUID(int=2)
    >>> why_not_decide(BroadcastState.WAITING, author_id=mona, decider_id=gerd)
    >>> why_not_decide(BroadcastState.WAITING, author_id=gerd, decider_id=gerd)
    <BroadcastRefusal.OWN_BROADCAST: 'own-broadcast'>
    """
    if state is not BroadcastState.WAITING:
        return BroadcastRefusal.NOT_WAITING
    return BroadcastRefusal.OWN_BROADCAST if author_id == decider_id else None


def goes_at(made_at: datetime, decided_at: datetime | None) -> datetime:
    """Say when a broadcast begins to go out: two minutes after it was made, or approved.

    >>> goes_at(datetime(2026, 3, 2, 10), None).minute, goes_at(datetime(2026, 3, 2, 10), datetime(2026, 3, 2, 11)).hour
    (2, 11)
    """
    return (decided_at or made_at) + TIME_TO_REGRET


def why_not_withdraw(
    state: BroadcastState, *, goes_at: datetime, now: datetime, author_id: UUID, who_id: UUID | None, leads: bool
) -> BroadcastRefusal | None:
    """Say why a broadcast cannot be taken back: it has begun to go out, or is neither hers nor her unit's to lead.

    >>> ten, mona, per = datetime(2026, 3, 2, 10), UUID(int=1), UUID(int=2)
    >>> waits = dict(goes_at=ten, author_id=mona, leads=False)
    >>> why_not_withdraw(BroadcastState.SENDING, now=ten - timedelta(minutes=1), who_id=mona, **waits)
    >>> why_not_withdraw(BroadcastState.SENDING, now=ten, who_id=mona, **waits)
    <BroadcastRefusal.TOO_LATE: 'too-late'>
    >>> why_not_withdraw(BroadcastState.WAITING, now=ten + timedelta(days=1), who_id=mona, **waits)
    >>> why_not_withdraw(BroadcastState.WAITING, now=ten, who_id=per, **waits)
    <BroadcastRefusal.NOT_HERS: 'not-hers'>
    """
    if who_id != author_id and not leads:
        return BroadcastRefusal.NOT_HERS
    if state is BroadcastState.WAITING:
        return None
    return None if state is BroadcastState.SENDING and now < goes_at else BroadcastRefusal.TOO_LATE
