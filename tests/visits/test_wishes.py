"""Astrid, or Jonas for her, wishes another time for a visit; the journal accepts, proposes or declines (R42)."""

import itertools
from datetime import date, time

import pytest

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.access.rules import Denial, Right
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.project.jobs import run_minutely
from hjemmekontakt.visits.actions import (
    answer_cancellation,
    answer_proposal,
    answer_wish,
    ask_to_cancel_visit,
    expire_wishes,
    record_visits,
    withdraw_wish,
)
from hjemmekontakt.visits.queries import visit, wish_on_visit
from hjemmekontakt.visits.rules import CancellationState, CancelReason, NotTaken, VisitStatus
from hjemmekontakt.visits.rules.waiting import AnswerRefusal
from hjemmekontakt.visits.rules.wishes import WISH_STEPS, Answer, Window, WishRefusal, WishState, window_on
from hjemmekontakt.visits.wish_words import AT_WORK, SENTENCES
from tests.at_once import at_once
from tests.people import an_id, on_behalf, the_journal
from tests.visits.reports import ASTRIDS_MORNING, another, later, on, performed
from tests.visits.wishing import SUNDAY, THURSDAY, TUESDAY, open_wishes, wish


@pytest.fixture
def friday(journal, database):
    """Astrid's visit on Friday between eight and ten, in a service that takes wishes."""
    open_wishes(database)
    return record_visits(journal, [ASTRIDS_MORNING])[0].visit_id


def now_of(actor, visit_id) -> WishState:
    return wish_on_visit(actor, visit_id).wish.state


def refusal_of(act) -> object:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.why


def test_astrid_wishes_two_other_times_and_the_visit_stays_as_planned(astrid, friday, told, lines) -> None:
    wished = wish(astrid, friday, TUESDAY, THURSDAY, text="Jeg skal til legen")
    assert (wished.state, wished.windows, wished.text) == ("sent", (TUESDAY, THURSDAY), "Jeg skal til legen")
    [(event, tells)] = told()
    assert (event, tells["wish_id"]) == ("ChangeWished", str(wished.id))
    assert visit(astrid, friday).starts_at == on(6, 8)
    assert lines("astrid")[0] == ("wish-other-time", "done", "self", "Astrid Berg")
    assert wish_on_visit(astrid, friday).why_not is WishRefusal.ALREADY_WISHED


def test_a_double_click_wishes_once_and_the_same_time_twice_is_one_time(astrid, friday, told, database) -> None:
    assert wish(astrid, friday).id == wish(astrid, friday).id
    assert len(told()) == 1
    assert len(wish(astrid, friday, TUESDAY, TUESDAY).windows) == 1
    assert database.execute("SELECT count(*) FROM change_wish").fetchone() == (1,)


def test_two_clicks_at_the_same_moment_wish_once(astrid, friday, told) -> None:
    at_once(*[lambda: wish(astrid, friday)] * 4)
    assert len(told()) == 1


def test_a_second_form_is_told_that_a_wish_is_under_way_and_a_form_is_not_used_twice(astrid, journal, friday) -> None:
    wish(astrid, friday)
    assert refusal_of(lambda: wish(astrid, friday, form="another")) is WishRefusal.ALREADY_WISHED
    other = record_visits(journal, [another("other", starts_at=on(7, 8), ends_at=on(7, 10))])[0].visit_id
    assert refusal_of(lambda: wish(astrid, other)) is WishRefusal.FORM_USED


def test_jonas_wishes_for_her_and_it_says_that_it_was_he(jonas_for_astrid, friday, lines) -> None:
    wished = wish(jonas_for_astrid, friday)
    assert (wished.on_behalf, wished.asked_by_name) == (True, "Jonas Berg")
    assert lines("astrid") == [("wish-other-time", "done", "fullmakt", "Jonas Berg")]


def test_a_visit_that_cannot_be_called_off_may_be_wished_at_another_time(astrid, journal, friday) -> None:
    record_visits(journal, [later(may_cancel=False)])
    assert wish(astrid, friday).state is WishState.SENT


