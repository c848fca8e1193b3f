"""Reads of citizens and decisions, each inside another's intent: they take that one's grant."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import CARE_ROLES, About, Actor, May, Role
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.ground.statements import array_of, fetch
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.people import rules
from hjemmekontakt.people.models import Absence, Citizen, Decision, Employee
from hjemmekontakt.people.rules import (
    Absences,
    AbsenceView,
    Colleague,
    DecisionView,
    NamesOfStaff,
    Person,
    Protection,
    Settings,
    TypeSize,
    sort_key,
)

# The ids first, as a list: the policy is then asked about those alone, not about every citizen.
HELPED_BY = (
    "citizen.id = ANY (ARRAY (SELECT d.citizen_id FROM decision d WHERE d.unit_id = ANY (%s::uuid[])"
    " AND d.starts_on <= %s AND (d.ends_on IS NULL OR d.ends_on >= %s)))"
)

PERSONS = (
    "SELECT id, given_name, family_name, birth_date, protection, deceased_on, language FROM citizen"
    " WHERE id = ANY (%s::uuid[])"
)
NUMBERS = "SELECT id, national_id_sealed FROM citizen WHERE id = ANY (%s::uuid[])"


def person(grant: Grant, id: UUID) -> Person:
    """One citizen that the grant reaches; raises Citizen.DoesNotExist."""
    return _person(Citizen.objects.get(id=id))


def persons(grant: Grant, ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Those of the citizens that the grant reaches, by id, in one query."""
    found = fetch(PERSONS, [array_of(list(ids))])
    return {
        id: Person(id, given, family, born, Protection(protection), died, language)
        for id, given, family, born, protection, died, language in found
    }


def persons_helped(
    grant: Grant,
    units: Iterable[UUID],
    *,
    today: date,
    name: str = "",
    national_id: str = "",
    only: UUID | None = None,
    limit: int = 20,
) -> list[Person]:
    """Those whom some units help today, found by name, by national id or by id, in the order of their names (R79).

    Neither one with a confidential address nor the actor's own family is ever found.
    """
    helped = RawSQL(  # noqa: S611 - a constant, its values bound
        HELPED_BY, [list(units), today, today], output_field=BooleanField()
    )
    rows = Citizen.objects.filter(helped, protection=Protection.NONE).exclude(id__in=list(grant.actor.family))
    beginnings = rules.beginnings(name)
    if only is not None:
        rows = rows.filter(id=only)
    elif national_id:
        rows = rows.filter(national_id_lookup=keys.lookup_value(national_id))
    elif beginnings:
        rows = rows.annotate(padded=Concat(Value(" "), "sort_key"))
        for beginning in beginnings:
            rows = rows.filter(padded__contains=f" {beginning}")
    else:
        return []
    return [_person(row) for row in rows.order_by("sort_key", "id")[:limit]]


def settings_of(grant: Grant, id: UUID) -> Settings:
    """How a citizen wants her pages: language and size of type (R103); raises Citizen.DoesNotExist."""
    row = Citizen.objects.only("language", "large_type", "register_checked_at").get(id=id)
    return Settings(row.language, TypeSize.LARGE if row.large_type else TypeSize.NORMAL, row.register_checked_at)


def national_id(grant: Grant, id: UUID) -> str:
    """A citizen's national id in the clear: for a register's or a journal's request body alone."""
    return keys.unseal(Citizen.objects.only("national_id_sealed").get(id=id).national_id_sealed)


