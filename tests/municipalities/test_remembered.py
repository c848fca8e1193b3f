"""What a process remembers of the organisation is believed only while it stands (decision 70)."""

from datetime import date

import pytest

from hjemmekontakt.municipalities.models import ClosingDay
from hjemmekontakt.visits.actions import record_visits
from hjemmekontakt.visits.queries import visits_of
from tests.people import an_id
from tests.visits.reports import another, on


@pytest.fixture
def shown(world, journal, astrid):
    """Astrid's visit on Thursday, as it is shown now."""
    record_visits(journal, [another("thursday", starts_at=on(5, 10), ends_at=on(5, 11))])
    return lambda: visits_of(astrid).visits[0]


@pytest.mark.parametrize("table", ["municipality", "district", "unit", "service"])
def test_a_new_name_stands_on_the_next_page(shown, database, table) -> None:
    shown()
    database.execute(f"UPDATE {table} SET name = 'Et nytt navn' || id")
    view = shown()
    names = {view.unit.municipality_name, view.unit.district_name, view.unit.name, view.service_name}
    assert any(name.startswith("Et nytt navn") for name in names)


def test_a_day_that_is_closed_brings_the_deadline_forward_and_back_again(shown) -> None:
    before = shown().deadline
    closed = ClosingDay.objects.create(municipality_id=an_id("Tunvik"), day=date(2026, 3, 4), name="Planleggingsdag")
    assert shown().deadline < before
    closed.delete()
    assert shown().deadline == before


def test_what_is_not_carried_through_is_not_shown(shown, database) -> None:
    name = shown().service_name
    with database.transaction(force_rollback=True):
        database.execute("UPDATE service SET name = 'Nesten'")
        assert shown().service_name == name
    assert shown().service_name == name


def test_what_stands_is_read_once(shown, database, queries_in) -> None:
    first = queries_in(shown)
    assert queries_in(shown) == first - 1
    database.execute("UPDATE unit SET phone = '32 99 99 99'")
    assert queries_in(shown) == first
    assert queries_in(shown) == first - 1
