"""Important letters (viktige brev): digitally or on paper and why, how far one has come, and what can be done with it (R28)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hjemmekontakt.messages.rules.attachments import AttachmentView
from hjemmekontakt.messages.rules.lists import Bookmark
from hjemmekontakt.messages.rules.writing import TEXT_LIMIT, Refusal, why_not_subject, why_not_text

POST_UNDONE_WITHIN = timedelta(minutes=10)


class LetterState(StrEnum):
    """How far an important letter has come."""

    WAITING = "waiting"
    DIGITAL = "digital"
    OPENED = "opened"
    PAPER = "paper"
    POSTED = "posted"
    STOPPED = "stopped"


class LetterStep(StrEnum):
    """What moves a letter from one state to another."""

    SEND = "send"
    PUT_ON_PAPER = "put-on-paper"
    OPEN = "open"
    POST = "post"
    UNDO_POST = "undo-post"
    STOP = "stop"


class OnPaper(StrEnum):
    """Why a letter goes by post; each has its sentence in the words (R49, R54)."""

    NOT_ACTIVE = "not-active"
    RESERVED = "reserved"
    NOT_IN_REGISTER = "not-in-register"
    STALE = "stale"
    NO_ADDRESS = "no-address"
    NOT_DELIVERED = "not-delivered"
    STOPPED_USING = "stopped-using"
    PROTECTED = "protected"


class LetterAddress(StrEnum):
    """What the office's list may tell of whom a letter is to (R11)."""

    OPEN = "open"
    PROTECTED = "protected"
    HIDDEN = "hidden"


class LetterRefusal(StrEnum):
    """Why a letter is not sent, or not marked; each has its sentence in the words."""

    TITLE_EMPTY = "title-empty"
    TITLE_TOO_LONG = "title-too-long"
    TEXT_TOO_LONG = "text-too-long"
    UNREADABLE = "unreadable"
    NO_FILE = "no-file"
    NOT_A_PDF = "not-a-pdf"
    FORM_USED = "form-used"
    PAGE_TOO_OLD = "page-too-old"
    DEAD = "dead"
    NO_SERVICE = "no-service"
    NOT_ON_PAPER = "not-on-paper"
    NOT_POSTED = "not-posted"
    ANOTHERS = "anothers"
    TOO_LATE = "too-late"


LETTER_MOVES: dict[tuple[LetterState, LetterStep], LetterState] = {
    (LetterState.WAITING, LetterStep.SEND): LetterState.DIGITAL,
    (LetterState.WAITING, LetterStep.PUT_ON_PAPER): LetterState.PAPER,
    (LetterState.WAITING, LetterStep.STOP): LetterState.STOPPED,
    (LetterState.DIGITAL, LetterStep.OPEN): LetterState.OPENED,
    (LetterState.DIGITAL, LetterStep.PUT_ON_PAPER): LetterState.PAPER,
    (LetterState.DIGITAL, LetterStep.STOP): LetterState.STOPPED,
    (LetterState.PAPER, LetterStep.POST): LetterState.POSTED,
    (LetterState.PAPER, LetterStep.STOP): LetterState.STOPPED,
    (LetterState.POSTED, LetterStep.UNDO_POST): LetterState.PAPER,
}
"""A step that is not here leaves the letter as it is: one that she has opened never goes on paper."""


def letter_after(state: LetterState, step: LetterStep) -> LetterState:
    """Say what a letter becomes by a step; a step that changes nothing leaves it as it is.

    >>> letter_after(LetterState.DIGITAL, LetterStep.PUT_ON_PAPER), letter_after(LetterState.OPENED, LetterStep.PUT_ON_PAPER)
    (<LetterState.PAPER: 'paper'>, <LetterState.OPENED: 'opened'>)
    """
    return LETTER_MOVES.get((state, step), state)


