"""What a journal reads of its own municipality's people: who works there and as what, whom it helps, and by which decision."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from hjemmekontakt.access.actions import Grant, intent
from hjemmekontakt.access.for_journal import Portion, condition, counted, let_in, moment, municipality_of, public
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.ground import keys
from hjemmekontakt.people.models import Citizen, Decision, Duty, Employee
from hjemmekontakt.people.queries import _person as person_view
from hjemmekontakt.people.rules import Person


@dataclass(frozen=True, slots=True)
class Worker:
    """One who works for the municipality."""

    id: UUID
    given_name: str
    family_name: str
    title: str
    active: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class HeldDuty:
    """A role that somebody has in a unit, or (unit empty) in the municipality as a whole."""

    id: UUID
    municipality_id: UUID
    unit_id: UUID | None
    role: str
    worker: Worker
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class HelpedPerson:
    """A citizen whom the municipality helps, with her national id in the clear: for the answer's body alone."""

    person: Person
    national_id: str = field(repr=False)
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class GivenHelp:
    """A decision by which the municipality helps a citizen: which service from which unit, from when and until when."""

    id: UUID
    citizen_id: UUID
    national_id: str = field(repr=False)
    municipality_id: UUID
    unit_id: UUID
    unit_name: str
    service_code: str
    service_name: str
    starts_on: date
    ends_on: date | None
    contact_name: str
    contact_title: str
    changed_at: datetime


WORKER_CHANGED = moment('"employee"."changed_at"')
DUTY_CHANGED = moment('GREATEST("duty"."changed_at", "employee"."changed_at")')
HELP_CHANGED = moment('"decision"."changed_at"')
HELPS = (
    " FROM decision helping WHERE helping.municipality_id = %s AND (helping.ends_on IS NULL OR helping.ends_on >= %s)"
)


def helped_here(grant: Grant, column: str, portion: Portion, *, today: date, citizen_id: UUID | None = None) -> RawSQL:
    """The condition that the municipality helps a citizen, now or soon; `column` holds her id. It reads nothing.

    Of a few rows each is asked about; of many, the ids of all whom it helps are found first, so that rows of others,
    and their policies, are never looked at.
    """
    values = [grant.municipality_id, today]
    if portion.ids is not None or citizen_id is not None:
        return condition(f"EXISTS (SELECT 1{HELPS} AND helping.citizen_id = {column})", values)
    return condition(f"{column} = ANY (ARRAY (SELECT helping.citizen_id{HELPS}))", values)


@intent
def worker(actor: Actor, id: UUID) -> Worker:
    """One who works for the journal's own municipality."""
    grant = let_in(actor)
    return public(grant, _workers(municipality_of(actor), Portion(ids=(id,), limit=1)), kind="employee", id=id)


@intent
def search_workers(
    actor: Actor, portion: Portion, *, name: str = "", active: bool | None = None, only: Collection[UUID] | None = None
) -> list[Worker]:
    """Who works for the journal's own municipality, found by the beginning of a name, by standing, or among some ids."""
    let_in(actor)
    return _workers(municipality_of(actor), portion, name=name, active=active, only=only)


@intent
def duty(actor: Actor, id: UUID) -> HeldDuty:
    """One role in the journal's own municipality, and who has it."""
    grant = let_in(actor)
    return public(grant, _duties(municipality_of(actor), Portion(ids=(id,), limit=1)), kind="duty", id=id)


@intent
def search_duties(
    actor: Actor,
    portion: Portion,
    *,
    worker_id: UUID | None = None,
    part_id: UUID | None = None,
    roles: Sequence[str] = (),
    active: bool | None = None,
) -> list[HeldDuty]:
    """The roles in the journal's own municipality, found by who has them, by unit (or the municipality) and by role."""
    let_in(actor)
    return _duties(municipality_of(actor), portion, worker_id=worker_id, part_id=part_id, roles=roles, active=active)


