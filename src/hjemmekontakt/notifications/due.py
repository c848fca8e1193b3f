"""A claimed notice with all that its sending needs, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hjemmekontakt.notifications.push.rules import KnownBrowser, OverPush
from hjemmekontakt.notifications.rules import Channel, Decision, What
from hjemmekontakt.notifications.texts import Letterhead


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A claimed notice with all that the sending needs from our own tables.

    `events` are those that it tells of: its own, or all of a digest. `own` are addresses that she has proved to be hers.
    `browsers` are those it goes to: hers, where she has chosen that.
    """

    id: UUID
    event_key: str
    what: What
    about_id: UUID
    receiver_id: UUID
    municipality_id: UUID | None
    channel: Channel
    attempts: int
    said: Mapping[str, datetime]
    events: tuple[str, ...] = ()
    message_id: UUID | None = None
    first_name: str = ""
    language: str = "nb"
    letterhead: Letterhead | None = None
    national_id: str = field(default="", repr=False)
    own: Mapping[Channel, str] = field(default_factory=dict, repr=False)
    browsers: tuple[KnownBrowser, ...] = field(default=(), repr=False)
    to: str = field(default="", repr=False)
    provider: str = ""
    is_over_cap: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a claimed notice: sent, given up for a reason, or due again at `retry_at`, or by the clock at `due_at`."""

    due: Due
    decision: Decision
    sent_at: datetime | None = None
    retry_at: datetime | None = None
    reference: str = ""
    error: str = ""
    attempts: int | None = None
    segments: int = 0
    due_at: datetime | None = None
    over_push: OverPush | None = None
