"""A visit without a word rings once, for the leader first, for kin who asked by day; never of one who is away (M2)."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.access.rules import Role
from hjemmekontakt.ground import outbox
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.home.silent import silent_of
from hjemmekontakt.municipalities import contact
from hjemmekontakt.project import jobs
from hjemmekontakt.visits import actions, queries
from hjemmekontakt.visits.actions import silence
from hjemmekontakt.visits.events import VisitsFellSilent, VisitsStillSilent
from hjemmekontakt.visits.queries.silence import QUIET as SAID
from hjemmekontakt.visits.rules import GRACE, AtTheDoor, Measure, NotSwitched
from hjemmekontakt.visits.statements import SQL
from tests.doors import client_of
from tests.people import an_id, at_work
from tests.visits.conftest import hears
from tests.visits.rows import kept_here, on, put_away, put_cancellation, put_visit, silence_rings

FAR, NEAR, LET_IN = "404", "403", "let in"


@pytest.fixture
def gerd(world):
    nord = {"municipality": world.tunvik, "unit": world.nord, "unit_name": "Hjemmetjenesten Nord"}
    return at_work("gerd", "Gerd Vik", **nord, role=Role.TEAM_LEADER)


@pytest.fixture
def rung(told):
    """What the silence alarm published: `[("VisitsFellSilent", [visit])]`."""
    for event in (VisitsFellSilent, VisitsStillSilent):
        outbox.listen(event, hears)
    return lambda: [
        (event, body["visit_ids"]) for event, body in told() if event in ("VisitsFellSilent", "VisitsStillSilent")
    ]


@pytest.fixture
def rows(database):
    """The silent visits: when raised, settled, by whom, kin told."""

    def look():
        found = database.execute(
            "SELECT raised_at, handled_at, handled_by_name, kin_told_at FROM silent_visit ORDER BY visit_id"
        ).fetchall()
        return [tuple(each.astimezone(UTC) if isinstance(each, datetime) else each for each in row) for row in found]

    return look


@pytest.fixture
def minute(at):
    """The minute's jobs at this hour, as the worker does them."""
    return lambda moment: jobs.run_minutely(now=at(moment))


@pytest.fixture
def on_now(world):
    silence_rings(world)


@pytest.fixture
def morning(world, on_now):
    """Astrid's window from ten to noon on Monday."""
    return put_visit(world, "astrid", on(2, 10), until=on(2, 12))


# ── It rings ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_half_an_hour_after_the_window_the_leader_sees_it_and_half_an_hour_later_kin_are_told(
    morning, minute, rung, rows
) -> None:
    minute("monday 12:29")
    assert rung() == []
    minute("monday 12:30")
    assert rung() == [("VisitsFellSilent", [str(morning)])]
    minute("monday 12:31")
    minute("monday 12:59")
    assert len(rung()) == 1
    minute("monday 13:00")
    minute("monday 13:01")
    assert rung()[1:] == [("VisitsStillSilent", [str(morning)])]
    at_half_past, at_one = datetime(2026, 3, 2, 11, 30, tzinfo=UTC), datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert rows() == [(at_half_past, None, "", at_one)]


@pytest.fixture
def hook(world):
    """Tunvik's journal, and when it was heard, failed and came back."""
    at = {"municipality_id": world.tunvik, "url": "https://epj.example.no", "secret_sealed": b"", "active": True}
    world.insert("journal_hook", id=an_id("hook"), **at)
    return an_id("hook")


def test_a_whole_citys_journal_that_is_away_rings_for_nobody_until_it_has_had_time_to_tell(
    morning, hook, minute, at, rung, gerd
) -> None:
    """One journal's outage is no missing visit: neither the leader nor kin hear of all of them at once."""
    at("monday 12:10")
    contact.journal_failed(hook)
    for moment in ("monday 12:30", "monday 13:00", "monday 14:00"):
        minute(moment)
    assert rung() == []
    page = client_of("gerd", employee=True).get("/ansatt/stille/")
    assert "Journalen er ute av kontakt" in page.content.decode()
    at("monday 14:05")
    contact.journal_answered(hook)
    minute("monday 14:34")
    assert rung() == []
    minute("monday 14:35")
    assert rung() == [("VisitsFellSilent", [str(morning)])]
    assert "Journalen er ute av kontakt" not in client_of("gerd", employee=True).get("/ansatt/stille/").content.decode()


