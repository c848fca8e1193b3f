"""What is written about a person: what the register says of her, and how she wants her pages."""

import logging
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import About, Actor, May, Role
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.people import queries, rules
from hjemmekontakt.people.models import Absence, Citizen, Duty, Employee
from hjemmekontakt.people.rules import LANGUAGES, AbsenceView, Protection, Refusal, TypeSize, sort_key

log = logging.getLogger(__name__)

KNOW_PERSON = """
INSERT INTO citizen (id, national_id_sealed, national_id_lookup, given_name, family_name, sort_key, birth_date,
    protection, deceased_on, language, large_type, register_checked_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, false, %s)
ON CONFLICT (national_id_lookup) DO UPDATE SET given_name = EXCLUDED.given_name, family_name = EXCLUDED.family_name,
    sort_key = EXCLUDED.sort_key, birth_date = coalesce(EXCLUDED.birth_date, citizen.birth_date),
    protection = EXCLUDED.protection, deceased_on = EXCLUDED.deceased_on,
    register_checked_at = EXCLUDED.register_checked_at
RETURNING id
"""


def register_person(
    grant: Grant,
    *,
    national_id: str,
    given_name: str,
    family_name: str,
    birth_date: date | None,
    protection: Protection,
    deceased_on: date | None,
    language: str = "nb",
) -> UUID:
    """Know a person by what the population register says of her now, new or known before (R58, R105).

    Needs the portal's grant; two at once make one person. The language is taken for a new person alone: later it is
    her own to choose.
    """
    row = [
        uuid4(),
        keys.seal(national_id),
        keys.lookup_value(national_id),
        given_name[:100],
        family_name[:100],
        sort_key(family_name, given_name),
        birth_date,
        protection.value,
        deceased_on,
        language if language in LANGUAGES else "nb",
        clock.now(),
    ]
    with connection.cursor() as cursor:
        cursor.execute(KNOW_PERSON, row)
        person_id: UUID = cursor.fetchone()[0]
    return person_id


@intent
def be_away(
    actor: Actor, employee_id: UUID, *, starts_on: date, ends_on: date, substitute_id: UUID | None = None
) -> UUID:
    """An employee, or who leads her unit, writes down that she is away, and who answers instead (R81); the absence's id.

    The same one written down twice is one.
    """
    grant = _require(actor, employee_id)
    given = {"employee_id": employee_id, "starts_on": starts_on, "ends_on": ends_on, "substitute_id": substitute_id}
    if before := Absence.objects.filter(**given).first():
        return before.id

    hers = Absence.objects.filter(employee_id=employee_id).values_list("starts_on", "ends_on")
    why_not = rules.why_not_away(
        starts_on,
        ends_on,
        today=day_of(clock.now()),
        hers=hers,
        substitute=_why_not_substitute(grant, employee_id, substitute_id, starts_on, ends_on),
    )
    if why_not:
        raise Refused(why_not)
    return Absence.objects.create(municipality_id=grant.municipality_id, **given).id


@intent
def come_back(actor: Actor, employee_id: UUID, absence_id: UUID) -> AbsenceView | None:
    """An employee, or who leads her unit, ends an absence: she is back today; what it was, or None where it is ended already.

    One that has not begun, or begins today, is taken away.
    """
    grant = _require(actor, employee_id)
    today = day_of(clock.now())
    rows = Absence.objects.select_for_update(of=["self"]).select_related("employee", "substitute")
    row = rows.filter(id=absence_id, employee_id=employee_id, municipality_id=grant.municipality_id).first()
    if row is None or row.ends_on < today:
        return None
    was = queries.absence_view(grant, row)
    if row.starts_on >= today:
        row.delete()
    else:
        row.ends_on = today - timedelta(days=1)
        row.save(update_fields=["ends_on"])
    return was


@intent
def set_name_hidden(actor: Actor, employee_id: UUID, *, hidden: bool) -> None:
    """Who leads an employee's unit hides her name from all citizens as one who comes, or shows it again (R35)."""
    require(actor, May.CHANGE_NAMES, about=queries.about_employee(actor, employee_id))
    Employee.objects.filter(id=employee_id).update(name_hidden=hidden)
    log.info("An employee's name was shown or hidden", extra={"of": str(employee_id), "employee": str(actor.id)})


@intent
def set_names_hidden(actor: Actor, citizen_id: UUID, *, hidden: bool) -> None:
    """Who leads a unit that helps a citizen hides from her, and who acts for her, the names of all who come (R35)."""
    led = [unit.unit_id for unit in actor.units if unit.role is Role.TEAM_LEADER]
    require(actor, May.CHANGE_NAMES, about=lookup.citizen_at_work(citizen_id, led))
    Citizen.objects.filter(id=citizen_id).update(names_hidden=hidden)
    log.info("The names of staff were shown to or hidden from a citizen", extra={"employee": str(actor.id)})


def _require(actor: Actor, employee_id: UUID) -> Grant:
    if employee_id == actor.id:
        herself = About("employee", actor.id, municipality_id=actor.municipality_id)
        return require(actor, May.BE_AWAY, about=herself)
    return require(actor, May.CHANGE_ABSENCES, about=queries.about_employee(actor, employee_id))


def _why_not_substitute(
    grant: Grant, employee_id: UUID, substitute_id: UUID | None, starts_on: date, ends_on: date
) -> Refusal | None:
    if substitute_id is None:
        return None
    shared = Duty.objects.filter(employee_id=employee_id, unit_id__isnull=False).values_list("unit_id", flat=True)
    colleagues = {each.id for each in queries.colleagues(grant, shared)}
    if substitute_id == employee_id or substitute_id not in colleagues:
        return Refusal.NOT_A_COLLEAGUE
    hers = Absence.objects.filter(employee_id=substitute_id).values_list("starts_on", "ends_on")
    return Refusal.SUBSTITUTE_AWAY if rules.overlaps(starts_on, ends_on, hers) else None


@intent
def set_large_type(actor: Actor, size: TypeSize) -> None:
    """The citizen chooses large or normal letters, kept to her next log-in (R103)."""
    grant = require(actor, May.CHANGE_SETTINGS, about=lookup.citizen(actor.id))

    Citizen.objects.filter(id=grant.actor.id).update(large_type=size is TypeSize.LARGE)


@intent
def set_language(actor: Actor, language: str) -> None:
    """The citizen chooses the language of her pages and notices (R102); ValueError for one that the portal has not."""
    if language not in LANGUAGES:
        raise ValueError("the portal speaks bokmål, nynorsk and English")
    grant = require(actor, May.CHANGE_SETTINGS, about=lookup.citizen(actor.id))

    Citizen.objects.filter(id=grant.actor.id).update(language=language)
