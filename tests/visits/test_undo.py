"""Astrid takes a cancellation back, the journal answers when it likes, and the page stays honest (R43)."""

import pytest

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Denial, Right
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits.actions import (
    answer_cancellation,
    ask_to_cancel_visit,
    need_visit,
    record_visits,
    withdraw_cancellation,
)
from hjemmekontakt.visits.queries import visit
from hjemmekontakt.visits.rules import CancellationState, CancelReason, Refusal, VisitStatus
from tests.at_once import at_once
from tests.doors import client_of
from tests.people import an_id, on_behalf
from tests.visits.reports import ASTRIDS_MORNING, later, on, performed
from tests.visits.test_pages import cancel, page, words

ACCEPTED, DECLINED = CancellationState.ACCEPTED, CancellationState.DECLINED
OFF = {"status": VisitStatus.CANCELLED, "cancel_reason": CancelReason.BY_RECIPIENT}


@pytest.fixture
def friday(journal):
    """Astrid's visit on Friday morning."""
    return record_visits(journal, [ASTRIDS_MORNING])[0].visit_id


@pytest.fixture
def asked(astrid, friday):
    """What Astrid has asked for: no visit on Friday."""
    return ask_to_cancel_visit(astrid, friday, form_key=an_id("form"))


def row(database, columns: str):
    return database.execute(f"SELECT {columns} FROM cancellation ORDER BY asked_at, stored_at, id").fetchall()


def names(told) -> list[str]:
    return [event for event, _ in told()]


def test_she_takes_it_back_and_the_visit_takes_place(astrid, friday, asked, told, lines) -> None:
    taken_back = withdraw_cancellation(astrid, asked.id)
    assert (taken_back.state, taken_back.version, taken_back.withdrawn_by_name) == ("withdrawn", 2, "Astrid Berg")
    assert names(told) == ["CancellationAsked", "CancellationWithdrawn"]
    assert told()[1][1] == {
        "cancellation_id": str(asked.id),
        "visit_id": str(friday),
        "citizen_id": str(an_id("astrid")),
        "municipality_id": str(an_id("Tunvik")),
    }
    assert lines("astrid")[-1] == ("withdraw-cancellation", "done", "self", "Astrid Berg")


def test_pressing_twice_takes_back_once(astrid, asked, told) -> None:
    first, second = withdraw_cancellation(astrid, asked.id), withdraw_cancellation(astrid, asked.id)
    assert first == second
    assert names(told).count("CancellationWithdrawn") == 1


def test_four_presses_at_the_same_moment_take_back_once(astrid, asked, told) -> None:
    at_once(*[lambda: withdraw_cancellation(astrid, asked.id)] * 4)
    assert names(told).count("CancellationWithdrawn") == 1


def test_after_the_receipt_she_may_still_take_it_back(astrid, journal, asked) -> None:
    answer_cancellation(journal, asked.id, state=CancellationState.RECEIVED)
    assert withdraw_cancellation(astrid, asked.id).state == "withdrawn"


@pytest.mark.parametrize("answer", [ACCEPTED, DECLINED])
def test_when_the_journal_has_answered_it_is_too_late_to_take_back(astrid, journal, asked, answer, told) -> None:
    answer_cancellation(journal, asked.id, state=answer, reason="Medisin")
    with pytest.raises(Refused) as refused:
        withdraw_cancellation(astrid, asked.id)
    assert refused.value.why is Refusal.ANSWERED
    assert "CancellationWithdrawn" not in names(told)


def test_she_may_ask_again_and_a_late_press_on_the_old_button_leaves_the_new_one(
    astrid, friday, asked, database
) -> None:
    withdraw_cancellation(astrid, asked.id)
    again = ask_to_cancel_visit(astrid, friday, form_key=an_id("again"))
    withdraw_cancellation(astrid, asked.id)
    assert row(database, "state") == [("withdrawn",), ("sent",)]
    assert visit(astrid, friday).cancellation.id == again.id


def test_the_first_form_sent_again_after_the_undo_asks_for_nothing_new(astrid, friday, asked, database) -> None:
    withdraw_cancellation(astrid, asked.id)
    assert ask_to_cancel_visit(astrid, friday, form_key=an_id("form")).state == "withdrawn"
    assert row(database, "state") == [("withdrawn",)]


