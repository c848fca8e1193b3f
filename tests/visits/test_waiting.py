"""Avlysninger og ønsker: what waits at work, for whom, in which order, and what can be answered there (R42, R44, R79)."""

import re
from dataclasses import replace

import pytest

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Denial, Role
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits.actions import (
    accept_wish,
    answer_proposal,
    ask_to_cancel_visit,
    confirm_cancellation,
    decline_cancellation,
    decline_wish,
    look_at_visits,
    need_visit,
    propose_other_time,
    record_visits,
    settle_by_phone,
)
from hjemmekontakt.visits.queries import request_at_work, visit, visits_of, waiting_at_work, wish_on_visit
from hjemmekontakt.visits.rules import Change, VisitStatus
from hjemmekontakt.visits.rules.waiting import AnswerRefusal, RequestKind, Urgency, WaitingFilter
from hjemmekontakt.visits.rules.wishes import Answer, Window, WishRefusal
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id, at_work
from tests.visits.reports import ASTRIDS_MORNING, NORD, another, later, on
from tests.visits.wishing import THURSDAY, TUESDAY, open_wishes, wish

LIST = "/ansatt/foresporsler/"


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
def days(journal, database):
    """Astrid's visits on Tuesday, Thursday, Friday and Saturday between eight and ten; the service answers here."""
    open_wishes(database, visits_in="portal")
    reports = {
        day: another(name, starts_at=on(day, 8), ends_at=on(day, 10), unit_her_id=NORD)
        for day, name in [(3, "tuesday"), (5, "thursday"), (7, "saturday")]
    }
    reports[6] = ASTRIDS_MORNING
    recorded = record_visits(journal, list(reports.values()))
    return {day: each.visit_id for day, each in zip(reports, recorded, strict=True)}


def cancel(actor, visit_id, form: str = "cancel"):
    return ask_to_cancel_visit(actor, visit_id, form_key=an_id(form), reason="Jeg er bortreist")


def refusal_of(act) -> object:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.why


def test_the_most_urgent_stand_first_and_the_counts_agree_with_the_lists(mona, astrid, days, database) -> None:
    ordinary = cancel(astrid, days[7], "ordinary")
    wished = wish(astrid, days[6])
    soon = cancel(astrid, days[3], "soon")
    silent = cancel(astrid, days[5], "silent")
    database.execute("UPDATE cancellation SET alarmed_at = now() WHERE id = %s", [silent.id])
    found = waiting_at_work(mona)
    assert [each.id for each in found.requests] == [silent.id, soon.id, wished.id, ordinary.id]
    assert [each.urgency for each in found.requests][:2] == [Urgency.SILENT, Urgency.SOON]
    for show, count in found.counts.items():
        assert len(waiting_at_work(mona, show=show).requests) == count, show
    assert found.counts == {
        WaitingFilter.ALL: 4,
        WaitingFilter.CANCELLATIONS: 3,
        WaitingFilter.WISHES: 1,
        WaitingFilter.URGENT: 2,
    }


def test_what_came_late_does_so_no_more_when_the_journal_moves_the_visit_to_a_later_day(
    mona, astrid, days, at, journal
) -> None:
    at("tuesday 07:00")
    late = cancel(astrid, days[3], "late")
    at("tuesday 07:05")
    [waits] = waiting_at_work(mona).requests
    assert (waits.id, waits.late, waits.urgency) == (late.id, True, Urgency.LATE)
    tuesday = another("tuesday", starts_at=on(6, 8), ends_at=on(6, 10), unit_her_id=NORD)
    record_visits(journal, [later(tuesday)])
    [waits] = waiting_at_work(mona).requests
    assert (waits.late, waits.urgency) == (False, Urgency.ORDINARY)
    assert waiting_at_work(mona).counts[WaitingFilter.URGENT] == 0


