"""Reads of the access log, inside another's intent: they take that one's grant and see only the citizens it reaches."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import F, Q, QuerySet

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.access.models import Entry
from hjemmekontakt.access.rules import May, Standing


class Who(StrEnum):
    """Whose acts of the log to read: everybody's, the staff's, those with fullmakt, the citizen's own."""

    ALL = "all"
    STAFF = "staff"
    PROXIES = "proxies"
    HERSELF = "herself"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the access log as pages use it; `outcome` is `done` or the reason why it was refused."""

    id: int
    at: datetime
    act: str
    outcome: str
    standing: Standing
    actor_id: UUID | None
    actor_name: str
    actor_role: str
    actor_unit: str
    municipality_id: UUID | None
    about_kind: str
    about_id: UUID | None
    in_list: bool


@dataclass(frozen=True, slots=True)
class EntryOf:
    """One line of the access log, and whose it is."""

    citizen_id: UUID
    line: Line


Place = tuple[datetime, int]
"""Where in the log one stands: a line's moment and number."""

BETWEEN_FRIENDS = Q(standing=Standing.SELF) & ~Q(actor_id=F("citizen_id"))
WHOSE = {
    Who.ALL: Q(),
    Who.STAFF: Q(standing=Standing.EMPLOYEE),
    Who.PROXIES: Q(standing=Standing.FULLMAKT) | (BETWEEN_FRIENDS & Q(outcome="done")),
    Who.HERSELF: Q(standing=Standing.SELF, actor_id=F("citizen_id")),
}


def entries_of(
    grant: Grant, citizen_id: UUID, *, who: Who = Who.ALL, before: Place | None = None, limit: int = 50
) -> list[Line]:
    """What was done with a citizen's content, the latest first (R73); `before` goes on from a line already shown."""
    rows = _entries(citizen_id, who)
    if before is not None:
        at, number = before
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=number), at__lte=at)
    return [_line(row) for row in rows[:limit]]


def all_entries_of(grant: Grant, citizen_id: UUID) -> Iterator[Line]:
    """The whole log of a citizen, the latest first, read in portions (R73)."""
    last: Place | None = None
    while portion := entries_of(grant, citizen_id, before=last, limit=1000):
        yield from portion
        last = (portion[-1].at, portion[-1].id)


def latest_by_another(grant: Grant, citizen_id: UUID) -> Line | None:
    """The last time somebody else used a citizen's content, if ever; refused attempts and lists do not count."""
    rows = _entries(citizen_id, Who.ALL).filter(outcome="done", in_list=False)
    row = rows.filter(standing__in=[Standing.EMPLOYEE, Standing.FULLMAKT]).first()
    return _line(row) if row else None


def times_done(grant: Grant, citizen_id: UUID, *, may: May, since: datetime) -> int:
    """How often a citizen has done one thing since a moment, for a limit."""
    return int(Entry.objects.filter(citizen_id=citizen_id, actor_id=citizen_id, act=may.value, at__gte=since).count())


def entry_in(grant: Grant, municipality_id: UUID, number: int) -> EntryOf | None:
    """One line of a municipality's own log that is about a citizen, or None."""
    row = Entry.objects.filter(id=number, municipality_id=municipality_id, citizen_id__isnull=False).first()
    return EntryOf(row.citizen_id, _line(row)) if row else None


def entries_in(
    grant: Grant,
    municipality_id: UUID,
    *,
    citizen_id: UUID,
    since: datetime | None = None,
    until: datetime | None = None,
    before: Place | None = None,
    limit: int = 50,
) -> list[EntryOf]:
    """A municipality's own lines of a citizen's log, the latest first; `before` goes on from a line already shown."""
    rows = _within(municipality_id, citizen_id=citizen_id, since=since, until=until)
    if before is not None:
        rows = rows.filter(Q(at__lt=before[0]) | Q(at=before[0], id__lt=before[1]), at__lte=before[0])
    return [EntryOf(citizen_id, _line(row)) for row in rows[:limit]]


def count_entries_in(
    grant: Grant,
    municipality_id: UUID,
    *,
    citizen_id: UUID,
    since: datetime | None = None,
    until: datetime | None = None,
    at_most: int,
) -> int:
    """How many lines of a municipality's own a citizen's log has."""
    rows = _within(municipality_id, citizen_id=citizen_id, since=since, until=until).order_by()
    return int(rows[:at_most].count())


def _within(
    municipality_id: UUID, *, citizen_id: UUID, since: datetime | None, until: datetime | None
) -> QuerySet[Entry]:
    rows = _entries(citizen_id, Who.ALL).filter(municipality_id=municipality_id)
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    return rows


def _entries(citizen_id: UUID, who: Who) -> QuerySet[Entry]:
    return Entry.objects.filter(WHOSE[who], citizen_id=citizen_id).order_by("-at", "-id")


def _line(row: Entry) -> Line:
    return Line(
        id=row.id,
        at=row.at,
        act=row.act,
        outcome=row.outcome,
        standing=Standing(row.standing),
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        actor_role=row.actor_role,
        actor_unit=row.actor_unit,
        municipality_id=row.municipality_id,
        about_kind=row.about_kind,
        about_id=row.about_id,
        in_list=row.in_list,
    )
