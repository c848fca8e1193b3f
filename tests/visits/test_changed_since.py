"""What changed since somebody looked last: pointed out to each reader by herself, and the same when loaded again."""

import pytest

from hjemmekontakt.visits.actions import look_at_visits, record_visits
from hjemmekontakt.visits.rules import CancelReason, Change, VisitStatus
from tests.doors import client_of
from tests.pages import text_of
from tests.visits.reports import ASTRIDS_MORNING, another, later, on, performed

NEXT = another("next", starts_at=on(4, 8), ends_at=on(4, 10))


def changes(actor) -> list[Change]:
    return [view.change for view in look_at_visits(actor).changed]


@pytest.fixture
def looked(journal, astrid, at):
    """Astrid has seen Friday's and Wednesday's visits on Monday at nine; it is now ten."""
    at("monday 09:00")
    record_visits(journal, [ASTRIDS_MORNING, NEXT])
    look_at_visits(astrid)
    at("monday 10:00")


def test_at_the_first_look_nothing_is_new(journal, astrid) -> None:
    record_visits(journal, [ASTRIDS_MORNING])
    assert changes(astrid) == []


@pytest.mark.parametrize(
    ("word", "change"),
    [
        ({"status": VisitStatus.CANCELLED, "cancel_reason": CancelReason.BY_SERVICE}, Change.CANCELLED),
        ({"starts_at": on(6, 12), "ends_at": on(6, 14)}, Change.MOVED),
        ({"status": VisitStatus.ON_HOLD}, Change.ON_HOLD),
        ({"status": VisitStatus.GONE}, Change.GONE),
        ({"status": VisitStatus.NOT_PERFORMED, "cancel_reason": CancelReason.NOT_HOME}, Change.NOT_DONE),
    ],
)
def test_what_she_should_hear_of_is_pointed_out(looked, journal, astrid, word, change) -> None:
    record_visits(journal, [later(**word)])
    assert changes(astrid) == [change]


@pytest.mark.parametrize(
    "word",
    [
        {"status": VisitStatus.ASSIGNED, "performer_first_name": "Mona"},
        {"starts_at": on(6, 8, 1), "ends_at": on(6, 10, 1)},
        {"starts_at": on(6, 7, 59), "ends_at": on(6, 9, 59)},
        {"starts_at": on(6, 8, 30), "ends_at": on(6, 9), "is_window": False},
        {"title": "Morgenstell og frokost"},
    ],
)
def test_who_comes_a_minutes_move_and_a_refined_window_are_no_change(looked, journal, astrid, word) -> None:
    record_visits(journal, [later(**word)])
    assert changes(astrid) == []


def test_a_performed_visit_is_no_change_and_takes_away_what_was(looked, journal, astrid) -> None:
    record_visits(journal, [later(starts_at=on(6, 12), ends_at=on(6, 14))])
    record_visits(journal, [performed(minutes=2)])
    assert changes(astrid) == []


def test_a_new_visit_in_the_two_weeks_she_saw_is_new_and_one_that_came_within_reach_is_not(
    looked, journal, astrid, at
) -> None:
    far = another("far", starts_at=on(17, 8), ends_at=on(17, 10))
    record_visits(journal, [another("soon", starts_at=on(5, 8), ends_at=on(5, 10)), far])
    at("wednesday 09:00")
    assert changes(astrid) == [Change.NEW]


def test_a_cancelled_one_that_comes_after_all_is_in_the_plan_again(looked, journal, astrid) -> None:
    record_visits(journal, [later(status=VisitStatus.CANCELLED, cancel_reason=CancelReason.BY_SERVICE)])
    record_visits(journal, [later(minutes=2)])
    assert changes(astrid) == [Change.BACK]


def test_loaded_again_within_half_an_hour_it_shows_the_same_and_later_it_does_not(looked, journal, astrid, at) -> None:
    record_visits(journal, [later(starts_at=on(6, 12), ends_at=on(6, 14))])
    assert changes(astrid) == [Change.MOVED]
    at("monday 10:29")
    assert changes(astrid) == [Change.MOVED]
    at("monday 10:31")
    assert changes(astrid) == []