@intent
def count_workers(
    actor: Actor, portion: Portion, *, name: str = "", active: bool | None = None, only: Collection[UUID] | None = None
) -> int:
    """How many work for the journal's own municipality, counted as they are searched for."""
    grant = let_in(actor)
    rows = _worker_rows(municipality_of(actor), name=name, active=active, only=only)
    return counted(grant, portion.within(rows, changed=WORKER_CHANGED))


@intent
def count_duties(
    actor: Actor,
    portion: Portion,
    *,
    worker_id: UUID | None = None,
    part_id: UUID | None = None,
    roles: Sequence[str] = (),
    active: bool | None = None,
) -> int:
    """How many roles there are in the journal's own municipality, counted as they are searched for."""
    let_in(actor)
    rows = _duty_rows(municipality_of(actor), worker_id=worker_id, part_id=part_id, roles=roles, active=active)
    return len(portion.within(rows, changed=DUTY_CHANGED))  # they are few


def persons_helped_here(
    grant: Grant, portion: Portion, *, only: RawSQL, changed: RawSQL, citizen_id: UUID | None = None, today: date
) -> list[HelpedPerson]:
    """Those whom the municipality helps, now or soon, and who fit `only`, in one query."""
    rows = _helped(grant, portion, only=only, citizen_id=citizen_id, today=today)
    return [
        HelpedPerson(person_view(row), keys.unseal(row.national_id_sealed), row.changed)
        for row in portion.of(rows, changed=changed)
    ]


def count_persons_helped_here(
    grant: Grant, portion: Portion, *, only: RawSQL, changed: RawSQL, citizen_id: UUID | None = None, today: date
) -> int:
    """How many the municipality helps, now or soon, who fit `only`."""
    rows = _helped(grant, portion, only=only, citizen_id=citizen_id, today=today)
    return counted(grant, portion.within(rows, changed=changed), whose="id")


def _helped(
    grant: Grant, portion: Portion, *, only: RawSQL, citizen_id: UUID | None, today: date
) -> "QuerySet[Citizen]":
    rows = Citizen.objects.filter(helped_here(grant, "citizen.id", portion, today=today, citizen_id=citizen_id), only)
    return rows if citizen_id is None else rows.filter(id=citizen_id)


def helped_by_national_id(grant: Grant, numbers: Iterable[str], *, today: date) -> dict[str, UUID]:
    """The ids of those of many persons whom the municipality helps, now or soon, by national id, in one query (R8)."""
    asked = {keys.lookup_value(number): number for number in numbers}
    helped = helped_here(grant, "citizen.id", Portion(ids=()), today=today)
    rows = Citizen.objects.filter(helped, national_id_lookup__in=list(asked))
    return {asked[bytes(lookup)]: id for lookup, id in rows.values_list("national_id_lookup", "id")}


def help_given(
    grant: Grant,
    portion: Portion,
    *,
    only: RawSQL,
    today: date,
    citizen_id: UUID | None = None,
    unit_id: UUID | None = None,
    phases: Sequence[str] = (),
) -> list[GivenHelp]:
    """The municipality's decisions about those whom it helps, ended ones too, that fit `only`, in one query."""
    rows = _given_help(grant, portion, only=only, today=today, citizen_id=citizen_id, unit_id=unit_id, phases=phases)
    return [_help(row) for row in portion.of(rows, changed=HELP_CHANGED)]


def count_help_given(
    grant: Grant,
    portion: Portion,
    *,
    only: RawSQL,
    today: date,
    citizen_id: UUID | None = None,
    unit_id: UUID | None = None,
    phases: Sequence[str] = (),
) -> int:
    """How many of the municipality's decisions about those whom it helps fit `only`."""
    rows = _given_help(grant, portion, only=only, today=today, citizen_id=citizen_id, unit_id=unit_id, phases=phases)
    return counted(grant, portion.within(rows, changed=HELP_CHANGED), whose="citizen_id")


