"""A plan of visits that come again: expected on its days, until the journal confirms each, leaves one out, or ends the plan."""

import dataclasses
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.access.rules import Role
from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.project import jobs
from hjemmekontakt.visits.actions import (
    answer_cancellation,
    ask_to_cancel_visit,
    end_time_away,
    extend_plans,
    go_away,
    record_plans,
    record_visits,
)
from hjemmekontakt.visits.expanding import occurrences
from hjemmekontakt.visits.queries import away_period, visit, visits_of, waiting_at_work, wish_on_visit
from hjemmekontakt.visits.rules import (
    CancellationState,
    CancelReason,
    Condition,
    Days,
    Frequency,
    NotTaken,
    Outcome,
    PlanReport,
    Recorded,
    Recurrence,
    VisitStatus,
    recurrence_in,
)
from hjemmekontakt.visits.rules.wishes import Window
from tests.at_once import at_once
from tests.doors import client_of
from tests.pages import text_of
from tests.people import NATIONAL_IDS, an_id, at_work
from tests.visits.reports import ASTRIDS_MORNING, another, later, on
from tests.visits.wishing import open_wishes, wish

PLAN = PlanReport(
    first=replace(ASTRIDS_MORNING, identifier_value="urn:uuid:mornings", starts_at=on(2, 8), ends_at=on(2, 10)),
    recurrence=recurrence_in("FREQ=DAILY"),
)
"""Every morning between eight and ten, from Monday 2 March on."""


def word(plan: PlanReport = PLAN, *, minutes: int = 1, **changes) -> PlanReport:
    """The same plan, told again so many minutes after."""
    first = {name: changes.pop(name) for name in ("starts_at", "ends_at", "title", "status") if name in changes}
    return replace(plan, first=later(plan.first, minutes=minutes, **first), **changes)


def one(journal, plan: PlanReport, **how) -> Recorded:
    return record_plans(journal, [plan], **how)[0]


def confirmed(day: int, **changes):
    """A visit that the journal has confirmed, naming no plan."""
    told = {"starts_at": on(day, 8, 30), "ends_at": on(day, 9), "is_window": False, "status": VisitStatus.PLANNED}
    return another(f"confirmed-{day}", **{**told, **changes})


def days(astrid) -> list[tuple[str, int, int]]:
    """What Astrid sees: the status, the day and the hour of each visit."""
    seen = [(each, each.starts_at.astimezone(OSLO)) for each in visits_of(astrid).visits]
    return [(each.status.value, local.day, local.hour) for each, local in seen]


def kept(database: psycopg.Connection, status: str = "expected") -> list[date]:
    rows = database.execute("SELECT series_day FROM visit WHERE status = %s ORDER BY series_day", [status]).fetchall()
    return [day for (day,) in rows]


def test_a_plan_lets_visits_be_expected_sixty_days_ahead_and_astrid_sees_two_weeks(journal, astrid, database) -> None:
    assert one(journal, PLAN).outcome is Outcome.CREATED
    assert kept(database) == [date(2026, 3, 3) + timedelta(days=n) for n in range(60)]
    assert days(astrid) == [("expected", 3 + n, 8) for n in range(14)]
    first = visits_of(astrid).visits[0]
    assert (first.title, first.is_window, first.minutes) == ("Morgenstell", True, 20)


def test_the_same_plan_again_is_nothing_and_an_older_word_that_comes_late_changes_nothing(journal, database) -> None:
    one(journal, PLAN)
    before = database.execute("SELECT id, version, digest FROM visit ORDER BY id").fetchall()
    assert one(journal, word()).outcome is Outcome.KNOWN
    assert one(journal, word(minutes=-5, title="Et gammelt ord")).outcome is Outcome.OUTDATED
    assert database.execute("SELECT id, version, digest FROM visit ORDER BY id").fetchall() == before


def test_two_words_about_one_plan_in_a_bundle_leave_the_newest(journal, astrid) -> None:
    record_plans(journal, [word(minutes=9, title="Nyest"), word(minutes=2, title="Eldst")])
    assert {each.title for each in visits_of(astrid).visits} == {"Nyest"}


