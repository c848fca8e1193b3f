"""«Jeg er borte en periode»: what falls away now and what is planned later, moved in and out, until she is back (R41)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace as named_anew

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Denial, Right
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import OSLO
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
from hjemmekontakt.visits.queries import away_period, visit, visits_in_time_away, visits_of
from hjemmekontakt.visits.rules import AwayFate, CancellationState, CancelReason, Days, Refusal, VisitStatus, fate
from tests.people import an_id, on_behalf
from tests.visits.reports import ASTRIDS_MORNING, another, later, on
from tests.visits.test_undo import at_once, names

ACCEPTED = CancellationState.ACCEPTED


def day(number: int) -> date:
    """A day of March 2026."""
    return date(2026, 3, number)


WEEK = Days(first=day(9), last=day(15))


def morning(number: int, **changes):
    """What the journal tells of Astrid's morning on a day of March."""
    return another(f"morning-{number}", starts_at=on(number, 8), ends_at=on(number, 10), **changes)


def told_of(journal, *reports):
    return [each.visit_id for each in record_visits(journal, list(reports))]


def away(actor, days: Days = WEEK, form: str = "form", **how):
    [id] = go_away(actor, days, form_key=an_id(form), **how)
    return id


def states(database, where: str = "true") -> dict[str, str]:
    """How the latest request stands for each visit, by the journal's name of it."""
    rows = database.execute(
        "SELECT v.identifier_value, c.state FROM cancellation c JOIN visit v ON v.id = c.visit_id"
        f" WHERE {where} ORDER BY c.asked_at, c.stored_at"
    ).fetchall()
    return {name.removeprefix("urn:uuid:"): state for name, state in rows}


def test_each_visit_in_the_time_is_asked_for_by_itself_and_those_outside_are_not(
    astrid, journal, told, database, lines
) -> None:
    told_of(journal, *(morning(number) for number in (8, 9, 12, 15, 16)))
    away_id = away(astrid, reason="Jeg er på reise")
    assert states(database) == {"morning-9": "sent", "morning-12": "sent", "morning-15": "sent"}
    assert names(told) == ["CancellationAsked"] * 3
    rows = database.execute("SELECT DISTINCT away_id, reason, asked_by_name, on_behalf FROM cancellation").fetchall()
    assert rows == [(away_id, "Jeg er på reise", "Astrid Berg", False)]
    assert lines("astrid") == [("tell-away", "done", "self", "Astrid Berg")]
    assert database.execute("SELECT unit_ids, municipality_id FROM away_period").fetchall() == [
        ([an_id("Hjemmetjenesten Nord")], an_id("Tunvik"))
    ]


def test_what_falls_away_is_shown_first_and_is_what_falls_away(astrid, journal, at, database) -> None:
    at("friday 17:00")
    critical = morning(10, title="Medisiner", may_cancel=False)
    ids = told_of(journal, morning(9), critical, morning(11), morning(12))
    ask_to_cancel_visit(astrid, ids[3], form_key=an_id("before"))
    shown = visits_in_time_away(astrid, WEEK)
    fates = [fate(each.why_not_cancel, late=each.deadline < on(6, 17)) for each in shown]
    assert fates == [AwayFate.LATE, AwayFate.STAYS, AwayFate.FALLS_AWAY, AwayFate.ASKED_ALREADY]
    assert states(database) == {"morning-12": "sent"}
    away_id = away(astrid)
    assert states(database) == {"morning-9": "sent", "morning-11": "sent", "morning-12": "sent"}
    assert database.execute("SELECT count(*) FROM cancellation WHERE late").fetchone() == (1,)
    assert states(database, f"c.away_id = '{away_id}'") == {"morning-9": "sent", "morning-11": "sent"}


def test_each_visit_has_its_own_outcome(astrid, journal, database) -> None:
    told_of(journal, *(morning(number) for number in (9, 10, 11)))
    away_id = away(astrid)
    first, second, _third = (
        id for (id,) in database.execute("SELECT id FROM cancellation ORDER BY asked_at, stored_at").fetchall()
    )
    answer_cancellation(journal, first, state=ACCEPTED)
    answer_cancellation(journal, second, state=CancellationState.DECLINED, reason="Medisin")
    page = away_period(astrid, away_id)
    assert (page.away.accepted, page.away.waiting, page.away.declined) == (1, 1, 1)
    assert [each.cancellation.state for each in page.visits] == ["accepted", "declined", "sent"]


