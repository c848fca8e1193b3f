"""What pages and journals are shown of dialogues: frozen values, made by the queries and actions."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from hjemmekontakt.messages.rules.attachments import AttachmentView
from hjemmekontakt.messages.rules.danger_words import Worry
from hjemmekontakt.messages.rules.handling import HandlingView, NoteView
from hjemmekontakt.messages.rules.lists import Bookmark, InboxFilter, Queue
from hjemmekontakt.messages.rules.states import HandlingKind, Sender, ThreadState
from hjemmekontakt.messages.rules.templates import TemplateTexts
from hjemmekontakt.messages.rules.writing import Refusal
from hjemmekontakt.municipalities.rules import CoverView, ServiceView, UnitView

NEVER = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What is told when a message is sent: where it stands, and by when the answer comes (M1).

    `phone_now` is the unit's phone where nobody reads messages at this hour (R23), else empty; `unit` says when it reads, and
    `worry` what the text gives reason to fear (R24).
    """

    thread_id: UUID
    message_id: UUID
    answer_by: datetime
    phone_now: str
    unit: UnitView
    worry: Worry | None = None


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as its author meets it again; `thread_id` is the dialogue it answers, None for a new message (R25)."""

    id: UUID
    service_id: UUID
    service_name: str
    thread_id: UUID | None
    thread_subject: str
    subject: str
    category: str
    text: str
    form_key: UUID
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class HandlingForCitizen:
    """What was done with a dialogue that concerns its citizen, after the message of this place."""

    what: HandlingKind
    place: int
    at: datetime
    from_unit: str
    to_unit: str


@dataclass(frozen=True, slots=True)
class LinkedThread:
    """A dialogue that this one continues, or that continues it (R18)."""

    id: UUID
    subject: str


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """What is told when an employee has answered."""

    thread_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote, as it was then: name, role, and for whom (R26); `signature` is what stands under an answer (R81)."""

    id: UUID
    name: str
    role: str
    sender: Sender
    on_behalf: bool
    signature: str = ""


class MessageView(Struct, frozen=True):
    """One message as a page shows it; `read_by` counts the readers of the other side, `read_at` is their last time.

    `is_new` tells that it came from the other side after this reader last opened the dialogue.
    """

    id: UUID
    place: int
    author: Author
    text: str
    sent_at: datetime
    answer_by: datetime | None
    answered_at: datetime | None
    read_by: int
    read_at: datetime | None
    is_new: bool = False
    channel: str = "here"
    signature: str = ""
    waived_at: datetime | None = None
    files: tuple[AttachmentView, ...] = ()


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
    phone: str = ""
    case_kind: str = ""
    answers_in: str = "portal"
    from_unit_only: bool = False
    is_letter: bool = False


@dataclass(frozen=True, slots=True)
class UnreadThread:
    """A dialogue with something unread, as the first page names it."""

    id: UUID
    subject: str
    unit_name: str
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Unread:
    """The newest dialogues with something unread, and how many messages are unread in all."""

    rows: tuple[UnreadThread, ...] = ()
    messages: int = 0


@dataclass(frozen=True, slots=True)
class ThreadList:
    """A page of the citizen's threads, where the next begins, and whether the reader's standing lets her write.

    `drafts` are the reader's own, shown first; `put_away` tells whether she has anything in her archive.
    `pulse` tells how far things had come when it was read: a page that refreshes itself asks whether that still holds.
    """

    rows: tuple[ThreadRow, ...]
    following: Bookmark | None
    may_write: bool
    drafts: tuple[DraftView, ...] = ()
    put_away: bool = False
    pulse: str = ""


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread as its citizen, or who acts for her, sees it.

    `may_write` tells whether her standing lets her write at all, `why_not_reply` what hinders it now, and
    `answer_by_if_sent` what would be promised for a message sent now. `worry` is what her last message gives reason to
    fear while it waits (R24); `from_unit_only` that nobody but the unit has written in it, `is_letter` that it is an
    important letter (R28).
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
    one_way: bool = False
    is_letter: bool = False
    from_unit_only: bool = False
    case_kind: str = ""
    is_put_away: bool = False
    handlings: tuple[HandlingForCitizen, ...] = ()
    continues: LinkedThread | None = None
    continued_by: LinkedThread | None = None
    draft: DraftView | None = None
    cover: CoverView | None = None
    worry: Worry | None = None
    pulse: str = ""


@dataclass(frozen=True, slots=True)
class ServiceToWriteTo:
    """A service she receives: whether it is opened for messages, and its unit's phone (R12)."""

    service: ServiceView
    opened: bool
    phone: str


@dataclass(frozen=True, slots=True)
class BeforeWriting:
    """What the page «Skriv melding» needs: her services, the one she writes to, and the promise; and what she has begun."""

    services: tuple[ServiceToWriteTo, ...]
    chosen: ServiceToWriteTo | None
    answer_by: datetime | None
    draft: DraftView | None = None
    cover: CoverView | None = None
    continues: LinkedThread | None = None


class InboxRow(NamedTuple):
    """One line of a unit's inbox; `unread` tells whether the citizen has written since the reader last opened it.

    `from_unit_name` and `transferred_by` say from where it was transferred, and by whom; `alarm_stage` how much of the
    promised time had passed when the clock last rang, in per cent, and `who_else` which colleagues have it open just now.
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
    one_way: bool = False
    alarm_stage: int = 0
    who_else: str = ""

    @property
    def due(self) -> datetime:
        """The answer-by time, or far away where nothing waits: lists sort by it."""
        return self.answer_by or NEVER


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
    pulse: str = ""


class StaffThreadView(Struct, frozen=True):
    """A thread as the unit sees it; `last_message_id` says how far the page had come when it was shown.

    `who_else` are the colleagues who have it open just now. `ready` are the ready answers that fit it, not yet filled in,
    and `language` is the one they are chosen in.
    """

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
    alarm_stage: int
    leads: bool
    service: ServiceView
    messages: tuple[MessageView, ...]
    notes: tuple[NoteView, ...]
    handlings: tuple[HandlingView, ...]
    last_message_id: UUID
    draft: DraftView | None = None
    who_else: tuple[str, ...] = ()
    pulse: str = ""
    given_name: str = ""
    language: str = "nb"
    is_letter: bool = False
    ready: tuple[tuple[UUID, TemplateTexts], ...] = ()
