"""The clock rings before the promise is broken, once, and goes on by itself; nothing is stuck, and nobody is told twice."""

from datetime import UTC, date, datetime

import pytest

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.reactions import set_clocks
from hjemmekontakt.messages.rules import ThreadState
from hjemmekontakt.municipalities import actions as municipalities
from hjemmekontakt.municipalities.events import HoursChanged
from hjemmekontakt.project import jobs
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id, at_work


@pytest.fixture
def shown(database):
    """What a thread's clock shows: stage, whether it is with the leader, and what was written down of it."""

    def look(thread_id):
        (stage, with_leader) = database.execute(
            "SELECT alarm_stage, with_leader FROM thread WHERE id = %s", [thread_id]
        ).fetchone()
        lines = database.execute(
            "SELECT what, stage FROM handling WHERE thread_id = %s ORDER BY id", [thread_id]
        ).fetchall()
        return stage, with_leader, lines

    return look


@pytest.fixture
def moments(database):
    """When a thread's clock rings next, goes to the leader, and must be delivered, as hours in Oslo."""

    def look(thread_id):
        row = database.execute(
            "SELECT alarm_at, leader_at, deliver_by FROM thread WHERE id = %s", [thread_id]
        ).fetchone()
        return tuple(each and f"{each.astimezone(OSLO):%a %H:%M}" for each in row)

    return look


@pytest.fixture
def minute(at):
    """The minute's jobs at this hour, as the worker does them."""

    def pass_by(moment):
        jobs.run_minutely(now=at(moment))

    return pass_by


@pytest.fixture
def answered_in_journal(database, world):
    database.execute("UPDATE service SET answers_in = 'journal' WHERE id = %s", [world.nord_nursing])


def take(database, thread_id, key: str, name: str) -> None:
    database.execute(
        "UPDATE thread SET assignee_id = %s, assignee_name = %s, leader_at = NULL WHERE id = %s",
        [an_id(key), name, thread_id],
    )


def test_it_rings_at_half_and_four_fifths_and_all_of_the_working_time(
    write, astrid, at, minute, shown, moments
) -> None:
    at("monday 10:00")
    thread = write(astrid).thread_id
    assert moments(thread) == ("Tue 09:00", "Mon 14:00", None)
    minute("monday 13:59")
    assert shown(thread) == (0, False, [])
    minute("monday 14:00")
    assert shown(thread) == (0, True, [("to-leader", 0)])
    minute("tuesday 09:00")
    assert shown(thread)[2][1:] == [("alarm", 50)]
    minute("tuesday 13:12")
    assert shown(thread)[2][2:] == [("alarm", 80)]
    minute("tuesday 16:00")
    assert shown(thread)[2][3:] == [("alarm", 100)]
    assert moments(thread) == (None, None, None)


def test_a_breach_goes_to_the_leader_before_it_is_one_also_where_somebody_has_taken_it(
    write, astrid, database, minute, shown
) -> None:
    thread = write(astrid).thread_id
    take(database, thread, "mona", "Mona Lie")
    minute("tuesday 13:11")
    assert shown(thread) == (50, False, [("alarm", 50)])
    minute("tuesday 13:12")
    assert shown(thread) == (80, True, [("alarm", 50), ("alarm", 80), ("to-leader", 0)])


def test_mona_reads_how_much_of_the_promised_time_has_passed(write, astrid, world, database, minute) -> None:
    thread = write(astrid).thread_id
    take(database, thread, "mona", "Mona Lie")
    for moment in ("tuesday 13:12", "tuesday 16:00"):
        minute(moment)
    page = text_of(client_of("mona", employee=True).get(f"/ansatt/meldinger/{thread}/"))
    assert "Varsel: 80 % av svartiden er brukt" in page
    assert "Varsel: svarfristen er ute" in page


def test_many_stages_due_at_once_are_one_ring_that_says_the_highest(write, astrid, minute, shown) -> None:
    thread = write(astrid).thread_id
    minute("friday 10:00")
    minute("friday 10:01")
    assert shown(thread) == (100, True, [("alarm", 100), ("to-leader", 0)])