def test_a_visit_planned_later_in_the_time_falls_away_too(astrid, journal, told, database) -> None:
    away_id = away(astrid, reason="Jeg er på reise")
    assert told() == []
    told_of(journal, morning(8), morning(11), morning(16))
    assert states(database) == {"morning-11": "sent"}
    assert names(told) == ["CancellationAsked"]
    assert database.execute("SELECT away_id, reason FROM cancellation").fetchall() == [(away_id, "Jeg er på reise")]
    told_of(journal, later(morning(11), title="Et nytt ord"), later(morning(11), minutes=2, instruction="Ring på"))
    assert names(told) == ["CancellationAsked"]


def test_what_jonas_has_told_is_asked_in_his_name_also_later(astrid, jonas_for_astrid, journal, database) -> None:
    away(jonas_for_astrid)
    told_of(journal, morning(11))
    rows = database.execute("SELECT asked_by_name, on_behalf, asked_by_id FROM cancellation").fetchall()
    assert rows == [("Jonas Berg", True, an_id("jonas"))]


def test_a_critical_one_planned_later_takes_place(astrid, journal, database) -> None:
    away_id = away(astrid)
    told_of(journal, morning(11, may_cancel=False))
    assert states(database) == {}
    [shown] = away_period(astrid, away_id).visits
    assert shown.why_not_cancel is Refusal.NOT_CANCELLABLE


def test_one_moved_into_the_time_falls_away_and_one_moved_out_while_open_takes_place(
    astrid, journal, told, database
) -> None:
    told_of(journal, morning(8), morning(10))
    away(astrid)
    told_of(journal, later(morning(8), starts_at=on(11, 8), ends_at=on(11, 10)))
    told_of(journal, later(morning(10), starts_at=on(17, 8), ends_at=on(17, 10)))
    assert states(database) == {"morning-8": "sent", "morning-10": "withdrawn"}
    assert names(told) == ["CancellationAsked", "CancellationAsked", "CancellationWithdrawn"]
    told_of(journal, later(morning(10), minutes=2, starts_at=on(12, 8), ends_at=on(12, 10)))
    assert states(database)["morning-10"] == "sent"


def test_one_moved_out_after_the_confirmation_stays_called_off(astrid, journal, database) -> None:
    told_of(journal, morning(10))
    away(astrid)
    [(id,)] = database.execute("SELECT id FROM cancellation").fetchall()
    answer_cancellation(journal, id, state=ACCEPTED)
    told_of(journal, later(morning(10), starts_at=on(17, 8), ends_at=on(17, 10)))
    assert states(database) == {"morning-10": "accepted"}


def test_a_move_within_the_time_asks_for_nothing_new(astrid, journal, told, database) -> None:
    told_of(journal, morning(10))
    away(astrid)
    [(id,)] = database.execute("SELECT id FROM cancellation").fetchall()
    withdraw_cancellation(astrid, id)
    told_of(journal, later(morning(10), starts_at=on(11, 8), ends_at=on(11, 10)))
    assert states(database) == {"morning-10": "withdrawn"}


def test_what_the_journal_puts_back_at_her_wish_is_not_called_off_again(astrid, journal, database) -> None:
    told_of(journal, morning(10))
    away(astrid)
    [(id,)] = database.execute("SELECT id FROM cancellation").fetchall()
    answer_cancellation(journal, id, state=ACCEPTED)
    told_of(journal, later(morning(10), status=VisitStatus.CANCELLED, cancel_reason=CancelReason.BY_RECIPIENT))
    need_visit(astrid, id)
    told_of(journal, later(morning(10), minutes=2))
    assert states(database) == {"morning-10": "withdrawn"}


def test_one_that_waited_and_is_planned_now_falls_away(astrid, journal, database) -> None:
    told_of(journal, morning(10, status=VisitStatus.ON_HOLD))
    away(astrid)
    assert states(database) == {}
    told_of(journal, later(morning(10)))
    assert states(database) == {"morning-10": "sent"}


