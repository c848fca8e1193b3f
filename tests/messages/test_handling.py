"""How staff handle a dialogue: take, give, put back, note, need no reply, answer by phone, transfer, case, close."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, intent, require
from hjemmekontakt.access.rules import May, Role
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.home import log
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.models import Note
from hjemmekontakt.messages.rules import CaseKind, HandlingKind, InboxFilter, Refusal, ThreadState
from tests.at_once import at_once
from tests.people import an_id, at_work

FAR, NEAR, LET_IN = "404", "403", "let in"


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
def at_the_office(world):
    """Liv, as a case worker in Tunvik's office."""
    return at_work(
        "liv",
        "Liv Krogh",
        municipality=world.tunvik,
        unit=an_id("Tildelingskontoret"),
        unit_name="Tildelingskontoret",
        role=Role.CASE_WORKER,
    )


@pytest.fixture
def thread(write, astrid):
    """Astrid's dialogue about the key."""
    return write(astrid).thread_id


@pytest.fixture
def open_to_both(world):
    """Astrid has home nursing from Sør too."""
    world.decision("astrid", world.tunvik, world.sor, world.sor_nursing)


@pytest.fixture
def handled(database):
    """HandlingKind was done with all dialogues, the oldest first, seen past the policies."""
    return lambda: database.execute("SELECT what, by_name, to_name, place FROM handling ORDER BY id").fetchall()


@pytest.fixture
def published(database, monkeypatch):
    """The names of the events in the outbox, the oldest first."""
    return lambda: [name for (name,) in database.execute("SELECT DISTINCT event FROM outbox ORDER BY 1").fetchall()]


def seen_by(actor, thread):
    return queries.staff_thread(actor, thread)


def refused(why: Refusal, deed) -> None:
    with pytest.raises(Refused) as caught:
        deed()
    assert caught.value.why is why


DEEDS = {
    May.TAKE_THREAD: lambda actor, thread: actions.take_thread(actor, thread),
    May.PUT_BACK_THREAD: lambda actor, thread: actions.put_back_thread(actor, thread),
    May.GIVE_THREAD: lambda actor, thread: actions.give_thread(actor, thread, an_id("gerd")),
    May.TRANSFER_THREAD: lambda actor, thread: actions.transfer_thread(actor, thread, an_id("nursing Sør")),
    May.NOTE_ON_THREAD: lambda actor, thread: actions.note(actor, thread, text="Ring.", form_key=an_id("n")),
    May.NEED_NO_REPLY: lambda actor, thread: actions.need_no_reply(actor, thread, seen_message_id=an_id("first")),
    May.ANSWER_BY_PHONE: lambda actor, thread: actions.answer_by_phone(
        actor, thread, text="Vi ringte.", form_key=an_id("p"), seen_message_id=an_id("first")
    ),
    May.TREAT_AS_CASE: lambda actor, thread: actions.treat_as_case(actor, thread, CaseKind.COMPLAINT),
    May.CLOSE_THREAD: lambda actor, thread: actions.close_thread(actor, thread),
    May.REOPEN_THREAD: lambda actor, thread: actions.reopen_thread(actor, thread),
    May.SEE_WHERE_TO_SEND: lambda actor, thread: queries.before_sending_on(actor, thread),
    May.READ_THREAD_AS_STAFF: lambda actor, thread: queries.before_giving(actor, thread),
}
WHO_MAY = {
    "mona": LET_IN,
    "gerd": LET_IN,
    "mona, astrid's daughter": NEAR,
    "liv, administrator": NEAR,
    "per": FAR,
    "kari": FAR,
    "astrid": NEAR,
    "jonas for astrid": NEAR,
    "the journal": NEAR,
}


@pytest.fixture
def persons(world, mona, gerd, per, kari, astrid, jonas_for_astrid, journal):
    return {
        "mona": mona,
        "gerd": gerd,
        "mona, astrid's daughter": replace(mona, family=frozenset({an_id("astrid")})),
        "liv, administrator": at_work(
            "liv", "Liv Krogh", municipality=world.tunvik, unit=world.nord, unit_name="Nord", role=Role.ADMINISTRATOR
        ),
        "per": per,
        "kari": kari,
        "astrid": astrid,
        "jonas for astrid": jonas_for_astrid,
        "the journal": journal,
    }