def test_a_changed_plan_keeps_its_visits_and_changes_their_hours(journal, astrid) -> None:
    one(journal, PLAN)
    ids = [each.id for each in visits_of(astrid).visits]
    assert one(journal, word(starts_at=on(2, 11), ends_at=on(2, 13))).version == 2
    assert days(astrid) == [("expected", 2, 11), *(("expected", 3 + n, 11) for n in range(14))]
    assert [each.id for each in visits_of(astrid).visits][1:] == ids


def test_a_confirmed_visit_that_names_plan_and_day_takes_the_place_of_the_expected_one(journal, astrid) -> None:
    one(journal, PLAN)
    expected = next(each for each in visits_of(astrid).visits if each.starts_at == on(4, 8))
    named = confirmed(
        4, series="urn:uuid:mornings", series_day=date(2026, 3, 4), starts_at=on(4, 14), ends_at=on(4, 15)
    )
    assert record_visits(journal, [named])[0].outcome is Outcome.CHANGED
    [seen] = [each for each in visits_of(astrid).visits if each.starts_at.astimezone(OSLO).day == 4]
    assert (seen.id, seen.status, seen.moved_from) == (expected.id, VisitStatus.PLANNED, on(4, 8))


@pytest.mark.parametrize("status", [VisitStatus.PLANNED, VisitStatus.ASSIGNED, VisitStatus.ON_HOLD])
def test_one_that_names_no_plan_takes_the_place_of_the_one_in_whose_hours_it_comes(journal, astrid, status) -> None:
    one(journal, PLAN)
    record_visits(journal, [confirmed(4, status=status)])
    seen = [each for each in days(astrid) if each[1] == 4]
    assert seen == [(status.value, 4, 8)]


def test_one_outside_the_hours_or_of_another_service_is_a_visit_of_its_own(world, journal, astrid, database) -> None:
    one(journal, PLAN)
    database.execute("UPDATE service SET visits_from = '2026-01-01'")
    world.decision("astrid", world.tunvik, world.nord, world.nord_cleaning)
    cleaning = another("cleaning", starts_at=on(4, 8, 30), ends_at=on(4, 9), service_id="1")
    record_visits(journal, [confirmed(4, starts_at=on(4, 18), ends_at=on(4, 19)), cleaning])
    assert [each for each in days(astrid) if each[1] == 4] == [
        ("expected", 4, 8),
        ("planned", 4, 8),
        ("planned", 4, 18),
    ]


def test_a_visit_confirmed_before_its_plan_was_told_is_not_doubled_by_it(journal, astrid) -> None:
    record_visits(journal, [confirmed(4)])
    one(journal, PLAN)
    assert [each for each in days(astrid) if each[1] == 4] == [("planned", 4, 8)]
    one(journal, word(title="Stell"))
    assert [each for each in days(astrid) if each[1] == 4] == [("planned", 4, 8)]


def test_two_plans_in_the_same_hours_are_each_confirmed_once(journal, astrid) -> None:
    medicine = replace(PLAN, first=replace(PLAN.first, identifier_value="urn:uuid:medicine", title="Medisin"))
    record_plans(journal, [PLAN, medicine])
    at_nine = another("confirmed-at-nine", confirmed(4), starts_at=on(4, 9), ends_at=on(4, 9, 30))
    record_visits(journal, [confirmed(4), at_nine])
    assert [each for each in days(astrid) if each[1] == 4] == [("planned", 4, 8), ("planned", 4, 9)]


def test_of_two_in_the_same_hours_the_one_that_is_called_so_is_confirmed(journal, astrid) -> None:
    medicine = replace(PLAN, first=replace(PLAN.first, identifier_value="urn:uuid:medicine", title="Medisin"))
    record_plans(journal, [PLAN, medicine])
    expected = {each.title: each.id for each in visits_of(astrid).visits if each.starts_at == on(4, 8)}
    record_visits(journal, [confirmed(4, title="Medisin")])
    [seen] = [each for each in visits_of(astrid).visits if each.starts_at == on(4, 8, 30)]
    assert seen.id == expected["Medisin"]