def test_kin_are_not_frightened_by_a_journal_that_went_away_after_it_rang(morning, hook, minute, at, rung) -> None:
    minute("monday 12:30")
    at("monday 12:40")
    contact.journal_failed(hook)
    minute("monday 13:30")
    assert [event for event, _ in rung()] == ["VisitsFellSilent"]
    contact.journal_answered(hook)
    minute("monday 14:00")
    assert [event for event, _ in rung()] == ["VisitsFellSilent", "VisitsStillSilent"]


def test_what_is_reported_here_rings_whatever_the_journal_does(world, morning, hook, minute, at, rung) -> None:
    kept_here(world)
    at("monday 12:10")
    contact.journal_failed(hook)
    minute("monday 12:30")
    assert rung() == [("VisitsFellSilent", [str(morning)])]


def test_an_hour_without_a_word_to_us_is_a_break_too(morning, hook, minute, at, rung, database) -> None:
    """Our own worker was down: what was heard an hour ago tells nothing of now."""
    at("monday 11:00")
    contact.journal_answered(hook)
    at("monday 12:29")
    contact.journal_answered(hook)
    minute("monday 12:30")
    assert rung() == []
    minute("monday 12:59")
    assert rung() == [("VisitsFellSilent", [str(morning)])]


def test_a_journal_that_was_heard_within_the_hour_was_not_away_and_keeps_nothing_quiet(
    morning, hook, minute, at, rung
) -> None:
    at("monday 11:30")
    contact.journal_answered(hook)
    at("monday 12:29")
    contact.journal_answered(hook)
    minute("monday 12:30")
    assert rung() == [("VisitsFellSilent", [str(morning)])]


def test_what_the_leader_has_settled_is_told_to_nobody_and_never_rings_again(morning, gerd, minute, rung, rows) -> None:
    minute("monday 12:30")
    assert actions.settle_silent_visit(gerd, morning) == "Gerd Vik"
    for moment in ("monday 13:00", "monday 18:00", "tuesday 07:00"):
        minute(moment)
    assert [event for event, _ in rung()] == ["VisitsFellSilent"]
    assert rows()[0][2:] == ("Gerd Vik", None)


def test_a_report_that_comes_takes_the_alarm_away(world, morning, mona, gerd, minute, rung, rows) -> None:
    kept_here(world)
    minute("monday 12:30")
    actions.report_visit(mona, morning, AtTheDoor(), form_key=an_id("skjema"))
    assert silent_of(gerd) == [], "at once, before the minute has passed"
    assert queries.silent_count(gerd, today=date(2026, 3, 2)) == 0
    minute("monday 13:00")
    assert [event for event, _ in rung()] == ["VisitsFellSilent"]
    assert rows()[0][1:] == (datetime(2026, 3, 2, 12, tzinfo=UTC), "", None)


def test_a_report_undone_or_a_visit_moved_rings_anew_when_it_is_silent_again(
    world, morning, mona, minute, rung, rows, database
) -> None:
    kept_here(world)
    minute("monday 12:30")
    actions.report_visit(mona, morning, AtTheDoor(), form_key=an_id("skjema"))
    minute("monday 12:32")
    actions.undo_report(mona, morning)
    minute("monday 12:33")
    database.execute("UPDATE visit SET starts_at = %s, ends_at = %s", [on(2, 14), on(2, 15)])
    minute("monday 12:34")
    minute("monday 15:29")
    assert len(rung()) == 2
    minute("monday 15:30")
    minute("monday 16:00")
    events = [event for event, _ in rung()]
    assert events == ["VisitsFellSilent", "VisitsFellSilent", "VisitsFellSilent", "VisitsStillSilent"]
    assert len(rows()) == 1