@pytest.mark.parametrize(
    ("windows", "why"),
    [
        ([], WishRefusal.NO_WINDOW),
        ([TUESDAY, THURSDAY, SUNDAY, Window(on(9, 9), on(9, 10))], WishRefusal.TOO_MANY_WINDOWS),
        ([Window(on(2, 7), on(2, 9))], WishRefusal.PASSED),
        ([Window(on(3, 12), on(3, 12))], WishRefusal.ENDS_BEFORE),
        ([Window(on(3, 7), on(3, 21, 1))], WishRefusal.TOO_LONG),
        ([Window(on(3, 7).replace(month=5), on(3, 9).replace(month=5))], WishRefusal.TOO_FAR),
        ([TUESDAY, Window(on(6, 8), on(6, 10))], WishRefusal.THE_SAME_TIME),
    ],
)
def test_what_cannot_be_wished_for_says_why_and_nothing_is_sent(astrid, friday, told, windows, why) -> None:
    from hjemmekontakt.visits.actions import wish_other_time

    assert refusal_of(lambda: wish_other_time(astrid, friday, windows=windows, form_key=an_id("f"))) is why
    assert told() == []


def test_fourteen_hours_and_sixty_days_are_just_within(astrid, friday) -> None:
    longest = Window(on(3, 7), on(3, 21))
    farthest = Window(on(1, 8).replace(month=5), on(1, 9).replace(month=5))
    assert wish(astrid, friday, longest, farthest).state is WishState.SENT


def test_the_nights_on_which_the_clock_is_moved() -> None:
    jumped = window_on(date(2026, 3, 29), time(1, 30), time(3, 30))
    assert jumped.ends_at - jumped.starts_at == on(3, 2) - on(3, 1)
    assert window_on(date(2026, 3, 29), time(1, 0), time(2, 30)) is WishRefusal.NO_SUCH_HOUR
    doubled = window_on(date(2026, 10, 25), time(1, 0), time(2, 30))
    assert (doubled.ends_at - doubled.starts_at).total_seconds() == 2.5 * 3600
    midnight = window_on(date(2026, 3, 3), time(20), time(0))
    assert midnight == Window(on(3, 20), on(4, 0))


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (performed(), WishRefusal.NOT_PLANNED),
        (later(status=VisitStatus.CANCELLED), WishRefusal.NOT_PLANNED),
        (later(starts_at=on(2, 9), ends_at=on(2, 11)), WishRefusal.BEGUN),
    ],
)
def test_what_is_over_or_begun_is_not_moved(astrid, journal, friday, report, why) -> None:
    record_visits(journal, [report])
    assert wish_on_visit(astrid, friday).why_not is why
    assert refusal_of(lambda: wish(astrid, friday)) is why


def test_what_is_called_off_or_asked_to_be_is_not_wished_at_another_time(astrid, journal, friday) -> None:
    asked = ask_to_cancel_visit(astrid, friday, form_key=an_id("cancel"))
    assert refusal_of(lambda: wish(astrid, friday)) is WishRefusal.CANCELLATION_ASKED
    answer_cancellation(journal, asked.id, state=CancellationState.DECLINED, reason="Nei")
    assert wish(astrid, friday).state is WishState.SENT


def test_where_wishes_are_not_opened_and_one_who_has_stopped(astrid, friday, database) -> None:
    database.execute("UPDATE service SET wishes_from = '2026-04-01'")
    assert refusal_of(lambda: wish(astrid, friday)) is WishRefusal.NOT_OPENED
    open_wishes(database)
    database.execute("UPDATE activation SET state = 'inactive'")
    assert refusal_of(lambda: wish(astrid, friday)) is WishRefusal.NOT_ACTIVE


def test_a_text_is_never_cut(astrid, friday) -> None:
    assert refusal_of(lambda: wish(astrid, friday, text="x" * 501)) is WishRefusal.TEXT_TOO_LONG
    assert len(wish(astrid, friday, text="x" * 500).text) == 500


