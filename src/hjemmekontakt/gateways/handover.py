"""What sending an SMS, an e-mail or a push answers: it was taken over, or it was not and why; and what is heard of it later."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Why(StrEnum):
    """Why a message was not taken over; UNCERTAIN is the one where it may have been, GONE that its receiver is no more."""

    UNAVAILABLE = "unavailable"
    UNCERTAIN = "uncertain"
    BUSY = "busy"
    SETUP = "setup"
    BAD_ADDRESS = "bad-address"
    REFUSED = "refused"
    GONE = "gone"


PASSING = frozenset({Why.UNAVAILABLE, Why.UNCERTAIN, Why.BUSY, Why.SETUP})


class Delivery(StrEnum):
    """How far a message has come after it was taken over, in the order in which one outranks another."""

    QUEUED = "queued"
    SENT = "sent"
    EXPIRED = "expired"
    FAILED = "failed"
    REJECTED = "rejected"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What a provider says became of a message, found by our reference or else by its own."""

    provider: str
    state: Delivery
    at: datetime
    reference: str = ""
    provider_reference: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The message was taken over; receipts come under this reference."""

    provider_reference: str


class NotAccepted(Exception):
    """The message was not taken over; the text holds neither address nor content. `after` is how long we are asked to wait."""

    def __init__(self, why: Why, *, after: timedelta | None = None) -> None:
        super().__init__(why.value)
        self.why, self.after = why, after

    @property
    def is_temporary(self) -> bool:
        """Whether it is worth trying again later (R55); a fault in our own set-up is, since somebody will mend it."""
        return self.why in PASSING


def which_holds(known: Delivery | None, came: Delivery) -> Delivery:
    """Say which of two reports about a message holds, in whatever order they come: delivered never becomes anything else.

    >>> which_holds(Delivery.DELIVERED, Delivery.SENT), which_holds(Delivery.SENT, Delivery.EXPIRED)
    (<Delivery.DELIVERED: 'delivered'>, <Delivery.EXPIRED: 'expired'>)
    """
    order = list(Delivery)
    return came if known is None or order.index(came) > order.index(known) else known
