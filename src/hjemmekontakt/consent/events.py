"""What consent tells others."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CitizenActivated:
    """A citizen's service is ready (klar): the journal may send, and she is told (R5)."""

    citizen_id: UUID
