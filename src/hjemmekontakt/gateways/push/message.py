"""One notice to one browser, and the one shape of whoever takes it over."""

import json
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from hjemmekontakt.gateways.handover import Accepted


class Urgency(StrEnum):
    """Whether a phone that saves its battery is woken (RFC 8030, 5.3)."""

    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that has asked to be told: where its push service takes what is for it, and what it is sealed with.

    `p256dh` and `auth` are the browser's public key and secret, as it writes them (base64url).
    """

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)

    def as_text(self) -> str:
        """All of it as one text, to be sealed and kept."""
        return json.dumps(asdict(self))

    @classmethod
    def of_text(cls, text: str) -> "Browser":
        """What `as_text` made."""
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One notice to a browser; the reference is ours, and the same reference takes the place of what was sent before."""

    to: Browser
    title: str = field(repr=False)
    text: str = field(repr=False)
    reference: str
    language: str = "nb"
    urgency: Urgency = Urgency.NORMAL
    valid_for: timedelta = timedelta(hours=24)


class PushGateway(Protocol):
    """Whoever can take over a notice to a browser."""

    def send(self, push: Push) -> Accepted:
        """Hand over one notice, or raise NotAccepted; GONE where the browser does not want any more."""
        ...
