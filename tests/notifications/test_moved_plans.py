"""A plan that a journal moves, cuts or ends is told of as a single visit is: once for each person and report (R36)."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from hjemmekontakt.ground import outbox
from hjemmekontakt.notifications import reactions
from hjemmekontakt.notifications.call_list.queries import calls_of
from hjemmekontakt.notifications.call_list.rules import WhyCall
from hjemmekontakt.project import jobs
from hjemmekontakt.visits.actions import record_plans, record_visits
from hjemmekontakt.visits.events import VisitsChanged
from hjemmekontakt.visits.queries import visits_of
from hjemmekontakt.visits.rules import Outcome, PlanReport, recurrence_in
from tests.visits.reports import ASTRIDS_MORNING, another, later, on
from tests.visits.rows import put_cancellation

FIRST = replace(ASTRIDS_MORNING, identifier_value="urn:uuid:mornings", starts_at=on(3, 8), ends_at=on(3, 9))
PLAN = PlanReport(first=FIRST, recurrence=recurrence_in("FREQ=DAILY"))
"""Every morning at eight from Tuesday on; the stories begin on Monday at ten."""
MANY = "Tunvik: Flere besøk er flyttet eller avlyst. Logg inn for å se hvilke, eller ring 32 00 00 00."


def word(plan=PLAN, *, minutes=1, hour=None, minute=0, **changes):
    """The same plan, told again so many minutes after, perhaps with other hours."""
    first = later(plan.first, minutes=minutes)
    if hour is not None:
        starts = on(3, hour, minute)
        first = replace(first, starts_at=starts, ends_at=starts + timedelta(hours=1))
    return replace(plan, first=first, **changes)


@pytest.fixture
def carried(world, journal, wishes):
    """Let the worker carry what has happened; Jonas wants to hear of nothing. Says how many events of changes there were."""
    wishes("jonas", about="astrid", visit_changed="none")

    def carry() -> int:
        seen = 0
        while claimed := outbox.claim():
            seen += sum(each.event == "VisitsChanged" for each in claimed)
            outbox.deliver(claimed)
        return seen

    return carry


@pytest.fixture
def tells(journal, carried):
    """Let the journal tell of plans; says how many events came of it."""

    def tell(*plans):
        record_plans(journal, plans)
        return carried()

    return tell


@pytest.fixture
def sms(outside, deliver):
    def read():
        deliver()
        return [each["text"].replace("\xa0", " ") for each in outside.sms()]

    return read


@pytest.fixture
def listed(mona):
    return lambda: [(call.why, call.known_start) for call in calls_of(mona).calls]


def test_a_plan_of_fourteen_visits_that_moves_rings_once_and_the_nearest_is_rung_about(
    tells, sms, at, listed, outside, astrid
) -> None:
    outside.contacts.clear()
    assert tells(PLAN) == 0
    assert tells(word(hour=12)) == 1
    assert sms() == []
    jobs.run_minutely(now=at("monday 10:01"))
    assert listed() == [(WhyCall.NO_NUMBER, on(3, 8))], "of a week's seven visits, tomorrow's"
    moved = [each.starts_at for each in visits_of(astrid).visits if each.moved_from]
    assert moved == [on(day, 12) for day in range(3, 10)], "the page says which: those within a week"


def test_it_is_one_sms_however_many_visits_moved_and_the_same_report_is_none(tells, sms) -> None:
    tells(PLAN)
    assert (tells(word(hour=11)), tells(word(hour=11)), tells(word(hour=11, minutes=5))) == (1, 0, 0)
    assert sms() == [MANY]
    assert tells(word(hour=11, minutes=6, except_days=(date(2026, 3, 20),))) == 0, "far ahead"
    assert sms() == [MANY]


def test_it_passes_the_night_from_six(tells, sms, at) -> None:
    tells(PLAN)
    at("monday 22:30")
    tells(word(hour=12))
    for moment, came in (("monday 22:31", []), ("tuesday 05:59", []), ("tuesday 06:00", [MANY])):
        at(moment)
        assert sms() == came, moment


def test_a_small_move_is_none_and_small_ones_add_up(tells, sms) -> None:
    exact = replace(PLAN, first=replace(PLAN.first, is_window=False))
    tells(exact)
    tells(word(exact, hour=8, minute=40))
    assert sms() == []
    tells(word(exact, hour=9, minute=20, minutes=2))
    assert sms() == [MANY]


def test_moved_back_before_the_sms_went_nobody_is_told(tells, sms, at, listed) -> None:
    tells(PLAN)
    tells(word(hour=12))
    tells(word(hour=8, minutes=2))
    assert sms() == []
    jobs.run_minutely(now=at("monday 11:00"))
    assert listed() == []


def test_one_day_left_out_is_told_as_one_visit_and_put_back_it_is_told_again(tells, sms) -> None:
    tells(PLAN)
    tells(word(except_days=(date(2026, 3, 6),)))
    assert sms()[-1].startswith("Tunvik: Et besøk fredag 6. mars er avlyst.")
    tells(word(minutes=2))
    assert sms()[-1].startswith("Tunvik: Et besøk fredag 6. mars har fått ny tid.")
    assert len(sms()) == 2


def test_a_plan_that_ends_is_one_sms_and_a_week_ahead_none(tells, sms) -> None:
    later_on = replace(PLAN, first=replace(FIRST, starts_at=on(12, 8), ends_at=on(12, 9)))
    tells(later_on)
    tells(word(later_on, ended=True))
    assert sms() == []
    evenings = replace(PLAN, first=replace(FIRST, identifier_value="urn:uuid:evenings"))
    tells(evenings)
    assert tells(word(evenings, ended=True)) == 1
    assert sms() == [MANY]


def test_a_confirmed_visit_that_did_not_move_is_left_out(tells, sms, journal, carried, database) -> None:
    tells(PLAN)
    days = {day: another(f"on {day}", FIRST, starts_at=on(day, 8), ends_at=on(day, 9)) for day in range(3, 9)}
    record_visits(journal, list(days.values()))
    carried()
    tells(word(hour=12))
    assert [text.split(".")[0] for text in sms()] == ["Tunvik: Et besøk mandag 9"], "the only one that is not confirmed"


def test_a_day_left_out_that_is_confirmed_after_all_is_told_again_though_its_hour_is_the_same(
    tells, sms, journal, carried
) -> None:
    tells(PLAN)
    tells(word(except_days=(date(2026, 3, 6),)))
    assert sms()[-1].startswith("Tunvik: Et besøk fredag 6. mars er avlyst.")
    friday = another("friday", FIRST, starts_at=on(6, 8), ends_at=on(6, 9))
    record_visits(journal, [replace(friday, series="urn:uuid:mornings", series_day=date(2026, 3, 6))])
    carried()
    assert sms()[-1].startswith("Tunvik: Et besøk fredag 6. mars har fått ny tid.")


def test_a_change_that_is_told_again_of_one_visit_does_not_take_its_own_notice_back(
    tells, sms, journal, carried, world
) -> None:
    visit = another("alone", FIRST, starts_at=on(5, 8), ends_at=on(5, 8, 20), is_window=False)
    [recorded] = record_visits(journal, [visit])
    record_visits(journal, [later(visit, starts_at=on(5, 11), ends_at=on(5, 11, 20))])
    carried()
    reactions.tell_of_changes([VisitsChanged((recorded.visit_id,), world.tunvik)])
    assert [text.split(".")[0] for text in sms()] == ["Tunvik: Et besøk torsdag 5"]


def test_a_plan_that_gets_another_name_with_the_same_hours_is_no_change(tells, sms) -> None:
    tells(PLAN)
    again = replace(PLAN, first=replace(FIRST, identifier_value="urn:uuid:mornings-of-the-new-decision"))
    tells(word(ended=True), again)
    assert sms() == []


def test_what_she_asked_for_is_hers_and_is_not_told(tells, sms, world, database, journal, carried) -> None:
    tells(PLAN)
    ids = database.execute("SELECT id FROM visit WHERE starts_at < %s", [on(10, 0)]).fetchall()
    for (visit_id,) in ids:
        put_cancellation(world, visit_id, "astrid", "accepted")
    tells(word(ended=True))
    assert sms() == []


def test_two_plans_are_two_notices_only_where_both_hurry_and_the_event_heard_twice_is_nothing(
    tells, sms, world, database
) -> None:
    evenings = replace(PLAN, first=replace(FIRST, identifier_value="urn:uuid:evenings"))
    tells(PLAN, replace(evenings, first=replace(evenings.first, starts_at=on(3, 18), ends_at=on(3, 19))))
    assert tells(word(hour=12), word(evenings, hour=21)) == 1
    told = database.execute("SELECT event_key FROM notice WHERE decision = 'due'").fetchall()
    assert len(told) == 2
    ids = tuple(id for (id,) in database.execute("SELECT id FROM visit WHERE starts_at < %s", [on(10, 0)]))
    reactions.tell_of_changes([VisitsChanged(ids, world.tunvik)])
    assert sms() == [MANY, MANY]


def test_an_outdated_word_is_no_event(tells, journal) -> None:
    tells(PLAN)
    assert record_plans(journal, [word(hour=12, minutes=-5)])[0].outcome is Outcome.OUTDATED
    assert tells() == 0
