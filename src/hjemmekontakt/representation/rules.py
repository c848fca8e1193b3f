"""When a fullmakt may be offered, taken on and ended, and what each right means; pure decisions with a reason."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.access.rules import Right
from hjemmekontakt.people.rules import Person, Protection, age

GIVER_AGE = 16
RECEIVER_AGE = 18
OFFER_LASTS = timedelta(weeks=6)  # R63
ATTEMPTS_A_DAY = 20
LONGEST = timedelta(days=366 * 10)
FRESH_TO_BEGIN = timedelta(minutes=5)
FRESH_TO_GIVE = timedelta(minutes=20)


class State(StrEnum):
    """How far a fullmakt has come."""

    OFFERED = "offered"
    ACTIVE = "active"
    DECLINED = "declined"
    ENDED = "ended"


STATES: dict[State, frozenset[State]] = {
    State.OFFERED: frozenset({State.ACTIVE, State.DECLINED, State.ENDED}),
    State.ACTIVE: frozenset({State.ENDED}),
    State.DECLINED: frozenset(),
    State.ENDED: frozenset(),
}
"""From each state to the next; what is declined or ended never changes again (R61)."""

LIVING = (State.OFFERED, State.ACTIVE)


class EndReason(StrEnum):
    """Why a fullmakt ended; stored with it for good."""

    WITHDRAWN = "withdrawn"
    RESIGNED = "resigned"
    DECLINED = "declined"
    NOT_ANSWERED = "not-answered"
    RUN_OUT = "run-out"
    DECEASED = "deceased"
    PROTECTED = "protected"


class Side(StrEnum):
    """On which side of a fullmakt the reader stands."""

    GIVER = "giver"
    RECEIVER = "receiver"


class Refusal(StrEnum):
    """Why a fullmakt cannot be given, taken on or ended now."""

    GIVER_TOO_YOUNG = "giver-too-young"
    GIVER_CANNOT = "giver-cannot"
    RECEIVER_CANNOT = "receiver-cannot"
    CANNOT_ACCEPT = "cannot-accept"
    YOURSELF = "yourself"
    NO_RIGHTS = "no-rights"
    CANCEL_NEEDS_SEE = "cancel-needs-see"
    WRITE_NEEDS_READ = "write-needs-read"
    ENDS_IN_THE_PAST = "ends-in-the-past"
    ENDS_TOO_LATE = "ends-too-late"
    ALREADY_GIVEN = "already-given"
    ONLY_THE_RECEIVER = "only-the-receiver"
    ONLY_THE_GIVER = "only-the-giver"
    NOT_FRESH = "not-fresh"
    NOT_OPEN = "not-open"
    ENDED = "ended"
    REGISTER_SILENT = "register-silent"
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True)
class FullmaktView:
    """One fullmakt as one of its parties sees it; `other_name` is empty where she may not know it (R11, R63)."""

    id: UUID
    side: Side
    other_id: UUID
    other_name: str
    rights: frozenset[Right]
    state: State
    offered_at: datetime
    accepted_at: datetime | None
    ends_on: date | None
    ended_at: datetime | None
    end_reason: EndReason | None


@dataclass(frozen=True, slots=True)
class Fullmakter:
    """All of a person's fullmakter, sorted as her page shows them."""

    given: tuple[FullmaktView, ...] = ()
    received: tuple[FullmaktView, ...] = ()
    invitations: tuple[FullmaktView, ...] = ()
    waiting: tuple[FullmaktView, ...] = ()
    history: tuple[FullmaktView, ...] = ()


@dataclass(frozen=True, slots=True)
class ActsFor:
    """Somebody a person may act for, and with which rights."""

    fullmakt_id: UUID
    giver_id: UUID
    giver_name: str
    rights: frozenset[Right]


@dataclass(frozen=True, slots=True)
class NamedProxy:
    """One who may act for a citizen, as the staff who help her are told: name, rights, and until when (R70)."""

    id: UUID
    name: str
    rights: frozenset[Right]
    ends_on: date | None


def why_not_give(giver: Person, *, today: date) -> Refusal | None:
    """Say why this person cannot give a fullmakt; None means she can: sixteen, and no protected address (R58, R11).

    >>> from uuid import UUID
    >>> astrid = Person(UUID(int=1), "Astrid", "Berg", date(1944, 3, 12), Protection.NONE, None, "nb")
    >>> why_not_give(astrid, today=date(2026, 3, 2))
    >>> why_not_give(astrid, today=date(1960, 3, 11))
    <Refusal.GIVER_TOO_YOUNG: 'giver-too-young'>
    """
    if giver.protection is not Protection.NONE or giver.deceased_on is not None or giver.birth_date is None:
        return Refusal.GIVER_CANNOT
    if age(giver.birth_date, today=today) < GIVER_AGE:
        return Refusal.GIVER_TOO_YOUNG
    return None


def why_not_receive(receiver: Person, *, today: date) -> Refusal | None:
    """Say that this person cannot be given a fullmakt, never why: the giver learns nothing of her (R58, R11, R63).

    >>> from uuid import UUID
    >>> nils = Person(UUID(int=2), "Nils", "Foss", date(1936, 6, 2), Protection.STRICTLY_CONFIDENTIAL, None, "nb")
    >>> why_not_receive(nils, today=date(2026, 3, 2))
    <Refusal.RECEIVER_CANNOT: 'receiver-cannot'>
    """
    protected = receiver.protection is not Protection.NONE
    if protected or receiver.deceased_on is not None or receiver.birth_date is None:
        return Refusal.RECEIVER_CANNOT
    return Refusal.RECEIVER_CANNOT if age(receiver.birth_date, today=today) < RECEIVER_AGE else None


