"""What sending an SMS or an e-mail answers: it was taken over, or it was not and why."""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why a message was not taken over."""

    UNAVAILABLE = "unavailable"
    BUSY = "busy"
    SETUP = "setup"
    BAD_ADDRESS = "bad-address"
    REFUSED = "refused"


PASSING = frozenset({Why.UNAVAILABLE, Why.BUSY, Why.SETUP})


@dataclass(frozen=True, slots=True)
class Accepted:
    """The message was taken over; receipts come under this reference."""

    provider_reference: str


class NotAccepted(Exception):
    """The message was not taken over; the text holds neither address nor content."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why

    @property
    def is_temporary(self) -> bool:
        """Whether it is worth trying again later (R55); a fault in our own set-up is, since somebody will mend it."""
        return self.why in PASSING