def test_who_may_wish_take_back_and_answer(
    astrid, jonas, jonas_for_astrid, siri, einar, mona, journal, friday, told
) -> None:
    wished = wish(astrid, friday)
    answer_wish(journal, wished.id, state=WishState.PROPOSED, proposed=THURSDAY)
    reads = on_behalf("jonas", "Jonas Berg", of="astrid", of_name="Astrid Berg", rights=frozenset({Right.SEE_VISITS}))
    acts = [
        lambda actor: wish(actor, friday, form=actor.name),
        lambda actor: withdraw_wish(actor, wished.id),
        lambda actor: answer_proposal(actor, wished.id, answer=Answer.YES, proposed=THURSDAY),
    ]
    before = told()
    for actor, why in [
        (siri, Denial.NOT_HERS),
        (einar, Denial.NOT_HERS),
        (jonas, Denial.NOT_HERS),
        (reads, Denial.NOT_IN_THE_FULLMAKT),
        (mona, Denial.NOT_FOR_THIS_STANDING),
        (journal, Denial.NOT_FOR_THIS_STANDING),
    ]:
        for act in acts:
            with pytest.raises(Denied) as denied:
                act(actor)
            assert denied.value.why is why, actor.name
    assert told() == before
    assert acts[2](jonas_for_astrid).settled_by_name == "Jonas Berg"


def test_who_may_answer_for_the_municipality(world, astrid, per, kari, siri, friday, told) -> None:
    wished = wish(astrid, friday)
    fjordby = the_journal(world.fjordby)
    for actor, why in [
        (fjordby, Denial.NOT_IN_THE_MUNICIPALITY),
        (per, Denial.NOT_IN_THE_UNIT),
        (kari, Denial.NOT_IN_THE_UNIT),
        (siri, Denial.NOT_FOR_THIS_STANDING),
        (astrid, Denial.NOT_FOR_THIS_STANDING),
    ]:
        with pytest.raises(Denied) as denied:
            answer_wish(actor, wished.id, state=WishState.ACCEPTED)
        assert denied.value.why is why
    assert [event for event, _ in told()] == ["ChangeWished"]


def test_the_journal_receives_and_accepts_and_the_visit_gets_its_time(astrid, journal, friday, told) -> None:
    wished = wish(astrid, friday)
    received = answer_wish(journal, wished.id, state=WishState.RECEIVED, visit_id=friday, version=1)
    assert (received.state, received.version, received.answered_at) == ("received", 2, None)
    accepted = answer_wish(journal, wished.id, state=WishState.ACCEPTED)
    assert accepted.is_agreed
    assert wish_on_visit(astrid, friday).why_not is WishRefusal.ALREADY_WISHED
    record_visits(journal, [later(starts_at=TUESDAY.starts_at, ends_at=TUESDAY.ends_at)])
    settled = wish_on_visit(astrid, friday).wish
    assert (settled.state, settled.is_agreed) == ("accepted", False)
    assert settled.moved_at is not None
    assert [event for event, _ in told()] == ["ChangeWished", "WishAnswered"]


def test_a_proposal_waits_for_her_and_her_yes_goes_back_to_the_journal(astrid, journal, friday, told) -> None:
    wished = wish(astrid, friday)
    for _ in range(2):
        proposed = answer_wish(journal, wished.id, state=WishState.PROPOSED, proposed=THURSDAY)
        assert (proposed.state, proposed.proposed, proposed.version) == ("proposed", THURSDAY, 2)
    for _ in range(2):
        agreed = answer_proposal(astrid, wished.id, answer=Answer.YES, proposed=THURSDAY)
        assert (agreed.state, agreed.settled_by_name, agreed.version) == ("accepted", "Astrid Berg", 3)
    assert visit(astrid, friday).starts_at == on(6, 8)
    assert answer_wish(journal, wished.id, state=WishState.PROPOSED, proposed=THURSDAY).state is WishState.ACCEPTED
    assert answer_wish(journal, wished.id, state=WishState.ACCEPTED).version == 3
    assert [event for event, _ in told()] == ["ChangeWished", "WishAnswered", "WishSettled"]


def test_her_no_keeps_the_time_and_she_may_wish_again(astrid, journal, friday) -> None:
    wished = wish(astrid, friday)
    answer_wish(journal, wished.id, state=WishState.PROPOSED, proposed=THURSDAY)
    declined = answer_proposal(astrid, wished.id, answer=Answer.NO, proposed=THURSDAY)
    assert (declined.state, declined.settled_by_name) == ("declined", "Astrid Berg")
    assert wish_on_visit(astrid, friday).why_not is None
    assert wish(astrid, friday, SUNDAY, form="once more").id != wished.id


