"""What a subscription is, where it may point, and how long a subscriber that does not answer is waited for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

WAITS = [timedelta(seconds=s) for s in (1, 5, 15, 60, 300, 900, 3600)]
PATIENCE = timedelta(hours=72)  # R99: nothing is lost for 72 hours
KEPT = timedelta(days=30)  # so long a subscriber may ask for what it was told
MOST = 20
THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


class Status(StrEnum):
    """How a subscription stands; FHIR's own words."""

    REQUESTED = "requested"
    ACTIVE = "active"
    ERROR = "error"
    OFF = "off"


class Content(StrEnum):
    """How much a notification tells: nothing but that something has happened, or an id to fetch."""

    EMPTY = "empty"
    ID_ONLY = "id-only"


class State(StrEnum):
    """How one event stands with one subscriber."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


class NotKept(StrEnum):
    """Why a subscription is not kept so; the door has a sentence for each."""

    NOT_HTTPS = "not-https"
    NOT_REGISTERED = "not-registered"
    NOT_OUTSIDE = "not-outside"
    NO_PROOF = "no-proof"
    TOO_MANY = "too-many"
    SAME_ALREADY = "same-already"
    UNKNOWN_PLACE = "unknown-place"
    CHANGED_MEANWHILE = "changed-meanwhile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a journal wants to be told of, where, and by which secrets it knows us; a secret it does not name is kept."""

    topic: str
    reason: str
    url: str
    content: Content = Content.ID_ONLY
    unit_id: UUID | None = None
    service_id: UUID | None = None
    heartbeat_s: int | None = None
    ends_at: datetime | None = None
    is_off: bool = False
    authorization: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionView:
    """A subscription as its own client sees it: without its secrets."""

    id: UUID
    version: int
    status: Status
    topic: str
    reason: str
    url: str
    content: Content
    unit_id: UUID | None
    service_id: UUID | None
    heartbeat_s: int | None
    ends_at: datetime | None
    events: int
    last_error: str
    stored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of a subscription: its number, what to fetch, and when it was noted."""

    id: int
    number: int
    focus_kind: str
    focus_id: UUID
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that subscribers may hear of: which topic, what to fetch, and which row of the outbox it came from.

    `kind` is what it is called where it is looked up to which unit and service it belongs; empty where it belongs to none.
    """

    topic: str
    municipality_id: UUID
    focus_kind: str
    focus_id: UUID
    source: int
    kind: str = ""


class Errand(StrEnum):
    """What a subscriber is called for; the values are FHIR's."""

    HANDSHAKE = "handshake"
    HEARTBEAT = "heartbeat"
    EVENT = "event-notification"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is to be brought to one subscriber now: a handshake, a heartbeat, or the oldest events that wait."""

    subscription: SubscriptionView
    errand: Errand
    events: tuple[Told, ...] = ()
    authorization: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a letter: which events were heard, which were refused and why, and why the subscriber was not reached."""

    subscription_id: UUID
    version: int
    errand: Errand
    heard: tuple[int, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()
    failed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """An event that was given up: for which subscriber, and why."""

    id: int
    municipality_name: str
    subscription_id: UUID
    host: str
    topic: str
    number: int
    attempts: int
    last_error: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """How many events a municipality's subscribers were not told of, and how many of its subscriptions do not work."""

    municipality_name: str
    dead: int
    failing: int


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts in vain: longer and longer, at most an hour.

    >>> [int(wait_after(attempts).total_seconds()) for attempts in (1, 2, 4, 7, 500)]
    [1, 5, 60, 3600, 3600]
    """
    return WAITS[min(attempts, len(WAITS)) - 1]


def origin_of(url: str) -> str:
    """Scheme, host and port of an address; empty where it has none.

    >>> origin_of("https://Journal.tunvik.example/hook?x=1"), origin_of("https://journal.tunvik.example:443/")
    ('https://journal.tunvik.example:443', 'https://journal.tunvik.example:443')
    >>> origin_of("https://[half"), origin_of("no address"), origin_of("https://a.example:hundred/")
    ('', '', '')
    """
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}" if parts.hostname and port else ""


def why_not_address(url: str, *, registered: Iterable[str], on_this_machine: frozenset[str]) -> NotKept | None:
    """Say why a journal cannot be told at this address; None means it can (R96).

    The operator has registered where the municipality's journal is: the same scheme, host and port. It leaves this machine
    by TLS, and goes to no address inside a network; `on_this_machine` are the names of this machine that are let through.

    >>> ours, out = ["https://journal.tunvik.example/hook"], frozenset()
    >>> why_not_address("https://journal.tunvik.example/topics", registered=ours, on_this_machine=out)
    >>> why_not_address("http://journal.tunvik.example/topics", registered=ours, on_this_machine=out)
    <NotKept.NOT_HTTPS: 'not-https'>
    >>> why_not_address("https://journal.tunvik.example@evil.example/", registered=ours, on_this_machine=out)
    <NotKept.NOT_REGISTERED: 'not-registered'>
    >>> why_not_address("https://10.0.0.7/", registered=["https://10.0.0.7/"], on_this_machine=out)
    <NotKept.NOT_OUTSIDE: 'not-outside'>
    """
    origin = origin_of(url)
    if not origin or not url.isascii() or not url.isprintable() or any(each in url for each in ' \\"<>'):
        return NotKept.NOT_HTTPS
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host not in on_this_machine:
        if parts.scheme != "https":
            return NotKept.NOT_HTTPS
        if not is_outside(host):
            return NotKept.NOT_OUTSIDE
    if "@" in parts.netloc or parts.fragment or origin not in {origin_of(each) for each in registered}:
        return NotKept.NOT_REGISTERED
    return None


def is_outside(host: str) -> bool:
    """Tell whether a host may lie outside: a name that is not this machine's, or an address of the open internet.

    >>> [is_outside(host) for host in ("journal.example", "localhost", "192.168.1.1", "::ffff:10.0.0.1", "1.1.1.1")]
    [True, False, False, False, True]
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host not in THIS_MACHINE and not host.endswith((".localhost", ".local", ".internal"))
    inner = getattr(address, "ipv4_mapped", None) or address
    return inner.is_global and not inner.is_multicast