def test_one_entered_in_error_gives_the_day_back_to_the_plan_when_it_is_told_again(journal, astrid) -> None:
    one(journal, PLAN)
    record_visits(journal, [confirmed(4)])
    record_visits(journal, [later(confirmed(4), status=VisitStatus.ENTERED_IN_ERROR)])
    assert [each for each in days(astrid) if each[1] == 4] == []
    one(journal, word(title="Stell"))
    assert [each for each in days(astrid) if each[1] == 4] == [("expected", 4, 8)]


def test_a_cancelled_occurrence_is_not_expected_again_the_next_night(journal, astrid, at) -> None:
    one(journal, PLAN)
    record_visits(journal, [confirmed(4, status=VisitStatus.CANCELLED, cancel_reason=CancelReason.BY_SERVICE)])
    extend_plans(the_portal(), journal.municipality_id, now=at("tuesday 02:00"))
    assert [each for each in days(astrid) if each[1] == 4] == [("cancelled", 4, 8)]


def test_a_day_left_out_is_no_longer_expected_and_nobody_is_shown_it(journal, astrid, database) -> None:
    one(journal, PLAN)
    one(journal, word(except_days=(date(2026, 3, 4),)))
    assert 4 not in [day for _, day, _ in days(astrid)]
    assert kept(database, "gone") == [date(2026, 3, 4)]
    one(journal, word(minutes=2))
    assert 4 in [day for _, day, _ in days(astrid)]


def test_a_day_left_out_after_she_asked_to_cancel_it_is_the_answer(journal, astrid, told) -> None:
    one(journal, PLAN)
    wanted = next(each for each in visits_of(astrid).visits if each.starts_at == on(5, 8))
    ask_to_cancel_visit(astrid, wanted.id, form_key=an_id("form"))
    one(journal, word(except_days=(date(2026, 3, 5),)))
    [seen] = [each for each in visits_of(astrid).visits if each.id == wanted.id]
    assert (seen.status, seen.cancellation.state) == (VisitStatus.CANCELLED, "accepted")
    assert [event for event, _ in told()] == ["CancellationAsked", "CancellationAnswered"]


def test_what_she_asked_of_an_expected_visit_follows_it_when_it_is_confirmed(journal, astrid) -> None:
    one(journal, PLAN)
    wanted = next(each for each in visits_of(astrid).visits if each.starts_at == on(5, 8))
    ask_to_cancel_visit(astrid, wanted.id, form_key=an_id("form"))
    record_visits(journal, [confirmed(5)])
    [seen] = [each for each in visits_of(astrid).visits if each.starts_at.astimezone(OSLO).day == 5]
    assert (seen.id, seen.status, seen.cancellation.state) == (wanted.id, VisitStatus.PLANNED, "sent")


THURSDAY_NOON = Window(on(5, 12), on(5, 14))


@pytest.mark.parametrize(
    ("moved", "state", "event"),
    [
        ({"starts_at": on(2, 12, 30), "ends_at": on(2, 13, 30)}, "accepted", "WishAnswered"),
        ({"starts_at": on(2, 18), "ends_at": on(2, 20)}, "expired", "WishSettled"),
        ({"starts_at": on(2, 8, 30), "ends_at": on(2, 9, 30)}, "sent", None),
    ],
)
def test_a_plan_that_moves_is_the_answer_to_what_she_wished_of_its_visits_or_overtakes_it(
    journal, astrid, database, told, moved, state, event
) -> None:
    open_wishes(database)
    one(journal, PLAN)
    thursday = next(each.id for each in visits_of(astrid).visits if each.starts_at == on(5, 8))
    wish(astrid, thursday, THURSDAY_NOON)
    one(journal, word(**moved))
    one(journal, word(minutes=2, **moved))
    assert wish_on_visit(astrid, thursday).wish.state == state
    assert [each for each, _ in told()] == ["ChangeWished", *([event] if event else [])]