def states_before(step: LetterStep) -> list[LetterState]:
    """The states that a step leads on from.

    >>> states_before(LetterStep.POST)
    [<LetterState.PAPER: 'paper'>]
    """
    return [before for before, each in LETTER_MOVES if each is step]


def letter_address(*, is_protected: bool, author_id: UUID, reader_id: UUID | None) -> LetterAddress:
    """Say what the list tells of whom a letter is to: where her address is protected, only its author knows her (R11).

    >>> gerd, kari = UUID(int=1), UUID(int=2)
    >>> [letter_address(is_protected=True, author_id=gerd, reader_id=reader).value for reader in (gerd, kari)]
    ['protected', 'hidden']
    """
    if not is_protected:
        return LetterAddress.OPEN
    return LetterAddress.PROTECTED if reader_id == author_id else LetterAddress.HIDDEN


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """What the contact register says of one person, as far as letters go by it; no address is among it.

    `has_fresh` tells of a number or e-mail address that was confirmed in the last 18 months (eForvaltningsforskriften § 32).
    """

    is_known: bool = False
    is_reserved: bool = False
    has_any: bool = False
    has_fresh: bool = False


def why_on_paper(*, active: bool, answer: RegisterAnswer) -> OnPaper | None:
    """Say why a letter goes by post; None means that it is sent digitally (R28, R49, R54).

    >>> why_on_paper(active=True, answer=RegisterAnswer(is_known=True, has_any=True, has_fresh=True))
    >>> why_on_paper(active=True, answer=RegisterAnswer(is_known=True, is_reserved=True, has_any=True, has_fresh=True))
    <OnPaper.RESERVED: 'reserved'>
    >>> why_on_paper(active=True, answer=RegisterAnswer(is_known=True, has_any=True))
    <OnPaper.STALE: 'stale'>
    """
    if not active:
        return OnPaper.NOT_ACTIVE
    if not answer.is_known:
        return OnPaper.NOT_IN_REGISTER
    if answer.is_reserved:
        return OnPaper.RESERVED
    if answer.has_fresh:
        return None
    return OnPaper.STALE if answer.has_any else OnPaper.NO_ADDRESS


@dataclass(frozen=True, slots=True)
class Course:
    """What becomes of a letter when it is sent: its state, and why it goes by post where it does."""

    state: LetterState
    why: OnPaper | None = None


def course_of(*, active: bool, answer: RegisterAnswer | None) -> Course:
    """Say what becomes of a letter; `answer` is None where the register is silent: then it waits, and nothing is lost.

    >>> course_of(active=True, answer=None).state, course_of(active=False, answer=None).state
    (<LetterState.WAITING: 'waiting'>, <LetterState.PAPER: 'paper'>)
    """
    if active and answer is None:
        return Course(LetterState.WAITING)
    why = why_on_paper(active=active, answer=answer or RegisterAnswer())
    return Course(LetterState.PAPER, why) if why else Course(LetterState.DIGITAL)


def why_not_letter(title: str, text: str) -> LetterRefusal | None:
    """Say why a letter cannot be sent as it is written; the text may be empty, for the letter is the file (R28).

    >>> why_not_letter("Vedtak om hjemmesykepleie", ""), why_not_letter("", "Se vedlegget.")
    (None, <LetterRefusal.TITLE_EMPTY: 'title-empty'>)
    >>> why_not_letter("Vedtak", "a" * 4001)
    <LetterRefusal.TEXT_TOO_LONG: 'text-too-long'>
    """
    in_words = {
        Refusal.SUBJECT_EMPTY: LetterRefusal.TITLE_EMPTY,
        Refusal.SUBJECT_TOO_LONG: LetterRefusal.TITLE_TOO_LONG,
        Refusal.TOO_LONG: LetterRefusal.TEXT_TOO_LONG,
        Refusal.UNREADABLE: LetterRefusal.UNREADABLE,
    }
    why_not = why_not_subject(title) or (why_not_text(text, limit=TEXT_LIMIT) if text.strip() else None)
    return in_words.get(why_not) if why_not else None


