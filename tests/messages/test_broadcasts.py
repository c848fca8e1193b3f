"""One message to a group: who gets it, who must say yes, how it is taken back, and that nobody gets two (R85)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.access.rules import Role
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.rules import (
    BroadcastRefusal,
    BroadcastState,
    Candidate,
    LeftOut,
    ThreadState,
)
from hjemmekontakt.messages.words import broadcasts as words
from hjemmekontakt.project import jobs
from tests.people import an_id, at_work, herself

TEXT = "Vi er forsinket i dag. Ring 32 00 00 10."


@pytest.fixture
def gerd(world):
    return at_work(
        "gerd",
        "Gerd Vik",
        municipality=world.tunvik,
        unit=world.nord,
        unit_name="Hjemmetjenesten Nord",
        role=Role.TEAM_LEADER,
    )


@pytest.fixture
def neighbours(world):
    """More citizens whom Nord helps, all of them active: `neighbours(51)`."""

    def build(count: int) -> list[str]:
        names = [f"nabo {number:03}" for number in range(count)]
        for name in names:
            world.insert(
                "citizen",
                id=an_id(name),
                national_id_sealed=keys.seal("12834410061"),
                national_id_lookup=name.encode(),
                given_name="Nabo",
                family_name=name.title(),
                sort_key=name,
                birth_date="1940-01-01",
                protection="none",
                language="nb",
                large_type=False,
            )
            world.decision(name, world.tunvik, world.nord, world.nord_nursing)
            world.insert("activation", citizen_id=an_id(name), state="active", due_at="2026-02-02T02:00:00Z", reason="")
        return names

    return build


@pytest.fixture
def make(world):
    """Make a broadcast to some by their keys, as the page would: what was shown is what is sent."""

    def to(actor, *names, key="skjema 1", subject="Forsinket", text=TEXT, mark=None, unit=None, service=None):
        unit = unit or world.nord
        candidates = [Candidate(an_id(name), service or world.nord_nursing) for name in names]
        shown = mark if mark is not None else mark_of(actor, unit, candidates)
        return actions.make_broadcast(
            actor,
            unit,
            candidates=candidates,
            mark=shown,
            subject=subject,
            text=text,
            group={"dag": "2026-03-02"},
            form_key=an_id(key),
        )

    return to


def group_shown(actor, unit, candidates):
    """Who the page would show, found as the page finds them."""
    from hjemmekontakt.access import lookup
    from hjemmekontakt.access.actions import intent, require
    from hjemmekontakt.access.rules import May

    @intent
    def look(actor):
        grant = require(actor, May.MAKE_BROADCAST, about=lookup.unit(unit, actor.municipality_id))
        return queries.group_of(grant, unit, candidates)

    return look(actor)


def mark_of(actor, unit, candidates) -> str:
    try:
        return group_shown(actor, unit, candidates).mark()
    except Denied:
        return ""


def send(at, *, until_done=True) -> int:
    """Let two minutes pass, and the worker send what is due."""
    at(clock.now() + timedelta(minutes=2))
    dealt = jobs.send_broadcasts(now=clock.now())
    while until_done and jobs.send_broadcasts(now=clock.now()):
        pass
    return dealt


def state(database) -> str:
    return database.execute("SELECT state FROM broadcast").fetchone()[0]


def test_mona_tells_astrid_that_they_are_late_and_it_is_one_unread_message_that_waits_for_nobody(
    world, mona, astrid, make, at, database, told
) -> None:
    make(mona, "astrid")
    assert queries.threads_of(astrid).rows == ()
    send(at)
    (row,) = queries.threads_of(astrid).rows
    assert (row.subject, row.unread, row.answer_by, row.state) == ("Forsinket", 1, None, ThreadState.ANSWERED)
    assert row.last_author.name == "Mona Lie"
    assert row.last_author.signature == "Mona, sykepleier, Hjemmetjenesten Nord"
    assert [event for event, _ in told()] == ["MessageAnswered"]
    assert database.execute("SELECT one_way, broadcast_id IS NOT NULL FROM thread").fetchone() == (True, True)
    assert state(database) == "sent"


def test_it_does_not_go_before_two_minutes_have_passed(world, mona, make, at, stored) -> None:
    make(mona, "astrid")
    at(clock.now() + timedelta(seconds=119))
    assert jobs.send_broadcasts(now=clock.now()) == 0
    assert stored() == (0, 0)


def test_the_same_form_sent_twice_is_one_broadcast_and_another_text_in_it_is_refused(
    world, mona, make, database
) -> None:
    assert make(mona, "astrid") == make(mona, "astrid")
    assert database.execute("SELECT count(*) FROM broadcast_receiver").fetchone() == (1,)
    with pytest.raises(Refused) as refused:
        make(mona, "astrid", text="Noe annet.")
    assert refused.value.why is BroadcastRefusal.FORM_USED


def test_who_is_left_out_and_why_and_the_protected_are_not_even_counted(world, mona, siri, database) -> None:
    world.decision("nils", world.tunvik, world.nord, world.nord_nursing)
    world.activation("nils")
    world.decision("siri", world.tunvik, world.nord, world.nord_cleaning)
    world.activation("siri")
    daughter = replace(mona, family=frozenset({an_id("jonas")}))
    candidates = [
        *(Candidate(an_id(name), world.nord_nursing) for name in ("astrid", "einar", "nils", "jonas")),
        Candidate(an_id("siri"), world.nord_cleaning),
    ]
    group = group_shown(daughter, world.nord, candidates)
    assert [each.name for each in group.receivers] == ["Astrid Berg"]
    assert {each.left_out: each.name for each in group.left_out} == {
        LeftOut.NOT_ACTIVE: "Einar Dahl",
        LeftOut.PROTECTED: "",
        LeftOut.OWN_FAMILY: "",
        LeftOut.NOT_OPENED: "Siri Holm",
    }
    assert group.counts() == {LeftOut.NOT_ACTIVE: 1, LeftOut.NOT_OPENED: 1, LeftOut.OWN_FAMILY: 1}


def test_a_citizen_of_another_unit_on_the_list_is_left_out_whatever_the_page_says(
    world, mona, make, at, stored
) -> None:
    world.activation("siri")
    world.decision("siri", world.tunvik, world.sor, world.sor_nursing)
    make(mona, "astrid", "siri")
    send(at)
    assert stored() == (1, 1)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"subject": " "}, BroadcastRefusal.SUBJECT_EMPTY),
        ({"subject": "a" * 51}, BroadcastRefusal.SUBJECT_TOO_LONG),
        ({"text": "\n"}, BroadcastRefusal.TEXT_EMPTY),
        ({"text": "a" * 4001}, BroadcastRefusal.TEXT_TOO_LONG),
        ({"text": "\ud800"}, BroadcastRefusal.UNREADABLE),
        ({"mark": "another"}, BroadcastRefusal.GROUP_CHANGED),
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_is_kept(world, mona, make, database, said, why) -> None:
    with pytest.raises(Refused) as refused:
        make(mona, "astrid", **said)
    assert refused.value.why is why
    assert database.execute("SELECT count(*) FROM broadcast").fetchone() == (0,)


def test_a_group_in_which_nobody_can_get_it_is_refused(world, mona, make) -> None:
    with pytest.raises(Refused) as refused:
        make(mona, "einar")
    assert refused.value.why is BroadcastRefusal.NOBODY


def test_when_einar_becomes_active_after_the_preview_the_page_must_be_seen_anew(world, mona, make) -> None:
    mark = mark_of(mona, world.nord, [Candidate(an_id(name), world.nord_nursing) for name in ("astrid", "einar")])
    world.activation("einar")
    with pytest.raises(Refused) as refused:
        make(mona, "astrid", "einar", mark=mark)
    assert refused.value.why is BroadcastRefusal.GROUP_CHANGED


def test_every_refusal_has_its_sentence() -> None:
    assert set(words.SENTENCES) == set(BroadcastRefusal)
    assert set(words.STATES) == set(words.KINDS) == set(BroadcastState)


def test_fifty_go_at_once_and_fifty_one_wait_for_a_team_leader(world, mona, gerd, make, neighbours, at, stored) -> None:
    names = neighbours(51)
    make(mona, *names[:50])
    waiting = make(mona, *names, key="skjema 2")
    send(at)
    assert stored() == (50, 50)
    view = queries.broadcast(gerd, world.nord, waiting)
    assert (view.row.state, view.row.receivers, len(view.shown)) == (BroadcastState.WAITING, 51, 51)
    actions.approve_broadcast(gerd, world.nord, waiting)
    send(at)
    assert stored() == (101, 101)


def test_nobody_approves_her_own_broadcast(world, gerd, make, neighbours) -> None:
    made = make(gerd, *neighbours(51))
    for decide in (actions.approve_broadcast, lambda *who: actions.reject_broadcast(*who, why="Nei.")):
        with pytest.raises(Refused) as refused:
            decide(gerd, world.nord, made)
        assert refused.value.why is BroadcastRefusal.OWN_BROADCAST


def test_gerd_says_no_with_a_word_and_mona_reads_it_and_nothing_goes_out(
    world, mona, gerd, make, neighbours, at, stored
) -> None:
    made = make(mona, *neighbours(51))
    for why, refusal in (("", BroadcastRefusal.WORD_MISSING), ("a" * 301, BroadcastRefusal.WORD_TOO_LONG)):
        with pytest.raises(Refused) as refused:
            actions.reject_broadcast(gerd, world.nord, made, why=why)
        assert refused.value.why is refusal
    actions.reject_broadcast(gerd, world.nord, made, why="Send bare til sone 3.")
    send(at)
    view = queries.broadcast(mona, world.nord, made)
    assert (view.row.state, view.decided_why) == (BroadcastState.REJECTED, "Send bare til sone 3.")
    assert stored() == (0, 0)
    with pytest.raises(Refused) as refused:
        actions.approve_broadcast(gerd, world.nord, made)
    assert refused.value.why is BroadcastRefusal.NOT_WAITING


def test_mona_takes_it_back_within_two_minutes_and_after_that_it_is_too_late(world, mona, make, at, stored) -> None:
    first = make(mona, "astrid")
    actions.withdraw_broadcast(mona, world.nord, first)
    actions.withdraw_broadcast(mona, world.nord, first)
    send(at)
    assert stored() == (0, 0)
    second = make(mona, "astrid", key="skjema 2")
    send(at)
    with pytest.raises(Refused) as refused:
        actions.withdraw_broadcast(mona, world.nord, second)
    assert refused.value.why is BroadcastRefusal.TOO_LATE


def test_a_colleague_does_not_take_back_monas_but_her_leader_does(world, mona, gerd, make) -> None:
    made = make(mona, "astrid")
    colleague = replace(mona, id=an_id("colleague"))
    with pytest.raises(Refused) as refused:
        actions.withdraw_broadcast(colleague, world.nord, made)
    assert refused.value.why is BroadcastRefusal.NOT_HERS
    actions.withdraw_broadcast(gerd, world.nord, made)


def test_a_worker_killed_midway_goes_on_where_it_came_to_and_nobody_gets_two(
    world, mona, make, neighbours, at, stored, monkeypatch, database
) -> None:
    from hjemmekontakt.messages.actions import broadcasts

    made, put, sent = make(mona, *neighbours(45)), broadcasts.put_message, []
    at(clock.now() + timedelta(minutes=2))

    def dies_in_the_second_batch(*args, **kwargs):
        sent.append(1)
        if len(sent) == 30:
            raise KeyboardInterrupt
        return put(*args, **kwargs)

    monkeypatch.setattr(broadcasts, "put_message", dies_in_the_second_batch)
    where = {"municipality_id": world.tunvik, "unit_id": world.nord}
    assert actions.send_batch(the_portal(), made, **where) == 20
    with pytest.raises(KeyboardInterrupt):
        actions.send_batch(the_portal(), made, **where)
    assert stored() == (20, 20)
    monkeypatch.undo()
    while jobs.send_broadcasts(now=clock.now()):
        pass
    assert stored() == (45, 45)
    assert database.execute("SELECT count(DISTINCT citizen_id) FROM thread").fetchone() == (45,)


def test_two_workers_at_once_send_each_receiver_one(world, mona, make, neighbours, at, stored) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    made = make(mona, *neighbours(45))
    moment = at(clock.now() + timedelta(minutes=2))
    assert moment == clock.now()

    def work(_: int) -> None:
        while state_of(made, mona, world) is BroadcastState.SENDING:
            jobs.send_broadcasts(now=moment)
        connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert stored() == (45, 45)


def state_of(made, actor, world) -> BroadcastState:
    return queries.broadcast(actor, world.nord, made).row.state


@pytest.mark.parametrize(
    ("happened", "why"),
    [
        ("UPDATE activation SET state = 'inactive'", "not-active"),
        ("UPDATE citizen SET protection = 'confidential'", "protected"),
        ("UPDATE decision SET ends_on = '2026-03-01'", "no-decision"),
        ("UPDATE service SET messages_from = NULL", "not-opened"),
    ],
)
def test_who_can_no_longer_be_written_to_when_it_goes_is_left_out_with_the_reason(
    world, mona, make, at, stored, database, happened, why
) -> None:
    made = make(mona, "astrid")
    database.execute(happened)
    send(at)
    assert stored() == (0, 0)
    assert database.execute("SELECT why_not_sent FROM broadcast_receiver").fetchone() == (why,)
    view = queries.broadcast(mona, world.nord, made)
    assert view.row.state is BroadcastState.SENT
    if why == "protected":
        assert (view.left_out, view.counts) == ((), {})


def test_the_leader_sees_no_name_that_she_may_not_see(world, mona, gerd, make, neighbours) -> None:
    made = make(mona, "astrid", *neighbours(51))
    daughter = replace(gerd, family=frozenset({an_id("astrid")}))
    view = queries.broadcast(daughter, world.nord, made)
    assert view.row.receivers == len(view.shown) == 52
    assert [each.name for each in view.shown].count("") == 1
    assert "Astrid Berg" not in {each.name for each in view.shown}


WHO_MAY = {
    "mona": {"make", "see"},
    "gerd": {"make", "see", "approve"},
    "liv": set(),
    "per": set(),
    "kari": set(),
    "astrid": set(),
    "the journal": set(),
}


@pytest.mark.parametrize("who", WHO_MAY)
def test_who_may_make_see_and_approve_nords_broadcasts(
    world, mona, gerd, per, kari, astrid, journal, make, neighbours, who
) -> None:
    made = make(replace(mona, id=an_id("somebody else")), *neighbours(51))
    liv = replace(gerd, units=tuple(replace(unit, role=Role.ADMINISTRATOR) for unit in gerd.units))
    persons = {"mona": mona, "gerd": gerd, "liv": liv, "per": per, "kari": kari, "astrid": astrid}
    actor = {**persons, "the journal": journal}[who]
    deeds = {
        "make": lambda: make(actor, "astrid", key="skjema 2"),
        "see": lambda: queries.broadcast(actor, world.nord, made),
        "approve": lambda: actions.approve_broadcast(actor, world.nord, made),
    }
    for name, deed in deeds.items():
        if name in WHO_MAY[who]:
            deed()
        else:
            with pytest.raises(Denied):
                deed()


def test_another_units_broadcast_is_not_there_under_ones_own(world, mona, per, make) -> None:
    made = make(mona, "astrid")
    for deed in (queries.broadcast, actions.withdraw_broadcast):
        with pytest.raises(Denied) as denied:
            deed(per, world.sor, made)
        assert not denied.value.near


def test_astrids_log_tells_of_who_made_it_who_saw_it_and_that_it_was_sent(world, mona, gerd, make, at, log_of) -> None:
    made = make(mona, "astrid")
    queries.broadcast(gerd, world.nord, made)
    queries.broadcast(gerd, world.nord, made)
    send(at)
    assert log_of("astrid") == [
        ("make-broadcast", "done", "Mona Lie"),
        ("see-broadcast", "done", "Gerd Vik"),
        ("send-broadcast", "done", "Hjemmekontakt"),
    ]


def test_the_newest_broadcast_stands_first_and_another_units_is_not_there(world, mona, make, at) -> None:
    make(mona, "astrid", subject="Første")
    at(datetime(2026, 3, 2, 12, tzinfo=UTC))
    make(mona, "astrid", subject="Andre", key="skjema 2")
    assert [row.subject for row in queries.broadcasts_of(mona, world.nord).rows] == ["Andre", "Første"]
    with pytest.raises(Denied):
        queries.broadcasts_of(mona, world.sor)


def test_a_broadcast_cannot_be_answered_by_its_state_alone_but_it_is_read(world, mona, make, at) -> None:
    make(mona, "astrid")
    send(at)
    astrid = herself("astrid", "Astrid Berg")
    (row,) = queries.threads_of(astrid).rows
    assert queries.thread(astrid, row.id).messages[0].text == TEXT
    assert queries.unread(astrid).messages == 0