def test_what_changes_while_she_looks_is_not_lost(looked, journal, astrid, at) -> None:
    assert changes(astrid) == []
    at("monday 10:20")
    record_visits(journal, [later(starts_at=on(6, 12), ends_at=on(6, 14))])
    at("tuesday 10:00")
    assert changes(astrid) == [Change.MOVED]


def test_what_jonas_has_seen_astrid_has_not(looked, journal, astrid, jonas_for_astrid) -> None:
    record_visits(journal, [later(starts_at=on(6, 12), ends_at=on(6, 14))])
    assert changes(jonas_for_astrid) == []
    assert changes(astrid) == [Change.MOVED]


def test_neither_the_first_page_nor_a_visits_own_counts_as_having_seen(looked, journal, astrid) -> None:
    visit_id = record_visits(journal, [later(starts_at=on(6, 12), ends_at=on(6, 14))])[0].visit_id
    browser = client_of("astrid")
    browser.get("/")
    browser.get(f"/timeavtaler/{visit_id}/")
    browser.get("/timeavtaler/uke/")
    assert changes(astrid) == [Change.MOVED]


def test_a_clock_that_was_moved_back_hides_nothing(looked, journal, astrid, at) -> None:
    at("sunday 10:00")
    changes(astrid)
    at("tuesday 10:00")
    changes(astrid)
    at("tuesday 11:00")
    record_visits(journal, [later(starts_at=on(6, 12), ends_at=on(6, 14))])
    assert changes(astrid) == [Change.MOVED]


def test_the_page_says_it_first_and_in_words(looked, journal) -> None:
    record_visits(journal, [later(starts_at=on(6, 12), ends_at=on(6, 14)), later(NEXT, status=VisitStatus.ON_HOLD)])
    shown = text_of(client_of("astrid").get("/timeavtaler/"))
    told = shown.index("Endret siden sist")
    assert told < shown.index("Besøket er satt på vent") < shown.index("Besøket har fått ny tid")
    assert "Besøket var satt opp fredag 6. mars kl. 08.00." in shown


def test_without_changes_the_page_has_no_such_heading(looked) -> None:
    assert "Endret siden sist" not in text_of(client_of("astrid").get("/timeavtaler/"))


def test_a_visit_tomorrow_that_is_cancelled_or_moved_warns_on_the_first_page(journal, astrid, world, at) -> None:
    tomorrow = another("tomorrow", starts_at=on(3, 8), ends_at=on(3, 10))
    today = another("today", starts_at=on(2, 14), ends_at=on(2, 16))
    record_visits(journal, [tomorrow, today, ASTRIDS_MORNING])
    browser = client_of("astrid")
    assert "avlyst" not in text_of(browser.get("/"))
    record_visits(
        journal,
        [
            later(tomorrow, status=VisitStatus.CANCELLED, cancel_reason=CancelReason.BY_SERVICE),
            later(today, starts_at=on(5, 8), ends_at=on(5, 10)),
            later(status=VisitStatus.CANCELLED, cancel_reason=CancelReason.BY_SERVICE),
        ],
    )
    shown = text_of(browser.get("/"))
    assert "Besøket i morgen er avlyst" in shown
    assert "Besøket i dag har fått ny tid" in shown
    assert "fredag" not in shown.lower()
    assert "Besøket i morgen er avlyst" in text_of(client_of("jonas").get("/"))


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ({"status": VisitStatus.ON_HOLD}, "Satt på vent"),
        ({"status": VisitStatus.GONE}, "Ikke lenger i planen. Ring hvis du lurer."),
        (
            {"status": VisitStatus.NOT_PERFORMED, "cancel_reason": CancelReason.NOT_MET},
            "Ikke utført. Vi fikk ikke kontakt med deg.",
        ),
        ({"status": VisitStatus.CANCELLED, "cancel_reason": CancelReason.BY_SERVICE}, "Avlyst av kommunen"),
    ],
)
def test_each_status_has_its_word(journal, astrid, world, word, said) -> None:
    visit_id = record_visits(journal, [later(**word)])[0].visit_id
    browser = client_of("astrid")
    assert said in text_of(browser.get("/timeavtaler/"))
    assert said in text_of(browser.get(f"/timeavtaler/{visit_id}/"))
