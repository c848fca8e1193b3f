"""What may be written: the limits, the refusals, and what is promised to one who writes."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.messages.rules.states import ThreadState, is_closed_for_good

CATEGORIES = ("visit", "help", "practical", "medicine", "equipment", "feedback", "other")
"""What a message may be about, where its service asks (R15)."""

OTHER = "other"
SUBJECT_LIMIT = 50
TEXT_LIMIT = 4000
DRAFT_LIMIT = 40000
DRAFT_SUBJECT_LIMIT = 200
MESSAGES_PER_HOUR = 30
"""How many messages an author may send in an hour, for whomever; held in her turn (`hk_turn_to_write`, `hk_turn_to_begin`)."""
LINE_LIMIT = 90
SOON = timedelta(hours=4)
_NOT_KEPT = re.compile(r"[\0\ud800-\udfff]")  # what no database keeps: NUL, and halves of a pair of characters


class Refusal(StrEnum):
    """Why a message is not sent; each has its sentence in `words.py`."""

    NOT_ACTIVE = "not-active"
    NOT_RECEIVED = "not-received"
    NOT_OPENED = "not-opened"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    SUBJECT_EMPTY = "subject-empty"
    SUBJECT_TOO_LONG = "subject-too-long"
    UNREADABLE = "unreadable"
    SEARCH_EMPTY = "search-empty"
    SEARCH_TOO_LONG = "search-too-long"
    TOO_MANY = "too-many"
    FORM_USED = "form-used"
    ANSWERED_MEANWHILE = "answered-meanwhile"
    PAGE_TOO_OLD = "page-too-old"
    CITIZEN_NOT_ACTIVE = "citizen-not-active"
    CATEGORY_UNKNOWN = "category-unknown"
    ONE_WAY = "one-way"
    NOT_FROM_HERE = "not-from-here"
    ANSWERED_IN_JOURNAL = "answered-in-journal"
    TAKEN_BY_ANOTHER = "taken-by-another"
    NOT_A_COLLEAGUE = "not-a-colleague"
    COLLEAGUE_AWAY = "colleague-away"
    NOT_RECEIVED_THERE = "not-received-there"
    NOT_OPENED_THERE = "not-opened-there"
    NO_OFFICE = "no-office"
    CLOSED_LONG_AGO = "closed-long-ago"
    OTHER_PERSON = "other-person"
    SENT_ALREADY = "sent-already"
    DRAFT_ELSEWHERE = "draft-elsewhere"


class Urgency(StrEnum):
    """How near the promised answer is (R82)."""

    LATE = "late"
    SOON = "soon"
    LATER = "later"


def why_not_write(*, active: bool, receives: bool, opened: bool) -> Refusal | None:
    """Say why she cannot write to a service now; None means she can, but for the hour's limit (R6, R12).

    >>> why_not_write(active=True, receives=True, opened=True)
    >>> why_not_write(active=True, receives=True, opened=False)
    <Refusal.NOT_OPENED: 'not-opened'>
    """
    if not active:
        return Refusal.NOT_ACTIVE
    if not receives:
        return Refusal.NOT_RECEIVED
    if not opened:
        return Refusal.NOT_OPENED
    return None


@dataclass(frozen=True, slots=True)
class SentByForm:
    """A message that a form has sent, now or before."""

    id: UUID
    thread_id: UUID
    place: int
    text: str
    answer_by: datetime | None
    subject: str

    def why_not_again(self, *, text: str, thread_id: UUID | None = None, subject: str | None = None) -> Refusal | None:
        """Say why the same form does not send this: it has sent another message; None means that it is this very one.

        >>> sent = SentByForm(UUID(int=1), UUID(int=2), 1, "Nøkkelen er hos naboen.", None, "Nøkkel")
        >>> sent.why_not_again(text="Nøkkelen er hos naboen.", subject="Nøkkel")
        >>> sent.why_not_again(text="Nøkkelen er hos meg.", subject="Nøkkel")
        <Refusal.FORM_USED: 'form-used'>
        """
        same_subject = subject is None or (self.place == 1 and self.subject == subject)
        same_thread = thread_id is None or self.thread_id == thread_id
        return None if self.text == text and same_subject and same_thread else Refusal.FORM_USED


def why_not_text(text: str, *, limit: int = TEXT_LIMIT) -> Refusal | None:
    """Say why a text cannot be sent as it is; it is never cut (R14).

    >>> why_not_text("Nøkkelen er hos naboen. 🔑"), why_not_text(" \\n\\u200b")
    (None, <Refusal.EMPTY: 'empty'>)
    >>> why_not_text("a" * 4001)
    <Refusal.TOO_LONG: 'too-long'>
    """
    if not _can_be_kept(text):
        return Refusal.UNREADABLE
    if not says_something(text):
        return Refusal.EMPTY
    return Refusal.TOO_LONG if len(text) > limit else None


def why_not_category(category: str, *, offered: tuple[str, ...]) -> Refusal | None:
    """Say why a message cannot stand under this category in its service; none chosen is no hindrance (R15).

    >>> why_not_category("medicine", offered=("medicine", "other")), why_not_category("", offered=("other",))
    (None, None)
    >>> why_not_category("medicine", offered=())
    <Refusal.CATEGORY_UNKNOWN: 'category-unknown'>
    """
    return Refusal.CATEGORY_UNKNOWN if category and category not in offered else None


def category_or_other(category: str, *, offered: tuple[str, ...]) -> str:
    """Find what a message stands under: where its writer chose nothing it is «other», if the service has that (R15).

    >>> category_or_other("", offered=("visit", "other")), category_or_other("", offered=())
    ('other', '')
    """
    return category or (OTHER if OTHER in offered else "")


def why_not_reply(state: ThreadState, *, one_way: bool, closed_at: datetime | None, now: datetime) -> Refusal | None:
    """Say why nobody can write on in a dialogue: it takes no answer, or was closed too long ago (R17, R18).

    >>> from datetime import UTC
    >>> monday = datetime(2026, 3, 2, tzinfo=UTC)
    >>> why_not_reply(ThreadState.ANSWERED, one_way=True, closed_at=None, now=monday)
    <Refusal.ONE_WAY: 'one-way'>
    >>> why_not_reply(ThreadState.CLOSED, one_way=False, closed_at=monday, now=monday + timedelta(days=40))
    <Refusal.CLOSED_LONG_AGO: 'closed-long-ago'>
    """
    if one_way:
        return Refusal.ONE_WAY
    return Refusal.CLOSED_LONG_AGO if is_closed_for_good(state, closed_at=closed_at, now=now) else None


def why_not_draft(subject: str, text: str) -> Refusal | None:
    """Say why a draft cannot be kept as it is; it may be far too long to send, and it may be empty (R25).

    >>> why_not_draft("", "a" * 5000), why_not_draft("", "a" * 40001)
    (None, <Refusal.TOO_LONG: 'too-long'>)
    """
    if not (_can_be_kept(subject) and _can_be_kept(text)):
        return Refusal.UNREADABLE
    return Refusal.TOO_LONG if len(text) > DRAFT_LIMIT or len(subject) > DRAFT_SUBJECT_LIMIT else None


def says_something(text: str) -> bool:
    """Tell whether there is anything to read in a text.

    >>> says_something(" Hei "), says_something(" \\n ")
    (True, False)
    """
    return any(character.isprintable() and not character.isspace() for character in text)


def why_not_subject(subject: str) -> Refusal | None:
    """Say why a subject cannot stand over a dialogue (R14).

    >>> why_not_subject("Nøkkel"), why_not_subject("")
    (None, <Refusal.SUBJECT_EMPTY: 'subject-empty'>)
    """
    if not _can_be_kept(subject):
        return Refusal.UNREADABLE
    if not says_something(subject):
        return Refusal.SUBJECT_EMPTY
    return Refusal.SUBJECT_TOO_LONG if len(subject) > SUBJECT_LIMIT else None


def _can_be_kept(text: str) -> bool:
    return _NOT_KEPT.search(text) is None


def earliest(*deadlines: datetime | None) -> datetime | None:
    """Find the earliest of the promises that still wait (R21).

    >>> from datetime import UTC
    >>> earliest(None, datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)).day
    3
    """
    return min((each for each in deadlines if each is not None), default=None)


def first_line(text: str) -> str:
    """Take the first line of a message that says something, as a list shows it.

    >>> first_line("\\n  Hei!\\nJeg lurer på noe.")
    'Hei!'
    """
    line = next((each.strip() for each in text.splitlines() if each.strip()), "")
    return line if len(line) <= LINE_LIMIT else f"{line[:LINE_LIMIT].rstrip()} …"


def urgency(answer_by: datetime, *, now: datetime) -> Urgency:
    """Say how near a promised answer is (R82).

    >>> from datetime import UTC
    >>> four = datetime(2026, 3, 3, 15, tzinfo=UTC)
    >>> urgency(four, now=four - timedelta(hours=2)), urgency(four, now=four + timedelta(minutes=1))
    (<Urgency.SOON: 'soon'>, <Urgency.LATE: 'late'>)
    """
    if now > answer_by:
        return Urgency.LATE
    return Urgency.SOON if answer_by - now <= SOON else Urgency.LATER