def national_ids(grant: Grant, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Several citizens' national ids in the clear, by citizen."""
    return {id: keys.unseal(sealed) for id, sealed in fetch(NUMBERS, [array_of(list(ids))])}


def id_by_national_id(national_id: str) -> UUID | None:
    """The id of the citizen with this national id, or None; an id only, so it needs no grant (`hk_lookup`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_person_by_lookup(%s)", [keys.lookup_value(national_id)])
        found: UUID | None = cursor.fetchone()[0]
    return found


def employees_by_number(grant: Grant, numbers: Iterable[str]) -> dict[str, UUID]:
    """The active employees of the grant's municipality with these HPR or national numbers, in one query (R35)."""
    by_lookup = {keys.lookup_value(number): number for number in numbers}
    if not by_lookup:
        return {}
    rows = Employee.objects.filter(
        Q(national_id_lookup__in=list(by_lookup)) | Q(hpr_number__in=list(by_lookup.values())),
        municipality_id=grant.municipality_id,
        active=True,
    )
    found: dict[str, UUID] = {}
    for id, lookup_value, hpr in rows.values_list("id", "national_id_lookup", "hpr_number"):
        found[by_lookup.get(bytes(lookup_value), hpr)] = id
    return found


def hidden_names(grant: Grant, citizen_id: UUID, employee_ids: Iterable[UUID]) -> frozenset[UUID] | None:
    """Those of the employees whose names no citizen sees; None where this citizen sees nobody's name (R35)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT names_hidden FROM citizen WHERE id = %s), ARRAY(SELECT hk_hidden_names(%s))",
            [citizen_id, list(employee_ids)],
        )
        sees_nobody, hidden = cursor.fetchone()
    return None if sees_nobody else frozenset(hidden)


@intent
def names_of_staff(actor: Actor, unit_id: UUID) -> NamesOfStaff:
    """Whose names a unit's leader may show or hide: those who work in it, and the citizens who see none (R35)."""
    about = lookup.unit(unit_id, actor.municipality_id) if actor.municipality_id else About("unit", unit_id)
    require(actor, May.CHANGE_NAMES, about=about)
    roles = [role.value for role in CARE_ROLES]
    employees = Employee.objects.filter(duties__unit_id=unit_id, duties__role__in=roles, active=True).distinct()
    helped = Decision.objects.filter(unit_id=unit_id).values("citizen_id")
    citizens = Citizen.objects.filter(id__in=helped, names_hidden=True, protection=Protection.NONE)
    return NamesOfStaff(
        employees=tuple(
            (_colleague(row), row.name_hidden)
            for row in sorted(employees, key=lambda row: sort_key(row.family_name, row.given_name))
        ),
        citizens=tuple(_person(row) for row in citizens.exclude(id__in=list(actor.family)).order_by("sort_key", "id")),
    )


def sees_no_names(grant: Grant, citizen_id: UUID) -> bool:
    """Tell whether the names of those who come are hidden from a citizen (R35)."""
    return Citizen.objects.filter(id=citizen_id, names_hidden=True).exists()


def employee_ids_by_national_id(national_id: str) -> list[UUID]:
    """The ids of the active employees with this national id, one for each municipality (`hk_lookup`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_employees_by_lookup(%s)", [keys.lookup_value(national_id)])
        return [row[0] for row in cursor.fetchall()]


def decisions_of(grant: Grant, citizen_id: UUID) -> list[DecisionView]:
    """A citizen's decisions, the newest first, ended ones too."""
    rows = Decision.objects.filter(citizen_id=citizen_id).order_by("-starts_on", "id")
    return [_decision(row) for row in rows]


def decisions_that_hold(grant: Grant, citizen_id: UUID, *, today: date) -> list[DecisionView]:
    """The decisions by which a citizen receives help today."""
    rows = Decision.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), citizen_id=citizen_id, starts_on__lte=today
    )
    return [_decision(row) for row in rows.order_by("starts_on", "id")]


def units_that_help(grant: Grant, citizen_id: UUID, *, today: date) -> list[UUID]:
    """The units that help a citizen today, the one that has done so longest first."""
    return list(dict.fromkeys(each.unit_id for each in decisions_that_hold(grant, citizen_id, today=today)))


def helping_municipality(grant: Grant, citizen_ids: Iterable[UUID], *, today: date) -> dict[UUID, UUID]:
    """The municipality whose help each citizen has had longest today, where there is one, in one query."""
    rows = Decision.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), citizen_id__in=list(citizen_ids), starts_on__lte=today
    )
    found = rows.order_by("citizen_id", "starts_on", "id").distinct("citizen_id")
    return dict(found.values_list("citizen_id", "municipality_id"))


def services_that_help(grant: Grant, citizen_ids: Iterable[UUID], *, today: date) -> dict[UUID, set[UUID]]:
    """By which services each citizen is helped today, in one query."""
    rows = Decision.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), citizen_id__in=list(citizen_ids), starts_on__lte=today
    )
    found: dict[UUID, set[UUID]] = {}
    for citizen, service in rows.values_list("citizen_id", "service_id"):
        found.setdefault(citizen, set()).add(service)
    return found


def helped_in(
    grant: Grant, unit_ids: Iterable[UUID], *, today: date, citizen_ids: Iterable[UUID] | None = None
) -> dict[tuple[UUID, UUID], str]:
    """Whom some units help today and by which service, each with the zone of the help, in one query.

    The keys are the citizen's and the service's ids; a service belongs to one unit.
    """
    rows = Decision.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), unit_id__in=list(unit_ids), starts_on__lte=today
    )
    if citizen_ids is not None:
        rows = rows.filter(citizen_id__in=list(citizen_ids))
    return {(citizen, service): zone for citizen, service, zone in rows.values_list("citizen_id", "service_id", "zone")}


def zones_of(grant: Grant, unit_ids: Iterable[UUID], *, today: date) -> list[str]:
    """The zones in which some units help somebody today, in order."""
    rows = Decision.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), unit_id__in=list(unit_ids), starts_on__lte=today
    )
    return sorted(rows.exclude(zone="").values_list("zone", flat=True).distinct())


@intent
def municipalities_that_help(actor: Actor, citizen_id: UUID, *, today: date) -> list[UUID]:
    """The municipalities where a citizen has a decision today: whose journals are told of her (R98)."""
    require(actor, May.TELL_THE_JOURNAL, about=lookup.portal())
    rows = Decision.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), citizen_id=citizen_id, starts_on__lte=today
    )
    return sorted(set(rows.values_list("municipality_id", flat=True)))