@pytest.mark.parametrize("may", DEEDS)
@pytest.mark.parametrize("who", WHO_MAY)
def test_who_may_handle_astrids_thread(persons, thread, log_of, who, may) -> None:
    try:
        DEEDS[may](persons[who], thread)
        outcome = LET_IN
    except Refused:
        outcome = LET_IN
    except Denied as denied:
        outcome = NEAR if denied.near else FAR
    assert outcome == WHO_MAY[who]


def test_everything_done_leaves_its_line_in_words_in_astrids_log(thread, mona, gerd, astrid, at, open_to_both) -> None:
    seen = seen_by(mona, thread).last_message_id
    actions.take_thread(mona, thread)
    actions.put_back_thread(mona, thread)
    actions.give_thread(mona, thread, gerd.id)
    actions.note(mona, thread, text="Ring datteren.", form_key=an_id("n"))
    actions.answer_by_phone(mona, thread, text="Vi ringte.", form_key=an_id("p"), seen_message_id=seen)
    actions.close_thread(mona, thread)
    actions.reopen_thread(mona, thread)
    queries.before_sending_on(mona, thread)
    actions.transfer_thread(mona, thread, an_id("nursing Sør"))
    who = "Mona Lie, sykepleier i Hjemmetjenesten Nord,"
    said = [told.text for day in log.log_of(astrid).days for told in day.told if told.text.startswith("Mona")]
    assert said[::-1] == [
        f"{who} leste meldingen «Nøkkel» kl. 10.00.",
        f"{who} tok meldingen «Nøkkel» kl. 10.00.",
        f"{who} la meldingen «Nøkkel» tilbake til kollegene kl. 10.00.",
        f"{who} ga meldingen «Nøkkel» til en kollega kl. 10.00.",
        f"{who} skrev en intern merknad til meldingen «Nøkkel» kl. 10.00.",
        f"{who} skrev at meldingen «Nøkkel» ble besvart på telefon, kl. 10.00.",
        f"{who} avsluttet samtalen «Nøkkel» kl. 10.00.",
        f"{who} åpnet samtalen «Nøkkel» igjen kl. 10.00.",
        f"{who} så hvilke tjenester meldingen «Nøkkel» kan sendes videre til, kl. 10.00.",
        f"{who} overførte meldingen «Nøkkel» til en annen tjeneste kl. 10.00.",
    ]


# ── Taking ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_mona_takes_it_and_puts_it_back(thread, mona, world, handled) -> None:
    actions.take_thread(mona, thread)
    actions.take_thread(mona, thread)
    assert [row.id for row in queries.inbox(mona, world.nord, filter=InboxFilter.MINE).rows] == [thread]
    actions.put_back_thread(mona, thread)
    actions.put_back_thread(mona, thread)
    assert seen_by(mona, thread).assignee_id is None
    assert handled() == [("taken", "Mona Lie", "", 1), ("put-back", "Mona Lie", "Mona Lie", 1)]


def test_what_mona_has_taken_is_not_taken_from_her_but_may_be_given_on(thread, mona, gerd, handled) -> None:
    actions.take_thread(mona, thread)
    refused(Refusal.TAKEN_BY_ANOTHER, lambda: actions.take_thread(gerd, thread))
    actions.give_thread(gerd, thread, gerd.id)
    assert seen_by(mona, thread).assignee_name == "Gerd Vik"
    refused(Refusal.TAKEN_BY_ANOTHER, lambda: actions.put_back_thread(mona, thread))
    assert [what for what, *_ in handled()] == ["taken", "given"]


def test_the_team_leader_puts_back_what_mona_has(thread, mona, gerd) -> None:
    actions.take_thread(mona, thread)
    actions.put_back_thread(gerd, thread)
    assert seen_by(mona, thread).assignee_id is None


@pytest.mark.parametrize("who", ["per", "kari", "astrid", "nobody"])
def test_it_is_given_only_to_one_who_works_in_the_unit(thread, mona, who) -> None:
    refused(Refusal.NOT_A_COLLEAGUE, lambda: actions.give_thread(mona, thread, an_id(who)))


def test_it_is_not_given_to_one_who_has_left_nor_to_astrids_daughter(thread, mona, database) -> None:
    for citizen in ("jonas", "astrid"):  # who acts for her, and herself
        database.execute(
            "UPDATE employee SET national_id_lookup = (SELECT national_id_lookup FROM citizen WHERE id = %s) WHERE id = %s",
            [an_id(citizen), an_id("gerd")],
        )
        refused(Refusal.NOT_A_COLLEAGUE, lambda: actions.give_thread(mona, thread, an_id("gerd")))
    database.execute("UPDATE employee SET active = false WHERE id = %s", [an_id("mona")])
    refused(Refusal.NOT_A_COLLEAGUE, lambda: actions.give_thread(mona, thread, an_id("mona")))
    assert [each.name for each in queries.before_giving(mona, thread).colleagues] == ["Gerd Vik"]


