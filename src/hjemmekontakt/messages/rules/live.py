"""Pages that refresh themselves: how far things have come as one value, and how long somebody counts as being there."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

HERE_AFTER_OPENING = timedelta(minutes=2)
"""How long one who has opened a thread counts as having it open, where her page does not say so itself."""


def pulse_of(*parts: object) -> str:
    """Make one short value of how far things have come: an `ETag` that is another when any part is another.

    >>> pulse_of("thread", 1) == pulse_of("thread", 1), pulse_of("thread", 1) == pulse_of("thread", 2)
    (True, False)
    >>> pulse_of("thread", 1)
    '"3f2151e0d2f76e614c5c8c63"'
    """
    return f'"{hashlib.sha256(repr([str(part) for part in parts]).encode()).hexdigest()[:24]}"'


def pulse_of_thread(id: UUID, last_place: int, state: str, answer_by: datetime | None) -> str:
    """Say how far a dialogue has come, as its citizen sees it: what the unit does among its own is not in it."""
    return pulse_of("thread", id, last_place, str(state), answer_by.timestamp() if answer_by else "")


def pulse_at_work(id: UUID, changed_at: datetime, others: Iterable[UUID]) -> str:
    """Say how far a dialogue has come, as the unit sees it, and which colleagues have it open."""
    return pulse_of("thread at work", id, changed_at.timestamp(), *sorted(others))


@dataclass(frozen=True, slots=True)
class ReadBy:
    """That a message was read by one of the citizen's side; nobody has read it where there is no reader."""

    message_id: UUID
    thread_id: UUID
    reader_id: UUID | None
