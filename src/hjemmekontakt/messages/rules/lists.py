"""The lists: what an inbox shows, and where the next page of a list begins."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID


class InboxFilter(StrEnum):
    """What the inbox shows: waiting and not opened, all that wait, answered, or everything."""

    NEW = "new"
    WAITING = "waiting"
    ANSWERED = "answered"
    ALL = "all"


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


WAITING_LISTS = frozenset({InboxFilter.NEW, InboxFilter.WAITING})


def bookmark_of_inbox(filter: InboxFilter, text: str) -> Bookmark | None:
    """Read the bookmark that an address holds for this list of the inbox; None where it holds none.

    >>> bookmark_of_inbox(InboxFilter.ALL, "")
    """
    return Bookmark.from_text(text, moments=2 if filter in WAITING_LISTS else 1)
