"""Which browsers may be kept, and what became of a notice that went to browsers; pure."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from hjemmekontakt.gateways.push import Browser, Flaw
from hjemmekontakt.notifications.rules import Refusal, next_try

MOST_BROWSERS = 10
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class KnownBrowser:
    """A browser that a person has let be told; `key` is the keyed value by which its address is compared."""

    id: UUID
    key: bytes
    to: Browser = field(repr=False)
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OverPush:
    """What handing a notice to browsers came to: those that heard, those that are no more, and those that are let go of.

    What is let go of may be shared by another who was not told, because this notice was to be heard there (R50).
    """

    heard: tuple[UUID, ...] = ()
    gone: tuple[bytes, ...] = ()
    let_go: tuple[bytes, ...] = ()


def why_not_keep(flaw: Flaw | None, *, key: bytes, known: Collection[bytes]) -> Refusal | None:
    """Say why a browser is not kept; None means that it is. One that is known already is no further one.

    >>> why_not_keep(None, key=b"a", known=[b"a"] * 10)
    >>> why_not_keep(None, key=b"k", known=[b"a"] * 10)
    <Refusal.TOO_MANY_BROWSERS: 'too-many-browsers'>
    >>> why_not_keep(Flaw.NOT_A_SERVICE, key=b"k", known=())
    <Refusal.NOT_A_BROWSER: 'not-a-browser'>
    """
    if flaw is not None:
        return Refusal.NOT_A_BROWSER
    return Refusal.TOO_MANY_BROWSERS if key not in known and len(known) >= MOST_BROWSERS else None


def wait_before_next(attempts: int, asked: Collection[timedelta]) -> timedelta | None:
    """Say how long to wait before a browser is tried again: as for all (R55), or as long as its service asks, an hour at most.

    >>> wait_before_next(1, []), wait_before_next(1, [timedelta(minutes=10)]), wait_before_next(4, [timedelta(minutes=10)])
    (datetime.timedelta(seconds=60), datetime.timedelta(seconds=600), None)
    """
    usual = next_try(attempts)
    return None if usual is None else max([usual, *(min(each, LONGEST_WAIT) for each in asked)])
