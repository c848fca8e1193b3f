"""What people are told of, whom to tell, by which channel, and each decision with its reason; pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.access.rules import Actor, Right
from hjemmekontakt.people.rules import Protection

OLDEST_TOLD = timedelta(hours=24)
RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))  # R55


class Kind(StrEnum):
    """What a person can wish to be told of (R46)."""

    READY = "ready"
    MESSAGE = "message"
    VISIT_PERFORMED = "visit-performed"
    CANCELLATION = "cancellation"
    FULLMAKT = "fullmakt"
    VISIT_SILENT = "visit-silent"
    VISIT_CHANGED = "visit-changed"
    LETTER = "letter"


class What(StrEnum):
    """What has happened; each has its own text, and never says more than that something has."""

    READY = "ready"
    MESSAGE = "message"
    VISIT_PERFORMED = "visit-performed"
    CANCELLATION_ACCEPTED = "cancellation-accepted"
    CANCELLATION_DECLINED = "cancellation-declined"
    CANCELLATIONS_ACCEPTED = "cancellation-many"
    WISH_ANSWERED = "cancellation-wish"
    FULLMAKT_SENT = "fullmakt-sent"
    FULLMAKT_OFFERED = "fullmakt-offered"
    FULLMAKT_GIVEN = "fullmakt-given"
    FULLMAKT_TAKEN = "fullmakt-taken"
    FULLMAKT_ENDED = "fullmakt-ended"
    VISIT_SILENT = "visit-silent"
    VISIT_NOT_PERFORMED = "visit-performed-not"
    VISIT_DIGEST = "visit-performed-digest"
    REMINDER = "message-reminder"
    VISIT_MOVED = "visit-changed-moved"
    VISIT_CANCELLED = "visit-changed-off"
    VISITS_CHANGED = "visit-changed-many"
    VISIT_MOVED_SOON = "visit-changed-moved-soon"
    VISIT_CANCELLED_SOON = "visit-changed-off-soon"
    VISITS_CHANGED_SOON = "visit-changed-many-soon"
    LETTER = "letter"
    LETTER_REMINDER = "letter-reminder"

    @property
    def kind(self) -> Kind:
        """Of which kind this is.

        >>> What.FULLMAKT_ENDED.kind, What.MESSAGE.kind
        (<Kind.FULLMAKT: 'fullmakt'>, <Kind.MESSAGE: 'message'>)
        """
        return KIND_OF[self]


KIND_OF = {what: next(kind for kind in Kind if what.startswith(kind)) for what in What}


class Channel(StrEnum):
    """By what a person is told."""

    SMS = "sms"
    EMAIL = "email"
    PUSH = "push"
    NONE = "none"


OTHER_CHANNEL = {Channel.SMS: Channel.EMAIL, Channel.EMAIL: Channel.SMS, Channel.PUSH: Channel.SMS}


class Decision(StrEnum):
    """What became of telling one person of one event; each «no» is its own reason (M8)."""

    DUE = "due"
    SENT = "sent"
    NO_WISH = "no-wish"
    NOT_OPENED = "not-opened"
    TOO_OLD = "too-old"
    NOT_ANY_MORE = "not-any-more"
    NO_CONTACT = "no-contact"
    SAME_ADDRESS = "same-address"
    FAILED = "failed"
    SETTLED = "settled"
    GATHERED = "gathered"
    JOINED = "joined"
    NOT_FIRST = "not-first"
    ONLY_DEVIATIONS = "only-deviations"
    ALREADY_READ = "already-read"
    OVER_CAP = "over-cap"
    ON_PAPER = "on-paper"


class Mode(StrEnum):
    """Which performed visits a person is told of (R48)."""

    EACH = "each"
    FIRST = "first"
    DIGEST = "digest"
    DEVIATIONS = "deviations"


class RegisterWord(StrEnum):
    """What the contact register said of one whom nothing reached; kept with the notice, no address is (R49, R83)."""

    UNKNOWN = "not-in-register"
    RESERVED = "reserved"
    STALE = "stale"
    NO_ADDRESS = "no-address"


class Refusal(StrEnum):
    """Why a choice of notices cannot be kept; each has its sentence in `words.py`."""

    NOT_FOR_THIS_PERSON = "not-for-this-person"
    ALWAYS_TOLD = "always-told"
    NOBODY_REPORTS = "nobody-reports"
    NOT_AN_HOUR = "not-an-hour"
    NOT_A_MOBILE = "not-a-mobile"
    NOT_AN_ADDRESS = "not-an-address"
    TOO_MANY_CODES = "too-many-codes"
    NO_BROWSER = "no-browser"
    NOT_A_BROWSER = "not-a-browser"
    TOO_MANY_BROWSERS = "too-many-browsers"


class Reader(StrEnum):
    """Who reads a notice: the citizen it is about, or one who acts for her."""

    HERSELF = "herself"
    KIN = "kin"


ALWAYS = frozenset({Kind.READY, Kind.FULLMAKT, Kind.LETTER})
"""Told whatever one has chosen; only the channel is hers (R5, R49, R57)."""

BY_THE_REGISTER_ALONE = frozenset({Kind.LETTER})
"""Told at a fresh address of the contact register, at no other, and not to one who has reserved (R49, R54)."""

ONLY_WHEN_ASKED = frozenset({Kind.VISIT_PERFORMED, Kind.VISIT_SILENT})
"""Told only to who has asked for it (R47, M2)."""

ONLY_KIN = frozenset({Kind.VISIT_SILENT})
"""Told to who acts for the citizen, never to herself: she knows that nobody came (M2)."""

NOT_AT_NIGHT = frozenset({What.VISIT_SILENT})
"""Held back at night, however late it was to be sent (M2)."""

PASSES_QUIET_HOURS = frozenset({What.VISIT_MOVED_SOON, What.VISIT_CANCELLED_SOON, What.VISITS_CHANGED_SOON})
"""A visit within 24 hours comes at another time, or does not come: told from six in the morning, quiet hours or not (R36)."""

NEEDS_ACTIVE = frozenset(
    {
        Kind.READY,
        Kind.MESSAGE,
        Kind.VISIT_PERFORMED,
        Kind.CANCELLATION,
        Kind.VISIT_SILENT,
        Kind.VISIT_CHANGED,
        Kind.LETTER,
    }
)
"""Told only while the citizen's service is in use (R7)."""