def test_who_may_take_back(world, astrid, jonas, jonas_for_astrid, siri, mona, journal, friday) -> None:
    only_reads = on_behalf("jonas", "Jonas Berg", of="astrid", of_name="Astrid Berg", rights=frozenset({Right.READ}))
    for name, actor, verdict in [
        ("siri", siri, Denial.NOT_HERS),
        ("jonas himself", jonas, Denial.NOT_HERS),
        ("jonas without the right", only_reads, Denial.NOT_IN_THE_FULLMAKT),
        ("mona", mona, Denial.NOT_FOR_THIS_STANDING),
        ("journal", journal, Denial.NOT_FOR_THIS_STANDING),
        ("astrid", astrid, None),
        ("jonas for astrid", jonas_for_astrid, None),
    ]:
        asked = ask_to_cancel_visit(astrid, friday, form_key=an_id(name))
        for act in (withdraw_cancellation, need_visit):
            try:
                act(actor, asked.id)
                found = None
            except Denied as denied:
                found = denied.why
            except Refused:
                found = None
            assert found == verdict, (name, act.__name__)
        if verdict:
            withdraw_cancellation(astrid, asked.id)


def test_astrid_takes_back_what_jonas_asked_and_both_see_who_did_what(world, journal, friday, database) -> None:
    jonas, astrid = client_of("jonas", acting_for="astrid"), client_of("astrid")
    cancel(jonas, friday)
    [(id,)] = row(database, "id")
    assert "Du har angret. Vi kommer som planlagt." in words(
        astrid.post(f"/timeavtaler/avlysning/{id}/angre/", follow=True)
    )
    assert "Astrid Berg har angret avlysningen. Vi kommer som planlagt." in page(jonas, f"/timeavtaler/{friday}/")
    assert "Angre" not in page(astrid, f"/timeavtaler/{friday}/")
    assert "Avlys besøk" in page(astrid, f"/timeavtaler/{friday}/")


def test_jonas_whose_fullmakt_has_ended_takes_nothing_back(world, friday, database) -> None:
    jonas = client_of("jonas", acting_for="astrid")
    cancel(jonas, friday)
    [(id,)] = row(database, "id")
    database.execute("DELETE FROM fullmakt")
    jonas.post(f"/timeavtaler/avlysning/{id}/angre/", follow=True)
    assert row(database, "state") == [("sent",)]


# The journal answers late


def test_a_late_refusal_is_kept_and_says_what_is_true_already(astrid, journal, asked, told, database) -> None:
    withdraw_cancellation(astrid, asked.id)
    answered = answer_cancellation(journal, asked.id, state=DECLINED, reason="Medisin")
    assert answered.state == "withdrawn"
    assert row(database, "answered_too_late, needed_at") == [("declined", None)]
    assert "CancellationAnswered" not in names(told)


def test_a_late_acceptance_is_said_on_the_page_told_to_her_and_waits_in_the_unit(
    astrid, journal, friday, asked, told, database
) -> None:
    withdraw_cancellation(astrid, asked.id)
    for _ in range(2):
        assert answer_cancellation(journal, asked.id, state=ACCEPTED).state == "withdrawn"
    assert names(told)[2:] == ["VisitNeeded", "CancellationAnswered"]
    [(kept, needed, by, handled)] = row(database, "answered_too_late, needed_at, needed_by_name, handled_at")
    assert (kept, needed is not None, by, handled) == ("accepted", True, "Astrid Berg", None)
    said = page(client_of("astrid"), f"/timeavtaler/{friday}/")
    assert "Du angret, men kommunen har avlyst besøket. Ring 32 00 00 10" in said
    assert "Vi kommer som planlagt" not in said
    assert "Avlyst, men trengs likevel" in said
    assert "Planlagt" not in said


def test_an_acceptance_outweighs_a_late_refusal_in_either_order(astrid, journal, asked, database) -> None:
    withdraw_cancellation(astrid, asked.id)
    for answer in (DECLINED, ACCEPTED, DECLINED):
        answer_cancellation(journal, asked.id, state=answer, reason="Nei")
    assert row(database, "answered_too_late") == [("accepted",)]


def test_a_receipt_after_the_undo_says_nothing(astrid, journal, asked, told, database) -> None:
    withdraw_cancellation(astrid, asked.id)
    assert answer_cancellation(journal, asked.id, state=CancellationState.RECEIVED).state == "withdrawn"
    assert row(database, "answered_too_late") == [("",)]


