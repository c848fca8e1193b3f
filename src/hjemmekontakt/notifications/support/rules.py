"""What a support desk sees: each decision of a person's day, whom nothing reaches, and whether the machinery runs."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.gateways.handover import Delivery
from hjemmekontakt.notifications.costs.rules import CostView
from hjemmekontakt.notifications.reconciling.rules import ReconciliationView
from hjemmekontakt.notifications.rules import Channel, Decision, What
from hjemmekontakt.notifications.timing import Quiet


class Receiver(StrEnum):
    """Who a notice was for; one who acts for her has a name only while that may be known."""

    HERSELF = "herself"
    NAMED = "named"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOnTheDesk:
    """One stored decision as it is read aloud: what, to whom, how, when, and what became of it."""

    id: UUID
    what: What
    receiver: Receiver
    receiver_name: str
    channel: Channel
    decision: Decision
    decided_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    provider: str
    receipt: Delivery | None
    receipt_at: datetime | None
    error: str
    address_end: str


@dataclass(frozen=True, slots=True)
class DayOfNotices:
    """All that was decided about a person on one day."""

    citizen_id: UUID
    name: str
    day: date
    decisions: tuple[DecisionOnTheDesk, ...]


@dataclass(frozen=True, slots=True)
class Unreached:
    """A person whom the last notice did not reach, when, and what the contact register or the provider said."""

    citizen_id: UUID
    name: str
    decision: Decision
    at: datetime
    word: str


@dataclass(frozen=True, slots=True)
class Machinery:
    """Whether notices are on their way: the workers' last sign of life, and what waits."""

    beat_at: datetime | None
    is_alive: bool
    events_waiting: int
    events_given_up: int
    notices_waiting: int
    oldest_waiting: datetime | None


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk's first page: `night` is what the municipality has set, `usual` what holds where it has set none."""

    machinery: Machinery
    reconciliation: ReconciliationView | None
    cost: CostView
    unreached: tuple[Unreached, ...]
    may_set: bool
    night: Quiet | None = None
    usual: Quiet | None = None


def who_received(receiver_id: UUID, *, about_id: UUID, names: dict[UUID, str]) -> tuple[Receiver, str]:
    """Say for whom a notice was: the citizen, one whose name may be known, or one whose name may not.

    >>> astrid, jonas = UUID(int=1), UUID(int=2)
    >>> who_received(jonas, about_id=astrid, names={})
    (<Receiver.HIDDEN: 'hidden'>, '')
    """
    if receiver_id == about_id:
        return Receiver.HERSELF, ""
    name = names.get(receiver_id, "")
    return (Receiver.NAMED, name) if name else (Receiver.HIDDEN, "")