RIGHTS_NEEDED: dict[Kind, frozenset[Right]] = {
    Kind.MESSAGE: frozenset({Right.NOTICES, Right.READ}),
    Kind.LETTER: frozenset({Right.NOTICES, Right.READ}),
    Kind.VISIT_PERFORMED: frozenset({Right.NOTICES, Right.SEE_VISITS}),
    Kind.CANCELLATION: frozenset({Right.NOTICES, Right.SEE_VISITS}),
    Kind.VISIT_SILENT: frozenset({Right.NOTICES, Right.SEE_VISITS}),
    Kind.VISIT_CHANGED: frozenset({Right.NOTICES, Right.SEE_VISITS}),
}
"""What one who acts for somebody must hold to be told; the kinds that are missing concern the person alone."""

EVERYWHERE = (Channel.SMS, Channel.EMAIL, Channel.NONE)
"""What can be chosen also by who has let no browser be told (R46)."""

CHOSEN_BY_HERSELF = (Kind.MESSAGE, Kind.VISIT_PERFORMED, Kind.VISIT_CHANGED, Kind.CANCELLATION, Kind.FULLMAKT)
CHOSEN_FOR_ANOTHER = (
    Kind.MESSAGE,
    Kind.VISIT_PERFORMED,
    Kind.VISIT_CHANGED,
    Kind.VISIT_SILENT,
    Kind.CANCELLATION,
)


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


def whom_to_tell(happening: Happening, proxies: Proxies, wishes: Wishes) -> list[Planned]:
    """Decide for the citizen and each who may be told for her: by which channel, or why not (M8, R47, R57).

    >>> astrid, jonas = UUID(int=1), UUID(int=2)
    >>> message = Happening("message:7", What.MESSAGE, astrid)
    >>> told = whom_to_tell(message, {jonas: frozenset(Right)}, {Wish(jonas, astrid, Kind.MESSAGE): Channel.NONE})
    >>> [(plan.receiver_id.int, plan.channel.value, plan.decision.value) for plan in told]
    [(1, 'sms', 'due'), (2, 'none', 'no-wish')]
    """
    kin = [person for person, rights in proxies.items() if may_be_told(happening.what.kind, rights)]
    herself = [] if happening.what.kind in ONLY_KIN else [happening.about_id]
    receivers = [*herself, *sorted(set(kin) - {happening.about_id})]
    return [_decided(happening, receiver, wishes) for receiver in receivers]