@pytest.mark.parametrize("ends", [{"ended": True}, {"except_days": (date(2026, 4, 9),)}])
def test_a_wish_does_not_vanish_with_the_visit_that_its_plan_holds_no_more_and_waits_at_work_no_more(
    world, journal, astrid, database, told, ends
) -> None:
    open_wishes(database, visits_in="portal")
    in_nord = {"municipality": world.tunvik, "unit": world.nord, "unit_name": "Hjemmetjenesten Nord"}
    gerd = at_work("gerd", "Gerd Vik", role=Role.TEAM_LEADER, **in_nord)
    one(journal, PLAN)
    far = database.execute("SELECT id FROM visit WHERE series_day = '2026-04-09'").fetchone()[0]
    wish(astrid, far, Window(on(5, 12), on(5, 14)))
    assert len(waiting_at_work(gerd).requests) == 1
    one(journal, word(**ends))
    assert waiting_at_work(gerd).requests == ()
    assert [each for each, _ in told()] == ["ChangeWished", "WishSettled"]
    page = text_of(client_of("astrid").get(f"/timeavtaler/{far}/"))
    assert "Ikke lenger i planen" in page
    assert "Ønsket om annen tid er ikke lenger aktuelt" in page
    one(journal, word(minutes=2))
    assert visit(astrid, far).status is VisitStatus.EXPECTED
    assert wish_on_visit(astrid, far).why_not is None


def test_what_she_asked_for_in_a_time_away_is_answered_once_when_its_plan_ends(journal, astrid, database, told) -> None:
    one(journal, PLAN)
    [away_id] = go_away(astrid, Days(first=date(2026, 3, 4), last=date(2026, 3, 6)), form_key=an_id("away"))
    [first, *_] = database.execute("SELECT id FROM cancellation ORDER BY asked_at, id").fetchall()
    answer_cancellation(journal, first[0], state=CancellationState.DECLINED, reason="Vi kommer likevel")
    one(journal, word(ended=True))
    one(journal, word(minutes=2, ended=True))
    assert [each for each, _ in told()].count("CancellationAnswered") == 3
    page = away_period(astrid, away_id)
    assert (page.away.accepted, page.away.waiting, page.away.declined) == (2, 0, 1)
    rows = database.execute("SELECT status, count(*) FROM visit GROUP BY 1 ORDER BY 1").fetchall()
    assert rows == [("cancelled", 2), ("gone", 58)]


def test_a_plan_that_ends_today_keeps_what_has_begun_and_no_more(journal, astrid, at, database) -> None:
    evening = replace(
        PLAN, first=replace(PLAN.first, identifier_value="urn:uuid:evenings", starts_at=on(2, 18), ends_at=on(2, 20))
    )
    at("monday 07:00")
    record_plans(journal, [PLAN, evening])
    at("monday 09:00")
    record_plans(journal, [word(ended=True), word(evening, ended=True)])
    assert days(astrid) == [("expected", 2, 8)]


def test_a_plan_whose_last_day_is_today_keeps_todays_visits(journal, astrid, at) -> None:
    at("monday 07:00")
    one(journal, PLAN)
    one(journal, word(recurrence=recurrence_in("FREQ=DAILY;UNTIL=20260302")))
    assert days(astrid) == [("expected", 2, 8)]


def test_each_night_the_plan_reaches_a_day_further_and_once_is_enough(journal, database, at) -> None:
    one(journal, PLAN)
    at("tuesday 02:30")
    assert "extend-plans" in jobs.run_nightly(now=at("tuesday 02:30"))
    assert kept(database)[-1] == date(2026, 5, 2)
    assert len(kept(database)) == 61
    assert extend_plans(the_portal(), journal.municipality_id, now=at("tuesday 02:31")) == 0