def why_not_undo_post(
    state: LetterState, *, posted_by_id: UUID | None, posted_at: datetime | None, actor_id: UUID | None, now: datetime
) -> LetterRefusal | None:
    """Say why «Sendt i posten» is not undone: it is undone already, it was another, or it is more than ten minutes ago.

    >>> from datetime import UTC
    >>> nine, gerd = datetime(2026, 3, 2, 9, tzinfo=UTC), UUID(int=1)
    >>> posted = dict(posted_by_id=gerd, posted_at=nine, actor_id=gerd)
    >>> why_not_undo_post(LetterState.POSTED, **posted, now=nine + timedelta(minutes=9))
    >>> why_not_undo_post(LetterState.POSTED, **posted, now=nine + timedelta(minutes=11))
    <LetterRefusal.TOO_LATE: 'too-late'>
    """
    if state is not LetterState.POSTED or posted_at is None:
        return LetterRefusal.NOT_POSTED
    if posted_by_id != actor_id:
        return LetterRefusal.ANOTHERS
    return LetterRefusal.TOO_LATE if now - posted_at > POST_UNDONE_WITHIN else None


@dataclass(frozen=True, slots=True)
class LetterReceiver:
    """Whom a letter is to, as the page before it is sent knows her; the national id is for the register alone."""

    citizen_id: UUID
    name: str
    birth_year: int | None
    unit_name: str
    active: bool
    dead: bool
    national_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter as it was written: its title, a short text that may be empty, and the file, cleaned.

    `digest` is that of the file as it was given: by it the same form sent twice is known.
    """

    title: str
    text: str
    file_name: str
    content: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    form_key: UUID


@dataclass(frozen=True, slots=True)
class LetterSentView:
    """What is told when a letter was sent: to whom, and which course it took."""

    id: UUID
    name: str
    course: Course


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One letter of the office's list; `file` is None where nothing of it is kept, since she does not use the service.

    `address` says whether hers is protected, and whether this reader may know whom it is to: else neither name, year,
    title nor file is here (R11).
    """

    id: UUID
    citizen_id: UUID
    address: LetterAddress
    name: str
    birth_year: int | None
    title: str
    state: LetterState
    why: OnPaper | None
    author_name: str
    made_at: datetime
    sent_at: datetime | None
    on_paper_at: datetime | None
    opened_at: datetime | None
    posted_at: datetime | None
    posted_by_name: str
    can_undo: bool
    file: AttachmentView | None

    def is_listed(self) -> bool:
        """Tell whether the list shows it: to a protected address, only what is to be posted or can still be undone (R11)."""
        return self.address is LetterAddress.OPEN or self.state is LetterState.PAPER or self.can_undo


@dataclass(frozen=True, slots=True)
class LetterList:
    """The office's letters: what is to be posted, what waits for the register, and the rest, the newest first."""

    on_paper: tuple[LetterRow, ...]
    waiting: tuple[LetterRow, ...]
    others: tuple[LetterRow, ...]
    following: Bookmark | None

    def known(self) -> set[UUID]:
        """The citizens whom the reader is told of: not those whose name is hidden from her (R11)."""
        rows = (*self.on_paper, *self.waiting, *self.others)
        return {row.citizen_id for row in rows if row.address is not LetterAddress.HIDDEN}


@dataclass(frozen=True, slots=True)
class WaitingLetter:
    """A letter that waits for the register: whose it is, and what the register is asked by."""

    id: UUID
    municipality_id: UUID
    unit_id: UUID
    citizen_id: UUID
    national_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LetterNow:
    """How a letter stands when the notices look at it: its state, whether anybody has opened it, and whether she lives."""

    id: UUID
    citizen_id: UUID
    municipality_id: UUID
    state: LetterState
    is_opened: bool
    is_dead: bool