def test_at_night_kin_wait_until_seven_and_hear_nothing_if_a_word_came(world, on_now, minute, rung, database) -> None:
    late = put_visit(world, "astrid", on(2, 21), until=on(2, 21, 40))
    heard = put_visit(world, "einar", on(2, 21), until=on(2, 21, 40))
    minute("monday 22:10")
    for moment in ("monday 22:40", "tuesday 02:00", "tuesday 06:59"):
        minute(moment)
    database.execute("UPDATE visit SET status = 'performed' WHERE id = %s", [heard])
    minute("tuesday 07:00")
    assert [event for event, _ in rung()] == ["VisitsFellSilent", "VisitsStillSilent"]
    assert rung()[1] == ("VisitsStillSilent", [str(late)])


@pytest.mark.parametrize(
    ("night", "seven"),
    [
        (datetime(2026, 3, 28, 22, 10, tzinfo=UTC), datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 21, 10, tzinfo=UTC), datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),
    ],
)
def test_on_the_nights_the_clock_changes_seven_is_seven_by_the_wall(world, on_now, minute, rung, night, seven) -> None:
    put_visit(world, "astrid", night - timedelta(hours=1), until=night - timedelta(minutes=30))
    minute(night)
    minute(seven - timedelta(minutes=1))
    assert len(rung()) == 1
    minute(seven)
    assert [event for event, _ in rung()] == ["VisitsFellSilent", "VisitsStillSilent"]


# ── It keeps quiet ───────────────────────────────────────────────────────────────────────────────────────────────

QUIET = {
    "performed": lambda world: put_visit(world, "astrid", on(2, 10), status="performed"),
    "not performed": lambda world: put_visit(world, "astrid", on(2, 10), status="not-performed"),
    "cancelled": lambda world: put_visit(world, "astrid", on(2, 10), status="cancelled"),
    "on hold, she is in hospital": lambda world: put_visit(world, "astrid", on(2, 10), status="on-hold"),
    "expected by the decision only": lambda world: put_visit(world, "astrid", on(2, 10), status="expected"),
    "she has asked to call it off": lambda world: put_cancellation(
        world, put_visit(world, "astrid", on(2, 10)), "astrid", "sent"
    ),
    "she has called it off": lambda world: put_cancellation(
        world, put_visit(world, "astrid", on(2, 10)), "astrid", "accepted"
    ),
    "she is away that day": lambda world: (
        put_away(world, "astrid", date(2026, 3, 2), date(2026, 3, 2)),
        put_visit(world, "astrid", on(2, 10)),
    ),
    "she is away until she says": lambda world: (
        put_away(world, "astrid", date(2026, 2, 20), None),
        put_visit(world, "astrid", on(2, 10)),
    ),
    "she is away from this series": lambda world: (
        put_away(world, "astrid", date(2026, 3, 1), None, series="morgen"),
        put_visit(world, "astrid", on(2, 10), series="morgen"),
    ),
    "a service without the alarm": lambda world: put_visit(world, "astrid", on(2, 10), service=world.nord_cleaning),
    "another unit without the alarm": lambda world: put_visit(
        world, "astrid", on(2, 10), unit=world.sor, service=world.sor_nursing
    ),
    "the day before it was switched on": lambda world: put_visit(world, "astrid", on(1, 23, 30), until=on(1, 23, 59)),
    "more than a day ago": lambda world: put_visit(world, "astrid", on(1, 8)),
}


@pytest.mark.parametrize("why", QUIET)
def test_nothing_rings_where_it_should_not(world, minute, rung, why) -> None:
    silence_rings(world, since=date(2026, 3, 2))
    QUIET[why](world)
    for moment in ("monday 11:00", "monday 13:00"):
        minute(moment)
    assert rung() == []