def _decided(happening: Happening, receiver_id: UUID, wishes: Wishes) -> Planned:
    if happening.obstacle is not None:
        return Planned(happening, receiver_id, Channel.NONE, happening.obstacle)
    channel = channel_wished(Wish(receiver_id, happening.about_id, happening.what.kind), wishes)
    decision = Decision.NO_WISH if channel is Channel.NONE else Decision.DUE
    return Planned(happening, receiver_id, channel, decision)


def may_be_told(kind: Kind, rights: Collection[Right]) -> bool:
    """Tell whether one who acts for a citizen with these rights may be told of this kind of event (R59).

    >>> may_be_told(Kind.MESSAGE, {Right.NOTICES, Right.READ}), may_be_told(Kind.MESSAGE, {Right.READ})
    (True, False)
    >>> may_be_told(Kind.FULLMAKT, set(Right))
    False
    """
    return kind in RIGHTS_NEEDED and RIGHTS_NEEDED[kind] <= set(rights)


def channel_wished(wish: Wish, wishes: Wishes) -> Channel:
    """Say by what a person is told: as she chose, else by SMS; performed visits only where she asked for it (R46, R47).

    What is always told follows her choice for messages, where it is a channel. A letter must reach her whom it is to; who
    acts for her is told of it as of a message.

    >>> astrid = UUID(int=1)
    >>> chosen = {Wish(astrid, astrid, Kind.MESSAGE): Channel.EMAIL}
    >>> channel_wished(Wish(astrid, astrid, Kind.READY), chosen), channel_wished(Wish(astrid, astrid, Kind.MESSAGE), {})
    (<Channel.EMAIL: 'email'>, <Channel.SMS: 'sms'>)
    >>> channel_wished(Wish(astrid, astrid, Kind.VISIT_PERFORMED), chosen)
    <Channel.NONE: 'none'>
    """
    if wish.kind is Kind.LETTER and wish.receiver_id != wish.about_id:
        return channel_wished(replace(wish, kind=Kind.MESSAGE), wishes)
    chosen = wishes.get(wish)
    if wish.kind not in ALWAYS:
        return chosen or (Channel.NONE if wish.kind in ONLY_WHEN_ASKED else Channel.SMS)
    for_messages = wishes.get(Wish(wish.receiver_id, wish.about_id, Kind.MESSAGE))
    return next((each for each in (chosen, for_messages) if each and each is not Channel.NONE), Channel.SMS)


def why_not_tell_of_visit(ended_at: datetime, *, now: datetime) -> Decision | None:
    """Say why a performed visit is not told of: it ended more than a day ago, as in the window a journal sends first.

    >>> from datetime import UTC
    >>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> why_not_tell_of_visit(nine, now=nine + timedelta(hours=3))
    >>> why_not_tell_of_visit(nine, now=nine + timedelta(days=2))
    <Decision.TOO_OLD: 'too-old'>
    """
    return Decision.TOO_OLD if now - ended_at > OLDEST_TOLD else None


def silent_key(visit_id: UUID) -> str:
    """What the notices call the silence of a visit: by it kin are told once, and it is known at the sending (M2)."""
    return f"{What.VISIT_SILENT}:{visit_id}"