def _given_help(
    grant: Grant,
    portion: Portion,
    *,
    only: RawSQL,
    today: date,
    citizen_id: UUID | None,
    unit_id: UUID | None,
    phases: Sequence[str],
) -> "QuerySet[Decision]":
    helped = helped_here(grant, "decision.citizen_id", portion, today=today, citizen_id=citizen_id)
    rows = Decision.objects.select_related("citizen", "unit", "service").filter(
        helped, only, municipality_id=grant.municipality_id
    )
    if citizen_id is not None:
        rows = rows.filter(citizen_id=citizen_id)
    if unit_id is not None:
        rows = rows.filter(unit_id=unit_id)
    if phases:
        rows = rows.filter(_in_any(phases, today=today))
    return rows


def _in_any(phases: Sequence[str], *, today: date) -> Q:
    planned, finished = Q(starts_on__gt=today), Q(ends_on__lt=today)
    conditions = {"planned": planned, "finished": finished & ~planned, "active": Q(starts_on__lte=today) & ~finished}
    found = Q(pk__in=[])
    for phase in phases:
        found |= conditions[phase]
    return found


def _workers(
    municipality_id: UUID,
    portion: Portion,
    *,
    name: str = "",
    active: bool | None = None,
    only: Collection[UUID] | None = None,
) -> list[Worker]:
    rows = _worker_rows(municipality_id, name=name, active=active, only=only)
    return [_worker(row, row.changed) for row in portion.of(rows, changed=WORKER_CHANGED)]


def _worker_rows(
    municipality_id: UUID, *, name: str, active: bool | None, only: Collection[UUID] | None
) -> "QuerySet[Employee]":
    rows = Employee.objects.filter(municipality_id=municipality_id)
    if name:
        rows = rows.filter(Q(given_name__istartswith=name) | Q(family_name__istartswith=name))
    if active is not None:
        rows = rows.filter(active=active)
    if only is not None:
        rows = rows.filter(id__in=list(only))
    return rows


def _duties(
    municipality_id: UUID,
    portion: Portion,
    *,
    worker_id: UUID | None = None,
    part_id: UUID | None = None,
    roles: Sequence[str] = (),
    active: bool | None = None,
) -> list[HeldDuty]:
    rows = _duty_rows(municipality_id, worker_id=worker_id, part_id=part_id, roles=roles, active=active)
    return [
        HeldDuty(row.id, row.municipality_id, row.unit_id, row.role, _worker(row.employee, row.changed), row.changed)
        for row in portion.of(rows, changed=DUTY_CHANGED)
    ]


def _duty_rows(
    municipality_id: UUID, *, worker_id: UUID | None, part_id: UUID | None, roles: Sequence[str], active: bool | None
) -> "QuerySet[Duty]":
    rows = Duty.objects.select_related("employee").filter(municipality_id=municipality_id)
    if worker_id is not None:
        rows = rows.filter(employee_id=worker_id)
    if part_id is not None:
        rows = rows.filter(unit_id=None if part_id == municipality_id else part_id)
    if roles:
        rows = rows.filter(role__in=roles)
    if active is not None:
        rows = rows.filter(employee__active=active)
    return rows


def _worker(row: Employee, changed_at: datetime) -> Worker:
    return Worker(row.id, row.given_name, row.family_name, row.title, row.active, changed_at)


def _help(row: Decision) -> GivenHelp:
    return GivenHelp(
        id=row.id,
        citizen_id=row.citizen_id,
        national_id=keys.unseal(row.citizen.national_id_sealed),
        municipality_id=row.municipality_id,
        unit_id=row.unit_id,
        unit_name=row.unit.name,
        service_code=row.service.code,
        service_name=row.service.name,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        contact_name=row.contact_name,
        contact_title=row.contact_title,
        changed_at=row.changed,  # type: ignore[attr-defined]
    )