def test_nils_who_has_a_protected_address_rings_for_nobody(world, on_now, minute, rung) -> None:
    world.decision("nils", world.tunvik, world.nord, world.nord_nursing)
    put_visit(world, "nils", on(2, 10))
    minute("monday 11:00")
    assert rung() == []


@pytest.mark.parametrize(
    "still",
    [
        lambda world: put_away(world, "astrid", date(2026, 3, 3), None),
        lambda world: put_away(world, "astrid", date(2026, 2, 1), date(2026, 3, 1)),
        lambda world: put_away(world, "astrid", date(2026, 3, 1), None, series="kveld"),
        lambda world: put_away(world, "astrid", date(2026, 3, 1), None, ended=True),
        lambda world: put_cancellation(world, an_id("visit"), "astrid", "declined"),
    ],
)
def test_it_rings_where_she_is_at_home_after_all(world, on_now, minute, rung, still) -> None:
    visit = put_visit(world, "astrid", on(2, 10), id=an_id("visit"))
    still(world)
    minute("monday 11:00")
    assert rung() == [("VisitsFellSilent", [str(an_id("visit"))])], visit


def test_switched_off_no_kin_are_told_and_nothing_new_rings(world, morning, minute, rung, database, gerd) -> None:
    minute("monday 12:30")
    actions.switch_silence_off(gerd, world.nord, world.nord_nursing)
    minute("monday 13:00")
    assert [event for event, _ in rung()] == ["VisitsFellSilent"]
    assert len(silent_of(gerd)) == 1, "what rings stands until it is settled"


COLUMNS_OF_A_VISIT = "SELECT column_name FROM information_schema.columns WHERE table_name = 'visit'"
COPIED = {
    "id": "gen_random_uuid()",
    "identifier_value": "'copy ' || n",
    "starts_at": "v.starts_at - n * interval '20 minutes'",
    "ends_at": "v.ends_at - n * interval '20 minutes'",
}

# ── Once, whatever happens to the worker ─────────────────────────────────────────────────────────────────────────


def test_a_visit_that_is_being_reported_just_now_is_passed_over(morning, at, rung) -> None:
    now = at("monday 12:30")
    with psycopg.connect(os.environ["HK_TEST_SUPERUSER_URL"]) as other:
        other.execute("SELECT 1 FROM visit WHERE id = %s FOR UPDATE", [morning])
        jobs.run_minutely(now=now)
        assert rung() == []
    jobs.run_minutely(now=now)
    assert len(rung()) == 1


def test_a_thousand_silent_visits_take_no_more_statements_than_one(world, on_now, at, queries_in) -> None:
    now = at("monday 12:30")
    put_visit(world, "astrid", on(2, 10))
    one = queries_in(lambda: silence.watch_silence(the_portal(), world.tunvik, now=now))
    for minute in range(30):
        put_visit(world, "einar", on(2, 10, minute), until=on(2, 11, minute))
    many = queries_in(lambda: silence.watch_silence(the_portal(), world.tunvik, now=now))
    assert one == many <= 12


