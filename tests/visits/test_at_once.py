"""A visit told of alone, by the statement that records it at once, becomes what the rules make of it (decision 81)."""

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hjemmekontakt.access.actions import TokenEnded
from hjemmekontakt.ground import keys, outbox
from hjemmekontakt.ground.statements import fetch, in_json
from hjemmekontakt.visits.actions import record_visits
from hjemmekontakt.visits.events import VisitsChanged
from hjemmekontakt.visits.reporting import what_is_said
from hjemmekontakt.visits.rules import (
    CancelReason,
    Condition,
    NotTaken,
    Outcome,
    Recorded,
    VisitReport,
    VisitStatus,
    Way,
    weigh,
)
from tests.people import NATIONAL_IDS, an_id
from tests.trips import trips
from tests.visits.conftest import hears
from tests.visits.reports import ASTRIDS_MORNING, NORD, SOR, another, later, on, performed

FILLER = another("nobody's", patient_national_id=NATIONAL_IDS["einar"])
"""A word that is not taken: with it, another one is not alone."""
HOURS = st.sampled_from([-9000, -15, -14, 0, 0, 14, 15, 119, 120, 1500])
"""Minutes from eight on a Friday: over a week before it, and around what is a move."""
TELLS = st.fixed_dictionaries(
    {
        "starts": HOURS,
        "lasts": st.sampled_from([20, 120, 120]),
        "told": st.integers(0, 3),
        "status": st.sampled_from([VisitStatus.PLANNED] * 6 + [VisitStatus.ASSIGNED] * 2 + [VisitStatus.ON_HOLD]),
        "is_window": st.sampled_from([True, True, False]),
        "title": st.sampled_from(["Morgenstell", "Morgenstell", "100 % \\u001a «hjelp»\n"]),
        "performer_first_name": st.sampled_from(["", "", "Mona"]),
        "may_cancel": st.sampled_from([None, None, False]),
        "series": st.sampled_from(["", "", "plan-1", "plan-2"]),
        "service_id": st.sampled_from([None] * 6 + ["15", "no-such"]),
        "unit_her_id": st.sampled_from([NORD] * 12 + [SOR]),
        "whose": st.sampled_from(["astrid"] * 12 + ["jonas"]),
        "way": st.sampled_from([Way.PUT] * 10 + [Way.CREATE, Way.CREATE_IF_NONE]),
        "called_off": st.sampled_from([False] * 12 + [True]),
    }
)
ORDINARY = {
    "starts": 0,
    "lasts": 120,
    "told": 0,
    "status": VisitStatus.PLANNED,
    "is_window": True,
    "title": "Morgenstell",
    "performer_first_name": "",
    "may_cancel": None,
    "series": "",
    "service_id": None,
    "unit_her_id": NORD,
    "whose": "astrid",
    "way": Way.PUT,
    "called_off": False,
}
KEPT = """
SELECT to_jsonb(v) - '{id,visit_id,identifier_value,digest,reported_at,stored_at,replaced_at}'::text[] FROM %s AS v
WHERE identifier_value = %%s ORDER BY version
"""


def report_of(name: str, told: dict[str, Any]) -> VisitReport:
    starts_at = on(6, 8) + timedelta(minutes=told["starts"])
    copied = ("status", "is_window", "title", "performer_first_name", "may_cancel", "service_id", "unit_her_id")
    changes: dict[str, Any] = {field: told[field] for field in copied} | {
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=told["lasts"]),
        "patient_national_id": NATIONAL_IDS[told["whose"]],
        "series": told["series"],
        "series_day": starts_at.date() if told["series"] else None,
    }
    if told["called_off"]:
        changes |= {"status": VisitStatus.CANCELLED, "cancel_reason": CancelReason.BY_SERVICE}
    return another(name, later(ASTRIDS_MORNING, minutes=told["told"], **changes))


def what_became(recorded: Recorded) -> tuple[Any, ...]:
    return recorded.outcome, recorded.not_taken, recorded.version


@pytest.fixture
def listening(told) -> None:
    """Somebody hears that visits have changed."""
    outbox.listen(VisitsChanged, hears)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(steps=[ORDINARY, {**ORDINARY, "starts": 119}, {**ORDINARY, "starts": 239}])