def test_a_proposal_that_was_changed_meanwhile_is_not_answered_unseen(astrid, journal, friday) -> None:
    wished = wish(astrid, friday)
    answer_wish(journal, wished.id, state=WishState.PROPOSED, proposed=THURSDAY)
    answer_wish(journal, wished.id, state=WishState.PROPOSED, proposed=SUNDAY)
    late = lambda: answer_proposal(astrid, wished.id, answer=Answer.YES, proposed=THURSDAY)  # noqa: E731
    assert refusal_of(late) is WishRefusal.NOT_PROPOSED
    assert answer_proposal(astrid, wished.id, answer=Answer.YES, proposed=SUNDAY).state is WishState.ACCEPTED


def test_a_proposal_is_not_accepted_for_her_but_may_be_taken_back(astrid, journal, friday) -> None:
    wished = wish(astrid, friday)
    answer_wish(journal, wished.id, state=WishState.PROPOSED, proposed=THURSDAY)
    assert refusal_of(lambda: answer_wish(journal, wished.id, state=WishState.ACCEPTED)) is NotTaken.NO_SUCH_STEP
    answer_wish(journal, wished.id, state=WishState.DECLINED, reason="Tatt av andre")
    assert (
        refusal_of(lambda: answer_proposal(astrid, wished.id, answer=Answer.YES, proposed=THURSDAY))
        is WishRefusal.NOT_PROPOSED
    )


@pytest.mark.parametrize(
    ("proposed", "why"),
    [
        (None, WishRefusal.NO_WINDOW),
        (Window(on(2, 7), on(2, 8)), WishRefusal.PASSED),
        (Window(on(3, 9), on(3, 8)), WishRefusal.ENDS_BEFORE),
        (Window(on(3, 5), on(3, 20)), WishRefusal.TOO_LONG),
        (Window(on(3, 9).replace(month=9), on(3, 10).replace(month=9)), WishRefusal.TOO_FAR),
    ],
)
def test_a_proposal_must_be_a_time_that_comes(astrid, journal, friday, proposed, why) -> None:
    wished = wish(astrid, friday)
    act = lambda: answer_wish(journal, wished.id, state=WishState.PROPOSED, proposed=proposed)  # noqa: E731
    assert refusal_of(act) is why
    assert now_of(astrid, friday) is WishState.SENT


def test_declined_with_its_reason(astrid, journal, friday) -> None:
    wished = wish(astrid, friday)
    declined = answer_wish(journal, wished.id, state=WishState.DECLINED, reason="Ingen ledig")
    assert (declined.answer, declined.settled_at) == ("Ingen ledig", None)


def test_she_takes_it_back_until_it_is_answered_and_the_journal_is_told(astrid, journal, friday, told) -> None:
    wished = wish(astrid, friday)
    answer_wish(journal, wished.id, state=WishState.RECEIVED)
    for _ in range(2):
        assert withdraw_wish(astrid, wished.id).state is WishState.WITHDRAWN
    assert [event for event, _ in told()] == ["ChangeWished", "WishSettled"]
    assert refusal_of(lambda: answer_wish(journal, wished.id, state=WishState.ACCEPTED)) is NotTaken.NO_SUCH_STEP
    again = wish(astrid, friday, form="again")
    answer_wish(journal, again.id, state=WishState.ACCEPTED)
    assert refusal_of(lambda: withdraw_wish(astrid, again.id)) is WishRefusal.ANSWERED


def test_another_version_another_visit_and_too_long_a_reason_are_not_taken(astrid, journal, friday) -> None:
    wished = wish(astrid, friday)
    for how, why in [
        ({"version": 7}, NotTaken.CHANGED_MEANWHILE),
        ({"visit_id": an_id("another")}, NotTaken.ANOTHER_VISIT),
        ({"reason": "x" * 501}, NotTaken.UNFIT),
    ]:
        assert refusal_of(lambda how=how: answer_wish(journal, wished.id, state=WishState.DECLINED, **how)) is why


