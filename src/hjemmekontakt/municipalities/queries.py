"""Reads of the public organisation: no decision is needed, and nothing here is about a citizen."""

from collections.abc import Iterable
from datetime import date, time
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q

from hjemmekontakt.ground import keys
from hjemmekontakt.ground.statements import Statements
from hjemmekontakt.ground.workdays import Calendar
from hjemmekontakt.municipalities.models import ClosingDay, Cover, JournalHook, Municipality, Service, Unit
from hjemmekontakt.municipalities.rules import (
    ClosingDayView,
    CoverPeriod,
    CoverView,
    JournalHookView,
    JournalState,
    MunicipalityView,
    ServiceAround,
    ServiceView,
    UnitView,
    service_in,
)

SQL = Statements(Path(__file__).parent / "sql")


def unit(id: UUID) -> UnitView:
    """One unit; raises Unit.DoesNotExist."""
    return _unit(Unit.objects.select_related("municipality", "district").get(id=id))


def units_of(municipality_id: UUID) -> list[UnitView]:
    """A municipality's units by name."""
    rows = Unit.objects.select_related("municipality", "district").filter(municipality_id=municipality_id)
    return [_unit(row) for row in rows.order_by("name")]


def unit_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What some units are called, by id; nothing is asked where there are none."""
    wanted = set(ids)
    return dict(Unit.objects.filter(id__in=wanted).values_list("id", "name")) if wanted else {}


def service(id: UUID) -> ServiceView:
    """One service with its unit; raises Service.DoesNotExist."""
    return _service(_services().get(id=id))


def services(ids: list[UUID]) -> dict[UUID, ServiceView]:
    """Several services with their units, by id, in one query."""
    return {row["service_id"]: service_in(row) for row in SQL.rows("services", ids=ids)}


def services_around(ids: list[UUID]) -> dict[UUID, ServiceAround]:
    """Several services with what bears on their visits, by id, in one query (R22, R33)."""
    return {row["service_id"]: _around(row) for row in SQL.rows("services", ids=ids)}


def services_of_an_edition(ids: list[UUID]) -> dict[UUID, tuple[UUID | None, ServiceAround]]:
    """What `services_around` gives, each with the edition of the organisation that it is of."""
    return {row["service_id"]: (row["edition"], _around(row)) for row in SQL.rows("services", ids=ids)}


def _around(row: dict[str, Any]) -> ServiceAround:
    return ServiceAround(
        service=service_in(row),
        calendar=Calendar(closing_days=frozenset(row["closing_days"])),
        journal=JournalState(row["heard_at"], row["failing_since"]) if row["has_journal"] else None,
    )


def municipality(id: UUID) -> MunicipalityView:
    """One municipality without its services; raises Municipality.DoesNotExist."""
    return _municipality(Municipality.objects.get(id=id), ())


def overview() -> list[MunicipalityView]:
    """Every municipality with its services, by name, offices apart: the public overview (R89), in two queries."""
    by_municipality: dict[UUID, list[ServiceView]] = {}
    for row in _services().filter(unit__kind="care").order_by("unit__district__name", "unit__name", "name"):
        by_municipality.setdefault(row.municipality_id, []).append(_service(row))
    return [_municipality(row, tuple(by_municipality.get(row.id, ()))) for row in Municipality.objects.order_by("name")]


def municipalities_named(words: str) -> list[tuple[UUID, str]]:
    """The municipalities with these words in their name or number, or in a district's or unit's name; id and name (R89)."""
    rows = Municipality.objects.all()
    if words:
        of_a_unit = Q(units__name__icontains=words, units__kind="care")
        places = Q(name__icontains=words) | Q(districts__name__icontains=words) | of_a_unit
        rows = rows.filter(places | Q(number=words))
    return list(rows.order_by("name", "id").values_list("id", "name").distinct())


def overview_of(ids: list[UUID]) -> list[MunicipalityView]:
    """These municipalities with their services, in the order asked for, in two queries (R89)."""
    by_municipality: dict[UUID, list[ServiceView]] = {}
    rows = _services().filter(municipality_id__in=ids, unit__kind="care")
    for row in rows.order_by("unit__district__name", "unit__name", "name"):
        by_municipality.setdefault(row.municipality_id, []).append(_service(row))
    found = {row.id: row for row in Municipality.objects.filter(id__in=ids)}
    return [_municipality(found[id], tuple(by_municipality.get(id, ()))) for id in ids if id in found]


def calendar(unit: UnitView) -> Calendar:
    """A unit's working days and hours: red days, its municipality's closing days and its own, in one query (R22)."""
    days = ClosingDay.objects.filter(Q(unit__isnull=True) | Q(unit_id=unit.id), municipality_id=unit.municipality_id)
    return _calendar(unit, days)


def calendars(unit_ids: Iterable[UUID]) -> dict[UUID, Calendar]:
    """The working days and hours of several units of one municipality, by unit, in two queries (R22)."""
    units = [_unit(row) for row in Unit.objects.select_related("municipality", "district").filter(id__in=unit_ids)]
    municipality_ids = {unit.municipality_id for unit in units}
    days = list(ClosingDay.objects.filter(municipality_id__in=municipality_ids)) if units else []
    return {
        unit.id: _calendar(unit, [d for d in days if d.unit_id == unit.id or _of_all_units(d, unit)]) for unit in units
    }


def cover_of(unit_id: UUID, *, today: date) -> CoverView | None:
    """Who answers for a unit that is closed today; None where it is not closed."""
    return covers_of([unit_id], today=today).get(unit_id)


def covers_of(unit_ids: Iterable[UUID], *, today: date) -> dict[UUID, CoverView]:
    """Those of the units that are closed today, each with who answers for it, in one query."""
    rows = Cover.objects.select_related("unit", "covering_unit").filter(
        unit_id__in=list(unit_ids), starts_on__lte=today, ends_on__gte=today
    )
    return {row.unit_id: _cover(row) for row in rows.order_by("ends_on", "id")}


def calendar_of_municipality(municipality_id: UUID) -> Calendar:
    """A municipality's working days: red days and the closing days that all its units have (R22)."""
    rows = ClosingDay.objects.filter(municipality_id=municipality_id, unit__isnull=True, open_until__isnull=True)
    return Calendar(closing_days=frozenset(rows.values_list("day", flat=True)))


