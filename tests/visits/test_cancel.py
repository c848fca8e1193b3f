"""Astrid, or Jonas for her, asks to have a visit called off; the journal answers."""

from dataclasses import replace

import pytest

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Denial, Right
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits.actions import answer_cancellation, ask_to_cancel_visit, record_visits
from hjemmekontakt.visits.queries import request_for_journal, visit, visits_of
from hjemmekontakt.visits.rules import CancellationState, NotTaken, Refusal, VisitStatus
from tests.at_once import at_once
from tests.people import an_id, on_behalf, the_journal
from tests.visits.reports import ASTRIDS_MORNING, another, later, on, performed


@pytest.fixture
def friday(journal):
    """Astrid's visit on Friday morning; the deadline is Thursday at four."""
    return record_visits(journal, [ASTRIDS_MORNING])[0].visit_id


def ask(actor, visit_id, form: str = "form", **how):
    return ask_to_cancel_visit(actor, visit_id, form_key=an_id(form), **how)


def test_astrid_asks_and_the_visit_stays_planned_until_the_journal_says_otherwise(astrid, friday, told, lines) -> None:
    asked = ask(astrid, friday, reason="Jeg er ikke hjemme")
    assert (asked.state, asked.late, asked.on_behalf, asked.asked_by_name) == ("sent", False, False, "Astrid Berg")
    assert told() == [
        (
            "CancellationAsked",
            {
                "cancellation_id": str(asked.id),
                "visit_id": str(friday),
                "citizen_id": str(an_id("astrid")),
                "municipality_id": str(an_id("Tunvik")),
            },
        )
    ]
    assert visit(astrid, friday).status is VisitStatus.PLANNED
    assert lines("astrid")[0] == ("cancel-visit", "done", "self", "Astrid Berg")


def test_jonas_asks_for_her_and_it_says_that_it_was_he(jonas_for_astrid, friday, lines) -> None:
    asked = ask(jonas_for_astrid, friday)
    assert (asked.on_behalf, asked.asked_by_name, asked.asked_by_id) == (True, "Jonas Berg", an_id("jonas"))
    assert lines("astrid") == [("cancel-visit", "done", "fullmakt", "Jonas Berg")]


def test_a_double_click_asks_once(astrid, friday, told) -> None:
    assert ask(astrid, friday).id == ask(astrid, friday).id
    assert len(told()) == 1


def test_two_clicks_at_the_same_moment_ask_once(astrid, friday, told) -> None:
    at_once(*[lambda: ask(astrid, friday)] * 4)
    assert len(told()) == 1


def test_a_second_form_for_the_same_visit_is_told_that_it_is_asked_already(astrid, jonas_for_astrid, friday) -> None:
    ask(astrid, friday)
    with pytest.raises(Refused) as refused:
        ask(jonas_for_astrid, friday, form="another form")
    assert refused.value.why is Refusal.ALREADY_ASKED


def test_a_form_is_not_used_for_two_visits(astrid, friday, journal) -> None:
    saturday = another("saturday", starts_at=on(7, 8), ends_at=on(7, 10))
    other = record_visits(journal, [saturday])[0].visit_id
    ask(astrid, friday)
    with pytest.raises(Refused) as refused:
        ask(astrid, other)
    assert refused.value.why is Refusal.FORM_USED


def test_until_four_on_the_working_day_before_it_is_in_time_and_after_it_is_late(astrid, journal, friday, at) -> None:
    at("thursday 16:00")
    assert ask(astrid, friday).late is False
    monday = another("monday", starts_at=on(9, 8), ends_at=on(9, 10))
    late = record_visits(journal, [monday])[0].visit_id
    at("friday 16:01")
    assert ask(astrid, late, form="late").late is True


def test_where_the_service_takes_no_late_word_it_is_too_late_and_nobody_is_told(
    astrid, friday, at, database, told
) -> None:
    database.execute("UPDATE service SET late_cancel_allowed = false")
    at("thursday 16:01")
    with pytest.raises(Refused) as refused:
        ask(astrid, friday)
    assert refused.value.why is Refusal.TOO_LATE
    assert told() == []
    assert database.execute("SELECT count(*) FROM cancellation").fetchone() == (0,)


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (later(may_cancel=False), Refusal.NOT_CANCELLABLE),
        (performed(), Refusal.NOT_PLANNED),
        (later(status=VisitStatus.CANCELLED), Refusal.NOT_PLANNED),
        (later(starts_at=on(2, 9), ends_at=on(2, 11)), Refusal.BEGUN),
    ],
)
def test_what_cannot_be_called_off_says_why_on_the_page_and_in_the_act(astrid, journal, friday, report, why) -> None:
    record_visits(journal, [report])
    assert visit(astrid, friday).why_not_cancel is why
    with pytest.raises(Refused) as refused:
        ask(astrid, friday)
    assert refused.value.why is why


