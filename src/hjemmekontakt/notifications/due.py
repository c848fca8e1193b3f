"""A claimed notice with all that its sending needs, and what became of it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from msgspec import Struct, field

from hjemmekontakt.notifications.push.rules import KnownBrowser, OverPush
from hjemmekontakt.notifications.rules import Channel, Decision, What
from hjemmekontakt.notifications.texts import Letterhead


class Due(Struct, frozen=True, kw_only=True):
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
    national_id: str = ""
    own: Mapping[Channel, str] = field(default_factory=dict)
    browsers: tuple[KnownBrowser, ...] = ()
    to: str = ""
    provider: str = ""
    is_over_cap: bool = False

    def __repr__(self) -> str:
        """Neither her number nor her national id may be printed."""
        return f"Due(id={self.id!r}, what={self.what!r}, channel={self.channel!r}, attempts={self.attempts!r})"


class Settled(Struct, frozen=True):
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