def closing_days(unit: UnitView, *, since: date) -> list[ClosingDayView]:
    """The days that a unit is closed, or closes early, from a day on: its own and its municipality's, by day (R22)."""
    rows = ClosingDay.objects.filter(
        Q(unit__isnull=True) | Q(unit_id=unit.id), municipality_id=unit.municipality_id, day__gte=since
    )
    return [
        ClosingDayView(row.id, row.day, row.name, row.open_until, of_the_unit=row.unit_id is not None)
        for row in rows.order_by("day", "unit_id")
    ]


def answering_for(unit_id: UUID, *, today: date) -> set[UUID]:
    """The units whose staff answer in a unit today: itself, and who covers it (R79)."""
    covers = Cover.objects.filter(unit_id=unit_id, starts_on__lte=today, ends_on__gte=today)
    return {unit_id, *covers.exclude(covering_unit=None).values_list("covering_unit_id", flat=True)}


def cover_periods_of(unit_id: UUID, *, since: date) -> list[CoverPeriod]:
    """The times in which another answers for a unit, that have not ended before this day, by their first day (R79)."""
    rows = Cover.objects.select_related("unit", "covering_unit").filter(unit_id=unit_id, ends_on__gte=since)
    return [CoverPeriod(row.id, row.starts_on, row.covering_unit_id, _cover(row)) for row in rows.order_by("starts_on")]


def unit_by_her_id(her_id: str, municipality_id: UUID) -> UnitView | None:
    """The unit with this HER-id (level 2) in this municipality, or None."""
    row = (
        Unit.objects.select_related("municipality", "district")
        .filter(her_id=her_id, municipality_id=municipality_id)
        .first()
    )
    return _unit(row) if row else None


def services_of_unit(unit_id: UUID) -> list[ServiceView]:
    """What a unit gives, by name."""
    return [_service(row) for row in _services().filter(unit_id=unit_id).order_by("name")]


