"""Visits of the tests' world as rows, and services that keep their visits here or let silence ring."""

from datetime import date, datetime, timedelta
from uuid import UUID

from hjemmekontakt.ground.workdays import OSLO
from tests.people import World, an_id


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in March 2026 by the clock in Norway."""
    return datetime(2026, 3, day, hour, minute, tzinfo=OSLO)


def put_visit(
    world: World,
    key: str,
    starts: datetime,
    *,
    until: datetime | None = None,
    status: str = "planned",
    unit: UUID | None = None,
    service: UUID | None = None,
    municipality: UUID | None = None,
    minutes: int | None = None,
    **more: object,
) -> UUID:
    """A visit of Nord's home nursing that lasts twenty minutes, or a window: `put_visit(world, "astrid", on(2, 10))`."""
    name = f"visit {key} {starts.isoformat()} {service}"
    values: dict[str, object] = {
        "id": an_id(name),
        "citizen_id": an_id(key),
        "municipality_id": municipality or world.tunvik,
        "unit_id": unit or world.nord,
        "service_id": service or world.nord_nursing,
        "identifier_system": "s",
        "identifier_value": name,
        "status": status,
        "starts_at": starts,
        "ends_at": until or starts + timedelta(minutes=20),
        "is_window": until is not None,
        "minutes": minutes,
        "title": "",
        "instruction": "",
        "performer_name": "",
        "performer_role": "",
        "place": "home",
        "cancellable": True,
        "cancelled_by": "",
        "not_performed_reason": "",
        "source_updated_at": datetime(2026, 3, 1, 20, tzinfo=OSLO),
        "version": 1,
        "digest": b"",
        "reported_at": datetime(2026, 3, 1, 20, tzinfo=OSLO),
        "stored_at": datetime(2026, 3, 1, 20, tzinfo=OSLO),
    }
    world.insert("visit", **{**values, **more})
    return an_id(name)


def kept_here(world: World, service: UUID | None = None) -> None:
    """The service's journal does not report its visits."""
    world.connection.execute("UPDATE service SET visits_in = 'portal' WHERE id = %s", [service or world.nord_nursing])


def silence_rings(world: World, since: date = date(2026, 3, 1), service: UUID | None = None) -> None:
    """The service's silence alarm is on."""
    world.connection.execute(
        "UPDATE service SET silence_from = %s WHERE id = %s", [since, service or world.nord_nursing]
    )


def put_cancellation(world: World, visit: UUID, key: str, state: str) -> UUID:
    """A cancellation of a visit, in some state."""
    id = an_id(f"cancellation {visit} {state}")
    world.insert(
        "cancellation",
        id=id,
        visit_id=visit,
        citizen_id=an_id(key),
        municipality_id=world.tunvik,
        unit_id=world.nord,
        state=state,
        reason="",
        asked_by_id=an_id(key),
        asked_by_name="Astrid Berg",
        on_behalf=False,
        late=False,
        form_key=id,
        asked_at=on(1, 12),
        decline_reason="",
        version=1,
        stored_at=on(1, 12),
    )
    return id


def put_away(world: World, key: str, first: date, last: date | None, *, series: str = "", ended: bool = False) -> None:
    """A time in which a citizen is away."""
    world.insert(
        "away_period",
        id=an_id(f"away {key} {first} {series}"),
        citizen_id=an_id(key),
        municipality_id=world.tunvik,
        unit_ids=[world.nord],
        from_day=first,
        until_day=last,
        series=series,
        reason="",
        asked_by_id=an_id(key),
        asked_by_name="Astrid Berg",
        on_behalf=False,
        form_key=an_id(f"away form {key} {first} {series}"),
        asked_at=on(1, 12),
        ended_at=on(1, 13) if ended else None,
        ended_by_name="",
        stored_at=on(1, 12),
    )