def test_every_thread_rings_though_there_are_more_than_are_taken_at_once(write, astrid, at, world, database) -> None:
    for number in range(5):
        write(astrid, key=f"skjema {number}")
    now = at("friday 10:00")
    assert [actions.ring_alarms(the_portal(), world.tunvik, now=now, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert database.execute("SELECT count(*) FROM handling WHERE what = 'alarm'").fetchone() == (5,)


def test_what_is_answered_rings_no_more_and_leaves_the_leaders_list(
    write, answer, astrid, mona, minute, shown, moments
) -> None:
    thread = write(astrid).thread_id
    minute("tuesday 13:12")
    answer(mona, thread)
    assert shown(thread)[:2] == (0, False)
    assert moments(thread) == (None, None, None)
    minute("friday 10:00")
    assert [line[0] for line in shown(thread)[2]] == ["alarm", "to-leader"]


def test_what_is_written_after_an_answer_has_a_clock_of_its_own(write, answer, astrid, mona, at, moments) -> None:
    thread = write(astrid).thread_id
    answer(mona, thread)
    at("wednesday 10:00")
    actions.reply(astrid, thread, text="En ting til.", form_key=an_id("skjema 2"))
    assert moments(thread) == ("Thu 09:00", "Wed 14:00", None)


def test_what_is_written_while_something_waits_leaves_the_clock(write, astrid, at, moments) -> None:
    thread = write(astrid).thread_id
    at("tuesday 08:30")
    actions.reply(astrid, thread, text="Er det noen der?", form_key=an_id("skjema 2"))
    assert moments(thread) == ("Tue 09:00", "Mon 14:00", None)


def test_where_something_later_still_waits_after_an_answer_the_clock_begins_for_that(
    write, astrid, mona, at, moments
) -> None:
    at("monday 10:00")
    sent = write(astrid)
    seen = queries.staff_thread(mona, sent.thread_id).last_message_id
    at("tuesday 09:30")
    actions.reply(astrid, sent.thread_id, text="Og en ting til.", form_key=an_id("skjema 2"))
    actions.answer(mona, sent.thread_id, text="Ja.", form_key=an_id("m"), seen_message_id=seen)
    assert moments(sent.thread_id) == ("Wed 08:45", "Tue 13:30", None)


def test_a_closing_day_added_after_the_message_moves_no_promise_but_rings_earlier(
    write, astrid, world, at, moments, minute, shown
) -> None:
    at("monday 10:00")
    sent = write(astrid)
    gerd = leader_of_nord(world)
    municipalities.close_day(gerd, world.nord, day=date(2026, 3, 3), name="Planleggingsdag")
    set_clocks([HoursChanged(world.nord, world.tunvik)])
    assert queries.thread(astrid, sent.thread_id).answer_by == sent.answer_by
    assert moments(sent.thread_id)[0] == "Mon 13:00"
    minute("monday 14:48")
    assert shown(sent.thread_id)[:2] == (80, True)
    assert write(astrid, key="skjema 2").answer_by == datetime(2026, 3, 4, 16, tzinfo=OSLO)


def test_two_workers_at_once_ring_once(write, astrid, world, at, database) -> None:
    write(astrid)
    now = at("friday 10:00")
    database.execute("BEGIN")
    database.execute("SELECT id FROM thread FOR UPDATE")  # another worker has claimed it
    assert actions.ring_alarms(the_portal(), world.tunvik, now=now) == 0
    database.execute("ROLLBACK")
    assert actions.ring_alarms(the_portal(), world.tunvik, now=now) == 1
    assert actions.ring_alarms(the_portal(), world.tunvik, now=now) == 0


def test_only_the_portal_rings(world, mona, journal, astrid) -> None:
    for actor in (mona, journal, astrid, leader_of_nord(world)):
        for deed in (actions.ring_alarms, actions.hand_on_from_absent):
            with pytest.raises(Denied):
                deed(actor, world.tunvik, now=datetime(2026, 3, 6, tzinfo=UTC))
        with pytest.raises(Denied):
            actions.set_clocks_anew(actor, world.nord, world.tunvik)


def test_a_ring_reaches_its_municipality_alone(write, astrid, world, at) -> None:
    write(astrid)
    now = at("friday 10:00")
    assert queries.municipalities_with_something_due(now) == [world.tunvik]
    assert actions.ring_alarms(the_portal(), world.fjordby, now=now) == 0


def test_the_clock_leaves_no_line_in_astrids_log(write, astrid, minute, log_of) -> None:
    write(astrid)
    before = log_of("astrid")
    minute("friday 10:00")
    assert log_of("astrid") == before


def test_fifteen_minutes_without_a_receipt_is_not_delivered_and_a_late_receipt_mends_it(
    answered_in_journal, write, astrid, journal, at, minute, shown, moments
) -> None:
    at("monday 10:00")
    sent = write(astrid)
    minute("monday 10:14")
    assert queries.thread(astrid, sent.thread_id).state is ThreadState.SENT
    minute("monday 10:15")
    assert queries.thread(astrid, sent.thread_id).state is ThreadState.FAILED
    assert shown(sent.thread_id)[2] == [("not-delivered", 0)]
    minute("monday 10:16")
    assert len(shown(sent.thread_id)[2]) == 1
    actions.record_receipt(journal, sent.message_id)
    assert queries.thread(astrid, sent.thread_id).state is ThreadState.RECEIVED


def test_a_receipt_in_time_fails_nothing(answered_in_journal, write, astrid, journal, minute, at) -> None:
    at("monday 10:00")
    sent = write(astrid)
    actions.record_receipt(journal, sent.message_id)
    minute("monday 10:20")
    assert queries.thread(astrid, sent.thread_id).state is ThreadState.RECEIVED


def test_each_message_has_its_own_quarter_of_an_hour(answered_in_journal, write, astrid, journal, at, moments) -> None:
    at("monday 10:00")
    sent = write(astrid)
    at("monday 10:10")
    later = actions.reply(astrid, sent.thread_id, text="En ting til.", form_key=an_id("skjema 2"))
    assert moments(sent.thread_id)[2] == "Mon 10:15"
    actions.record_receipt(journal, sent.message_id)
    assert moments(sent.thread_id)[2] == "Mon 10:25"
    actions.record_receipt(journal, later.message_id)
    assert moments(sent.thread_id)[2] is None


def test_where_staff_answer_in_the_portal_nothing_fails(write, astrid, minute) -> None:
    sent = write(astrid)
    minute("monday 12:00")
    assert queries.thread(astrid, sent.thread_id).state is ThreadState.SENT


def test_the_units_own_hours_are_promised_and_said(write, astrid, world, at, database) -> None:
    database.execute(
        "UPDATE unit SET reads_from = '09:00', reads_until = '14:30', reads_on_saturday = true WHERE id = %s",
        [world.nord],
    )
    at("friday 14:30")
    sent = write(astrid)
    assert sent.answer_by == datetime(2026, 3, 7, 14, 30, tzinfo=OSLO)
    assert sent.phone_now == "32 00 00 10"
    at("saturday 09:00")
    assert write(astrid, key="skjema 2").phone_now == ""


def test_what_waits_for_mona_who_is_away_goes_to_her_substitute(write, astrid, world, database, minute, at) -> None:
    at("monday 10:00")
    thread = write(astrid).thread_id
    take(database, thread, "mona", "Mona Lie")
    away(world, "mona", "gerd", first=date(2026, 3, 3))
    minute("monday 11:00")
    assert assignee(database, thread) == "Mona Lie"
    minute("tuesday 00:00")
    minute("tuesday 00:01")
    assert assignee(database, thread) == "Gerd Vik"
    assert handed(database, thread) == [("given", "Gerd Vik")]


def test_without_a_substitute_it_goes_back_and_runs_towards_the_leader(
    write, astrid, world, database, minute, at, moments
) -> None:
    at("monday 10:00")
    thread = write(astrid).thread_id
    take(database, thread, "mona", "Mona Lie")
    away(world, "mona", None, first=date(2026, 3, 2))
    minute("monday 11:00")
    assert (assignee(database, thread), handed(database, thread)) == ("", [("put-back", "")])
    assert moments(thread)[1] == "Mon 15:00"


@pytest.mark.parametrize("why", ["the substitute is away too", "she works in another unit", "she has left"])
def test_nobody_gets_what_she_cannot_answer(write, astrid, world, database, minute, at, why) -> None:
    at("monday 10:00")
    thread = write(astrid).thread_id
    take(database, thread, "mona", "Mona Lie")
    away(world, "mona", "per" if why.startswith("she works") else "gerd", first=date(2026, 3, 2))
    if why == "the substitute is away too":
        away(world, "gerd", None, first=date(2026, 3, 2))
    if why == "she has left":
        database.execute("UPDATE employee SET active = false WHERE id = %s", [an_id("gerd")])
    minute("monday 11:00")
    assert assignee(database, thread) == ""


def test_what_astrid_writes_on_to_one_who_is_away_waits_for_nobody_absent(
    write, answer, astrid, mona, world, database, minute, at
) -> None:
    at("monday 10:00")
    thread = write(astrid).thread_id
    take(database, thread, "mona", "Mona Lie")
    answer(mona, thread)
    away(world, "mona", "gerd", first=date(2026, 3, 3))
    minute("tuesday 08:00")
    assert assignee(database, thread) == "Mona Lie"
    at("tuesday 09:00")
    actions.reply(astrid, thread, text="En ting til.", form_key=an_id("skjema 2"))
    minute("tuesday 09:01")
    assert assignee(database, thread) == "Gerd Vik"


def leader_of_nord(world):
    from hjemmekontakt.access.rules import Role

    nord = {"municipality": world.tunvik, "unit": world.nord, "unit_name": "Hjemmetjenesten Nord"}
    return at_work("gerd", "Gerd Vik", **nord, role=Role.TEAM_LEADER)


def away(world, who: str, instead: str | None, *, first: date) -> None:
    world.insert(
        "absence",
        id=an_id(f"fravær {who}"),
        municipality_id=world.tunvik,
        employee_id=an_id(who),
        substitute_id=an_id(instead) if instead else None,
        starts_on=first,
        ends_on=date(2026, 3, 20),
    )


def assignee(database, thread_id) -> str:
    return database.execute("SELECT assignee_name FROM thread WHERE id = %s", [thread_id]).fetchone()[0]


def handed(database, thread_id) -> list[tuple[str, str]]:
    found = "SELECT what, to_name FROM handling WHERE thread_id = %s AND what IN ('given', 'put-back') ORDER BY id"
    return database.execute(found, [thread_id]).fetchall()
