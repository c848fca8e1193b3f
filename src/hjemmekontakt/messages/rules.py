"""The words of a dialogue, and the pure decisions over it: what may be written, and what a thread becomes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.municipalities.rules import ServiceView

SUBJECT_LIMIT = 50
TEXT_LIMIT = 4000
MESSAGES_PER_HOUR = 30
LINE_LIMIT = 90
READ_FROM_HOUR, READ_UNTIL_HOUR = 8, 16
SOON = timedelta(hours=4)


class Sender(StrEnum):
    """Which side of the counter a message comes from."""

    CITIZEN = "citizen"
    UNIT = "unit"


class Reader(StrEnum):
    """Which side of the counter a reader stands on: the citizen and who acts for her, or an employee."""

    CITIZEN = "citizen"
    EMPLOYEE = "employee"


class ThreadState(StrEnum):
    """How far a dialogue has come, as the citizen sees it (R19)."""

    SENT = "sent"
    RECEIVED = "received"
    OPENED = "opened"
    ANSWERED = "answered"


class Step(StrEnum):
    """What moves a dialogue from one state to another."""

    WRITE = "write"
    RECEIVE = "receive"
    OPEN = "open"
    ANSWER = "answer"


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
    TOO_MANY = "too-many"
    FORM_USED = "form-used"
    ANSWERED_MEANWHILE = "answered-meanwhile"
    PAGE_TOO_OLD = "page-too-old"
    CITIZEN_NOT_ACTIVE = "citizen-not-active"


class Urgency(StrEnum):
    """How near the promised answer is (R82)."""

    LATE = "late"
    SOON = "soon"
    LATER = "later"


class InboxFilter(StrEnum):
    """What the inbox shows: waiting and not opened, all that wait, answered, or everything."""

    NEW = "new"
    WAITING = "waiting"
    ANSWERED = "answered"
    ALL = "all"


MOVES: dict[tuple[ThreadState, Step], ThreadState] = {
    (ThreadState.SENT, Step.RECEIVE): ThreadState.RECEIVED,
    (ThreadState.SENT, Step.OPEN): ThreadState.OPENED,
    (ThreadState.SENT, Step.ANSWER): ThreadState.ANSWERED,
    (ThreadState.RECEIVED, Step.WRITE): ThreadState.SENT,
    (ThreadState.RECEIVED, Step.OPEN): ThreadState.OPENED,
    (ThreadState.RECEIVED, Step.ANSWER): ThreadState.ANSWERED,
    (ThreadState.OPENED, Step.WRITE): ThreadState.SENT,
    (ThreadState.OPENED, Step.ANSWER): ThreadState.ANSWERED,
    (ThreadState.ANSWERED, Step.WRITE): ThreadState.SENT,
}


def after(state: ThreadState, step: Step) -> ThreadState:
    """Say what a dialogue becomes by a step; a step that changes nothing leaves it as it is (R19).

    >>> after(ThreadState.SENT, Step.OPEN), after(ThreadState.ANSWERED, Step.OPEN)
    (<ThreadState.OPENED: 'opened'>, <ThreadState.ANSWERED: 'answered'>)
    """
    return MOVES.get((state, step), state)


def why_not_write(*, active: bool, receives: bool, opened: bool, sent_last_hour: int = 0) -> Refusal | None:
    """Say why she cannot write to a service now; None means she can (R6, R12).

    >>> why_not_write(active=True, receives=True, opened=True, sent_last_hour=29)
    >>> why_not_write(active=True, receives=True, opened=False)
    <Refusal.NOT_OPENED: 'not-opened'>
    >>> why_not_write(active=True, receives=True, opened=True, sent_last_hour=30)
    <Refusal.TOO_MANY: 'too-many'>
    """
    if not active:
        return Refusal.NOT_ACTIVE
    if not receives:
        return Refusal.NOT_RECEIVED
    if not opened:
        return Refusal.NOT_OPENED
    if sent_last_hour >= MESSAGES_PER_HOUR:
        return Refusal.TOO_MANY
    return None


def why_not_text(text: str) -> Refusal | None:
    """Say why a text cannot be sent as it is; it is never cut (R14).

    >>> why_not_text("Nøkkelen er hos naboen. 🔑"), why_not_text(" \\n\\u200b")
    (None, <Refusal.EMPTY: 'empty'>)
    >>> why_not_text("a" * 4001)
    <Refusal.TOO_LONG: 'too-long'>
    """
    if not _can_be_kept(text):
        return Refusal.UNREADABLE
    if not _says_something(text):
        return Refusal.EMPTY
    return Refusal.TOO_LONG if len(text) > TEXT_LIMIT else None


def why_not_subject(subject: str) -> Refusal | None:
    """Say why a subject cannot stand over a dialogue (R14).

    >>> why_not_subject("Nøkkel"), why_not_subject("")
    (None, <Refusal.SUBJECT_EMPTY: 'subject-empty'>)
    """
    if not _can_be_kept(subject):
        return Refusal.UNREADABLE
    if not _says_something(subject):
        return Refusal.SUBJECT_EMPTY
    return Refusal.SUBJECT_TOO_LONG if len(subject) > SUBJECT_LIMIT else None


def _can_be_kept(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _says_something(text: str) -> bool:
    return any(character.isprintable() and not character.isspace() for character in text)


def earliest(*deadlines: datetime | None) -> datetime | None:
    """Find the earliest of the promises that still wait (R21).

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