def test_after_a_week_without_a_night_shift_one_run_catches_up(journal, database, at) -> None:
    one(journal, PLAN)
    extend_plans(the_portal(), journal.municipality_id, now=at(datetime(2026, 3, 10, 2, tzinfo=UTC)))
    assert kept(database)[-1] == date(2026, 5, 9)
    assert len(set(kept(database))) == len(kept(database))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"unit_her_id": "9999999"}, NotTaken.UNKNOWN_UNIT),
        ({"service_id": "1"}, NotTaken.NO_DECISION),
        ({"patient_national_id": NATIONAL_IDS["einar"]}, NotTaken.NOT_ACTIVE),
        ({"ends_at": on(4, 8)}, NotTaken.UNFIT),
        ({"title": "x" * 1001}, NotTaken.UNFIT),
    ],
)
def test_a_plan_that_does_not_fit_is_not_taken(journal, database, changes, why) -> None:
    assert one(journal, replace(PLAN, first=replace(PLAN.first, **changes))) == Recorded(not_taken=why)
    assert database.execute("SELECT (SELECT count(*) FROM visit), (SELECT count(*) FROM visit_plan)").fetchone() == (
        0,
        0,
    )


def test_a_plan_that_began_before_the_service_was_opened_holds_from_now_on(journal, database) -> None:
    assert one(journal, word(starts_at=on(1, 8).replace(year=2025), ends_at=on(1, 10).replace(year=2025))).outcome
    assert len(kept(database)) == 60


def test_an_identifier_never_passes_from_one_person_to_another(world, journal, database) -> None:
    world.activation("einar")
    one(journal, PLAN)
    theirs = word(replace(PLAN, first=replace(PLAN.first, patient_national_id=NATIONAL_IDS["einar"])))
    assert one(journal, theirs).not_taken is NotTaken.ANOTHER_PERSON


def test_a_version_that_is_not_the_one_expected_is_not_taken(journal) -> None:
    assert one(journal, PLAN, conditions=[Condition(version=1)]).not_taken is NotTaken.CHANGED_MEANWHILE
    one(journal, PLAN)
    assert one(journal, word(title="Nytt"), conditions=[Condition(version=1)]).version == 2
    assert (
        one(journal, word(minutes=2, title="Nyere"), conditions=[Condition(version=1)]).not_taken
        is NotTaken.CHANGED_MEANWHILE
    )


@pytest.mark.parametrize("who", ["astrid", "jonas_for_astrid", "mona"])
def test_nobody_but_a_journal_reports_plans_and_nobody_but_the_portal_extends_them(
    world, request, database, who
) -> None:
    actor = dataclasses.replace(request.getfixturevalue(who), municipality_id=world.tunvik)
    with pytest.raises(Denied):
        record_plans(actor, [PLAN])
    with pytest.raises(Denied):
        extend_plans(actor, world.tunvik, now=on(2, 10))
    assert database.execute("SELECT count(*) FROM visit_plan").fetchone() == (0,)


def test_a_hundred_plans_cost_as_many_statements_as_one(journal) -> None:
    many = [replace(PLAN, first=replace(PLAN.first, identifier_value=f"urn:uuid:plan-{n}")) for n in range(100)]
    with CaptureQueriesContext(connection) as one_plan:
        record_plans(journal, many[:1])
    with CaptureQueriesContext(connection) as all_plans:
        record_plans(journal, many)
    with CaptureQueriesContext(connection) as a_night:
        extend_plans(the_portal(), journal.municipality_id, now=on(5, 2))
    assert len(all_plans) <= len(one_plan) + 1 == 12
    assert len(a_night) == 8


def test_two_that_tell_the_same_plan_and_its_visits_at_once_leave_one_visit_a_day(journal, database) -> None:
    tell = [lambda: record_plans(journal, [PLAN]), lambda: record_visits(journal, [confirmed(4), confirmed(5)])]
    at_once(*tell * 3)
    record_plans(journal, [word(title="Stell")])
    rows = database.execute(
        "SELECT starts_at::date, count(*) FROM visit WHERE status IN ('expected', 'planned') GROUP BY 1 HAVING count(*) > 1"
    ).fetchall()
    assert rows == []


