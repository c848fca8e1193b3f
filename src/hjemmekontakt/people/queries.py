"""Reads of citizens and decisions, each inside another's intent: they take that one's grant."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import CARE_ROLES, Actor, May
from hjemmekontakt.ground import keys
from hjemmekontakt.people.models import Citizen, Decision, Employee
from hjemmekontakt.people.rules import Colleague, DecisionView, Person, Protection, Settings, TypeSize


def person(grant: Grant, id: UUID) -> Person:
    """One citizen that the grant reaches; raises Citizen.DoesNotExist."""
    return _person(Citizen.objects.get(id=id))


def persons(grant: Grant, ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Those of the citizens that the grant reaches, by id, in one query."""
    return {row.id: _person(row) for row in Citizen.objects.filter(id__in=list(ids))}


def settings_of(grant: Grant, id: UUID) -> Settings:
    """How a citizen wants her pages: language and size of type (R103); raises Citizen.DoesNotExist."""
    row = Citizen.objects.only("language", "large_type", "register_checked_at").get(id=id)
    return Settings(row.language, TypeSize.LARGE if row.large_type else TypeSize.NORMAL, row.register_checked_at)


def national_id(grant: Grant, id: UUID) -> str:
    """A citizen's national id in the clear: for a register's or a journal's request body alone."""
    return keys.unseal(Citizen.objects.only("national_id_sealed").get(id=id).national_id_sealed)


def national_ids(grant: Grant, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Several citizens' national ids in the clear, by citizen."""
    rows = Citizen.objects.filter(id__in=list(ids)).only("id", "national_id_sealed")
    return {row.id: keys.unseal(row.national_id_sealed) for row in rows}


def id_by_national_id(national_id: str) -> UUID | None:
    """The id of the citizen with this national id, or None; an id only, so it needs no grant (`hk_lookup`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_person_by_lookup(%s)", [keys.lookup_value(national_id)])
        found: UUID | None = cursor.fetchone()[0]
    return found


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


def decisions_in(grant: Grant, municipality_id: UUID, citizen_ids: Iterable[UUID]) -> dict[UUID, list[DecisionView]]:
    """The decisions of several citizens in one municipality, ended ones too, the newest first, in one query."""
    found: dict[UUID, list[DecisionView]] = {}
    rows = Decision.objects.filter(municipality_id=municipality_id, citizen_id__in=list(citizen_ids))
    for row in rows.order_by("-starts_on", "id"):
        found.setdefault(row.citizen_id, []).append(_decision(row))
    return found


def helping_municipality(grant: Grant, citizen_ids: Iterable[UUID], *, today: date) -> dict[UUID, UUID]:
    """The municipality whose help each citizen has had longest today, where there is one, in one query."""
    rows = Decision.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), citizen_id__in=list(citizen_ids), starts_on__lte=today
    )
    found = rows.order_by("citizen_id", "starts_on", "id").distinct("citizen_id")
    return dict(found.values_list("citizen_id", "municipality_id"))


@intent
def municipalities_that_help(actor: Actor, citizen_id: UUID, *, today: date) -> list[UUID]:
    """The municipalities where a citizen has a decision today: whose journals are told of her (R98)."""
    require(actor, May.TELL_THE_JOURNAL, about=lookup.portal())
    rows = Decision.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), citizen_id=citizen_id, starts_on__lte=today
    )
    return sorted(set(rows.values_list("municipality_id", flat=True)))


def colleagues(grant: Grant, unit_id: UUID) -> list[Colleague]:
    """Those who care for citizens in a unit, by name (R79)."""
    roles = [role.value for role in CARE_ROLES]
    rows = Employee.objects.filter(duties__unit_id=unit_id, duties__role__in=roles, active=True)
    by_name = rows.distinct().order_by("given_name", "family_name", "id")
    return [Colleague(row.id, row.name, row.title) for row in by_name]


def is_kept_from(grant: Grant, employee_id: UUID, citizen_id: UUID, *, today: date) -> bool:
    """Tell whether this citizen is the employee herself or one she acts for: she never reaches her at work (R79)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(bool_or(%s = ANY (family)), false) FROM hk_employee_at_the_door(%s, %s)",
            [citizen_id, employee_id, today],
        )
        return bool(cursor.fetchone()[0])


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