def test_until_further_notice_covers_what_comes_until_she_is_back(astrid, journal, told, database, lines) -> None:
    told_of(journal, morning(9), morning(30))
    away_id = away(astrid, Days(first=day(9)))
    assert states(database) == {"morning-9": "sent", "morning-30": "sent"}
    for _ in range(2):
        end_time_away(astrid, away_id)
    assert states(database) == {"morning-9": "withdrawn", "morning-30": "withdrawn"}
    assert names(told).count("CancellationWithdrawn") == 2
    told_of(journal, morning(31))
    assert "morning-31" not in states(database)
    assert database.execute("SELECT ended_by_name FROM away_period").fetchone() == ("Astrid Berg",)
    assert lines("astrid")[-1] == ("come-back", "done", "self", "Astrid Berg")
    assert visits_of(astrid).away == ()


def test_when_she_is_back_the_confirmed_ones_are_listed_and_may_be_needed(astrid, journal, database) -> None:
    told_of(journal, morning(9), morning(10))
    away_id = away(astrid)
    [(id,)] = database.execute("SELECT id FROM cancellation ORDER BY asked_at, stored_at LIMIT 1").fetchall()
    answer_cancellation(journal, id, state=ACCEPTED)
    end_time_away(astrid, away_id)
    page = away_period(astrid, away_id)
    assert [each.cancellation.state for each in page.visits] == ["accepted", "withdrawn"]
    assert need_visit(astrid, id).needed_by_name == "Astrid Berg"


def test_a_time_that_has_passed_covers_nothing(astrid, journal, at, database) -> None:
    away(astrid, Days(first=day(3), last=day(4)))
    at("thursday 09:00")
    told_of(journal, morning(10))
    assert states(database) == {}
    assert visits_of(astrid).away == ()


def test_the_same_form_twice_is_one_time_away(astrid, journal, told, database) -> None:
    told_of(journal, morning(10))
    assert away(astrid) == away(astrid)
    assert names(told) == ["CancellationAsked"]
    assert database.execute("SELECT count(*) FROM away_period").fetchone() == (1,)


def test_four_presses_at_the_same_moment_are_one_time_away(astrid, journal, told, database) -> None:
    told_of(journal, morning(10), morning(11))
    results = at_once(*[lambda: away(astrid)] * 4)
    assert len(set(results)) == 1
    assert len(told()) == 2


def test_a_visit_reported_at_the_same_moment_never_slips_past(astrid, journal, database) -> None:
    reports = [morning(9 + number % 7, title=f"{number}") for number in range(6)]
    named = [named_anew(each, identifier_value=f"urn:uuid:at-once-{n}") for n, each in enumerate(reports)]
    at_once(*(lambda report=each: told_of(journal, report) for each in named), lambda: away(astrid))
    assert states(database) == {f"at-once-{n}": "sent" for n in range(6)}


def test_overlapping_times_ask_once_and_the_second_takes_over_when_the_first_ends(
    astrid, journal, told, database
) -> None:
    told_of(journal, morning(10), morning(14))
    first = away(astrid, Days(first=day(9), last=day(14)))
    second = away(astrid, Days(first=day(12), last=day(20)), form="second")
    told_of(journal, morning(13))
    assert names(told) == ["CancellationAsked"] * 3
    end_time_away(astrid, first)
    assert states(database) == {"morning-10": "withdrawn", "morning-14": "sent", "morning-13": "sent"}
    assert states(database, f"c.away_id = '{second}'") == {"morning-14": "sent", "morning-13": "sent"}


def test_other_days_keep_what_is_asked_for_in_both(astrid, journal, told, database) -> None:
    told_of(journal, *(morning(number) for number in (9, 11, 18)))
    old = away(astrid, reason="Jeg er på reise")
    [(id,)] = database.execute(
        "SELECT c.id FROM cancellation c JOIN visit v ON v.id = c.visit_id WHERE identifier_value LIKE '%-11'"
    ).fetchall()
    answer_cancellation(journal, id, state=ACCEPTED)
    for _ in range(2):
        new = change_time_away(astrid, old, days=Days(first=day(11), last=day(20)), form_key=an_id("other"))
    assert states(database) == {"morning-9": "withdrawn", "morning-11": "accepted", "morning-18": "sent"}
    assert states(database, f"c.away_id = '{new}'") == {"morning-11": "accepted", "morning-18": "sent"}
    assert names(told).count("CancellationAsked") == 3
    assert [each.id for each in visits_of(astrid).away] == [new]
    with pytest.raises(Refused) as refused:
        change_time_away(astrid, old, days=WEEK, form_key=an_id("once more"))
    assert refused.value.why is Refusal.HAS_ENDED