def test_two_take_it_at_the_same_moment_and_one_has_it(thread, mona, gerd, handled) -> None:
    outcomes = at_once(
        lambda: actions.take_thread(mona, thread),
        lambda: actions.take_thread(gerd, thread),
    )
    assert sorted(map(str, outcomes)) == ["None", Refusal.TAKEN_BY_ANOTHER.value]
    assert len(handled()) == 1


# ── Notes ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_note_is_kept_once_and_stands_in_its_place(thread, mona, gerd, astrid, at) -> None:
    at("monday 11:00")
    for _ in range(2):
        actions.note(mona, thread, text="Sønnen har nøkkelen.", form_key=an_id("n"))
    (kept,) = seen_by(gerd, thread).notes
    assert (kept.author_name, kept.text) == ("Mona Lie", "Sønnen har nøkkelen.")
    refused(Refusal.FORM_USED, lambda: actions.note(mona, thread, text="Noe annet.", form_key=an_id("n")))
    refused(Refusal.EMPTY, lambda: actions.note(mona, thread, text=" ", form_key=an_id("n2")))


def test_astrid_reads_a_note_neither_on_her_page_nor_past_it(thread, mona, astrid, jonas_for_astrid) -> None:
    actions.note(mona, thread, text="Sønnen har nøkkelen.", form_key=an_id("n"))
    assert "Sønnen" not in repr(queries.thread(astrid, thread))

    @intent
    def notes_of(actor, may, about) -> int:
        require(actor, may, about=about)
        return Note.objects.count()

    assert notes_of(astrid, May.READ_THREAD, lookup.thread(thread)) == 0
    assert notes_of(jonas_for_astrid, May.READ_THREAD, lookup.thread(thread)) == 0
    assert notes_of(mona, May.READ_THREAD_AS_STAFF, lookup.thread(thread)) == 1
    with transaction.atomic():
        assert Note.objects.count() == 0


# ── Without an answer, and on the phone ─────────────────────────────────────────────────────────────────────────


def test_what_needs_no_reply_waits_no_more_and_is_not_counted_as_an_answer(
    thread, mona, astrid, world, handled, database
) -> None:
    seen = seen_by(mona, thread).last_message_id
    for _ in range(2):
        actions.need_no_reply(mona, thread, seen_message_id=seen)
    read = queries.thread(astrid, thread)
    assert (read.state, read.answer_by) == (ThreadState.NO_REPLY, None)
    assert queries.inbox(mona, world.nord).rows == ()
    assert database.execute("SELECT answered_at IS NULL, waived_at IS NOT NULL FROM message").fetchone() == (True, True)
    assert handled() == [("no-reply", "Mona Lie", "", 1)]


def test_one_may_change_ones_mind_and_answer_after_all(thread, mona, astrid, answer) -> None:
    actions.need_no_reply(mona, thread, seen_message_id=seen_by(mona, thread).last_message_id)
    answer(mona, thread)
    assert queries.thread(astrid, thread).state is ThreadState.ANSWERED


def test_what_came_after_the_page_was_shown_still_needs_its_answer(thread, mona, astrid, at) -> None:
    seen = seen_by(mona, thread).last_message_id
    at("tuesday 09:00")
    later = actions.reply(astrid, thread, text="Og en ting til.", form_key=an_id("skjema 2"))
    actions.need_no_reply(mona, thread, seen_message_id=seen)
    read = queries.thread(astrid, thread)
    assert (read.state, read.answer_by) == (ThreadState.SENT, later.answer_by)


def test_a_call_is_the_answer_when_a_line_about_it_is_written(thread, mona, astrid, stored) -> None:
    seen = seen_by(mona, thread).last_message_id
    said = {"text": "Vi ringte. Nøkkelen er hos naboen.", "form_key": an_id("p"), "seen_message_id": seen}
    assert actions.answer_by_phone(mona, thread, **said) == actions.answer_by_phone(mona, thread, **said)
    assert queries.thread(astrid, thread).state is ThreadState.ANSWERED
    assert seen_by(mona, thread).messages[-1].channel == "phone"
    assert queries.inbox(mona, an_id("Hjemmetjenesten Nord")).rows == ()
    assert stored() == (1, 2)


