"""What municipalities tell others."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class HoursChanged:
    """The days or hours in which a unit reads messages were changed (R22)."""

    unit_id: UUID
    municipality_id: UUID
