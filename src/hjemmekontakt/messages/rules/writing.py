"""What may be written: the limits, the refusals, and what is promised to one who writes."""

from datetime import datetime, timedelta
from enum import StrEnum

CATEGORIES = ("visit", "help", "practical", "medicine", "equipment", "feedback", "other")
"""What a message may be about, where its service asks (R15)."""

SUBJECT_LIMIT = 50
TEXT_LIMIT = 4000
MESSAGES_PER_HOUR = 30
LINE_LIMIT = 90
SOON = timedelta(hours=4)
READ_FROM_HOUR, READ_UNTIL_HOUR = 8, 16


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
    CATEGORY_UNKNOWN = "category-unknown"
    CATEGORY_MISSING = "category-missing"
    ONE_WAY = "one-way"
    NOT_FROM_HERE = "not-from-here"
    ANSWERED_IN_JOURNAL = "answered-in-journal"
    TAKEN_BY_ANOTHER = "taken-by-another"
    NOT_A_COLLEAGUE = "not-a-colleague"
    NOT_RECEIVED_THERE = "not-received-there"
    NOT_OPENED_THERE = "not-opened-there"
    NO_OFFICE = "no-office"


class Urgency(StrEnum):
    """How near the promised answer is (R82)."""

    LATE = "late"
    SOON = "soon"
    LATER = "later"


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


def why_not_text(text: str, *, limit: int = TEXT_LIMIT) -> Refusal | None:
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
    return Refusal.TOO_LONG if len(text) > limit else None


def why_not_category(category: str, *, offered: tuple[str, ...]) -> Refusal | None:
    """Say why a message cannot stand under this category in its service (R15).

    >>> why_not_category("medicine", offered=("medicine", "other")), why_not_category("", offered=())
    (None, None)
    >>> why_not_category("", offered=("other",))
    <Refusal.CATEGORY_MISSING: 'category-missing'>
    """
    if category and category not in offered:
        return Refusal.CATEGORY_UNKNOWN
    return Refusal.CATEGORY_MISSING if offered and not category else None


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


def is_outside_hours(local: datetime, *, workday: bool) -> bool:
    """Tell whether nobody reads messages at this hour: Monday to Friday from eight to four somebody does (R23).

    >>> [is_outside_hours(datetime(2026, 3, 2, hour), workday=True) for hour in (7, 8, 15, 16)]
    [True, False, False, True]
    """
    return not workday or not READ_FROM_HOUR <= local.hour < READ_UNTIL_HOUR


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