@pytest.mark.parametrize("deed", ["waive", "phone"])
def test_when_gerd_has_answered_meanwhile_mona_is_told_so(thread, mona, gerd, answer, stored, deed) -> None:
    seen = seen_by(mona, thread).last_message_id
    answer(gerd, thread)
    deeds = {
        "waive": lambda: actions.need_no_reply(mona, thread, seen_message_id=seen),
        "phone": lambda: actions.answer_by_phone(
            mona, thread, text="Vi ringte.", form_key=an_id("p"), seen_message_id=seen
        ),
    }
    refused(Refusal.ANSWERED_MEANWHILE, deeds[deed])
    assert stored() == (1, 2)


def test_an_answer_and_a_waiver_at_the_same_moment_do_not_both_count(thread, mona, gerd, database) -> None:
    seen = seen_by(mona, thread).last_message_id
    at_once(
        lambda: actions.answer(mona, thread, text="Ja.", form_key=an_id("m"), seen_message_id=seen),
        lambda: actions.need_no_reply(gerd, thread, seen_message_id=seen),
    )
    rows = database.execute("SELECT answered_at, waived_at FROM message WHERE place = 1").fetchone()
    assert sum(each is not None for each in rows) == 1


def test_nothing_is_waived_where_nothing_waits_or_by_a_forged_page(thread, mona, answer) -> None:
    refused(Refusal.PAGE_TOO_OLD, lambda: actions.need_no_reply(mona, thread, seen_message_id=an_id("forged")))
    answer(mona, thread)
    seen = seen_by(mona, thread).last_message_id
    refused(Refusal.NOT_FROM_HERE, lambda: actions.need_no_reply(mona, thread, seen_message_id=seen))


def test_no_phone_answer_is_kept_of_one_who_has_stopped_using_it(thread, mona, database, stored) -> None:
    seen = seen_by(mona, thread).last_message_id
    database.execute("UPDATE activation SET state = 'inactive'")
    refused(
        Refusal.CITIZEN_NOT_ACTIVE,
        lambda: actions.answer_by_phone(mona, thread, text="Hei.", form_key=an_id("p"), seen_message_id=seen),
    )
    assert stored() == (1, 1)


# ── Closing ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_dialogue_is_closed_when_nothing_waits_and_opened_again(thread, mona, astrid, answer, handled, at) -> None:
    refused(Refusal.NOT_FROM_HERE, lambda: actions.close_thread(mona, thread))
    answer(mona, thread)
    for deed in (actions.close_thread, actions.close_thread, actions.reopen_thread, actions.reopen_thread):
        deed(mona, thread)
    assert seen_by(mona, thread).state is ThreadState.OPENED
    assert [what for what, *_ in handled()] == ["closed", "reopened"]


def test_in_a_closed_dialogue_nothing_is_answered(thread, mona, answer) -> None:
    answer(mona, thread)
    actions.close_thread(mona, thread)
    seen = seen_by(mona, thread).last_message_id
    refused(
        Refusal.NOT_FROM_HERE,
        lambda: actions.answer(mona, thread, text="Mer.", form_key=an_id("s2"), seen_message_id=seen),
    )


# ── Transfer ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_misdirected_dialogue_goes_to_sor_with_its_promise_and_all_that_belongs_to_it(
    thread, mona, per, world, astrid, open_to_both, database
) -> None:
    promised = seen_by(mona, thread).answer_by
    actions.take_thread(mona, thread)
    actions.note(mona, thread, text="Gjelder Sør.", form_key=an_id("n"))
    actions.transfer_thread(mona, thread, world.sor_nursing)

    (row,) = queries.inbox(per, world.sor).rows
    assert (row.id, row.from_unit_name, row.transferred_by) == (thread, "Hjemmetjenesten Nord", "Mona Lie")
    assert (row.answer_by, row.assignee_id, row.unread) == (promised, None, True)
    there = seen_by(per, thread)
    assert (there.service.unit.name, there.answer_by) == ("Hjemmetjenesten Sør", promised)
    assert [each.text for each in there.notes] == ["Gjelder Sør."]
    assert [each.what for each in there.handlings] == [HandlingKind.TAKEN, HandlingKind.TRANSFERRED]
    assert queries.thread(astrid, thread).messages[0].read_by == 2
    for table in ("thread", "message", "reading", "note"):
        assert database.execute(f"SELECT DISTINCT unit_id FROM {table}").fetchall() == [(world.sor,)]