def test_a_visit_that_is_needed_after_all_comes_before_everything_until_somebody_has_called(
    mona, astrid, days, database
) -> None:
    late = cancel(astrid, days[3], "late")
    needed = cancel(astrid, days[7], "needed")
    confirm_cancellation(mona, needed.id)
    database.execute("UPDATE cancellation SET needed_at = now() WHERE id = %s", [needed.id])
    assert [each.id for each in waiting_at_work(mona).requests] == [needed.id, late.id]
    settle_by_phone(mona, needed.id)
    assert [each.id for each in waiting_at_work(mona).requests] == [late.id]
    assert refusal_of(lambda: settle_by_phone(mona, needed.id)) is AnswerRefusal.ANSWERED_ALREADY
    assert refusal_of(lambda: settle_by_phone(mona, late.id)) is AnswerRefusal.NOT_WAITING


def test_what_was_settled_on_the_phone_waits_again_when_the_visit_is_needed_after_all(
    mona, astrid, days, at, database
) -> None:
    asked = cancel(astrid, days[7])
    database.execute("UPDATE cancellation SET alarmed_at = asked_at")
    settle_by_phone(mona, asked.id)
    at("monday 11:00")
    confirm_cancellation(mona, asked.id)
    assert waiting_at_work(mona).requests == ()
    need_visit(astrid, asked.id)
    [waits] = waiting_at_work(mona).requests
    assert (waits.id, waits.urgency, waits.handled_at) == (asked.id, Urgency.NEEDED, None)


def test_neither_the_protected_nor_ones_own_family_nor_those_without_a_decision_are_there(
    mona, astrid, days, database
) -> None:
    asked = cancel(astrid, days[7])
    assert waiting_at_work(replace(mona, family=frozenset({an_id("astrid")}))).counts[WaitingFilter.ALL] == 0
    with pytest.raises(Denied) as denied:
        confirm_cancellation(replace(mona, family=frozenset({an_id("astrid")})), asked.id)
    assert denied.value.why is Denial.OWN_FAMILY
    for change, undo, why in [
        ("UPDATE citizen SET protection = 'confidential' WHERE given_name = 'Astrid'", "none", Denial.PROTECTED),
        ("UPDATE decision SET ends_on = '2026-03-01'", None, Denial.NO_DECISION),
    ]:
        database.execute(change)
        assert waiting_at_work(mona).requests == ()
        with pytest.raises(Denied) as denied:
            request_at_work(mona, RequestKind.CANCELLATION, asked.id)
        assert denied.value.why is why
        if undo:
            database.execute("UPDATE citizen SET protection = %s", [undo])


def test_who_may_see_and_answer(world, mona, gerd, per, kari, siri, astrid, journal, days, database, told) -> None:
    asked, wished = cancel(astrid, days[7]), wish(astrid, days[6])
    office = replace(mona, units=tuple(replace(unit, role=Role.ADMINISTRATOR) for unit in mona.units))
    acts = [
        lambda actor: request_at_work(actor, RequestKind.CANCELLATION, asked.id),
        lambda actor: request_at_work(actor, RequestKind.WISH, wished.id),
        lambda actor: confirm_cancellation(actor, asked.id),
        lambda actor: decline_cancellation(actor, asked.id, reason="Nei"),
        lambda actor: settle_by_phone(actor, asked.id),
        lambda actor: accept_wish(actor, wished.id, window=TUESDAY),
        lambda actor: propose_other_time(actor, wished.id, window=THURSDAY),
        lambda actor: decline_wish(actor, wished.id, reason="Nei"),
    ]
    before = told()
    for actor, why in [
        (per, Denial.NOT_IN_THE_UNIT),
        (kari, Denial.NOT_IN_THE_UNIT),
        (office, Denial.NOT_THE_ROLE),
        (siri, Denial.NOT_FOR_THIS_STANDING),
        (astrid, Denial.NOT_FOR_THIS_STANDING),
    ]:
        for act in acts:
            with pytest.raises(Denied) as denied:
                act(actor)
            assert denied.value.why is why, actor.name
    assert told() == before
    assert waiting_at_work(per).requests == waiting_at_work(kari).requests == ()
    case_worker = replace(mona, units=tuple(replace(unit, role=Role.CASE_WORKER) for unit in mona.units))
    for actor in (mona, gerd, case_worker):
        assert waiting_at_work(actor).counts[WaitingFilter.ALL] == 2


