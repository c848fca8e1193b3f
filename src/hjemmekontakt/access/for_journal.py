"""How every read of a journal begins and ends: let in for its own municipality, and whom it saw written down (R74, R96)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import BooleanField, DateTimeField, QuerySet
from django.db.models.expressions import RawSQL

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, log_list, require
from hjemmekontakt.access.queries import EntryOf, Place, count_entries_in, entries_in, entry_in
from hjemmekontakt.access.rules import About, Actor, Denial, May

Found = TypeVar("Found")
MOST_COUNTED = 200_000
FEW = 50
"""So many may be whom one has in mind: whom a count of so few is about is written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """Which part of a list is asked for: these ids, changed in this time, after this one, and so many."""

    ids: tuple[UUID, ...] | None = None
    changed_from: datetime | None = None
    changed_before: datetime | None = None
    after: UUID | None = None
    limit: int = 50

    def of(self, rows: "QuerySet[Any]", *, changed: RawSQL) -> "QuerySet[Any]":
        """This part of some rows, in the order of their ids, each with `changed`: when it was last changed."""
        rows = self.within(rows, changed=changed)
        if self.after is not None:
            rows = rows.filter(id__gt=self.after)
        return rows.order_by("id")[: self.limit]

    def within(self, rows: "QuerySet[Any]", *, changed: RawSQL) -> "QuerySet[Any]":
        """All of some rows that are asked for, on whichever page."""
        rows = rows.annotate(changed=changed)
        if self.ids is not None:
            rows = rows.filter(id__in=self.ids)
        if self.changed_from is not None:
            rows = rows.filter(changed__gte=self.changed_from)
        if self.changed_before is not None:
            rows = rows.filter(changed__lt=self.changed_before)
        return rows


def moment(sql: str) -> RawSQL:
    """A moment that the ORM does not know, such as a column that the database fills; `sql` is a constant of ours."""
    return RawSQL(sql, [], output_field=DateTimeField())  # noqa: S611


def condition(sql: str, values: Sequence[object] = ()) -> RawSQL:
    """A condition that the ORM cannot say well; `sql` is a constant of ours, its values are bound."""
    return RawSQL(sql, list(values), output_field=BooleanField())  # noqa: S611


def let_in(actor: Actor) -> Grant:
    """Let a journal read what its own municipality may; inside another's intent."""
    return let_ask(actor, May.READ_FOR_JOURNAL)


def let_ask(actor: Actor, may: May) -> Grant:
    """Let a journal do something that is about nobody in particular yet; who is no journal at all is told so (403)."""
    id = actor.municipality_id
    grant = require(actor, may, about=About("municipality", id, municipality_id=id))
    municipality_of(actor)
    return grant


def opened(grant: Grant, found: Sequence[Found], *, kind: str, id: UUID, whose: Callable[[Found], UUID]) -> Found:
    """The one that was asked for, written down as opened; what was not found is not there (404)."""
    if not found:
        raise Denied(Denial.UNKNOWN, actor=grant.actor, may=grant.may, about=About(kind, id))
    about = About(kind, id, citizen_id=whose(found[0]), municipality_id=grant.municipality_id)
    require(grant.actor, grant.may, about=about)
    return found[0]


def public(grant: Grant, found: Sequence[Found], *, kind: str, id: UUID) -> Found:
    """The one that was asked for, of what is about no citizen; what was not found is not there (404)."""
    if not found:
        raise Denied(Denial.UNKNOWN, actor=grant.actor, may=grant.may, about=About(kind, id))
    return found[0]


def listed(grant: Grant, citizens: Iterable[UUID]) -> None:
    """Write down whom a list showed a journal."""
    log_list(grant, lookup.municipality(municipality_of(grant.actor)), citizens)


def counted(grant: Grant, *several: "QuerySet[Any]", whose: str = "") -> int:
    """How many rows there are; where they are few, whom they are about is written down (R74).

    One more than `MOST_COUNTED` is as far as it counts. `whose` names the citizen's column, of what is about citizens.
    """
    total = 0
    for rows in several:
        total += rows.order_by()[: MOST_COUNTED + 1 - total].count()
    if whose and total <= FEW:
        listed(grant, {id for rows in several for id in rows.order_by().values_list(whose, flat=True)})
    return total


def municipality_of(actor: Actor) -> UUID:
    """The one municipality that a journal belongs to."""
    if actor.municipality_id is None:
        raise ValueError("a journal belongs to one municipality")
    return actor.municipality_id


@intent
def log_line(actor: Actor, number: int) -> EntryOf:
    """One line of the municipality's own log about a citizen."""
    grant = let_in(actor)
    found = entry_in(grant, municipality_of(actor), number)
    if found is None:
        raise Denied(Denial.UNKNOWN, actor=actor, may=grant.may, about=About("entry", None))
    about = About("entry", None, citizen_id=found.citizen_id, municipality_id=actor.municipality_id)
    require(actor, May.READ_FOR_JOURNAL, about=about)
    return found


@intent
def count_log(actor: Actor, *, citizen_id: UUID, since: datetime | None = None, until: datetime | None = None) -> int:
    """How many lines of the municipality's own a citizen's log has; that it was asked is in the log too (R73)."""
    grant = let_in(actor)
    municipality_id, at_most = municipality_of(actor), MOST_COUNTED + 1
    total = count_entries_in(grant, municipality_id, citizen_id=citizen_id, since=since, until=until, at_most=at_most)
    listed(grant, [citizen_id] if total else [])
    return total


@intent
def search_log(
    actor: Actor,
    *,
    citizen_id: UUID,
    since: datetime | None = None,
    until: datetime | None = None,
    before: Place | None = None,
    limit: int = 50,
) -> list[EntryOf]:
    """The municipality's own lines of a citizen's log, the latest first; that the log was read is in the log too (R73)."""
    grant = let_in(actor)
    found = entries_in(
        grant, municipality_of(actor), citizen_id=citizen_id, since=since, until=until, before=before, limit=limit
    )
    listed(grant, {each.citizen_id for each in found})
    return found
