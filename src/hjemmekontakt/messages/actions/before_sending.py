"""What is known of the place that a citizen writes to, before her message is sent; in one statement."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.ground.workdays import Calendar, day_of
from hjemmekontakt.messages import rules, statements
from hjemmekontakt.messages.rules import Refusal
from hjemmekontakt.municipalities.rules import Function, ServiceView, service_in


@dataclass(frozen=True, slots=True)
class PlaceToWrite:
    """A service, the days on which its unit answers from today on, and how the citizen stands to it today."""

    service: ServiceView
    calendar: Calendar
    active: bool
    receives: bool

    def why_not_write(self, *, now: datetime, receives: bool) -> Refusal | None:
        """Say why she cannot write here now. Whether she receives a dialogue's service is told by the dialogue."""
        opened = self.service.opened(Function.MESSAGES, today=day_of(now))
        return rules.why_not_write(active=self.active, receives=receives, opened=opened)


def place_to_write(
    actor: Actor, *, now: datetime, service_id: UUID | None = None, thread_id: UUID | None = None
) -> PlaceToWrite | None:
    """The service that is written to, by itself or as a thread's; None where it is not there."""
    asked = {"service": service_id, "thread": thread_id, "citizen": actor.about_id, "today": day_of(now)}
    row = next(iter(statements.rows("place_to_write", **asked)), None)
    if row is None:
        return None
    service = service_in(row)
    half = {date.fromisoformat(day): time.fromisoformat(until) for day, until in (row["half"] or {}).items()}
    return PlaceToWrite(service, service.unit.calendar(row["closed"], half), row["active"], row["receives"])