def test_nobody_in_nord_reaches_it_afterwards_and_the_log_says_who_tried(
    thread, mona, gerd, world, open_to_both, log_of
) -> None:
    actions.transfer_thread(mona, thread, world.sor_nursing)
    for actor in (mona, gerd):
        for deed in DEEDS.values():
            with pytest.raises(Denied) as denied:
                deed(actor, thread)
            assert not denied.value.near
        assert queries.inbox(actor, world.nord, filter=InboxFilter.ALL).rows == ()
    assert ("read-thread-as-staff", "not-in-the-unit", "Gerd Vik") in log_of("astrid")


def test_it_can_be_sent_back_and_every_journey_is_told(thread, mona, per, world, open_to_both) -> None:
    actions.transfer_thread(mona, thread, world.sor_nursing)
    actions.transfer_thread(per, thread, world.nord_nursing)
    back = seen_by(mona, thread)
    assert [(each.unit_name, each.to_unit_name, each.by_name) for each in back.handlings] == [
        ("Hjemmetjenesten Nord", "Hjemmetjenesten Sør", "Mona Lie"),
        ("Hjemmetjenesten Sør", "Hjemmetjenesten Nord", "Per Sand"),
    ]
    (row,) = queries.inbox(mona, world.nord).rows
    assert (row.from_unit_name, row.transferred_by) == ("Hjemmetjenesten Sør", "Per Sand")


def test_it_goes_only_where_she_has_help_that_reads_messages(thread, mona, world, database, open_to_both) -> None:
    for service in (world.fjordby_nursing, an_id("no service")):
        refused(Refusal.NOT_RECEIVED_THERE, lambda to=service: actions.transfer_thread(mona, thread, to))
    refused(Refusal.NOT_RECEIVED_THERE, lambda: actions.transfer_thread(mona, thread, world.nord_cleaning))
    world.decision("astrid", world.tunvik, world.nord, world.nord_cleaning)
    refused(Refusal.NOT_OPENED_THERE, lambda: actions.transfer_thread(mona, thread, world.nord_cleaning))
    refused(Refusal.NOT_FROM_HERE, lambda: actions.transfer_thread(mona, thread, world.nord_nursing))
    assert [each.id for each in queries.before_sending_on(mona, thread).targets] == [world.sor_nursing]
    database.execute("UPDATE decision SET ends_on = %s WHERE unit_id = %s", [date(2026, 3, 1), world.sor])
    refused(Refusal.NOT_RECEIVED_THERE, lambda: actions.transfer_thread(mona, thread, world.sor_nursing))
    assert queries.before_sending_on(mona, thread).targets == ()


def test_an_ordinary_dialogue_does_not_go_to_the_office(thread, mona, world) -> None:
    refused(Refusal.NOT_RECEIVED_THERE, lambda: actions.transfer_thread(mona, thread, world.office()))


def test_two_transfer_at_the_same_moment_and_it_moves_once(thread, mona, gerd, world, open_to_both, handled) -> None:
    outcomes = at_once(
        lambda: actions.transfer_thread(mona, thread, world.sor_nursing),
        lambda: actions.transfer_thread(gerd, thread, world.sor_nursing),
    )
    assert outcomes.count(None) == 1
    assert set(outcomes) - {None} <= {Refusal.NOT_FROM_HERE.value, "not-in-the-unit"}
    assert [what for what, *_ in handled()] == ["transferred"]


def test_an_answer_while_it_is_transferred_is_left_behind_by_nobody(
    thread, mona, gerd, world, open_to_both, database
) -> None:
    seen = seen_by(mona, thread).last_message_id
    at_once(
        lambda: actions.transfer_thread(mona, thread, world.sor_nursing),
        lambda: actions.answer(gerd, thread, text="Ja.", form_key=an_id("g"), seen_message_id=seen),
    )
    assert database.execute("SELECT DISTINCT unit_id FROM message").fetchall() == [(world.sor,)]


def test_the_journal_hears_again_of_what_was_transferred(thread, mona, world, open_to_both, published) -> None:
    actions.transfer_thread(mona, thread, world.sor_nursing)
    assert "ThreadTransferred" in published()


