"""Services as this process has read them: believed for as long as the edition of their organisation stands (decision 70).

Nothing here is of a person. A statement that needs services reads instead what `STANDS` reads, of their municipalities.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from hjemmekontakt.ground.workdays import Calendar
from hjemmekontakt.municipalities import queries
from hjemmekontakt.municipalities.rules import JournalState, ServiceAround, ServiceView

STANDS = queries.SQL["organisation_stands"].replace("%(municipalities)s", "{municipalities}")
"""Of `{municipalities}`, an array: which edition stands, and how the journal is in touch. One value, for `services_around`."""


class Stands(msgspec.Struct):
    """Which edition of a municipality's organisation stands, and how its journal is in touch, if it has one."""

    municipality_id: UUID
    edition: UUID | None
    has_journal: bool
    heard_at: datetime | None
    failing_since: datetime | None

    @property
    def journal(self) -> JournalState | None:
        """How its journal is in touch."""
        return JournalState(self.heard_at, self.failing_since) if self.has_journal else None


@dataclass(frozen=True, slots=True)
class Remembered:
    """A service and its municipality's working days, as they stand in an edition."""

    edition: UUID | None
    service: ServiceView
    calendar: Calendar


READ = msgspec.json.Decoder(list[Stands])
_remembered: dict[UUID, Remembered] = {}


def services_around(whose: Mapping[UUID, UUID], stands: str | None) -> dict[UUID, ServiceAround]:
    """Some services with what bears on their visits, by id; `whose` says of which municipality each is (R22, R33).

    `stands` is what `STANDS` has read of these. What is not known, or not as it stands, is read anew, in one query.
    """
    standing = {each.municipality_id: each for each in READ.decode(stands or "[]")}
    found = {id: _remembered.get(id) for id in whose}
    outdated = [id for id, each in found.items() if each is None or each.edition != standing[whose[id]].edition]
    return {
        id: ServiceAround(each.service, each.calendar, standing[whose[id]].journal)
        for id, each in {**found, **_read_anew(outdated)}.items()
        if each is not None
    }


def service_in(edition: UUID | None, id: UUID) -> ServiceView:
    """A service with its unit, as it stands in its organisation's edition; read anew where it is not known so."""
    known = _remembered.get(id)
    if known is None or known.edition != edition:
        known = _read_anew([id])[id]
    return known.service


def _read_anew(ids: list[UUID]) -> dict[UUID, Remembered]:
    if not ids:
        return {}
    read = queries.services_of_an_edition(ids)
    anew = {id: Remembered(edition, each.service, each.calendar) for id, (edition, each) in read.items()}
    _remembered.update(anew)
    return anew
