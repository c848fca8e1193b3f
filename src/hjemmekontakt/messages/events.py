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


@dataclass(frozen=True, slots=True)
class ThreadTransferred:
    """A dialogue has gone from one unit to another that helps the citizen; `message_id` is the last one in it (R78)."""

    thread_id: UUID
    message_id: UUID
    citizen_id: UUID
    municipality_id: UUID
    from_unit_id: UUID
    to_unit_id: UUID


@dataclass(frozen=True, slots=True)
class ThreadTreatedAsCase:
    """A dialogue is treated as a complaint or an application: the citizen gets a letter (R28)."""

    thread_id: UUID
    citizen_id: UUID
    municipality_id: UUID
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class ClockRang:
    """The time in which a unit has promised an answer is running out, or nobody has taken what waits (R82)."""

    thread_id: UUID
    unit_id: UUID
    municipality_id: UUID


@dataclass(frozen=True, slots=True)
class MessageNotDelivered:
    """A journal has not taken in what a citizen wrote: she is to call instead (R19)."""

    thread_id: UUID
    citizen_id: UUID
    municipality_id: UUID


@dataclass(frozen=True, slots=True)
class LetterSent:
    """An important letter was sent digitally: she is told of it on the day, and reminded after seven (R28, R56)."""

    letter_id: UUID
    message_id: UUID
    citizen_id: UUID
    municipality_id: UUID
