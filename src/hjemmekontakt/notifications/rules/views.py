"""What happened and was wished, and what was decided, as frozen values that pages and the worker see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hjemmekontakt.access.rules import Right
from hjemmekontakt.notifications.rules.kinds import EVERYWHERE, Channel, Decision, Kind, Mode, Reader, What
from hjemmekontakt.people.rules import Protection


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, as the notices know it: `key` names it and never says what it was.

    `at` and `until` are the only facts a text may hold; `happened_at` is when it was, where that decides the hour of the
    telling. `obstacle` is set where nobody is told, with the reason. `message_id` is what a reminder asks to be read.
    """

    key: str
    what: What
    about_id: UUID
    municipality_id: UUID | None = None
    at: datetime | None = None
    until: datetime | None = None
    obstacle: Decision | None = None
    happened_at: datetime | None = None
    message_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """How one person wants to be told of one kind of event about one citizen."""

    receiver_id: UUID
    about_id: UUID
    kind: Kind


@dataclass(frozen=True, slots=True)
class Way:
    """How a person is told of performed visits: which of them, and at what hour where all of a day come together."""

    mode: Mode = Mode.EACH
    hour: int = 18


Wishes = Mapping[Wish, Channel]
Ways = Mapping[tuple[UUID, UUID], Way]
"""By receiver and whom it is about."""
Proxies = Mapping[UUID, frozenset[Right]]


@dataclass(frozen=True, slots=True)
class Planned:
    """The decision for one person and one event: told by this channel, or not and why."""

    happening: Happening
    receiver_id: UUID
    channel: Channel
    decision: Decision


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person has chosen for one kind of event about one citizen; `way` of performed visits alone."""

    about_id: UUID
    kind: Kind
    channel: Channel
    way: Way = Way()


@dataclass(frozen=True, slots=True)
class Section:
    """The part of the page that is about one citizen: what can be chosen, and how it stands.

    `no_silence` says that nobody rings for a visit without a word where she is helped: then that is not offered (M2).
    `no_changes` says that no journal tells there of moved and cancelled visits: nor is that offered (R36).
    `channels` are those she can choose: a browser only where she has let one be told (R46).
    """

    about_id: UUID
    about_name: str
    reader: Reader
    choices: tuple[Choice, ...]
    protection: Protection
    municipality_id: UUID | None = None
    no_silence: bool = False
    no_changes: bool = False
    modes: tuple[Mode, ...] = ()
    channels: tuple[Channel, ...] = EVERYWHERE


@dataclass(frozen=True, slots=True)
class Names:
    """Whether a person lends her first name to notices about her, and wants those of others in hers (R51)."""

    lends: bool = False
    wants: bool = False


@dataclass(frozen=True, slots=True)
class Reachable:
    """One person with what it takes to know how she is reached: her national id, and addresses she has proved."""

    id: UUID
    name: str
    national_id: str = field(repr=False)
    own: Mapping[Channel, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One stored decision as the log of use shows it; `receiver_name` is empty where it must not be known.

    `due_at` is when it goes, where it waits: for the night to end, or for the hour of its digest.
    """

    id: UUID
    kind: Kind
    what: What
    channel: Channel
    decision: Decision
    decided_at: datetime
    sent_at: datetime | None
    receiver_id: UUID
    receiver_name: str
    about_id: UUID
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """How notices reach a person: the channel she wishes, what became of the last one and when, the register's word (R83)."""

    channel: Channel
    last: Decision | None = None
    last_at: datetime | None = None
    word: str = ""

    def fails(self) -> bool:
        """Tell whether notices do not reach her: she wants none, or the last one found no address."""
        return self.channel is Channel.NONE or self.last in (Decision.NO_CONTACT, Decision.FAILED)
