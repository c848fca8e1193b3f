"""Search: what can be searched for, and what is found, with the words marked."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hjemmekontakt.messages.rules.lists import Bookmark
from hjemmekontakt.messages.rules.states import ThreadState
from hjemmekontakt.messages.rules.views import Author
from hjemmekontakt.messages.rules.writing import Refusal

SEARCH_LIMIT = 100
SHORTEST_SEARCH = 2
SEARCHED_AT_WORK = timedelta(days=365)
MARK = ("\x02", "\x03")
"""The signs the database puts around a word that was found; no text holds them, for they are taken out of it first."""


def why_not_search(words: str) -> Refusal | None:
    """Say why this cannot be searched for; None means it can.

    >>> why_not_search("nøkkel")
    >>> why_not_search(" n "), why_not_search("?!"), why_not_search("a" * 101)
    (<Refusal.SEARCH_EMPTY: 'search-empty'>, <Refusal.SEARCH_EMPTY: 'search-empty'>, <Refusal.SEARCH_TOO_LONG: 'search-too-long'>)
    >>> why_not_search("nøk\\0kel")
    <Refusal.UNREADABLE: 'unreadable'>
    """
    if len(words) > SEARCH_LIMIT:
        return Refusal.SEARCH_TOO_LONG
    if any(0xD800 <= ord(each) <= 0xDFFF or each == "\0" for each in words):
        return Refusal.UNREADABLE
    if sum(each.isalnum() for each in words) < SHORTEST_SEARCH:
        return Refusal.SEARCH_EMPTY
    return None


def last_word(words: str) -> tuple[str, str]:
    """Part the words into all but the last, and the last, which may be the beginning of a longer one.

    Where the words have a form of their own («or», quotes, minus), nothing is taken for a beginning.

    >>> last_word("hvem har nøk"), last_word("nøk"), last_word('"hos nabo"'), last_word("nøkkel -dør"), last_word("a or b")
    (('hvem har', 'nøk'), ('', 'nøk'), ('"hos nabo"', ''), ('nøkkel -dør', ''), ('a or b', ''))
    """
    parts = words.split()
    formed = any(part.casefold() == "or" or part.startswith("-") or '"' in part for part in parts)
    if formed or not parts or not re.fullmatch(r"[^\W_]{3,}", parts[-1]):
        return words, ""
    return " ".join(parts[:-1]), parts[-1]


def pieces(text: str) -> tuple[tuple[str, bool], ...]:
    """Part a line at the database's marks: each piece of it, and whether it is a word that was found.

    >>> pieces("Hvem har \\x02nøkkelen\\x03?")
    (('Hvem har ', False), ('nøkkelen', True), ('?', False))
    """
    found = re.split(f"{MARK[0]}([^{MARK[1]}]*){MARK[1]}", text)
    return tuple((part, place % 2 == 1) for place, part in enumerate(found) if part)


Marked = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class ThreadFound:
    """A dialogue that was found: its subject and the line of it that fits, with the words marked.

    `author` and `line` are the newest message that fits; None and empty where only the subject does. `person_name` and
    `birth_year` are there for the unit alone.
    """

    id: UUID
    citizen_id: UUID
    subject: Marked
    service_name: str
    unit_name: str
    state: ThreadState
    answer_by: datetime | None
    last_at: datetime
    author: Author | None
    line: Marked
    person_name: str = ""
    birth_year: int | None = None


@dataclass(frozen=True, slots=True)
class PersonFound:
    """A citizen whom the unit helps, as a search by name or national id finds her."""

    id: UUID
    name: str
    birth_year: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, the newest first, and where the next begins."""

    threads: tuple[ThreadFound, ...]
    following: Bookmark | None
    persons: tuple[PersonFound, ...] = ()