def municipalities_with_silence() -> list[UUID]:
    """The municipalities in which a service has its silence alarm on (M2)."""
    rows = Service.objects.filter(silence_from__isnull=False).order_by("municipality_id")
    return list(rows.values_list("municipality_id", flat=True).distinct())


def office_of(municipality_id: UUID) -> ServiceView | None:
    """Where a municipality treats complaints and applications: the first service of its offices by name, or None (R28)."""
    row = (
        _services().filter(municipality_id=municipality_id, unit__kind="office").order_by("unit__name", "name").first()
    )
    return _service(row) if row else None


def has_journal(municipality_id: UUID) -> bool:
    """Tell whether the municipality's journal system is connected (R6)."""
    return JournalHook.objects.filter(municipality_id=municipality_id, active=True).exists()


def journal_hooks(municipality_id: UUID) -> list[JournalHookView]:
    """Where a municipality's journal systems want to be told that something has happened (R96)."""
    rows = JournalHook.objects.filter(municipality_id=municipality_id, active=True).order_by("url")
    return [JournalHookView(row.id, row.url, keys.unseal(row.secret_sealed)) for row in rows]


def journal_states(municipality_ids: Iterable[UUID]) -> dict[UUID, JournalState]:
    """How each municipality's journal is in touch with us, the worst of its hooks; without a journal none (R33)."""
    rows = JournalHook.objects.filter(municipality_id__in=list(municipality_ids), active=True)
    found: dict[UUID, JournalState] = {}
    for municipality_id, *state in rows.values_list("municipality_id", "heard_at", "failing_since", "back_at"):
        here, before = JournalState(*state), found.get(municipality_id)
        if before is None or (here.failing_since is not None and before.failing_since is None):
            found[municipality_id] = here
    return found


def _of_all_units(day: ClosingDay, unit: UnitView) -> bool:
    return day.unit_id is None and day.municipality_id == unit.municipality_id


def _calendar(unit: UnitView, days: Iterable[ClosingDay]) -> Calendar:
    closed: set[date] = set()
    half: dict[date, time] = {}
    for each in days:  # the municipality and the unit may both have said something of a day: the shorter day counts
        if each.open_until is None:
            closed.add(each.day)
        else:
            half[each.day] = min(each.open_until, half.get(each.day, each.open_until))
    return unit.calendar(closed, half)


def _cover(row: Cover) -> CoverView:
    covering = row.covering_unit.name if row.covering_unit else None
    return CoverView(row.unit.name, covering, row.phone, row.ends_on)


def _services():  # type: ignore[no-untyped-def]
    return Service.objects.select_related("unit__municipality", "unit__district")


def _unit(row: Unit) -> UnitView:
    return UnitView(
        id=row.id,
        name=row.name,
        phone=row.phone,
        her_id=row.her_id,
        municipality_id=row.municipality_id,
        municipality_name=row.municipality.name,
        district_name=row.district.name,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        kind=row.kind,
        reads_from=row.reads_from,
        reads_until=row.reads_until,
        reads_on_saturday=row.reads_on_saturday,
        signs_with=row.signs_with,
        shows_names=row.shows_names,
    )


def _service(row: Service) -> ServiceView:
    return ServiceView(
        id=row.id,
        name=row.name,
        code=row.code,
        unit=_unit(row.unit),
        messages_from=row.messages_from,
        visits_from=row.visits_from,
        cancel_from=row.cancel_from,
        notices_from=row.notices_from,
        late_cancel_allowed=row.late_cancel_allowed,
        attachments_from=row.attachments_from,
        categories=tuple(row.categories),
        text_limit=row.text_limit,
        answers_in=row.answers_in,
        visits_in=row.visits_in,
        silence_from=row.silence_from,
        wishes_from=row.wishes_from,
    )


def _municipality(row: Municipality, services: tuple[ServiceView, ...]) -> MunicipalityView:
    return MunicipalityView(row.id, row.number, row.name, row.orgnr, row.her_id, row.phone, row.sms_sender, services)
