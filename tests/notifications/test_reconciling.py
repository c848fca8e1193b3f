"""Every visit, message and answer has exactly one decision for each who was to be told: holes and doubles are found (M8)."""

from datetime import UTC, datetime, timedelta

import pytest

from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.access.rules import Right
from hjemmekontakt.ground import outbox
from hjemmekontakt.notifications.reconciling.actions import reconcile
from hjemmekontakt.notifications.reconciling.queries import latest
from hjemmekontakt.notifications.reconciling.rules import Counted
from hjemmekontakt.project import jobs
from hjemmekontakt.project.commands import reconcile as command
from hjemmekontakt.visits import actions as visits
from hjemmekontakt.visits.rules import CancellationState
from tests.people import an_id
from tests.visits.reports import ASTRIDS_MORNING, another, on, performed
from tests.visits.rows import put_cancellation

DAY = (datetime(2026, 3, 1, 23, tzinfo=UTC), datetime(2026, 3, 2, 23, tzinfo=UTC))
TODAY = another("today", ASTRIDS_MORNING, starts_at=on(2, 8), ends_at=on(2, 9))


@pytest.fixture
def a_day(world, journal, at):
    """Monday: two visits of Astrid's are performed, one is called off, and the worker has carried everything."""
    at("monday 10:00")
    (visit, _) = (
        each.visit_id for each in visits.record_visits(journal, [performed(TODAY), performed(another("second", TODAY))])
    )
    cancelled = put_cancellation(world, visit, "astrid", "sent")
    visits.answer_cancellation(journal, cancelled, state=CancellationState.DECLINED)
    while claimed := outbox.claim():
        outbox.deliver(claimed)
    return visit


def counted(world) -> Counted:
    return reconcile(the_portal(), world.tunvik, since=DAY[0], until=DAY[1])


def test_a_day_as_it_should_be_is_whole(world, a_day) -> None:
    assert counted(world) == Counted(events=3, expected=6)


def test_a_hole_and_a_double_are_found_and_named(world, a_day, database) -> None:
    key = f"visit-performed:{a_day}"
    database.execute("DELETE FROM notice WHERE receiver_id = %s AND event_key = %s", [an_id("jonas"), key])
    assert counted(world) == Counted(events=3, expected=6, missing=1, examples=(f"{key} left-out",))
    copied = ("INSERT INTO notice (id, channel, event_key, kind, about_id, receiver_id, decision, values, decided_at, due_at,"
              " attempts, provider_reference, last_error) SELECT gen_random_uuid(), 'email', event_key, kind, about_id,"
              " receiver_id, 'sent', '{}', decided_at, due_at, 1, '', '' FROM notice WHERE event_key = %s")  # fmt: skip
    database.execute(copied, [key])
    said = (f"{key} doubled", f"{key} left-out")
    assert counted(world) == Counted(events=3, expected=6, missing=1, doubled=1, examples=said)


def test_an_event_that_nobody_carried_is_a_hole_for_each(world, journal, at) -> None:
    at("monday 10:00")
    visits.record_visits(journal, [performed(TODAY)])
    assert (counted(world).expected, counted(world).missing) == (2, 2)


@pytest.mark.parametrize(
    ("why", "values"),
    [
        ("it came later", {"accepted_at": "2026-03-02T12:00:00Z"}),
        ("it had ended", {"state": "ended", "ended_at": "2026-03-01T12:00:00Z", "end_reason": "withdrawn"}),
        ("it does not open visits", {"rights": [Right.READ.value, Right.NOTICES.value]}),
        ("its time is out", {"ends_on": "2026-03-01"}),
    ],
)
def test_who_was_not_to_be_told_is_no_hole(world, a_day, database, why, values) -> None:
    database.execute("DELETE FROM notice WHERE receiver_id = %s", [an_id("jonas")])
    database.execute("SET session_replication_role = replica")
    for name, value in values.items():
        database.execute(f"UPDATE fullmakt SET {name} = %s", [value])
    database.execute("SET session_replication_role = DEFAULT")
    assert counted(world) == Counted(events=3, expected=3), why


def test_only_the_period_counts(world, a_day) -> None:
    later = DAY[1] + timedelta(days=1)
    assert reconcile(the_portal(), world.tunvik, since=DAY[1], until=later) == Counted()


def test_the_night_does_it_from_where_the_last_one_ended_and_keeps_what_it_found(world, a_day, at, database) -> None:
    database.execute("DELETE FROM notice WHERE receiver_id = %s", [an_id("jonas")])
    assert "reconcile" in jobs.run_nightly(now=at("tuesday 02:01"))
    found = latest(the_portal(), world.tunvik)
    assert (found.since, found.until) == (datetime(2026, 3, 2, 0, tzinfo=UTC), datetime(2026, 3, 3, 0, tzinfo=UTC))
    assert (found.counted.events, found.counted.missing) == (3, 3)
    jobs.run_nightly(now=at("thursday 02:01"))
    assert latest(the_portal(), world.tunvik).since == found.until


def test_the_command_says_each_unit_and_ends_with_one_where_something_is_missing(
    world, a_day, at, database, capsys
) -> None:
    at("monday 20:00")
    assert command._reconcile(*DAY, number="4299") == 0
    assert "ok    Hjemmetjenesten Nord: 3 hendelser, 6 avgjørelser, 0 mangler, 0 doble" in capsys.readouterr().out
    database.execute("DELETE FROM notice WHERE receiver_id = %s", [an_id("jonas")])
    assert command._reconcile(*DAY, number="") == 1
    assert "FEIL  Hjemmetjenesten Nord: 3 hendelser, 6 avgjørelser, 3 mangler" in capsys.readouterr().out


def test_a_unit_is_one_statement_however_much_has_happened(world, journal, at, queries_in) -> None:
    at("monday 10:00")
    few = queries_in(lambda: counted(world))
    visits.record_visits(journal, [performed(another(f"visit {number}", TODAY)) for number in range(100)])
    while claimed := outbox.claim():
        outbox.deliver(claimed)
    assert queries_in(lambda: counted(world)) == few <= 16
    assert counted(world) == Counted(events=100, expected=200)
