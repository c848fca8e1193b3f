"""What pages and journals are shown of dialogues: frozen values, made by the queries and actions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hjemmekontakt.messages.rules.handling import HandlingView, NoteView
from hjemmekontakt.messages.rules.lists import Bookmark, InboxFilter, Queue
from hjemmekontakt.messages.rules.states import Sender, ThreadState
from hjemmekontakt.messages.rules.writing import Refusal
from hjemmekontakt.municipalities.rules import ServiceView


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
    channel: str = "here"
    signature: str = ""
    waived_at: datetime | None = None


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
    """One line of a unit's inbox; `unread` tells whether the citizen has written since the reader last opened it.

    `due` is the answer-by time, or far away where nothing waits: lists sort by it. `from_unit_name` and
    `transferred_by` say from where it was transferred, and by whom.
    """

    id: UUID
    citizen_id: UUID
    person_name: str
    birth_year: int | None
    subject: str
    service_name: str
    category: str
    state: ThreadState
    answer_by: datetime | None
    last_at: datetime
    due: datetime
    assignee_id: UUID | None
    assignee_name: str
    in_journal: bool
    case_kind: str
    urgent_words: bool
    with_leader: bool
    unread: bool
    has_attachment: bool
    from_unit_name: str
    transferred_by: str


@dataclass(frozen=True, slots=True)
class QueueChoice:
    """One queue that the inbox can be narrowed to: its code in the address, its name, and how many wait there."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of a unit's inbox; the counts are of the same threads that the lists show."""

    unit_id: UUID
    unit_name: str
    leads: bool
    filter: InboxFilter
    queue: Queue
    rows: tuple[InboxRow, ...]
    counts: dict[InboxFilter, int]
    services: tuple[QueueChoice, ...]
    categories: tuple[QueueChoice, ...]
    zones: tuple[QueueChoice, ...]
    following: Bookmark | None


@dataclass(frozen=True, slots=True)
class StaffThreadView:
    """A thread as the unit sees it; `last_message_id` says how far the page had come when it was shown."""

    id: UUID
    citizen_id: UUID
    unit_id: UUID
    person_name: str
    birth_year: int | None
    subject: str
    category: str
    state: ThreadState
    answer_by: datetime | None
    assignee_id: UUID | None
    assignee_name: str
    case_kind: str
    urgent_words: bool
    one_way: bool
    with_leader: bool
    leads: bool
    service: ServiceView
    messages: tuple[MessageView, ...]
    notes: tuple[NoteView, ...]
    handlings: tuple[HandlingView, ...]
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
