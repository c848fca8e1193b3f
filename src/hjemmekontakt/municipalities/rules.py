"""What is open, in words a page can use."""

from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from uuid import UUID


class Function(StrEnum):
    """What a service can open for its citizens, each from a day of its own (R88)."""

    MESSAGES = "messages"
    VISITS = "visits"
    CANCEL = "cancel"
    NOTICES = "notices"
    ATTACHMENTS = "attachments"


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit as pages show it."""

    id: UUID
    name: str
    phone: str
    her_id: str
    municipality_id: UUID
    municipality_name: str
    district_name: str
    opens_at: time
    closes_at: time
    kind: str = "care"
    reads_from: time = time(8)
    reads_until: time = time(16)
    reads_on_saturday: bool = False
    signs_with: str = "first-name"


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service of a unit, with the day from which each function is open (None: not opened)."""

    id: UUID
    name: str
    code: str
    unit: UnitView
    messages_from: date | None
    visits_from: date | None
    cancel_from: date | None
    notices_from: date | None
    late_cancel_allowed: bool
    attachments_from: date | None = None
    categories: tuple[str, ...] = ()
    text_limit: int = 4000
    answers_in: str = "portal"

    def opened(self, function: Function, *, today: date) -> bool:
        """Tell whether this function is open for the service's citizens today (R12, R88)."""
        since: date | None = getattr(self, f"{function.value}_from")
        return since is not None and since <= today


@dataclass(frozen=True, slots=True)
class MunicipalityView:
    """A municipality as pages show it, with all its services."""

    id: UUID
    number: str
    name: str
    orgnr: str
    her_id: str
    phone: str
    sms_sender: str
    services: tuple[ServiceView, ...] = ()


@dataclass(frozen=True, slots=True)
class JournalHookView:
    """Where a journal system wants to be told, and the secret by which it knows that it is we who tell."""

    id: UUID
    url: str
    secret: str = field(repr=False)