def test_a_time_that_has_begun_may_be_made_longer(astrid, journal, at, database) -> None:
    old = away(astrid, Days(first=day(2), last=day(4)))
    at("wednesday 12:00")
    new = change_time_away(astrid, old, days=Days(first=day(2), last=day(9)), form_key=an_id("longer"))
    told_of(journal, morning(9))
    assert states(database, f"c.away_id = '{new}'") == {"morning-9": "sent"}


@pytest.mark.parametrize(
    ("days", "why"),
    [
        (Days(first=day(1), last=day(9)), Refusal.DAY_PASSED),
        (Days(first=day(9), last=day(8)), Refusal.ENDS_BEFORE),
        (Days(first=day(9), last=date(2027, 3, 20)), Refusal.DAY_TOO_FAR),
    ],
)
def test_days_that_are_none_are_refused(astrid, journal, days, why, database) -> None:
    told_of(journal, morning(9))
    with pytest.raises(Refused) as refused:
        away(astrid, days)
    assert refused.value.why is why
    assert states(database) == {}


def test_one_who_has_stopped_using_the_service_tells_nothing(astrid, database) -> None:
    database.execute("UPDATE activation SET state = 'inactive'")
    with pytest.raises(Refused) as refused:
        away(astrid)
    assert refused.value.why is Refusal.NOT_ACTIVE


def test_who_may_tell_change_and_come_back(world, astrid, jonas, jonas_for_astrid, siri, mona, journal) -> None:
    away_id = away(astrid)
    only_sees = on_behalf(
        "jonas", "Jonas Berg", of="astrid", of_name="Astrid Berg", rights=frozenset({Right.SEE_VISITS})
    )
    acts = {
        "tell": lambda actor: go_away(actor, WEEK, form_key=an_id(f"tell {actor.name}")),
        "change": lambda actor: change_time_away(actor, away_id, days=WEEK, form_key=an_id(actor.name)),
        "end": lambda actor: end_time_away(actor, away_id),
    }
    for actor, verdict, of_acts in [
        (siri, Denial.NOT_HERS, ("change", "end")),
        (jonas, Denial.NOT_HERS, ("change", "end")),
        (only_sees, Denial.NOT_IN_THE_FULLMAKT, ("tell", "change", "end")),
        (replace(mona, about_id=an_id("astrid")), Denial.NOT_FOR_THIS_STANDING, ("tell", "change", "end")),
        (replace(journal, about_id=an_id("astrid")), Denial.NOT_FOR_THIS_STANDING, ("tell", "change", "end")),
    ]:
        for name in of_acts:
            with pytest.raises(Denied) as denied:
                acts[name](actor)
            assert denied.value.why is verdict, (name, actor)
    acts["end"](jonas_for_astrid)


def test_when_the_fullmakt_has_ended_nothing_more_is_called_off_and_what_stands_stands(
    astrid, jonas_for_astrid, journal, database
) -> None:
    told_of(journal, morning(10))
    away_id = away(jonas_for_astrid)
    database.execute("UPDATE fullmakt SET state = 'ended', ended_at = now(), end_reason = 'withdrawn'")
    told_of(journal, morning(11))
    assert states(database) == {"morning-10": "sent"}
    assert away_period(astrid, away_id).away.covers_new is False
    away(astrid, form="herself")
    told_of(journal, morning(12))
    assert states(database) == {"morning-10": "sent", "morning-11": "sent", "morning-12": "sent"}


def test_the_time_of_one_plan_leaves_the_other_visits_alone(astrid, journal, database) -> None:
    ids = told_of(journal, morning(9), morning(10), another("evening-9", starts_at=on(9, 19), ends_at=on(9, 21)))
    database.execute("UPDATE visit SET series = 'mornings' WHERE id = ANY(%s)", [ids[:2]])
    assert [each.id for each in visits_in_time_away(astrid, WEEK, visit_id=ids[0])] == ids[:2]
    away_id = away(astrid, visit_id=ids[0])
    assert states(database) == {"morning-9": "sent", "morning-10": "sent"}
    told_of(journal, another("evening-11", starts_at=on(11, 19), ends_at=on(11, 21)))
    assert "evening-11" not in states(database)
    assert away_period(astrid, away_id).away.what == "Morgenstell"


