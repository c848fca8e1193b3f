"""What is known of the place that a citizen writes to, before her message is sent; remembered, for it seldom changes."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from uuid import UUID

import msgspec

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.ground.workdays import Calendar, day_of
from hjemmekontakt.messages import rules, statements
from hjemmekontakt.messages.rules import Refusal
from hjemmekontakt.municipalities.rules import Function, ServiceView


class PlaceChanged(Exception):
    """The organisation is not as it was read any more; nothing was stored."""


@dataclass(frozen=True)
class PlaceToWrite:
    """A service, the days when its unit is closed or closes early, and the edition of the organisation that all this is of."""

    service: ServiceView
    edition: UUID | None
    closed: frozenset[date] = frozenset()
    half: dict[date, time] | None = None

    @cached_property
    def calendar(self) -> Calendar:
        """The days on which the unit answers."""
        return self.service.unit.calendar(self.closed, self.half or {})

    def why_not_write(self, *, now: datetime, active: bool, receives: bool) -> Refusal | None:
        """Say why she cannot write here now. Whether she is active and receives the service is told by those who ask."""
        opened = self.service.opened(Function.MESSAGES, today=day_of(now))
        return rules.why_not_write(active=active, receives=receives, opened=opened)


PLACE = msgspec.json.Decoder(PlaceToWrite)
_remembered: dict[UUID, PlaceToWrite] = {}
"""What this process has read of each service. Nothing in it is of a person, and it is believed only where the database says, in
the transaction that rests on it, that its edition stands (`hk_why_not_begin`)."""


def remembered_place(service_id: UUID) -> PlaceToWrite | None:
    """A service as it was when it was last read here; None where it never was."""
    return _remembered.get(service_id)


def place_to_write(service_id: UUID) -> PlaceToWrite | None:
    """A service as it is now; None where it is not there."""
    rows = statements.fetch(statements.SQL["place_to_write"], {"service": service_id, "thread": None, "citizen": None})
    if not rows:
        return None
    _remembered[service_id] = PLACE.decode(rows[0][0])
    return _remembered[service_id]


def place_of_thread(grant: Grant, thread_id: UUID) -> tuple[PlaceToWrite, bool]:
    """The service of a thread as it is now, and whether the citizen's own is in use."""
    asked = {"service": None, "thread": thread_id, "citizen": grant.actor.about_id}
    (place, is_active), *_ = statements.fetch(statements.SQL["place_to_write"], asked)
    return PLACE.decode(place), is_active
