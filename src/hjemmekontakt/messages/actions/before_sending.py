"""What is known of the place that a citizen writes to, before her message is sent; in one statement."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

import msgspec

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.ground.workdays import Calendar, day_of
from hjemmekontakt.messages import rules, statements
from hjemmekontakt.messages.rules import Refusal
from hjemmekontakt.municipalities.rules import Function, ServiceView


@dataclass(frozen=True, slots=True)
class PlaceToWrite:
    """A service, the days from today on when its unit is closed or closes early, and how the citizen stands to it today."""

    service: ServiceView
    active: bool
    receives: bool
    closed: frozenset[date] = frozenset()
    half: dict[date, time] | None = None

    @property
    def calendar(self) -> Calendar:
        """The days on which the unit answers, from today on."""
        return self.service.unit.calendar(self.closed, self.half or {})

    def why_not_write(self, *, now: datetime, receives: bool) -> Refusal | None:
        """Say why she cannot write here now. Whether she receives a dialogue's service is told by the dialogue."""
        opened = self.service.opened(Function.MESSAGES, today=day_of(now))
        return rules.why_not_write(active=self.active, receives=receives, opened=opened)


PLACE = msgspec.json.Decoder(PlaceToWrite)


def place_to_write(
    actor: Actor, *, now: datetime, service_id: UUID | None = None, thread_id: UUID | None = None
) -> PlaceToWrite | None:
    """The service that is written to, by itself or as a thread's; None where it is not there."""
    asked = {"service": service_id, "thread": thread_id, "citizen": actor.about_id, "today": day_of(now)}
    rows = statements.fetch(statements.SQL["place_to_write"], asked)
    return PLACE.decode(rows[0][0]) if rows else None