def is_outside_hours(local: datetime, *, workday: bool) -> bool:
    """Tell whether nobody reads messages at this hour: Monday to Friday from eight to four somebody does (R23).

    >>> [is_outside_hours(datetime(2026, 3, 2, hour), workday=True) for hour in (7, 8, 15, 16)]
    [True, False, False, True]
    """
    return not workday or not READ_FROM_HOUR <= local.hour < READ_UNTIL_HOUR


def urgency(answer_by: datetime, *, now: datetime) -> Urgency:
    """Say how near a promised answer is (R82).

    >>> four = datetime(2026, 3, 3, 15, tzinfo=UTC)
    >>> urgency(four, now=four - timedelta(hours=2)), urgency(four, now=four + timedelta(minutes=1))
    (<Urgency.SOON: 'soon'>, <Urgency.LATE: 'late'>)
    """
    if now > answer_by:
        return Urgency.LATE
    return Urgency.SOON if answer_by - now <= SOON else Urgency.LATER


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


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What is told when a message is sent: where it stands, and by when the answer comes (M1).

    `phone_now` is the unit's phone where nobody reads messages at this hour (R23), else empty.
    """

    thread_id: UUID
    message_id: UUID
    answer_by: datetime
    phone_now: str


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """What is told when an employee has answered."""

    thread_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote, as it was then: name, role, and for whom (R26)."""

    id: UUID
    name: str
    role: str
    sender: Sender
    on_behalf: bool


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message as a page shows it; `read_by` counts the readers of the other side, `read_at` is their last time."""

    id: UUID
    place: int
    author: Author
    text: str
    sent_at: datetime
    answer_by: datetime | None
    answered_at: datetime | None
    read_by: int
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One line of the citizen's list."""

    id: UUID
    subject: str
    service_name: str
    unit_name: str
    state: ThreadState
    answer_by: datetime | None
    last_author: Author
    last_line: str
    last_at: datetime
    unread: int


@dataclass(frozen=True, slots=True)
class ThreadList:
    """A page of the citizen's threads, where the next begins, and whether the reader's standing lets her write."""

    rows: tuple[ThreadRow, ...]
    following: Bookmark | None
    may_write: bool


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread as its citizen, or who acts for her, sees it.

    `may_write` tells whether her standing lets her write at all, `why_not_reply` what hinders it now, and
    `answer_by_if_sent` what would be promised for a message sent now.
    """

    id: UUID
    citizen_id: UUID
    subject: str
    state: ThreadState
    answer_by: datetime | None
    service: ServiceView
    messages: tuple[MessageView, ...]
    may_write: bool
    why_not_reply: Refusal | None
    answer_by_if_sent: datetime | None


@dataclass(frozen=True, slots=True)
class ServiceToWriteTo:
    """A service she receives: whether it is opened for messages, and its unit's phone (R12)."""

    service: ServiceView
    opened: bool
    phone: str


@dataclass(frozen=True, slots=True)
class BeforeWriting:
    """What the page «Skriv melding» needs: her services, the one she writes to, and the promise."""

    services: tuple[ServiceToWriteTo, ...]
    chosen: ServiceToWriteTo | None
    answer_by: datetime | None


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One line of a unit's inbox."""

    id: UUID
    citizen_id: UUID
    person_name: str
    birth_year: int | None
    subject: str
    service_name: str
    state: ThreadState
    answer_by: datetime | None
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of a unit's inbox; the counts are of the same threads that the lists show."""

    unit_id: UUID
    unit_name: str
    filter: InboxFilter
    rows: tuple[InboxRow, ...]
    counts: dict[InboxFilter, int]
    following: Bookmark | None


@dataclass(frozen=True, slots=True)
class StaffThreadView:
    """A thread as the unit sees it; `last_message_id` says how far the page had come when it was shown."""

    id: UUID
    citizen_id: UUID
    person_name: str
    birth_year: int | None
    subject: str
    state: ThreadState
    answer_by: datetime | None
    service: ServiceView
    messages: tuple[MessageView, ...]
    last_message_id: UUID


@dataclass(frozen=True, slots=True)
class MessageForJournal:
    """A message as a journal system is told of it: ids and times alone."""

    id: UUID
    thread_id: UUID
    citizen_id: UUID
    unit_id: UUID
    sender: Sender
    sent_at: datetime