def test_whom_the_list_showed_is_written_down_once_and_an_answer_each_time(mona, astrid, days, lines) -> None:
    asked = cancel(astrid, days[7])
    waiting_at_work(mona)
    waiting_at_work(mona)
    confirm_cancellation(mona, asked.id)
    assert [line[:2] for line in lines("astrid") if line[2] == "employee"] == [
        ("see-requests", "done"),
        ("answer-cancellation", "done"),
    ]


def test_a_confirmed_cancellation_lets_the_visit_fall_away_and_says_who_did_it(mona, astrid, days, told) -> None:
    asked = cancel(astrid, days[7])
    confirm_cancellation(mona, asked.id)
    seen = visit(astrid, days[7])
    assert (seen.status, seen.cancellation.state, seen.cancelled_by) == (VisitStatus.CANCELLED, "accepted", "recipient")
    assert [event for event, _ in told()] == ["CancellationAsked", "CancellationAnswered"]
    assert request_at_work(mona, RequestKind.CANCELLATION, asked.id).answered_by_name == "Mona Lie"


def test_a_declined_one_needs_its_reason_and_the_visit_stays(mona, astrid, days) -> None:
    asked = cancel(astrid, days[7])
    assert refusal_of(lambda: decline_cancellation(mona, asked.id, reason="  ")) is AnswerRefusal.REASON_MISSING
    decline_cancellation(mona, asked.id, reason="Medisin må gis")
    seen = visit(astrid, days[7])
    assert (seen.status, seen.cancellation.decline_reason) == (VisitStatus.PLANNED, "Medisin må gis")


def test_the_second_of_two_is_told_who_answered(mona, gerd, astrid, days) -> None:
    asked = cancel(astrid, days[7])
    confirm_cancellation(gerd, asked.id)
    assert refusal_of(lambda: decline_cancellation(mona, asked.id, reason="Nei")) is AnswerRefusal.ANSWERED_ALREADY
    assert request_at_work(mona, RequestKind.CANCELLATION, asked.id).answered_by_name == "Gerd Vik"


def test_an_accepted_wish_moves_the_visit_at_once(mona, astrid, days, told) -> None:
    wished = wish(astrid, days[6], TUESDAY, THURSDAY)
    assert refusal_of(lambda: accept_wish(mona, wished.id, window=Window(on(4, 8), on(4, 9)))) is (
        AnswerRefusal.NO_SUCH_WINDOW
    )
    accept_wish(mona, wished.id, window=THURSDAY)
    seen = visit(astrid, days[6])
    assert (seen.starts_at, seen.ends_at, seen.moved_from, seen.is_window) == (on(5, 14), on(5, 16), on(6, 8), True)
    settled = wish_on_visit(astrid, days[6]).wish
    assert (settled.state, settled.answered_by_name, settled.is_agreed) == ("accepted", "Mona Lie", False)
    assert [event for event, _ in told()] == ["ChangeWished", "WishAnswered"]
    assert waiting_at_work(mona).requests == ()


def test_what_mona_moves_is_pointed_out_to_astrid_when_she_looks_next(mona, astrid, days, at) -> None:
    look_at_visits(astrid)
    at("monday 11:00")
    wished = wish(astrid, days[6], THURSDAY)
    accept_wish(mona, wished.id, window=THURSDAY)
    at("monday 12:00")
    assert [(each.id, each.change) for each in look_at_visits(astrid).changed] == [(days[6], Change.MOVED)]


def test_a_plan_that_is_sent_again_unchanged_does_not_move_it_back(mona, astrid, journal, days) -> None:
    wished = wish(astrid, days[6])
    accept_wish(mona, wished.id, window=TUESDAY)
    record_visits(journal, [later()])
    assert visit(astrid, days[6]).starts_at == TUESDAY.starts_at