@pytest.mark.parametrize(
    ("report", "state", "event"),
    [
        (later(starts_at=on(4, 8), ends_at=on(4, 10)), "expired", "WishSettled"),
        (later(starts_at=on(3, 10, 30), ends_at=on(3, 11), is_window=False), "accepted", "WishAnswered"),
        (later(status=VisitStatus.CANCELLED, cancel_reason=CancelReason.BY_SERVICE), "expired", "WishSettled"),
        (performed(), "expired", "WishSettled"),
    ],
)
def test_what_the_visit_overtakes_is_closed_with_a_clear_word(
    astrid, journal, friday, told, report, state, event
) -> None:
    wish(astrid, friday)
    record_visits(journal, [report])
    assert now_of(astrid, friday) == state
    assert event in [name for name, _ in told()]


def test_a_finer_time_within_its_window_overtakes_nothing(astrid, journal, friday) -> None:
    wish(astrid, friday)
    exact = later(starts_at=on(6, 8, 30), ends_at=on(6, 9), is_window=False, status=VisitStatus.ASSIGNED)
    record_visits(journal, [exact])
    assert now_of(astrid, friday) is WishState.SENT


def test_when_the_visit_begins_the_wish_has_run_out(world, astrid, journal, friday, at, told) -> None:
    wished = wish(astrid, friday)
    now = at("friday 08:00")
    assert refusal_of(lambda: answer_wish(journal, wished.id, state=WishState.ACCEPTED)) is WishRefusal.BEGUN
    run_minutely(now=now)
    assert now_of(astrid, friday) is WishState.EXPIRED
    assert [event for event, _ in told()] == ["ChangeWished", "WishSettled"]
    assert expire_wishes(the_portal(), world.tunvik, now=now) == 0


def test_an_answer_after_the_begin_is_refused_to_her_too(astrid, journal, friday, at) -> None:
    wished = wish(astrid, friday)
    answer_wish(journal, wished.id, state=WishState.PROPOSED, proposed=SUNDAY)
    at("friday 08:00")
    late = lambda: answer_proposal(astrid, wished.id, answer=Answer.YES, proposed=SUNDAY)  # noqa: E731
    assert refusal_of(late) is WishRefusal.BEGUN


DEEDS = ["receive", "accept", "propose", "decline", "withdraw", "yes", "no", "move", "cancel"]


@pytest.mark.parametrize("order", list(itertools.permutations(DEEDS, 3))[::4])
def test_in_any_order_of_answers_there_is_one_end_and_no_step_that_is_not_drawn(
    astrid, journal, friday, told, order
) -> None:
    wished = wish(astrid, friday)
    passed = [WishState.SENT]
    for place, deed in enumerate(order):
        _do(deed, astrid, journal, wished.id, minutes=place + 1)
        passed.append(now_of(astrid, friday))
    for before, after in itertools.pairwise(passed):
        assert after is before or after in WISH_STEPS[before], (order, passed)
    ended = [state for state in passed if not WISH_STEPS[state]]
    assert len(set(ended)) <= 1, (order, passed)
    settled = [event for event, _ in told() if event == "WishSettled"]
    assert len(settled) <= 1


def _do(deed: str, astrid, journal, wish_id, *, minutes: int) -> None:
    acts = {
        "receive": lambda: answer_wish(journal, wish_id, state=WishState.RECEIVED),
        "accept": lambda: answer_wish(journal, wish_id, state=WishState.ACCEPTED),
        "propose": lambda: answer_wish(journal, wish_id, state=WishState.PROPOSED, proposed=THURSDAY),
        "decline": lambda: answer_wish(journal, wish_id, state=WishState.DECLINED, reason="Nei"),
        "withdraw": lambda: withdraw_wish(astrid, wish_id),
        "yes": lambda: answer_proposal(astrid, wish_id, answer=Answer.YES, proposed=THURSDAY),
        "no": lambda: answer_proposal(astrid, wish_id, answer=Answer.NO, proposed=THURSDAY),
        "move": lambda: record_visits(journal, [later(minutes=minutes, starts_at=on(7, 12), ends_at=on(7, 13))]),
        "cancel": lambda: record_visits(journal, [later(minutes=minutes, status=VisitStatus.CANCELLED)]),
    }
    try:
        acts[deed]()
    except Refused:
        return


def test_every_refusal_has_its_sentence() -> None:
    assert set(SENTENCES) == set(WishRefusal)
    assert set(AT_WORK) == set(AnswerRefusal)
