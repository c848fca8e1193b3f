"""Who acts, or has acted, for those whom a municipality helps, as its journal is told (R70)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import CharField, QuerySet
from django.db.models.expressions import RawSQL

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.access.for_journal import Portion, counted, moment
from hjemmekontakt.access.rules import Right
from hjemmekontakt.representation.models import Fullmakt
from hjemmekontakt.representation.rules import State

CHANGED = moment('GREATEST("fullmakt"."accepted_at", "fullmakt"."ended_at")')


@dataclass(frozen=True, slots=True)
class GivenFullmakt:
    """A fullmakt that was taken on; who acts is named only while she does (R11)."""

    id: UUID
    giver_id: UUID
    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    rights: frozenset[Right]
    begun_at: datetime
    ends_on: date | None
    ended_at: datetime | None
    changed_at: datetime

    @property
    def holds(self) -> bool:
        """Whether somebody acts by it today."""
        return bool(self.family_name)


def fullmakter_given(
    grant: Grant,
    portion: Portion,
    *,
    only: Iterable[RawSQL],
    today: date,
    giver_id: UUID | None = None,
    holding: bool | None = None,
) -> list[GivenFullmakt]:
    """The fullmakter that were taken on from those who fit `only`; those alone that hold today, or that do not, if asked."""
    rows = _fullmakter(only, today=today, giver_id=giver_id, holding=holding)
    return [_given(row) for row in portion.of(rows, changed=CHANGED)]


def count_fullmakter_given(
    grant: Grant,
    portion: Portion,
    *,
    only: Iterable[RawSQL],
    today: date,
    giver_id: UUID | None = None,
    holding: bool | None = None,
) -> int:
    """How many fullmakter were taken on from those who fit `only`."""
    rows = _fullmakter(only, today=today, giver_id=giver_id, holding=holding)
    return counted(grant, portion.within(rows, changed=CHANGED), whose="giver_id")


def _fullmakter(
    only: Iterable[RawSQL], *, today: date, giver_id: UUID | None, holding: bool | None
) -> "QuerySet[Fullmakt]":
    name = RawSQL('hk_name_of_proxy("fullmakt"."id", %s)', [today], output_field=CharField())
    rows = Fullmakt.objects.filter(*only, accepted_at__isnull=False, state__in=[State.ACTIVE, State.ENDED])
    rows = rows.annotate(name=name)
    if giver_id is not None:
        rows = rows.filter(giver_id=giver_id)
    if holding is not None:
        rows = rows.filter(name__isnull=not holding)
    return rows


def _given(row: Fullmakt) -> GivenFullmakt:
    given_name, _, family_name = (row.name or "").partition("\n")  # type: ignore[attr-defined]
    if row.accepted_at is None:
        raise ValueError("a fullmakt that was taken on has its day")
    return GivenFullmakt(
        id=row.id,
        giver_id=row.giver_id,
        given_name=given_name,
        family_name=family_name,
        rights=frozenset(Right(value) for value in row.rights),
        begun_at=row.accepted_at,
        ends_on=row.ends_on,
        ended_at=row.ended_at,
        changed_at=row.changed,  # type: ignore[attr-defined]
    )
