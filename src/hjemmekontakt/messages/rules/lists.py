"""The lists: what an inbox shows, and where the next page of a list begins."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID


class InboxFilter(StrEnum):
    """What the inbox shows (R78).

    NEW waits and nobody has opened it; MINE waits and is the reader's; WAITING is all that waits; LEADER is with the team
    leader; CASES are treated as cases; WITH_CITIZEN has its answer; ALL is everything.
    """

    NEW = "new"
    MINE = "mine"
    WAITING = "waiting"
    LEADER = "leader"
    CASES = "cases"
    WITH_CITIZEN = "with-citizen"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Queue:
    """Which part of an inbox: one service by its code, one category, one district of the unit (sone); None is all."""

    service: str | None = None
    category: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where the next page of a list begins: after this moment (or these), and this id among equals."""

    moments: tuple[datetime, ...]
    id: UUID

    def as_text(self) -> str:
        """The bookmark as it stands in an address.

        >>> Bookmark((datetime(2026, 3, 2, 9, tzinfo=UTC),), UUID(int=7)).as_text()
        '20260302T090000000000.00000000000000000000000000000007'
        """
        return ".".join([*(f"{each.astimezone(UTC):%Y%m%dT%H%M%S%f}" for each in self.moments), self.id.hex])

    @classmethod
    def from_text(cls, text: str, *, moments: int) -> "Bookmark | None":
        """Read a bookmark from an address; what is none gives None: the list begins at its beginning.

        >>> mark = Bookmark((datetime(2026, 3, 2, 9, tzinfo=UTC),), UUID(int=7))
        >>> Bookmark.from_text(mark.as_text(), moments=1) == mark, Bookmark.from_text("x", moments=1)
        (True, None)
        """
        *whens, id = text.split(".")
        if len(whens) != moments:
            return None
        try:
            read = tuple(datetime.strptime(each, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC) for each in whens)
            return cls(read, UUID(hex=id))
        except ValueError:
            return None


WAITING_LISTS = frozenset(
    {InboxFilter.NEW, InboxFilter.MINE, InboxFilter.WAITING, InboxFilter.LEADER, InboxFilter.CASES}
)
"""The lists of what is to be done, by the answer-by time; each can be counted without reading history."""


def bookmark_of_inbox(filter: InboxFilter, text: str) -> Bookmark | None:
    """Read the bookmark that an address holds for this list of the inbox; None where it holds none.

    >>> bookmark_of_inbox(InboxFilter.ALL, "")
    """
    return Bookmark.from_text(text, moments=2 if filter in WAITING_LISTS else 1)