def why_not_rights(rights: Collection[Right]) -> Refusal | None:
    """Say why these rights make no whole: one must see visits to cancel them, and read messages to write (R59).

    >>> why_not_rights({Right.READ, Right.WRITE}), why_not_rights({Right.WRITE}), why_not_rights(set())
    (None, <Refusal.WRITE_NEEDS_READ: 'write-needs-read'>, <Refusal.NO_RIGHTS: 'no-rights'>)
    """
    if not rights:
        return Refusal.NO_RIGHTS
    if Right.CANCEL in rights and Right.SEE_VISITS not in rights:
        return Refusal.CANCEL_NEEDS_SEE
    if Right.WRITE in rights and Right.READ not in rights:
        return Refusal.WRITE_NEEDS_READ
    return None


def why_not_until(ends_on: date | None, *, today: date) -> Refusal | None:
    """Say why a fullmakt cannot last to this day, the last on which it would hold; no day is until withdrawn (R60).

    >>> why_not_until(None, today=date(2026, 3, 2)), why_not_until(date(2026, 3, 1), today=date(2026, 3, 2))
    (None, <Refusal.ENDS_IN_THE_PAST: 'ends-in-the-past'>)
    """
    if ends_on is None:
        return None
    if ends_on < today:
        return Refusal.ENDS_IN_THE_PAST
    return Refusal.ENDS_TOO_LATE if ends_on - today > LONGEST else None


def why_not_end(state: State) -> Refusal | None:
    """Say why a fullmakt cannot be ended; None means it can, at once (R62).

    >>> why_not_end(State.ACTIVE), why_not_end(State.DECLINED)
    (None, <Refusal.ENDED: 'ended'>)
    """
    return None if State.ENDED in STATES[state] else Refusal.ENDED


def why_not_answer(
    state: State, *, offered_at: datetime, ends_on: date | None, now: datetime, today: date
) -> Refusal | None:
    """Say why an offered fullmakt can no longer be answered; it waits six weeks (R63).

    >>> from datetime import UTC
    >>> monday = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> asked = dict(offered_at=monday, ends_on=None, today=date(2026, 3, 2))
    >>> why_not_answer(State.OFFERED, now=monday + timedelta(days=1), **asked)
    >>> why_not_answer(State.OFFERED, now=monday + timedelta(weeks=7), **asked)
    <Refusal.NOT_OPEN: 'not-open'>
    """
    run_out = ends_on is not None and ends_on < today
    if state is not State.OFFERED or now > offered_at + OFFER_LASTS or run_out:
        return Refusal.NOT_OPEN
    return None


def why_it_ends(
    state: State,
    *,
    giver: Person,
    receiver: Person,
    offered_at: datetime,
    ends_on: date | None,
    now: datetime,
    today: date,
) -> EndReason | None:
    """Say why a living fullmakt ends by itself: a death, a protected address, its date, an offer nobody answered.

    A death comes first: then nobody is told by SMS or e-mail (R7).

    >>> from uuid import UUID
    >>> astrid = Person(UUID(int=1), "Astrid", "Berg", date(1944, 3, 12), Protection.NONE, None, "nb")
    >>> jonas = Person(UUID(int=2), "Jonas", "Berg", date(1972, 9, 4), Protection.NONE, None, "nb")
    >>> from datetime import UTC
    >>> now = datetime(2026, 3, 2, 1, tzinfo=UTC)
    >>> lives = dict(giver=astrid, receiver=jonas, offered_at=now, now=now, today=date(2026, 3, 2))
    >>> why_it_ends(State.ACTIVE, ends_on=date(2026, 3, 2), **lives)
    >>> why_it_ends(State.ACTIVE, ends_on=date(2026, 3, 1), **lives)
    <EndReason.RUN_OUT: 'run-out'>
    """
    if giver.deceased_on is not None or receiver.deceased_on is not None:
        return EndReason.DECEASED
    if giver.protection is not Protection.NONE or receiver.protection is not Protection.NONE:
        return EndReason.PROTECTED
    if ends_on is not None and ends_on < today:
        return EndReason.RUN_OUT
    if state is State.OFFERED and now > offered_at + OFFER_LASTS:
        return EndReason.NOT_ANSWERED
    return None


def why_not_fresh(authenticated_at: datetime | None, *, now: datetime, within: timedelta) -> Refusal | None:
    """Say that she must log in again before giving a fullmakt; None where the log-in is new enough (R1).

    Beginning needs five minutes; who began in time has twenty to finish, for a slow hand and reading glasses.

    >>> from datetime import UTC
    >>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> why_not_fresh(nine, now=nine + timedelta(minutes=4), within=FRESH_TO_BEGIN)
    >>> why_not_fresh(nine, now=nine + timedelta(minutes=6), within=FRESH_TO_BEGIN)
    <Refusal.NOT_FRESH: 'not-fresh'>
    """
    if authenticated_at is None or now - authenticated_at > within:
        return Refusal.NOT_FRESH
    return None