@given(steps=st.lists(TELLS, min_size=2, max_size=4))
def test_told_alone_or_among_others_a_visit_becomes_the_same(listening, world, journal, database, told, steps) -> None:
    database.execute("DELETE FROM visit_version; DELETE FROM visit; DELETE FROM outbox")
    for step in steps:
        alone = [record_visits(journal, [report_of("alone", step)], conditions=[Condition(way=step["way"])])[0]]
        among = record_visits(journal, [report_of("among", step), FILLER], conditions=[Condition(way=step["way"])] * 2)
        event(f"{alone[0].outcome or alone[0].not_taken}")
        assert what_became(alone[0]) == what_became(among[0]), step
    for table in ("visit", "visit_version"):
        rows = [database.execute(KEPT % table, [f"urn:uuid:{name}"]).fetchall() for name in ("alone", "among")]
        assert rows[0] == rows[1], table
    ids = dict(database.execute("SELECT identifier_value, id FROM visit").fetchall())
    heard = [tells["visit_ids"] for _, tells in told()]
    assert [heard.count([str(ids.get(f"urn:uuid:{name}"))]) for name in ("alone", "among")] in (
        [n, n] for n in range(5)
    )

    again = [replace(report_of(name, steps[-1]), last_updated=on(5, 12)) for name in ("alone", "among")]
    known = [record_visits(journal, [each, FILLER])[0] for each in again]
    assert what_became(known[0]) == what_became(known[1]), "what was said is known by the same digest"


@pytest.mark.parametrize("since", [date(2025, 1, 1), date(2026, 3, 2)])
def test_of_two_decisions_that_hold_it_is_the_newest_alone_or_among_others(world, journal, since) -> None:
    world.decision("astrid", world.tunvik, world.nord, world.nord_cleaning, starts=since)
    alone = record_visits(journal, [another("alone")])
    among = record_visits(journal, [another("among"), FILLER])
    assert what_became(alone[0]) == what_became(among[0])
    opened = since == date(2025, 1, 1)
    assert alone[0].not_taken is (None if opened else NotTaken.NOT_OPENED), "help in the house is not opened"


def test_a_new_visit_and_another_word_about_it_are_one_trip_each(journal) -> None:
    def tell(report: VisitReport, outcome: Outcome) -> int:
        became = []
        needed = trips(lambda: became.extend(record_visits(journal, [report])))
        assert became[0].outcome is outcome
        return needed

    record_visits(journal, [another("warm")])
    assert tell(ASTRIDS_MORNING, Outcome.CREATED) == 1
    assert tell(later(starts_at=on(6, 13), ends_at=on(6, 15)), Outcome.CHANGED) == 1
    named = later(starts_at=on(6, 13), ends_at=on(6, 15), minutes=2, performer_first_name="Mona")
    assert tell(named, Outcome.CHANGED) == 1
    record_visits(journal, [performed(another("warm"))])
    assert tell(performed(minutes=3), Outcome.CHANGED) > 1, "one that does not come any more is recorded in full"


def test_another_hour_is_told_of_with_the_ids_that_every_event_has(listening, journal, told) -> None:
    [first] = record_visits(journal, [ASTRIDS_MORNING])
    record_visits(journal, [later(starts_at=on(6, 13), ends_at=on(6, 15))])
    tells = {"visit_ids": [str(first.visit_id)], "municipality_id": str(journal.municipality_id)}
    assert told() == [("VisitsChanged", tells)]


def test_a_token_that_has_ended_records_nothing(journal, database) -> None:
    with pytest.raises(TokenEnded):
        record_visits(dataclasses.replace(journal, token=b"given to nobody"), [ASTRIDS_MORNING])
    assert database.execute("SELECT count(*) FROM visit").fetchone() == (0,)


def test_with_nothing_unlocked_the_function_sees_no_decision_and_records_nothing(journal, database, world) -> None:
    row = what_is_said(ASTRIDS_MORNING, weigh(ASTRIDS_MORNING)) | {
        "id": an_id("visit"),
        "municipality_id": world.tunvik,
    }
    row |= {
        "version": 1,
        "change": "",
        "series_rhythm": "",
        "source_updated_at": on(1, 20),
        "told_by_name": "Journalen",
    }
    values = [
        in_json(row | {"reported_at": on(1, 20), "stored_at": on(1, 20)}),
        keys.lookup_value(NATIONAL_IDS["astrid"]),
    ]
    call = """
    SELECT hk_record_at_once(%s::json, '', '{a,b,c}', %s::bytea, '8141002', NULL, '2026-03-06', '2026-03-02', true, '{planned}',
        '15 minutes', '{}')::text FROM (SELECT set_config('hk.scope', %s, true), set_config('hk.municipality', %s, true)) AS set
    """
    number = "SELECT count(*) FROM visit"
    assert fetch(call, [*values, "", ""]) == [(None,)]
    assert fetch(call, [*values, "municipality", str(world.fjordby)]) == [(None,)], "nor for another municipality"
    assert database.execute(number).fetchone() == (0,)
    ((done,),) = fetch(call, [*values, "municipality", str(world.tunvik)])
    assert done is not None
    assert database.execute(number).fetchone() == (1,)
