"""What messages tell others."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MessageSent:
    """A citizen, or who acts for her, has written to a unit."""

    message_id: UUID
    thread_id: UUID
    citizen_id: UUID
    municipality_id: UUID


@dataclass(frozen=True, slots=True)
class MessageAnswered:
    """A unit has written to a citizen: there is something new for her to read (★12)."""

    message_id: UUID
    thread_id: UUID
    citizen_id: UUID
    municipality_id: UUID