def test_the_measure_and_the_watch_go_by_the_units_index(world, on_now, database) -> None:
    """Each reads the unit's visits of its time, and never the table from end to end."""
    put_visit(world, "astrid", on(1, 10), id=an_id("first"))
    names = [name for (name,) in database.execute(COLUMNS_OF_A_VISIT)]
    copied = ", ".join(COPIED.get(name, f'v."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    database.execute(f"INSERT INTO visit ({listed}) SELECT {copied} FROM visit v, generate_series(1, 20000) AS n")
    database.execute("ANALYZE visit")
    now = on(2, 9)
    asked = {
        "silence_measure": {"unit": world.nord, "services": [world.nord_nursing], "now": now, "grace": GRACE},
        "unreported_visits": {"municipality": world.tunvik, "until": now},
    }
    for statement, values in asked.items():
        text = SQL[statement].format(**SAID)
        plan = database.execute(f"EXPLAIN {text}", {"since": now - timedelta(days=14), **values}).fetchall()
        assert any("visits_of_a_unit" in line for (line,) in plan), plan
        assert not any("Seq Scan on visit" in line for (line,) in plan), plan


# ── To switch it on ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def reported(world):
    """Visits of the last fortnight, so many in time and so many late."""

    def put(in_time: int, late: int, *, never: int = 0) -> None:
        for number in range(in_time + late + never):
            starts = datetime(2026, 2, 20, 8, tzinfo=UTC) + timedelta(minutes=number)
            ends = starts + timedelta(minutes=20)
            wait = timedelta(minutes=30 if number < in_time else 31)
            silent = number >= in_time + late
            put_visit(
                world,
                "astrid",
                starts,
                status="planned" if silent else "performed",
                outcome_at=None if silent else ends + wait,
                planned_until=None if silent else ends,
            )

    return put


def measure_of(actor, world) -> Measure:
    return next(
        each.measure for each in queries.silence_of_unit(actor, world.nord) if each.service_id == world.nord_nursing
    )


def switch_on(actor, world, *, discussed=True):
    actions.switch_silence_on(actor, world.nord, world.nord_nursing, discussed=discussed)


def test_gerd_switches_it_on_from_tomorrow_and_it_stands_who_and_when(world, gerd, reported, database) -> None:
    reported(19, 1)
    switch_on(gerd, world)
    switch_on(gerd, world)
    since = "SELECT silence_from FROM service WHERE id = %s"
    assert database.execute(since, [world.nord_nursing]).fetchone() == (date(2026, 3, 3),)
    chosen = database.execute("SELECT is_on, by_name, visits, in_time FROM silence_choice").fetchall()
    assert chosen == [(True, "Gerd Vik", 20, 19)]
    log = "SELECT act, actor_name, unit_id FROM access_entry WHERE act LIKE 'switch%' ORDER BY id"
    assert database.execute(log).fetchall()[0] == ("switch-silence-on", "Gerd Vik", world.nord)
    actions.switch_silence_off(gerd, world.nord, world.nord_nursing)
    assert database.execute(since, [world.nord_nursing]).fetchone() == (None,)
    assert database.execute(log).fetchall()[-1][0] == "switch-silence-off"


@pytest.mark.parametrize(
    ("counts", "discussed", "why"),
    [
        ((0, 0), True, NotSwitched.NO_VISITS),
        ((18, 2), True, NotSwitched.TOO_FEW_IN_TIME),
        ((19, 1), False, NotSwitched.NOT_DISCUSSED),
    ],
)
def test_it_is_not_switched_on(world, gerd, reported, database, counts, discussed, why) -> None:
    reported(*counts)
    with pytest.raises(Refused) as refused:
        switch_on(gerd, world, discussed=discussed)
    assert refused.value.why is why
    assert database.execute("SELECT count(silence_from) FROM service").fetchone() == (0,)


def test_the_measure_counts_what_was_never_reported_and_not_what_was_called_off_or_while_away(
    world, gerd, reported
) -> None:
    reported(2, 1, never=1)
    called_off = put_visit(world, "astrid", on(1, 8))
    put_cancellation(world, called_off, "astrid", "accepted")
    put_away(world, "einar", date(2026, 2, 27), date(2026, 3, 1))
    put_visit(world, "einar", on(1, 9))
    put_visit(world, "astrid", on(1, 10), status="on-hold")
    put_visit(world, "astrid", on(2, 9, 50))  # its half hour is not over
    put_visit(world, "astrid", datetime(2026, 2, 15, 8, tzinfo=UTC))  # more than fourteen days ago
    put_visit(world, "astrid", on(1, 10), service=world.nord_cleaning)  # another service's
    assert measure_of(gerd, world) == Measure(4, 2)


def test_a_visit_performed_late_counts_by_when_it_was_planned_to_end(world, gerd) -> None:
    """Else whoever reports with «now» would always be in time, and the alarm would ring all the same."""
    put_visit(world, "astrid", on(1, 11), status="performed", planned_until=on(1, 10), outcome_at=on(1, 11, 25))
    assert measure_of(gerd, world) == Measure(1, 0)


WHO_SWITCHES = {"gerd": LET_IN, "liv": LET_IN, "mona": NEAR, "per": FAR, "per, leader of Sør": FAR, "kari": FAR}


@pytest.mark.parametrize("deed", ["see", "on", "off"])
@pytest.mark.parametrize("who", WHO_SWITCHES)
def test_who_may_see_and_switch(world, gerd, mona, per, kari, reported, who, deed) -> None:
    reported(20, 0)
    actor = {
        "gerd": gerd,
        "liv": replace(mona, units=tuple(replace(unit, role=Role.ADMINISTRATOR) for unit in mona.units)),
        "mona": mona,
        "per": per,
        "per, leader of Sør": replace(per, units=tuple(replace(unit, role=Role.TEAM_LEADER) for unit in per.units)),
        "kari": kari,
    }[who]
    deeds = {
        "see": lambda: queries.silence_of_unit(actor, world.nord),
        "on": lambda: switch_on(actor, world),
        "off": lambda: actions.switch_silence_off(actor, world.nord, world.nord_nursing),
    }
    assert outcome_of(deeds[deed]) == WHO_SWITCHES[who]


def outcome_of(act) -> str:
    try:
        act()
    except Denied as denied:
        return NEAR if denied.near else FAR
    return LET_IN


WHO_SETTLES = {
    "gerd": LET_IN,
    "gerd, astrid's daughter": NEAR,
    "liv": NEAR,
    "mona": NEAR,
    "per": FAR,
    "kari": FAR,
    "astrid": NEAR,
}


@pytest.mark.parametrize("who", WHO_SETTLES)
def test_who_may_settle(world, morning, gerd, mona, per, kari, astrid, minute, rows, who) -> None:
    minute("monday 12:30")
    actor = {
        "gerd": gerd,
        "gerd, astrid's daughter": replace(gerd, family=frozenset({an_id("astrid")})),
        "liv": replace(mona, units=tuple(replace(unit, role=Role.ADMINISTRATOR) for unit in mona.units)),
        "mona": mona,
        "per": per,
        "kari": kari,
        "astrid": astrid,
    }[who]
    assert outcome_of(lambda: actions.settle_silent_visit(actor, morning)) == WHO_SETTLES[who]
    assert (rows()[0][1] is not None) == (WHO_SETTLES[who] == LET_IN)


def test_the_leaders_list_and_its_count_agree_and_name_no_employee(world, morning, gerd, mona, minute, lines) -> None:
    put_visit(world, "jonas", on(2, 10))  # no decision: she may not see him
    put_visit(world, "einar", on(2, 10), performer_name="Mona", status="assigned")
    minute("monday 12:30")
    shown = silent_of(gerd)
    assert {each.name for each in shown} == {"Einar Dahl", "Astrid Berg"}
    assert not any("Mona" in str(each) for each in shown)
    assert queries.silent_count(gerd, today=date(2026, 3, 2)) == 2
    daughter = replace(gerd, family=frozenset({an_id("astrid")}))
    assert len(silent_of(daughter)) == queries.silent_count(daughter, today=date(2026, 3, 2)) == 1
    assert queries.silent_count(mona, today=date(2026, 3, 2)) == 0
    assert ("see-silent-visits", "done", "employee", "Gerd Vik") in lines("astrid")
    with pytest.raises(Denied):
        silent_of(mona)


def test_settled_by_two_the_first_stands(world, morning, gerd, minute) -> None:
    minute("monday 12:30")
    actions.settle_silent_visit(gerd, morning)
    assert actions.settle_silent_visit(replace(gerd, name="Siv Holt"), morning) == "Gerd Vik"


def test_a_visit_that_does_not_ring_is_settled_without_harm(world, gerd) -> None:
    visit = put_visit(world, "astrid", on(2, 10))
    assert actions.settle_silent_visit(gerd, visit) == ""