def why_not_choose(
    choice: Choice,
    *,
    rights: Collection[Right] | None,
    rings: Collection[UUID] = (),
    hours: Collection[int] = (),
    channels: Collection[Channel] = EVERYWHERE,
) -> Refusal | None:
    """Say why this cannot be chosen; `rights` are those held for another, None where it is about herself (R46, R57).

    Only what goes wrong can be chosen where somebody sees to it that it is reported: `rings` (R48). `hours` are a digest's.
    `channels` are those that reach her: a browser only where she has let one be told.

    >>> astrid = UUID(int=1)
    >>> why_not_choose(Choice(astrid, Kind.FULLMAKT, Channel.NONE), rights=None)
    <Refusal.ALWAYS_TOLD: 'always-told'>
    >>> why_not_choose(Choice(astrid, Kind.MESSAGE, Channel.SMS), rights={Right.READ})
    <Refusal.NOT_FOR_THIS_PERSON: 'not-for-this-person'>
    >>> why_not_choose(Choice(astrid, Kind.MESSAGE, Channel.PUSH), rights=None)
    <Refusal.NO_BROWSER: 'no-browser'>
    """
    offered = CHOSEN_BY_HERSELF if rights is None else kinds_for(rights)
    if choice.kind not in offered:
        return Refusal.NOT_FOR_THIS_PERSON
    if choice.kind in ALWAYS and choice.channel is Channel.NONE:
        return Refusal.ALWAYS_TOLD
    if choice.channel not in channels:
        return Refusal.NO_BROWSER
    if choice.way.mode is Mode.DEVIATIONS and choice.about_id not in rings:
        return Refusal.NOBODY_REPORTS
    return Refusal.NOT_AN_HOUR if choice.way.mode is Mode.DIGEST and choice.way.hour not in hours else None


def channels_of(browsers: Collection[object]) -> tuple[Channel, ...]:
    """What a person can choose to be told by: a browser only where she has let one be told (R46).

    >>> Channel.PUSH in channels_of(()), Channel.PUSH in channels_of(("Firefox",))
    (False, True)
    """
    return tuple(Channel) if browsers else EVERYWHERE


def kinds_for(rights: Collection[Right]) -> tuple[Kind, ...]:
    """The kinds that one may choose for a citizen whom one acts for with these rights.

    >>> [kind.value for kind in kinds_for({Right.NOTICES, Right.READ})]
    ['message']
    """
    return tuple(kind for kind in CHOSEN_FOR_ANOTHER if may_be_told(kind, rights))


def address_to_use(channel: Channel, addresses: Mapping[Channel, str]) -> tuple[Channel, str] | None:
    """Choose the address: by the channel she wished, else by another one; None where there is none (R46).

    >>> address_to_use(Channel.SMS, {Channel.EMAIL: "jonas.berg@example.no"})
    (<Channel.EMAIL: 'email'>, 'jonas.berg@example.no')
    """
    if channel is Channel.NONE:
        return None
    in_turn = (channel, Channel.SMS, Channel.EMAIL)
    return next(((each, addresses[each]) for each in in_turn if addresses.get(each)), None)


def next_try(attempts: int) -> timedelta | None:
    """Say how long to wait after so many attempts: 1, 5, 30 minutes, then no more (R55).

    >>> [next_try(attempts) for attempts in (1, 3, 4)]
    [datetime.timedelta(seconds=60), datetime.timedelta(seconds=1800), None]
    """
    return RETRIES[attempts - 1] if attempts <= len(RETRIES) else None


def why_not_any_more(
    what: What,
    *,
    receiver_id: UUID,
    about_id: UUID,
    proxies: Proxies,
    active: Collection[UUID],
    dead: Collection[UUID],
    parties: Collection[UUID] = (),
) -> Decision | None:
    """Say that a person is not to be told any more: a death, a service stopped, a fullmakt ended meanwhile (R7, R62).

    `parties` are both parties of a fullmakt that is told of: after a death nobody is told of it by SMS or e-mail.

    >>> astrid, jonas = UUID(int=1), UUID(int=2)
    >>> told = dict(receiver_id=jonas, about_id=astrid, active={astrid}, dead=())
    >>> why_not_any_more(What.MESSAGE, proxies={jonas: frozenset(Right)}, **told)
    >>> why_not_any_more(What.MESSAGE, proxies={}, **told)
    <Decision.NOT_ANY_MORE: 'not-any-more'>
    """
    is_dead = any(person in dead for person in (receiver_id, about_id, *parties))
    is_stopped = what.kind in NEEDS_ACTIVE and about_id not in active
    has_ended = receiver_id != about_id and not may_be_told(what.kind, proxies.get(receiver_id, frozenset()))
    return Decision.NOT_ANY_MORE if is_dead or is_stopped or has_ended else None


def person_of(actor: Actor) -> UUID:
    """The person behind the actor: who is told."""
    if actor.id is None:
        raise ValueError("only a person is told")
    return actor.id
