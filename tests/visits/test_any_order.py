"""Whatever order the steps come in, a visit has one open request at most, and each step that was taken is told once (R38–R43)."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits.actions import (
    answer_cancellation,
    ask_to_cancel_visit,
    change_time_away,
    end_time_away,
    go_away,
    need_visit,
    record_visits,
    withdraw_cancellation,
)
from hjemmekontakt.visits.rules import STEPS, CancellationState, CancelReason, Days, VisitStatus
from tests.people import an_id
from tests.visits.reports import ASTRIDS_MORNING, later, on
from tests.visits.test_away import day

IN, OUT = {"starts_at": on(11, 8), "ends_at": on(11, 10)}, {"starts_at": on(18, 8), "ends_at": on(18, 10)}
OFF = {"status": VisitStatus.CANCELLED, "cancel_reason": CancelReason.BY_RECIPIENT}
STEPS_TO_TAKE = st.sampled_from(
    [
        "ask",
        "undo",
        "need",
        "away",
        "other days",
        "back",
        "received",
        "accepted",
        "declined",
        "move in",
        "move out",
        "call off",
        "critical",
    ]
)


class Story:
    """One visit, those who act on it, and what stands after each step."""

    def __init__(self, astrid, jonas, journal, database) -> None:
        self.people, self.journal, self.database = (astrid, jonas), journal, database
        self.number = 0
        self.where = IN
        self.visit_id = record_visits(journal, [later(ASTRIDS_MORNING, **IN)])[0].visit_id

    def rows(self) -> list[tuple]:
        return self.database.execute(
            "SELECT id, state, answered_too_late FROM cancellation ORDER BY asked_at, stored_at, id"
        ).fetchall()

    def take(self, step: str) -> None:
        """Take a step, if it may be taken."""
        self.number += 1
        before = {id: state for id, state, _ in self.rows()}
        try:
            self._do(step, self.people[self.number % 2], an_id(f"step {self.number}"))
        except Refused:
            assert {id: state for id, state, _ in self.rows()} == before, step
        for id, state, _ in self.rows():
            then = CancellationState(before.get(id, "sent"))
            assert state == then or CancellationState(state) in STEPS[then], (step, then, state)

    def _do(self, step: str, actor, form) -> None:
        latest = self.rows()[-1][0] if self.rows() else None
        open_away = self.database.execute(
            "SELECT id FROM away_period WHERE ended_at IS NULL ORDER BY asked_at"
        ).fetchall()
        match step:
            case "ask":
                ask_to_cancel_visit(actor, self.visit_id, form_key=form)
            case "undo" if latest:
                withdraw_cancellation(actor, latest)
            case "need" if latest:
                need_visit(actor, latest)
            case "away":
                go_away(actor, Days(first=day(9), last=day(15)), form_key=form)
            case "other days" if open_away:
                change_time_away(actor, open_away[0][0], days=Days(first=day(16), last=day(20)), form_key=form)
            case "back" if open_away:
                end_time_away(actor, open_away[0][0])
            case "received" | "accepted" | "declined" if latest:
                answer_cancellation(self.journal, latest, state=CancellationState(step), reason="Nei")
            case "move in" | "move out":
                self.where = IN if step == "move in" else OUT
                self._report()
            case "call off":
                self._report(**OFF)
            case "critical":
                self._report(may_cancel=False)

    def _report(self, **changes) -> None:
        record_visits(self.journal, [later(ASTRIDS_MORNING, minutes=1 + self.number, **self.where, **changes)])


@pytest.fixture
def emptied(database):
    """Empties what a story leaves, before the next example of it."""

    def empty() -> None:
        database.execute("SET session_replication_role = replica")
        database.execute("TRUNCATE cancellation, away_period, visit, outbox CASCADE")
        database.execute("SET session_replication_role = DEFAULT")

    return empty


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS_TO_TAKE, min_size=3, max_size=12))
def test_one_open_request_at_most_and_one_event_for_each_step(
    emptied, world, astrid, jonas_for_astrid, journal, database, told, steps
) -> None:
    emptied()
    story = Story(astrid, jonas_for_astrid, journal, database)
    for step in steps:
        story.take(step)
        assert sum(state in ("sent", "received") for _, state, _ in story.rows()) <= 1, steps

    events = Counter((name, tells.get("cancellation_id")) for name, tells in told())
    assert set(events.values()) <= {1, 2}
    for id, state, too_late in story.rows():
        assert events["CancellationAsked", str(id)] == 1
        answered = state in ("accepted", "declined") or too_late == "accepted"
        assert events["CancellationAnswered", str(id)] >= answered
        assert events["CancellationWithdrawn", str(id)] <= (state == "withdrawn")
    doubled = {key for key, count in events.items() if count == 2}
    assert {name for name, _ in doubled} <= {"VisitNeeded", "CancellationAnswered"}, doubled
