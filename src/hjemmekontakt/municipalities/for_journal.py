"""What a journal reads of its own municipality's organisation: its parts as a tree, and the services with what is open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import CharField, QuerySet, UUIDField, Value
from django.db.models.functions import Cast

from hjemmekontakt.access.actions import intent
from hjemmekontakt.access.for_journal import Portion, let_in, moment, municipality_of, public
from hjemmekontakt.access.rules import Actor
from hjemmekontakt.municipalities.models import District, Municipality, Service, Unit
from hjemmekontakt.municipalities.queries import _service as service_view
from hjemmekontakt.municipalities.rules import ServiceView


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the organisation: municipality, district, unit or office, and which part it belongs to."""

    id: UUID
    kind: str
    name: str
    phone: str
    orgnr: str
    her_id: str
    part_of: UUID | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class GivenService:
    """A service that a unit gives, and when something about it was last changed."""

    service: ServiceView
    changed_at: datetime


@intent
def part(actor: Actor, id: UUID) -> Part:
    """One part of the journal's own municipality."""
    grant = let_in(actor)
    return public(grant, _parts(municipality_of(actor), Portion(ids=(id,), limit=1)), kind="organisation", id=id)


@intent
def search_parts(
    actor: Actor,
    portion: Portion,
    *,
    name: str = "",
    number: str | None = None,
    kinds: Iterable[str] = (),
    part_of: UUID | None = None,
) -> list[Part]:
    """The parts of the journal's own municipality, found by name, HER-id or organisation number, kind and place in the tree."""
    let_in(actor)
    return _parts(municipality_of(actor), portion, name=name, number=number, kinds=tuple(kinds), part_of=part_of)


@intent
def count_parts(
    actor: Actor,
    portion: Portion,
    *,
    name: str = "",
    number: str | None = None,
    kinds: Iterable[str] = (),
    part_of: UUID | None = None,
) -> int:
    """How many parts the journal's own municipality has, counted as they are searched for."""
    let_in(actor)
    return len(_fitting(municipality_of(actor), portion, name=name, number=number, kinds=tuple(kinds), part_of=part_of))


@intent
def service(actor: Actor, id: UUID) -> GivenService:
    """One service of the journal's own municipality."""
    grant = let_in(actor)
    return public(grant, _services(municipality_of(actor), Portion(ids=(id,), limit=1)), kind="service", id=id)


@intent
def search_services(
    actor: Actor, portion: Portion, *, name: str = "", code: str | None = None, unit_id: UUID | None = None
) -> list[GivenService]:
    """The services of the journal's own municipality, found by name, code and unit."""
    let_in(actor)
    return _services(municipality_of(actor), portion, name=name, code=code, unit_id=unit_id)


@intent
def count_services(
    actor: Actor, portion: Portion, *, name: str = "", code: str | None = None, unit_id: UUID | None = None
) -> int:
    """How many services the journal's own municipality gives, counted as they are searched for."""
    let_in(actor)
    rows = _service_rows(municipality_of(actor), name=name, code=code, unit_id=unit_id)
    return len(portion.within(rows, changed=SERVICE_CHANGED))  # they are few


def _parts(
    municipality_id: UUID,
    portion: Portion,
    *,
    name: str = "",
    number: str | None = None,
    kinds: tuple[str, ...] = (),
    part_of: UUID | None = None,
) -> list[Part]:
    fits = _fitting(municipality_id, portion, name=name, number=number, kinds=kinds, part_of=part_of)
    return [each for each in fits if portion.after is None or each.id > portion.after][: portion.limit]


def _fitting(
    municipality_id: UUID,
    portion: Portion,
    *,
    name: str,
    number: str | None,
    kinds: tuple[str, ...],
    part_of: UUID | None,
) -> list[Part]:
    """All of them in one query, then sifted here: a municipality has some hundred parts at most."""
    found = sorted((Part(*row) for row in _tree(municipality_id)), key=lambda each: each.id)
    return [
        each
        for each in found
        if (portion.ids is None or each.id in portion.ids)
        and (portion.changed_from is None or each.changed_at >= portion.changed_from)
        and (portion.changed_before is None or each.changed_at < portion.changed_before)
        and each.name.casefold().startswith(name.casefold())
        and (number is None or number in {each.her_id, each.orgnr} - {""})
        and (not kinds or each.kind in kinds)
        and (part_of is None or each.part_of == part_of)
    ]


def _tree(municipality_id: UUID) -> list[tuple[object, ...]]:
    nothing, nowhere = Value("", CharField()), Value(None, UUIDField())
    whole = Municipality.objects.filter(id=municipality_id).values_list(
        "id",
        Value("municipality"),
        "name",
        "phone",
        "orgnr",
        "her_id",
        Cast(nowhere, UUIDField()),
        CHANGED["municipality"],
    )
    districts = District.objects.filter(municipality_id=municipality_id).values_list(
        "id", Value("district"), "name", nothing, nothing, nothing, "municipality_id", CHANGED["district"]
    )
    units = Unit.objects.filter(municipality_id=municipality_id).values_list(
        "id", "kind", "name", "phone", nothing, "her_id", "district_id", CHANGED["unit"]
    )
    found = whole.order_by().union(districts.order_by(), units.order_by(), all=True)
    return [(row[0], "unit" if row[1] == "care" else row[1], *row[2:]) for row in found]


CHANGED = {table: moment(f'"{table}"."changed_at"') for table in ("municipality", "district", "unit")}
SERVICE_CHANGED = moment('GREATEST("service"."changed_at", "unit"."changed_at")')


def _services(
    municipality_id: UUID,
    portion: Portion,
    *,
    name: str = "",
    code: str | None = None,
    unit_id: UUID | None = None,
) -> list[GivenService]:
    rows = _service_rows(municipality_id, name=name, code=code, unit_id=unit_id)
    return [GivenService(service_view(row), row.changed) for row in portion.of(rows, changed=SERVICE_CHANGED)]


def _service_rows(municipality_id: UUID, *, name: str, code: str | None, unit_id: UUID | None) -> "QuerySet[Service]":
    rows = Service.objects.select_related("unit__municipality", "unit__district").filter(
        municipality_id=municipality_id, name__istartswith=name
    )
    if code is not None:
        rows = rows.filter(code=code)
    if unit_id is not None:
        rows = rows.filter(unit_id=unit_id)
    return rows