def test_a_visit_of_no_plan_has_no_series_to_call_off(astrid, journal) -> None:
    [id] = told_of(journal, morning(9))
    with pytest.raises(Refused) as refused:
        away(astrid, visit_id=id)
    assert refused.value.why is Refusal.NOT_PLANNED


def test_a_visit_over_midnight_belongs_to_the_evening_before(astrid, journal, database) -> None:
    told_of(
        journal,
        another("into", starts_at=on(8, 23, 30), ends_at=on(9, 0, 30)),
        another("out-of", starts_at=on(15, 23, 30), ends_at=on(16, 0, 30)),
        another("first-minute", starts_at=on(9, 0), ends_at=on(9, 1)),
        another("after", starts_at=on(16, 0), ends_at=on(16, 1)),
    )
    away(astrid)
    assert states(database) == {"out-of": "sent", "first-minute": "sent"}


@pytest.mark.parametrize(
    "days", [Days(first=day(29), last=day(29)), Days(first=date(2026, 10, 25), last=date(2026, 10, 25))]
)
def test_the_night_in_which_the_clock_changes_is_a_day_like_others(astrid, journal, database, days) -> None:
    start = datetime.combine(days.first, datetime.min.time(), tzinfo=OSLO)
    end = datetime.combine(days.first + timedelta(days=1), datetime.min.time(), tzinfo=OSLO)
    minute = timedelta(minutes=1)
    moments = {
        "before": start - minute,
        "first": start,
        "night": start.replace(hour=4),
        "last": end - minute,
        "after": end,
    }
    told_of(journal, *(another(name, starts_at=at, ends_at=at + minute) for name, at in moments.items()))
    away(astrid, days)
    assert set(states(database)) == {"first", "night", "last"}


def test_where_the_service_takes_no_late_word_the_late_one_stays(astrid, journal, at, database) -> None:
    database.execute("UPDATE service SET late_cancel_allowed = false")
    told_of(journal, morning(9), morning(11))
    at("friday 16:01")
    away_id = away(astrid)
    assert states(database) == {"morning-11": "sent"}
    assert away_period(astrid, away_id).visits[0].why_not_cancel is Refusal.TOO_LATE


def test_a_declined_visit_is_asked_for_again_and_an_accepted_one_is_not(astrid, journal, told, database) -> None:
    ids = told_of(journal, morning(9), morning(10))
    for id, state in zip(ids, (CancellationState.DECLINED, ACCEPTED), strict=True):
        asked = ask_to_cancel_visit(astrid, id, form_key=an_id(str(id)))
        answer_cancellation(journal, asked.id, state=state, reason="Nei")
    away(astrid)
    assert states(database) == {"morning-9": "sent", "morning-10": "accepted"}


def test_fjordbys_visits_are_asked_of_fjordby(world, astrid, journal, database) -> None:
    from tests.people import the_journal
    from tests.visits.reports import FJORDBY

    world.decision("astrid", world.fjordby, world.fjordby_unit, world.fjordby_nursing)
    told_of(journal, morning(9))
    told_of(the_journal(world.fjordby), morning(10, unit_her_id=FJORDBY))
    begun = go_away(astrid, WEEK, form_key=an_id("form"))
    assert len(begun) == 2
    told_of(the_journal(world.fjordby), morning(11, unit_her_id=FJORDBY))
    rows = database.execute(
        "SELECT count(*) FROM cancellation c JOIN away_period a ON a.id = c.away_id WHERE a.municipality_id = c.municipality_id"
    )
    assert rows.fetchone() == (3,)


def test_a_bundle_of_a_hundred_in_her_time_away_is_asked_for_visit_by_visit(astrid, journal, told) -> None:
    away(astrid)
    many = [another(f"n{n}", starts_at=on(10, 8) + timedelta(minutes=n), ends_at=on(10, 20)) for n in range(100)]
    record_visits(journal, many)
    assert names(told) == ["CancellationAsked"] * 100


def test_one_visit_may_be_taken_back_alone(astrid, journal, database) -> None:
    ids = told_of(journal, morning(9), morning(10))
    away(astrid)
    withdraw_cancellation(astrid, visit(astrid, ids[0]).cancellation.id)
    assert states(database) == {"morning-9": "withdrawn", "morning-10": "sent"}


def test_the_friday_in_the_reports_is_outside_the_week() -> None:
    assert ASTRIDS_MORNING.starts_at.date() not in WEEK
