"""Astrid writes, is promised a day, Mona answers, and Astrid reads: the story and what can hinder it."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Denial, Right
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.messages import actions, for_journal, queries
from hjemmekontakt.messages.rules import InboxFilter, Refusal, Sender, ThreadState
from tests.people import an_id, on_behalf


def test_astrid_writes_mona_answers_and_astrid_reads(write, answer, astrid, mona, world, at, told) -> None:
    at("monday 10:00")
    sent = write(astrid)
    assert sent.answer_by == datetime(2026, 3, 3, 16, tzinfo=OSLO)
    assert queries.thread(astrid, sent.thread_id).state is ThreadState.SENT

    at("tuesday 08:30")
    (row,) = queries.inbox(mona, world.nord).rows
    assert (row.id, row.person_name, row.birth_year, row.answer_by) == (
        sent.thread_id,
        "Astrid Berg",
        1944,
        sent.answer_by,
    )
    queries.staff_thread(mona, sent.thread_id)
    assert queries.thread(astrid, sent.thread_id).state is ThreadState.OPENED
    given = answer(mona, sent.thread_id, "Mona har nøkkelen.")

    assert queries.unread(astrid).messages == 1
    assert [each.subject for each in queries.unread(astrid).rows] == ["Nøkkel"]
    thread = queries.thread(astrid, sent.thread_id)
    assert (thread.state, thread.answer_by) == (ThreadState.ANSWERED, None)
    assert [(each.author.sender, each.text) for each in thread.messages] == [
        (Sender.CITIZEN, "Hvem har nøkkelen?"),
        (Sender.UNIT, "Mona har nøkkelen."),
    ]
    assert queries.unread(astrid).messages == 0
    assert told() == [("MessageSent", sent.message_id), ("MessageAnswered", given.message_id)]


@pytest.mark.parametrize(
    ("sent_at", "promised"),
    [
        ("2026-03-06T15:59", "2026-03-09"),  # a Friday: Monday
        ("2026-03-07T10:00", "2026-03-09"),  # a Saturday: Monday
        ("2026-03-08T23:59", "2026-03-09"),  # a Sunday, a minute before midnight: Monday
        ("2026-04-01T10:00", "2026-04-07"),  # the Wednesday before Maundy Thursday: the Tuesday after Easter
        ("2026-05-13T10:00", "2026-05-15"),  # the day before Ascension
        ("2026-12-31T10:00", "2027-01-04"),  # New Year's Eve: the Monday after
    ],
)
def test_the_promise_is_four_o_clock_on_the_first_working_day_after(write, astrid, at, sent_at, promised) -> None:
    at(datetime.fromisoformat(sent_at).replace(tzinfo=OSLO))
    kept = write(astrid).answer_by.astimezone(OSLO)
    assert kept == datetime.fromisoformat(promised).replace(hour=16, tzinfo=OSLO)


def test_a_day_when_tunvik_is_closed_is_no_day_of_answers(write, astrid, world) -> None:
    world.insert(
        "closing_day", id=an_id("stengt"), municipality_id=world.tunvik, day=date(2026, 3, 3), name="Planleggingsdag"
    )
    assert write(astrid).answer_by == datetime(2026, 3, 4, 16, tzinfo=OSLO)


def test_a_closing_day_added_later_moves_no_promise(write, astrid, world) -> None:
    sent = write(astrid)
    world.insert(
        "closing_day", id=an_id("stengt"), municipality_id=world.tunvik, day=date(2026, 3, 3), name="Planleggingsdag"
    )
    assert queries.thread(astrid, sent.thread_id).answer_by == sent.answer_by


@pytest.mark.parametrize(
    ("moment", "phone"), [("monday 15:59", ""), ("monday 16:00", "32 00 00 10"), ("sunday 12:00", "32 00 00 10")]
)
def test_outside_hours_she_is_told_whom_to_call(write, astrid, at, moment, phone) -> None:
    at(moment)
    assert write(astrid).phone_now == phone


def test_the_earliest_promise_stands_when_she_writes_again(write, astrid, at) -> None:
    at("monday 10:00")
    sent = write(astrid)
    at("tuesday 09:00")
    again = actions.reply(astrid, sent.thread_id, text="Har dere sett dette?", form_key=an_id("skjema 2"))
    assert again.answer_by == datetime(2026, 3, 4, 16, tzinfo=OSLO)
    assert queries.thread(astrid, sent.thread_id).answer_by == sent.answer_by


def test_writing_on_after_an_answer_waits_anew(write, answer, astrid, mona, world, at) -> None:
    sent = write(astrid)
    at("tuesday 09:00")
    answer(mona, sent.thread_id)
    assert queries.inbox(mona, world.nord).rows == ()
    actions.reply(astrid, sent.thread_id, text="Takk! En ting til.", form_key=an_id("skjema 2"))
    thread = queries.thread(astrid, sent.thread_id)
    assert (thread.state, thread.answer_by) == (ThreadState.SENT, datetime(2026, 3, 4, 16, tzinfo=OSLO))
    assert [row.id for row in queries.inbox(mona, world.nord, filter=InboxFilter.NEW).rows] == [sent.thread_id]


def test_the_same_form_sent_twice_is_one_message(write, astrid, stored, told) -> None:
    assert write(astrid) == write(astrid)
    assert stored() == (1, 1)
    assert len(told()) == 1


def test_the_same_form_sent_at_the_same_time_is_one_message(write, astrid, stored) -> None:
    sent, ready = [], threading.Barrier(2)

    def press() -> None:
        ready.wait()
        sent.append(write(astrid))
        connection.close()

    hands = [threading.Thread(target=press) for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sent[0] == sent[1]
    assert stored() == (1, 1)


def test_a_reply_and_an_answer_sent_twice_are_one_each(write, answer, astrid, mona, stored) -> None:
    sent = write(astrid)
    seen = queries.staff_thread(mona, sent.thread_id).last_message_id
    twice = [
        actions.answer(mona, sent.thread_id, text="Ja.", form_key=an_id("svar"), seen_message_id=seen) for _ in range(2)
    ]
    assert twice[0] == twice[1]
    replies = [actions.reply(astrid, sent.thread_id, text="Takk.", form_key=an_id("skjema 2")) for _ in range(2)]
    assert replies[0] == replies[1]
    assert stored() == (1, 3)


def test_a_used_form_with_new_words_is_refused_and_not_swallowed(write, astrid, stored) -> None:
    write(astrid)
    with pytest.raises(Refused) as refused:
        write(astrid, "Noe helt annet.")
    assert refused.value.why is Refusal.FORM_USED
    assert stored() == (1, 1)


def test_a_form_used_for_somebody_else_is_refused(write, jonas, jonas_for_astrid, world, stored) -> None:
    world.decision("jonas", world.tunvik, world.nord, world.nord_nursing)
    world.activation("jonas")
    write(jonas)
    astrids_own_eyes = on_behalf("jonas", "Jonas Berg", of="astrid", of_name="Astrid Berg")
    with pytest.raises(Refused) as refused:
        write(astrids_own_eyes, "En annen tekst.")
    assert refused.value.why is Refusal.FORM_USED
    assert stored() == (1, 1)


def test_the_thirty_first_message_in_an_hour_is_refused_with_words(write, astrid, at, stored) -> None:
    at("monday 10:00")
    sent = [write(astrid, key=f"skjema {number}") for number in range(30)]
    for deed in (
        lambda: write(astrid, key="skjema 31"),
        lambda: actions.reply(astrid, sent[0].thread_id, text="Hei.", form_key=an_id("skjema 32")),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.why is Refusal.TOO_MANY
    assert stored() == (30, 30)
    at("monday 11:00")
    write(astrid, key="skjema 31")


def test_the_limit_is_the_authors_also_where_she_writes_for_another(write, jonas, jonas_for_astrid, world, at) -> None:
    world.decision("jonas", world.tunvik, world.nord, world.nord_nursing)
    world.activation("jonas")
    for number in range(30):
        write(jonas, key=f"skjema {number}")
    with pytest.raises(Refused):
        write(jonas_for_astrid, key="skjema 31")


def test_two_nurses_at_once_only_one_answer_goes_out(write, astrid, mona, world, stored) -> None:
    gerd = on_duty_at_nord(world, "gerd", "Gerd Vik")
    sent = write(astrid)
    seen = queries.staff_thread(mona, sent.thread_id).last_message_id
    queries.staff_thread(gerd, sent.thread_id)
    actions.answer(gerd, sent.thread_id, text="Gerd svarer.", form_key=an_id("g"), seen_message_id=seen)
    with pytest.raises(Refused) as refused:
        actions.answer(mona, sent.thread_id, text="Mona svarer.", form_key=an_id("m"), seen_message_id=seen)
    assert refused.value.why is Refusal.ANSWERED_MEANWHILE
    assert stored() == (1, 2)


def test_what_astrid_wrote_after_the_page_was_shown_still_waits(write, astrid, mona, world, at) -> None:
    at("monday 10:00")
    sent = write(astrid)
    seen = queries.staff_thread(mona, sent.thread_id).last_message_id
    at("tuesday 09:00")
    later = actions.reply(astrid, sent.thread_id, text="Og en ting til.", form_key=an_id("skjema 2"))
    actions.answer(mona, sent.thread_id, text="Svar på det første.", form_key=an_id("m"), seen_message_id=seen)
    (row,) = queries.inbox(mona, world.nord).rows
    assert (row.answer_by, row.state) == (later.answer_by, ThreadState.SENT)


def test_a_forged_last_message_is_refused(write, astrid, mona) -> None:
    sent = write(astrid)
    other = write(astrid, key="skjema 2")
    with pytest.raises(Refused) as refused:
        actions.answer(mona, sent.thread_id, text="Ja.", form_key=an_id("m"), seen_message_id=other.message_id)
    assert refused.value.why is Refusal.PAGE_TOO_OLD


def test_einar_who_is_not_active_cannot_write(write, einar, stored) -> None:
    with pytest.raises(Refused) as refused:
        write(einar)
    assert refused.value.why is Refusal.NOT_ACTIVE
    assert stored() == (0, 0)


def test_nothing_is_stored_about_one_who_has_stopped_using_it(write, astrid, mona, database, stored) -> None:
    sent = write(astrid)
    seen = queries.staff_thread(mona, sent.thread_id).last_message_id
    database.execute("UPDATE activation SET state = 'inactive' WHERE citizen_id = %s", [an_id("astrid")])
    with pytest.raises(Refused) as refused:
        actions.answer(mona, sent.thread_id, text="Ja.", form_key=an_id("m"), seen_message_id=seen)
    assert refused.value.why is Refusal.CITIZEN_NOT_ACTIVE
    with pytest.raises(Refused) as refused:
        actions.reply(astrid, sent.thread_id, text="Hei.", form_key=an_id("skjema 2"))
    assert refused.value.why is Refusal.NOT_ACTIVE
    assert stored() == (1, 1)


def test_one_writes_only_to_services_received_and_opened(write, astrid, world) -> None:
    with pytest.raises(Refused) as refused:
        write(astrid, service=world.sor_nursing)
    assert refused.value.why is Refusal.NOT_RECEIVED
    world.decision("astrid", world.tunvik, world.nord, world.nord_cleaning)
    with pytest.raises(Refused) as refused:
        write(astrid, service=world.nord_cleaning)
    assert refused.value.why is Refusal.NOT_OPENED
    listed = queries.services_to_write_to(astrid)
    assert [(each.service.name, each.opened, each.phone) for each in listed] == [
        ("Hjemmesykepleie", True, "32 00 00 10"),
        ("Praktisk hjelp", False, "32 00 00 10"),
    ]


def test_a_service_that_is_not_there_is_not_found(write, astrid, stored) -> None:
    with pytest.raises(Denied) as denied:
        write(astrid, service=an_id("no such service"))
    assert (denied.value.why, denied.value.near) == (Denial.UNKNOWN, False)
    assert stored() == (0, 0)


def test_somebody_elses_visit_cannot_be_written_about(astrid, world, stored) -> None:
    with pytest.raises(Denied) as denied:
        actions.write_message(
            astrid,
            service_id=world.nord_nursing,
            subject="Annen tid",
            text="Kan dere komme senere?",
            form_key=an_id("skjema"),
            visit_id=an_id("no visit of hers"),
        )
    assert denied.value.near is False
    assert stored() == (0, 0)


def test_jonas_writes_for_astrid_and_everybody_sees_that(write, astrid, mona, jonas_for_astrid) -> None:
    sent = write(jonas_for_astrid)
    for thread in (queries.thread(astrid, sent.thread_id), queries.staff_thread(mona, sent.thread_id)):
        (message,) = thread.messages
        assert (message.author.name, message.author.on_behalf) == ("Jonas Berg", True)
        assert thread.citizen_id == an_id("astrid")


def test_unread_is_each_persons_own(write, answer, astrid, mona, jonas_for_astrid) -> None:
    sent = write(jonas_for_astrid)
    answer(mona, sent.thread_id)
    assert (queries.unread(astrid).messages, queries.unread(jonas_for_astrid).messages) == (1, 1)
    queries.thread(jonas_for_astrid, sent.thread_id)
    assert (queries.unread(astrid).messages, queries.unread(jonas_for_astrid).messages) == (1, 0)


def test_an_answer_is_unread_also_when_the_clock_was_moved_back(write, answer, astrid, mona, at) -> None:
    at("friday 10:00")
    sent = write(astrid)
    queries.thread(astrid, sent.thread_id)
    at("monday 10:00")
    answer(mona, sent.thread_id)
    assert queries.unread(astrid).messages == 1
    assert [each.author.sender for each in queries.thread(astrid, sent.thread_id).messages] == [
        Sender.CITIZEN,
        Sender.UNIT,
    ]


def test_astrid_sees_how_many_have_read_and_when(write, astrid, mona, world, at) -> None:
    at("monday 10:00")
    sent = write(astrid)
    assert queries.thread(astrid, sent.thread_id).messages[0].read_by == 0
    at("monday 11:00")
    queries.staff_thread(mona, sent.thread_id)
    last = at("monday 12:00")
    queries.staff_thread(on_duty_at_nord(world, "gerd", "Gerd Vik"), sent.thread_id)
    at("monday 13:00")
    actions.reply(astrid, sent.thread_id, text="Er det noen der?", form_key=an_id("skjema 2"))
    first, second = queries.thread(astrid, sent.thread_id).messages
    assert (first.read_by, first.read_at) == (2, last)
    assert (second.read_by, second.read_at) == (0, None)


def test_the_journals_receipt_is_seen_until_somebody_opens(write, astrid, mona, journal) -> None:
    sent = write(astrid)
    actions.record_receipt(journal, sent.message_id)
    assert queries.thread(astrid, sent.thread_id).state is ThreadState.RECEIVED
    queries.staff_thread(mona, sent.thread_id)
    actions.record_receipt(journal, sent.message_id)
    assert queries.thread(astrid, sent.thread_id).state is ThreadState.OPENED


def test_another_municipalitys_journal_reaches_no_message(write, astrid, world) -> None:
    from tests.people import the_journal

    sent = write(astrid)
    for deed in (for_journal.message, actions.record_receipt):
        with pytest.raises(Denied) as denied:
            deed(the_journal(world.fjordby), sent.message_id)
        assert (denied.value.why, denied.value.near) == (Denial.UNKNOWN, False)


def test_the_list_is_read_on_page_by_page_without_gap_or_repeat(write, astrid, at) -> None:
    sent = []
    for number in range(5):
        at(datetime(2026, 3, 2, 9, number // 2, tzinfo=UTC))  # some at the same moment
        sent.append(write(astrid, subject=f"Nummer {number}", key=f"skjema {number}").thread_id)
    seen, before = [], None
    for _ in range(3):
        page = queries.threads_of(astrid, before=before, limit=2)
        seen += [row.id for row in page.rows]
        before = page.following
    assert before is None
    assert (sorted(seen), len(seen)) == (sorted(sent), 5)
    assert seen[0] == sent[4]


def test_jonas_who_may_only_read_is_shown_no_field_to_write_in(write, astrid, world) -> None:
    reader = on_behalf("jonas", "Jonas Berg", of="astrid", of_name="Astrid Berg", rights=frozenset({Right.READ}))
    thread = queries.thread(reader, write(astrid).thread_id)
    assert (thread.may_write, thread.answer_by_if_sent) == (False, None)
    with pytest.raises(Denied) as denied:
        queries.before_writing(reader)
    assert (denied.value.why, denied.value.near) == (Denial.NOT_IN_THE_FULLMAKT, True)


def on_duty_at_nord(world, key: str, name: str):
    from tests.people import at_work

    return at_work(key, name, municipality=world.tunvik, unit=world.nord, unit_name="Hjemmetjenesten Nord")