def test_the_journal_calls_it_off_all_the_same_and_she_is_told_so(
    astrid, journal, friday, asked, told, database
) -> None:
    withdraw_cancellation(astrid, asked.id)
    record_visits(journal, [later(**OFF)])
    assert names(told)[2:] == ["VisitNeeded", "CancellationAnswered"]
    said = page(client_of("astrid"), f"/timeavtaler/{friday}/")
    assert "Du angret, men kommunen har avlyst besøket. Ring 32 00 00 10" in said
    record_visits(journal, [later(minutes=2, title="Nytt ord", **OFF)])
    assert names(told).count("VisitNeeded") == 1


def test_what_the_municipality_calls_off_itself_is_no_answer_to_her(astrid, journal, asked, told, database) -> None:
    withdraw_cancellation(astrid, asked.id)
    record_visits(journal, [later(status=VisitStatus.CANCELLED, cancel_reason=CancelReason.BY_SERVICE)])
    assert row(database, "answered_too_late, needed_at") == [("", None)]


def test_the_journal_puts_it_back_and_what_waited_is_settled(astrid, journal, friday, asked, database) -> None:
    withdraw_cancellation(astrid, asked.id)
    record_visits(journal, [later(**OFF)])
    record_visits(journal, [later(minutes=2)])
    [(state, kept, handled)] = row(database, "state, answered_too_late, handled_at")
    assert (state, kept, handled is not None) == ("withdrawn", "", True)
    assert "Du har angret. Vi kommer som planlagt." in page(client_of("astrid"), f"/timeavtaler/{friday}/")


def test_an_undo_and_an_answer_at_the_same_moment_leave_one_truth(astrid, journal, asked, database, told) -> None:
    at_once(
        lambda: withdraw_cancellation(astrid, asked.id), lambda: answer_cancellation(journal, asked.id, state=ACCEPTED)
    )
    [(state, kept, needed)] = row(database, "state, answered_too_late, needed_at")
    assert (state, kept, needed is not None) in {("accepted", "", False), ("withdrawn", "accepted", True)}
    assert names(told).count("CancellationAnswered") == 1


def test_two_persons_at_once_one_asks_and_one_takes_back(astrid, jonas_for_astrid, friday, asked, database) -> None:
    at_once(
        lambda: withdraw_cancellation(astrid, asked.id),
        lambda: ask_to_cancel_visit(jonas_for_astrid, friday, form_key=an_id("his")),
    )
    states = [state for (state,) in row(database, "state")]
    assert states in (["withdrawn"], ["withdrawn", "sent"])


def test_the_journal_calls_it_off_itself_at_the_same_moment(astrid, journal, friday, database, told) -> None:
    at_once(
        lambda: ask_to_cancel_visit(astrid, friday, form_key=an_id("form")),
        lambda: record_visits(journal, [later(**OFF)]),
    )
    assert row(database, "state") in ([], [("accepted",)])
    assert names(told) in ([], ["CancellationAsked", "CancellationAnswered"])


def test_the_journal_moves_it_while_it_is_asked_for_and_the_request_follows(astrid, journal, friday, asked) -> None:
    record_visits(journal, [later(starts_at=on(6, 12), ends_at=on(6, 14))])
    seen = visit(astrid, friday)
    assert (seen.cancellation.state, seen.moved_from) == ("sent", on(6, 8))
    answer_cancellation(journal, asked.id, state=ACCEPTED)
    assert visit(astrid, friday).cancellation.state == "accepted"


def test_an_answer_a_day_late_is_taken_where_she_still_waits(astrid, journal, friday, asked, at) -> None:
    at("tuesday 10:00")
    answer_cancellation(journal, asked.id, state=ACCEPTED)
    assert visit(astrid, friday).cancellation.answered_at == on(3, 10)


# She needs it after all