def test_her_yes_to_a_proposal_moves_the_visit_where_it_is_kept_here(mona, astrid, days) -> None:
    wished = wish(astrid, days[6])
    assert refusal_of(lambda: propose_other_time(mona, wished.id, window=Window(on(1, 8), on(1, 9)))) is (
        WishRefusal.PASSED
    )
    propose_other_time(mona, wished.id, window=THURSDAY)
    assert refusal_of(lambda: accept_wish(mona, wished.id, window=TUESDAY)) is AnswerRefusal.ANSWERED_ALREADY
    answer_proposal(astrid, wished.id, answer=Answer.YES, proposed=THURSDAY)
    assert visit(astrid, days[6]).starts_at == on(5, 14)


def test_a_wish_is_declined_with_a_reason_and_answered_once(mona, gerd, astrid, days) -> None:
    wished = wish(astrid, days[6])
    assert refusal_of(lambda: decline_wish(mona, wished.id, reason="")) is AnswerRefusal.REASON_MISSING
    decline_wish(mona, wished.id, reason="Ingen ledig")
    assert refusal_of(lambda: propose_other_time(gerd, wished.id, window=THURSDAY)) is AnswerRefusal.ANSWERED_ALREADY
    assert wish_on_visit(astrid, days[6]).wish.answer == "Ingen ledig"


def test_where_the_unit_answers_in_its_journal_nothing_is_answered_here(mona, astrid, days, database) -> None:
    asked, wished = cancel(astrid, days[7]), wish(astrid, days[6])
    database.execute("UPDATE service SET visits_in = 'journal'")
    for act in (
        lambda: confirm_cancellation(mona, asked.id),
        lambda: decline_wish(mona, wished.id, reason="Nei"),
    ):
        assert refusal_of(act) is AnswerRefusal.IN_THE_JOURNAL
    database.execute("UPDATE cancellation SET alarmed_at = now()")
    settle_by_phone(mona, asked.id)
    assert [each.id for each in waiting_at_work(mona).requests] == [wished.id]


def test_a_visit_that_has_begun_is_not_answered_here(mona, astrid, days, at) -> None:
    asked, wished = cancel(astrid, days[6]), wish(astrid, days[7])
    at("friday 08:00")
    assert refusal_of(lambda: confirm_cancellation(mona, asked.id)) is AnswerRefusal.VISIT_BEGUN
    assert {each.id for each in waiting_at_work(mona).requests} == {asked.id, wished.id}
    at("saturday 08:00")
    assert [each.id for each in waiting_at_work(mona).requests] == [asked.id]


def test_a_confirmed_cancellation_also_ends_a_wish_for_that_visit(mona, astrid, days) -> None:
    wish(astrid, days[6])
    asked = cancel(astrid, days[6])
    confirm_cancellation(mona, asked.id)
    assert wish_on_visit(astrid, days[6]).wish.state == "expired"
    assert len(visits_of(astrid).visits) == 4


# The pages


@pytest.fixture
def browser(days):
    return client_of("mona", employee=True)


def test_the_menu_and_the_list_say_how_many_wait(browser, astrid, days, at) -> None:
    assert "Avlysninger og ønsker (" not in text_of(browser.get(LIST))
    assert "Ingenting venter her" in text_of(browser.get(LIST))
    cancel(astrid, days[7])
    wish(astrid, days[6])
    page = text_of(browser.get(LIST))
    assert "Avlysninger og ønsker (2)" in page
    assert "Alle (2) Avlysninger (1) Ønsker (1) Haster (0)" in page
    assert "Avlysning: Astrid Berg (1944)" in page
    at("monday 10:40")
    assert "Spurt i dag kl. 10.00 av Astrid Berg. Har ventet omtrent 40 minutter." in text_of(browser.get(LIST))
    assert "Ønske om annen tid: Astrid Berg" in text_of(browser.get(f"{LIST}?vis=onsker"))
    assert "Avlysning: Astrid" not in text_of(browser.get(f"{LIST}?vis=onsker"))
    assert "Avlysninger og ønsker (2)" in text_of(browser.get("/ansatt/i-dag/"))


