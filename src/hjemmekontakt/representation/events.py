"""What representation tells others."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FullmaktOffered:
    """Somebody has offered another a fullmakt (R57, R63)."""

    fullmakt_id: UUID
    giver_id: UUID
    receiver_id: UUID


@dataclass(frozen=True, slots=True)
class FullmaktGiven:
    """An offered fullmakt was accepted and holds from now (R57)."""

    fullmakt_id: UUID
    giver_id: UUID
    receiver_id: UUID


@dataclass(frozen=True, slots=True)
class FullmaktEnded:
    """A fullmakt has ended: withdrawn, resigned, declined, run out or stopped by the register (R57, R62)."""

    fullmakt_id: UUID
    giver_id: UUID
    receiver_id: UUID