def test_after_the_confirmation_she_needs_it_after_all(astrid, journal, friday, asked, told, database, lines) -> None:
    answer_cancellation(journal, asked.id, state=ACCEPTED)
    record_visits(journal, [later(**OFF)])
    browser = client_of("astrid")
    said = page(browser, f"/timeavtaler/{friday}/")
    assert "Jeg trenger besøket likevel" in said
    for _ in range(2):
        after = words(browser.post(f"/timeavtaler/avlysning/{asked.id}/likevel/", follow=True))
    assert "Ring for å få besøket likevel Ring 32 00 00 10" in after
    assert "Vi har sagt fra til kommunen at besøket trengs likevel." in after
    assert "Jeg trenger besøket likevel" not in after
    assert names(told).count("VisitNeeded") == 1
    [(needed, by, handled, state)] = row(database, "needed_at, needed_by_name, handled_at, state")
    assert (needed is not None, by, handled, state) == (True, "Astrid Berg", None, "accepted")
    assert ("need-visit", "done", "self", "Astrid Berg") in lines("astrid")


def test_when_it_is_back_in_the_plan_it_reads_as_planned_and_may_be_called_off_anew(
    astrid, journal, friday, asked
) -> None:
    answer_cancellation(journal, asked.id, state=ACCEPTED)
    record_visits(journal, [later(**OFF)])
    need_visit(astrid, asked.id)
    record_visits(journal, [later(minutes=2)])
    said = page(client_of("astrid"), f"/timeavtaler/{friday}/")
    assert "Planlagt" in said
    assert "Du har angret. Vi kommer som planlagt." in said
    assert ask_to_cancel_visit(astrid, friday, form_key=an_id("anew")).state == "sent"


@pytest.mark.parametrize("answer", [None, DECLINED])
def test_what_is_not_called_off_is_not_needed_after_all(astrid, journal, asked, answer) -> None:
    if answer:
        answer_cancellation(journal, asked.id, state=answer, reason="Nei")
    with pytest.raises(Refused) as refused:
        need_visit(astrid, asked.id)
    assert refused.value.why is Refusal.NOT_CALLED_OFF


def test_what_is_past_is_not_needed_any_more(astrid, journal, asked, at) -> None:
    answer_cancellation(journal, asked.id, state=ACCEPTED)
    at("friday 10:00")
    with pytest.raises(Refused) as refused:
        need_visit(astrid, asked.id)
    assert refused.value.why is Refusal.BEGUN


def test_performed_after_the_undo_there_is_no_word_about_it(astrid, journal, friday, asked, at) -> None:
    withdraw_cancellation(astrid, asked.id)
    record_visits(journal, [performed()])
    said = page(client_of("astrid"), f"/timeavtaler/{friday}/")
    assert "Utført" in said
    assert "angret" not in said


def test_jonas_cancels_and_astrid_reads_that_it_was_he(world, journal, friday, database) -> None:
    jonas, astrid = client_of("jonas", acting_for="astrid"), client_of("astrid")
    cancel(jonas, friday)
    [(id,)] = row(database, "id")
    answer_cancellation(journal, id, state=ACCEPTED)
    assert "Avlyst av Jonas Berg" in page(astrid, f"/timeavtaler/{friday}/")
    assert "Avlyst av Jonas Berg" in page(astrid, "/timeavtaler/")


def test_a_critical_visit_says_why_and_whom_to_call(journal, friday) -> None:
    record_visits(journal, [later(may_cancel=False)])
    said = page(client_of("astrid"), f"/timeavtaler/{friday}/")
    assert (
        "Dette besøket kan du ikke avlyse her. Ring 32 00 00 10. Kommunen har merket besøket som viktig, og vil snakke"
        " med deg først." in said
    )


def test_the_page_of_a_visit_with_a_request_costs_no_more(astrid, friday, asked, queries_in) -> None:
    browser = client_of("astrid")
    assert queries_in(lambda: browser.get(f"/timeavtaler/{friday}/")) <= 21
    assert queries_in(lambda: browser.post(f"/timeavtaler/avlysning/{asked.id}/angre/")) <= 30


def test_a_strangers_request_and_one_that_is_not_there_are_the_same(world, asked) -> None:
    world.decision("siri", world.tunvik, world.nord, world.nord_nursing)
    world.activation("siri")
    siri = client_of("siri")
    for what in ("angre", "likevel"):
        foreign = siri.post(f"/timeavtaler/avlysning/{asked.id}/{what}/")
        unknown = siri.post(f"/timeavtaler/avlysning/{an_id('none')}/{what}/")
        assert (foreign.status_code, unknown.status_code) == (404, 404)