def test_what_a_plan_lets_expect_in_a_time_away_is_called_off_too_also_by_night(
    journal, astrid, world, database
) -> None:
    go_away(astrid, Days(first=date(2026, 3, 4), last=date(2026, 3, 5)), form_key=an_id("soon"))
    go_away(astrid, Days(first=date(2026, 5, 2), last=date(2026, 5, 3)), form_key=an_id("far"))
    asked = (
        "SELECT (v.starts_at AT TIME ZONE 'Europe/Oslo')::date FROM cancellation x JOIN visit v ON v.id = x.visit_id"
        " ORDER BY v.starts_at"
    )
    record_plans(journal, [PLAN])
    assert [day for (day,) in database.execute(asked)] == [date(2026, 3, 4), date(2026, 3, 5)]
    record_plans(journal, [word(title="Stell")])
    assert [day for (day,) in database.execute(asked)] == [date(2026, 3, 4), date(2026, 3, 5)]
    extend_plans(the_portal(), world.tunvik, now=on(4, 2))
    assert [day for (day,) in database.execute(asked)][2:] == [date(2026, 5, 2), date(2026, 5, 3)]


@contextmanager
def while_held(database, act, *, how: str) -> Iterator[psycopg.Connection]:
    """Somebody else holds Astrid's visits: meanwhile this act waits, and when she is let go it is done."""
    with psycopg.connect(os.environ["HK_TEST_SUPERUSER_URL"]) as other:
        other.execute(f"SELECT {how}(hashtextextended('visits {an_id('astrid')}', 0))")
        teller = Thread(target=_run, args=(act,))
        teller.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        while teller.is_alive() and not database.execute(waiting).fetchone()[0]:
            teller.join(0.02)
        assert teller.is_alive()
        yield other
        other.commit()
        teller.join(20)


def test_a_plan_waits_until_a_report_of_the_same_persons_visits_is_done(journal, database) -> None:
    with while_held(database, lambda: record_plans(journal, [PLAN]), how="pg_advisory_xact_lock_shared"):
        assert database.execute("SELECT count(*) FROM visit").fetchone() == (0,)
    assert database.execute("SELECT count(*) > 50 FROM visit WHERE status = 'expected'").fetchone() == (True,)


@pytest.mark.parametrize("number", [1, 2])
def test_reports_wait_for_one_who_just_tells_that_she_is_away_and_her_visits_are_called_off(
    journal, astrid, database, number: int
) -> None:
    (away_id,) = go_away(astrid, Days(first=date(2026, 3, 9), last=date(2026, 3, 15)), form_key=an_id("week"))
    end_time_away(astrid, away_id)
    told = [another(f"morning-{day}", starts_at=on(day, 8), ends_at=on(day, 9)) for day in (10, 11)[:number]]
    with while_held(database, lambda: record_visits(journal, told), how="pg_advisory_xact_lock") as other:
        other.execute("UPDATE away_period SET ended_at = NULL")
    assert database.execute("SELECT count(*) FROM cancellation").fetchone() == (number,)


def _run(act) -> None:
    try:
        act()
    finally:
        connection.close()


# ---- The days, against a count of our own that asks of each day by itself


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FIRST = st.dates(date(2026, 1, 1), date(2026, 6, 30))


@settings(deadline=None, derandomize=True)
@given(
    first=FIRST,
    names=st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    interval=st.integers(1, 4),
    left_out=st.sets(FIRST, max_size=5),
    length=st.integers(0, 200),
)
def test_a_weekly_plan_comes_on_its_weekdays_of_its_weeks(first, names, interval, left_out, length) -> None:
    last = first + timedelta(days=length)
    start = datetime(first.year, first.month, first.day, 8, tzinfo=OSLO)
    rule = Recurrence(
        frequency=Frequency.WEEKLY, interval=interval, days=tuple((0, name) for name in sorted(names)), until=last
    )
    found = occurrences(
        start, start + timedelta(hours=2), rule, except_days=left_out, since=first, until=last + timedelta(days=30)
    )
    monday = first - timedelta(days=first.weekday())
    each_day = [first + timedelta(days=n) for n in range(length + 1)]
    wanted = [
        day
        for day in each_day
        if WEEKDAYS[day.weekday()] in names and (day - monday).days // 7 % interval == 0 and day not in left_out
    ]
    shown = list(found)
    assert [each.day for each in shown] == wanted
    assert {each.starts_at.astimezone(OSLO).hour for each in shown} <= {8}
    assert {each.ends_at.astimezone(OSLO).hour for each in shown} <= {10}