def colleagues(grant: Grant, unit_ids: Iterable[UUID]) -> list[Colleague]:
    """Those who care for citizens in any of these units now, by family name; in one query (R79)."""
    roles = [role.value for role in CARE_ROLES]
    rows = Employee.objects.filter(duties__unit_id__in=list(unit_ids), duties__role__in=roles, active=True).distinct()
    return [_colleague(row) for row in sorted(rows, key=lambda row: sort_key(row.family_name, row.given_name))]


def is_kept_from(grant: Grant, employee_id: UUID, citizen_id: UUID, *, today: date) -> bool:
    """Tell whether this citizen is the employee herself or one she acts for: she never reaches her at work (R79)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_is_kept_from(%s, %s, %s)", [employee_id, citizen_id, today])
        return bool(cursor.fetchone()[0])


@intent
def absences(actor: Actor) -> Absences:
    """Who is away, now or later, among those an employee may say it of: herself, and whom she leads (R81)."""
    grant = require(actor, May.BE_AWAY, about=About("employee", actor.id, municipality_id=actor.municipality_id))
    today = day_of(clock.now())
    led = [unit.unit_id for unit in actor.units if unit.role is Role.TEAM_LEADER]
    whose = {actor.id: Colleague(_id_of(actor), actor.name)} | {each.id: each for each in colleagues(grant, led)}
    rows = Absence.objects.select_related("employee", "substitute").filter(employee_id__in=whose, ends_on__gte=today)
    return Absences(
        rows=tuple(absence_view(grant, row) for row in rows.order_by("starts_on", "employee__family_name", "id")),
        employees=tuple(whose.values()),
        substitutes=tuple(colleagues(grant, [unit.unit_id for unit in actor.units])),
    )


def who_cannot_answer(grant: Grant, municipality_id: UUID, *, today: date) -> set[UUID]:
    """The employees of a municipality who are away today, or work there no more (R81)."""
    gone = Employee.objects.filter(municipality_id=municipality_id, active=False).values_list("id", flat=True)
    return {*instead_of(grant, municipality_id, today=today), *gone}


def instead_of(grant: Grant, municipality_id: UUID, *, today: date) -> dict[UUID, UUID | None]:
    """Who is away today in a municipality, each with her substitute where she has one (R81)."""
    rows = Absence.objects.filter(municipality_id=municipality_id, starts_on__lte=today, ends_on__gte=today)
    return dict(rows.values_list("employee_id", "substitute_id"))


def who_answers_for(grant: Grant, employee_id: UUID, *, unit_id: UUID, today: date) -> Colleague | None:
    """Who answers in a unit for an employee: herself, or while she is away her substitute; None where nobody can (R81).

    One who does not work in the unit, nor in one that covers it today, cannot: she would not be let in.
    """
    if grant.municipality_id is None:
        raise ValueError("an employee works in one municipality")
    instead = instead_of(grant, grant.municipality_id, today=today)
    answering = rules.who_answers(employee_id, instead=instead)
    units = municipalities.answering_for(unit_id, today=today)
    return next((each for each in colleagues(grant, units) if each.id == answering), None)


def about_employee(actor: Actor, employee_id: UUID) -> About:
    """Whose employee this is: of the unit that the actor leads, where she leads one of hers; ids only (`hk_lookup`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT municipality_id, unit_id FROM hk_units_of_employee(%s)", [employee_id])
        rows = cursor.fetchall()
    if not rows:
        return About("employee", employee_id)
    led = {unit.unit_id for unit in actor.units if unit.role is Role.TEAM_LEADER}
    municipality_id, unit_id = next((row for row in rows if row[1] in led), rows[0])
    return About("employee", employee_id, municipality_id=municipality_id, unit_id=unit_id)


def _id_of(actor: Actor) -> UUID:
    if actor.id is None:
        raise ValueError("an employee has an id")
    return actor.id


def _colleague(row: Employee) -> Colleague:
    return Colleague(row.id, row.name, row.title)


def absence_view(grant: Grant, row: Absence) -> AbsenceView:
    """An absence as pages show it."""
    substitute = _colleague(row.substitute) if row.substitute else None
    return AbsenceView(row.id, _colleague(row.employee), substitute, row.starts_on, row.ends_on)


def _person(row: Citizen) -> Person:
    return Person(
        id=row.id,
        given_name=row.given_name,
        family_name=row.family_name,
        birth_date=row.birth_date,
        protection=Protection(row.protection),
        deceased_on=row.deceased_on,
        language=row.language,
    )


def _decision(row: Decision) -> DecisionView:
    return DecisionView(
        id=row.id,
        citizen_id=row.citizen_id,
        municipality_id=row.municipality_id,
        unit_id=row.unit_id,
        service_id=row.service_id,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        help_text=row.help_text,
        how_often=row.how_often,
        contact_name=row.contact_name,
        contact_title=row.contact_title,
    )