# ── Cases ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_complaint_goes_to_the_office_and_waits_no_more_here(
    thread, mona, at_the_office, astrid, world, published, database
) -> None:
    world.office()
    actions.treat_as_case(mona, thread, CaseKind.COMPLAINT)
    with pytest.raises(Denied):
        seen_by(mona, thread)

    read = queries.thread(astrid, thread)
    assert (read.state, read.answer_by) == (ThreadState.AS_CASE, None)
    inbox = queries.inbox(at_the_office, at_the_office.units[0].unit_id, filter=InboxFilter.CASES)
    assert [(row.id, row.case_kind) for row in inbox.rows] == [(thread, "complaint")]
    assert (inbox.counts[InboxFilter.CASES], inbox.counts[InboxFilter.WAITING]) == (1, 0)
    there = seen_by(at_the_office, thread)
    assert (there.person_name, there.state, there.service.name) == (
        "Astrid Berg",
        ThreadState.AS_CASE,
        "Saksbehandling",
    )
    assert "ThreadTreatedAsCase" in published()


def test_where_there_is_no_office_a_case_goes_to_the_team_leader(thread, mona, gerd, world) -> None:
    for _ in range(2):
        actions.treat_as_case(mona, thread, CaseKind.APPLICATION)
    inbox = queries.inbox(gerd, world.nord, filter=InboxFilter.LEADER)
    assert [(row.id, row.case_kind, row.with_leader) for row in inbox.rows] == [(thread, "application", True)]
    assert inbox.counts[InboxFilter.LEADER] == 1
    refused(Refusal.NOT_FROM_HERE, lambda: actions.treat_as_case(gerd, thread, CaseKind.COMPLAINT))


def test_a_case_without_an_office_is_closed_to_all_when_the_help_has_ended(thread, mona, world, database) -> None:
    actions.treat_as_case(mona, thread, CaseKind.APPLICATION)
    database.execute("UPDATE decision SET ends_on = %s", [date(2026, 3, 1)])
    assert queries.inbox(mona, world.nord, filter=InboxFilter.ALL).rows == ()
    with pytest.raises(Denied) as denied:
        seen_by(mona, thread)
    assert denied.value.near


def test_the_office_reads_cases_only_and_sends_back_what_is_none(
    thread, mona, at_the_office, world, write, astrid
) -> None:
    world.office()
    other = write(astrid, key="b").thread_id
    with pytest.raises(Denied):
        seen_by(at_the_office, other)
    actions.treat_as_case(mona, thread, CaseKind.COMPLAINT)
    assert [each.id for each in queries.before_sending_on(at_the_office, thread).targets] == [world.nord_nursing]
    actions.transfer_thread(at_the_office, thread, world.nord_nursing)
    assert seen_by(mona, thread).case_kind == "complaint"
    assert an_id("cases") in {each.id for each in queries.before_sending_on(mona, thread).targets}


def test_a_case_may_be_closed_and_nothing_is_answered_in_it(thread, mona, at_the_office, world) -> None:
    world.office()
    actions.treat_as_case(mona, thread, CaseKind.COMPLAINT)
    seen = seen_by(at_the_office, thread).last_message_id
    refused(
        Refusal.NOT_FROM_HERE,
        lambda: actions.answer(at_the_office, thread, text="Nei.", form_key=an_id("s"), seen_message_id=seen),
    )
    actions.close_thread(at_the_office, thread)
    assert seen_by(at_the_office, thread).state is ThreadState.CLOSED


# ── Services that answer in the journal ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("may", [may for may in DEEDS if may not in (May.SEE_WHERE_TO_SEND, May.READ_THREAD_AS_STAFF)])
def test_what_is_answered_in_the_journal_is_read_only_here(thread, mona, database, stored, may, open_to_both) -> None:
    database.execute("UPDATE service SET answers_in = 'journal'")
    assert seen_by(mona, thread).service.answers_in == "journal"
    refused(Refusal.ANSWERED_IN_JOURNAL, lambda: DEEDS[may](mona, thread))
    assert stored() == (1, 1)


def test_an_ordinary_answer_is_refused_there_too(thread, mona, database) -> None:
    database.execute("UPDATE service SET answers_in = 'journal'")
    seen = seen_by(mona, thread).last_message_id
    refused(
        Refusal.ANSWERED_IN_JOURNAL,
        lambda: actions.answer(mona, thread, text="Ja.", form_key=an_id("s"), seen_message_id=seen),
    )


def test_the_promise_is_four_o_clock_whoever_has_it(thread, mona, world, open_to_both, per, at) -> None:
    at("tuesday 15:00")
    actions.transfer_thread(mona, thread, world.sor_nursing)
    assert seen_by(per, thread).answer_by == datetime(2026, 3, 3, 16, tzinfo=OSLO).astimezone(UTC)