@settings(deadline=None, derandomize=True)
@given(first=FIRST, interval=st.integers(1, 9), count=st.integers(1, 60))
def test_a_daily_plan_comes_so_many_times(first, interval, count) -> None:
    start = datetime(first.year, first.month, first.day, 23, 30, tzinfo=OSLO)
    rule = Recurrence(frequency=Frequency.DAILY, interval=interval, count=count)
    found = list(occurrences(start, start + timedelta(hours=1), rule, since=first, until=first + timedelta(days=900)))
    assert [each.day for each in found] == [first + timedelta(days=n * interval) for n in range(count)]


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("FREQ=MONTHLY;BYDAY=1MO", ["2026-03-02", "2026-04-06", "2026-05-04"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", ["2026-03-27", "2026-04-24", "2026-05-29"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", ["2026-03-31", "2026-05-31"]),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO", ["2026-03-02", "2026-05-04"]),
    ],
)
def test_a_monthly_plan_comes_on_its_day_of_the_month(rule, wanted) -> None:
    found = occurrences(on(2, 8), on(2, 10), recurrence_in(rule), since=date(2026, 3, 1), until=date(2026, 5, 31))
    assert [each.day.isoformat() for each in found] == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ=YEARLY",
        "FREQ=DAILY;COUNT=0",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=DAILY;COUNT=2;UNTIL=20260401",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=DAILY;FREQ=DAILY",
    ],
)
def test_a_recurrence_that_home_care_has_no_use_of_is_an_error_with_a_sentence(text) -> None:
    with pytest.raises(ValueError, match=r"\."):
        recurrence_in(text)


@pytest.mark.parametrize(
    "text", ["FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=4"]
)
def test_what_is_read_is_said_again_the_same(text) -> None:
    assert str(recurrence_in(text)) == text


# ---- The days and hours, against an independent reader of calendars


@settings(deadline=None, derandomize=True)
@given(
    first=FIRST,
    hour=st.integers(0, 23),
    rule=st.sampled_from(
        [
            "FREQ=DAILY",
            "FREQ=DAILY;INTERVAL=3;COUNT=40",
            "FREQ=WEEKLY",
            "FREQ=WEEKLY;INTERVAL=2",
            "FREQ=MONTHLY",
            "FREQ=MONTHLY;INTERVAL=2",
        ]
    ),
    left_out=st.sets(FIRST, max_size=3),
)
def test_a_plan_is_read_as_a_calendar_reads_it(first, hour, rule, left_out) -> None:
    icalendar = pytest.importorskip("icalendar")
    recurring_ical_events = pytest.importorskip("recurring_ical_events")
    start = datetime(first.year, first.month, first.day, hour, tzinfo=OSLO)
    last = first + timedelta(days=300)
    event = icalendar.Event()
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(hours=2))
    event.add("rrule", icalendar.vRecur.from_ical(rule))
    for day in left_out:
        event.add("exdate", datetime(day.year, day.month, day.day, hour, tzinfo=OSLO))
    calendar = icalendar.Calendar()
    calendar.add_component(event)
    read = recurring_ical_events.of(calendar).between(first, last)
    ours = occurrences(
        start, start + timedelta(hours=2), recurrence_in(rule), except_days=left_out, since=first, until=last
    )
    days = {each["DTSTART"].dt.astimezone(OSLO).date(): each["DTSTART"].dt.astimezone(UTC) for each in read}
    assert {each.day: each.starts_at for each in ours if each.day < last} == {
        day: at for day, at in days.items() if day < last
    }