def test_the_list_is_paged(browser, astrid, journal, days) -> None:
    reports = [another(f"v{n}", starts_at=on(10, 8, n), ends_at=on(10, 9, n)) for n in range(35)]
    for place, recorded in enumerate(record_visits(journal, reports)):
        cancel(astrid, recorded.visit_id, f"form {place}")
    first, second = (browser.get(f"{LIST}?vis=avlysninger{more}") for more in ("", "&fra=30"))
    names = [len(re.findall(r"Avlysning: Astrid", text_of(page))) for page in (first, second)]
    assert names == [30, 5]
    assert "?vis=avlysninger&amp;fra=30" in first.content.decode()
    assert browser.get(f"{LIST}?vis=x&fra=nei").status_code == 200


def test_confirming_on_the_page_and_a_second_press(browser, astrid, days) -> None:
    asked = cancel(astrid, days[7])
    address = f"{LIST}avlysning/{asked.id}/"
    assert "Jeg er bortreist" in text_of(browser.get(address))
    assert "Det er gjort" in text_of(browser.post(address, {"hva": "confirm"}, follow=True))
    again = text_of(browser.post(address, {"hva": "confirm"}, follow=True))
    assert "En annen var før deg" in again
    assert "Mona Lie, i dag kl. 10.00" in again


def test_answering_a_wish_on_the_page(browser, astrid, days) -> None:
    wished = wish(astrid, days[6], TUESDAY, THURSDAY, text="Jeg skal til legen")
    address = f"{LIST}onske/{wished.id}/"
    page = text_of(browser.get(address))
    assert "i morgen mellom kl. 10 og 12" in page
    assert "Jeg skal til legen" in page
    wrong = browser.post(address, {"hva": "propose", "day": "2026-03-01", "begins": "10:00", "ends": "12:00"})
    assert (wrong.status_code, "Denne tiden er allerede passert." in text_of(wrong)) == (400, True)
    assert browser.post(address, {"hva": "decline", "reason": ""}).status_code == 400
    assert "Velg en av tidene" in text_of(browser.post(address, {"hva": "accept", "tid": "7"}, follow=True))
    assert "Det er ingenting å avklare" in text_of(browser.post(address, {"hva": "dans"}, follow=True))
    browser.post(address, {"hva": "accept", "tid": "1"})
    assert visit(astrid, days[6]).starts_at == on(5, 14)


def test_read_only_where_the_journal_answers(browser, astrid, days, database) -> None:
    asked = cancel(astrid, days[7])
    database.execute("UPDATE service SET visits_in = 'journal'")
    address = f"{LIST}avlysning/{asked.id}/"
    page = text_of(browser.get(address))
    assert "Dere svarer på dette i journalen." in page
    assert "Bekreft at besøket er avlyst" not in page
    assert "Ringt og avklart" not in page
    database.execute("UPDATE cancellation SET alarmed_at = now()")
    page = text_of(browser.get(address))
    assert "Journalen har ikke svart på 30 minutter" in page
    browser.post(address, {"hva": "settle"})
    assert "Ringt og avklart Mona Lie" in text_of(browser.get(address))


def test_a_stranger_finds_nothing_and_one_without_a_unit_is_told(world, astrid, days) -> None:
    asked = cancel(astrid, days[7])
    for who in ("per", "kari"):
        stranger = client_of(who, employee=True)
        assert stranger.get(f"{LIST}avlysning/{asked.id}/").status_code == 404
        assert "Ingenting venter her" in text_of(stranger.get(LIST))
    assert client_of("mona", employee=True).get(f"{LIST}onske/{an_id('none')}/").status_code == 404


def test_many_that_wait_cost_no_more_queries_than_few(browser, astrid, journal, days, queries_in) -> None:
    cancel(astrid, days[7])
    wish(astrid, days[6])
    few = queries_in(lambda: browser.get(LIST))
    reports = [another(f"v{n}", starts_at=on(10, 8, n), ends_at=on(10, 9, n)) for n in range(20)]
    for place, recorded in enumerate(record_visits(journal, reports)):
        cancel(astrid, recorded.visit_id, f"form {place}")
    assert queries_in(lambda: browser.get(LIST)) == few <= 12