def test_where_cancelling_is_not_opened_yet_it_is_refused(astrid, friday, database) -> None:
    database.execute("UPDATE service SET cancel_from = '2026-04-01'")
    with pytest.raises(Refused) as refused:
        ask(astrid, friday)
    assert refused.value.why is Refusal.NOT_OPENED


def test_one_who_has_stopped_using_the_service_asks_nothing(astrid, friday, database) -> None:
    database.execute("UPDATE activation SET state = 'inactive'")
    with pytest.raises(Refused) as refused:
        ask(astrid, friday)
    assert refused.value.why is Refusal.NOT_ACTIVE


def test_who_may_ask(world, astrid, jonas, jonas_for_astrid, siri, einar, mona, journal, friday, database) -> None:
    only_reads = on_behalf("jonas", "Jonas Berg", of="astrid", of_name="Astrid Berg", rights=frozenset({Right.READ}))
    verdicts = {}
    for name, actor in {
        "siri": siri,
        "einar": einar,
        "jonas himself": jonas,
        "jonas without the right": only_reads,
        "mona": mona,
        "journal": journal,
        "jonas for astrid": jonas_for_astrid,
    }.items():
        try:
            ask(actor, friday, form=name)
            verdicts[name] = "asked"
        except Denied as denied:
            verdicts[name] = denied.why
    assert verdicts == {
        "siri": Denial.NOT_HERS,
        "einar": Denial.NOT_HERS,
        "jonas himself": Denial.NOT_HERS,
        "jonas without the right": Denial.NOT_IN_THE_FULLMAKT,
        "mona": Denial.NOT_FOR_THIS_STANDING,
        "journal": Denial.NOT_FOR_THIS_STANDING,
        "jonas for astrid": "asked",
    }


def test_an_unknown_visit_is_not_there(astrid, world) -> None:
    with pytest.raises(Denied) as denied:
        ask(astrid, an_id("no such visit"))
    assert (denied.value.why, denied.value.near) == (Denial.UNKNOWN, False)


def test_the_journal_receives_and_accepts_and_each_is_told_once(journal, astrid, friday, told) -> None:
    asked = ask(astrid, friday)
    received = answer_cancellation(journal, asked.id, state=CancellationState.RECEIVED)
    assert (received.state, received.version, received.answered_at) == ("received", 2, None)
    accepted = answer_cancellation(journal, asked.id, state=CancellationState.ACCEPTED, version=2)
    again = answer_cancellation(journal, asked.id, state=CancellationState.ACCEPTED)
    assert (accepted.version, again.version) == (3, 3)
    assert [event for event, _ in told()] == ["CancellationAsked", "CancellationAnswered"]


def test_the_journal_declines_with_its_reason_and_she_may_ask_again(journal, astrid, friday) -> None:
    asked = ask(astrid, friday)
    answer_cancellation(journal, asked.id, state=CancellationState.DECLINED, reason="Medisin må gis")
    seen = visits_of(astrid).visits[0]
    assert (seen.cancellation.state, seen.cancellation.decline_reason) == ("declined", "Medisin må gis")
    assert seen.why_not_cancel is None
    assert ask(astrid, friday, form="once more").id != asked.id


def test_a_receipt_after_the_answer_changes_nothing_and_an_answer_is_not_turned(journal, astrid, friday) -> None:
    asked = ask(astrid, friday)
    answer_cancellation(journal, asked.id, state=CancellationState.ACCEPTED)
    assert answer_cancellation(journal, asked.id, state=CancellationState.RECEIVED).state == "accepted"
    with pytest.raises(Refused) as refused:
        answer_cancellation(journal, asked.id, state=CancellationState.DECLINED)
    assert refused.value.why is NotTaken.NO_SUCH_STEP


def test_an_answer_to_another_version_or_another_visit_is_not_taken(journal, astrid, friday) -> None:
    asked = ask(astrid, friday)
    for how, why in [
        ({"version": 7}, NotTaken.CHANGED_MEANWHILE),
        ({"visit_id": an_id("another")}, NotTaken.ANOTHER_VISIT),
    ]:
        with pytest.raises(Refused) as refused:
            answer_cancellation(journal, asked.id, state=CancellationState.ACCEPTED, **how)
        assert refused.value.why is why


def test_another_municipalitys_journal_neither_reads_nor_answers(world, astrid, friday, told) -> None:
    asked = ask(astrid, friday)
    fjordby = the_journal(world.fjordby)
    for act in (
        lambda: answer_cancellation(fjordby, asked.id, state=CancellationState.ACCEPTED),
        lambda: request_for_journal(fjordby, asked.id),
    ):
        with pytest.raises(Denied) as denied:
            act()
        assert (denied.value.why, denied.value.near) == (Denial.NOT_IN_THE_MUNICIPALITY, False)
    assert len(told()) == 1


def test_a_citizen_does_not_answer_her_own_request(astrid, friday) -> None:
    asked = ask(astrid, friday)
    with pytest.raises(Denied):
        answer_cancellation(replace(astrid), asked.id, state=CancellationState.ACCEPTED)
