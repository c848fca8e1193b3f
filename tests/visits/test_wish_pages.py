"""«Be om annen tid» as Astrid and Jonas meet it: the form, what it says back, and the visit's page meanwhile (R42)."""

import re

import pytest

from hjemmekontakt.access.rules import Right
from hjemmekontakt.visits.actions import answer_wish, ask_to_cancel_visit, record_visits
from hjemmekontakt.visits.queries import wish_on_visit
from hjemmekontakt.visits.rules.wishes import WishState
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id
from tests.visits.reports import ASTRIDS_MORNING, later, on
from tests.visits.wishing import SUNDAY, THURSDAY, TUESDAY, open_wishes, wish

FIRST = {"tid1-day": "2026-03-03", "tid1-begins": "10:00", "tid1-ends": "12:00"}
SECOND = {"tid2-day": "2026-03-05", "tid2-begins": "14:00", "tid2-ends": "16:00"}


@pytest.fixture
def friday(journal, database):
    """Astrid's visit on Friday, in a service that takes wishes."""
    open_wishes(database)
    return record_visits(journal, [ASTRIDS_MORNING])[0].visit_id


@pytest.fixture
def browser(friday):
    return client_of("astrid")


def send(browser, visit_id, *, form_key: str = "", **fields):
    path = f"/timeavtaler/{visit_id}/annen-tid/"
    if not form_key:
        form_key = re.search(r'name="form_key" value="([^"]+)"', browser.get(path).content.decode())[1]
    return browser.post(path, {"form_key": form_key, "text": "", **fields}, follow=True)


def answer(browser, visit_id, wished, said: str):
    times = {"fra": wished.proposed.starts_at.isoformat(), "til": wished.proposed.ends_at.isoformat()}
    return browser.post(f"/timeavtaler/{visit_id}/annen-tid/{wished.id}/svar/", {"svar": said, **times}, follow=True)


def test_two_windows_are_sent_and_the_visits_page_says_how_far_it_has_come(browser, astrid, friday) -> None:
    page = send(browser, friday, **FIRST, **SECOND, text="Jeg skal til legen")
    said = text_of(page)
    assert "Ønsket er sendt." in said
    assert "Ønsket ditt om annen tid" in said
    assert "i morgen mellom kl. 10 og 12" in said
    assert "torsdag 5. mars mellom kl. 14 og 16" in said
    assert "Besøket står som planlagt til kommunen har svart." in said
    assert "Be om annen tid" not in said
    assert wish_on_visit(astrid, friday).wish.windows == (TUESDAY, THURSDAY)


def test_the_form_has_the_phones_own_pickers_and_keeps_what_was_typed(browser, friday) -> None:
    page = browser.get(f"/timeavtaler/{friday}/annen-tid/").content.decode()
    assert (page.count('type="date"'), page.count('type="time"')) == (3, 6)
    wrong = send(browser, friday, **{**FIRST, "tid1-ends": "09:00"}, **{"tid2-day": "2026-03-05"}, text="Med mine ord")
    said = text_of(wrong)
    assert wrong.status_code == 400
    assert "Slutten må være senere enn starten." in said
    assert "Velg når tiden begynner." in said
    content = wrong.content.decode()
    assert 'value="09:00"' in content
    assert "Med mine ord" in content


@pytest.mark.parametrize(
    ("day", "begins", "ends", "sentence"),
    [
        ("", "10:00", "12:00", "Velg en dag."),
        ("2026-03-01", "10:00", "12:00", "Denne tiden er allerede passert."),
        ("9999-12-31", "23:00", "00:00", "Denne dagen er for langt fram."),
        ("0001-01-01", "00:00", "01:00", "Denne tiden er allerede passert."),
        ("2026-05-20", "10:00", "12:00", "Denne dagen er for langt fram."),
        ("2026-03-29", "02:30", "05:00", "Den natten stilles klokka fram"),
        ("2026-03-03", "06:00", "20:30", "Tiden kan vare inntil 14 timer."),
        ("2026-03-06", "08:00", "10:00", "Dette er tiden besøket har nå."),
        ("i morgen", "10:00", "12:00", "Skriv dagen som dag, måned og år."),
        ("2026-03-03", "ti", "12:00", "Skriv klokkeslettet som 08.15."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(browser, friday, database, day, begins, ends, sentence) -> None:
    answer = send(browser, friday, **{"tid1-day": day, "tid1-begins": begins, "tid1-ends": ends})
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert database.execute("SELECT count(*) FROM change_wish").fetchone() == (0,)


def test_the_same_form_sent_twice_is_one_wish(browser, friday, database) -> None:
    for _ in range(2):
        assert "Ønsket er sendt." in text_of(send(browser, friday, form_key=str(an_id("key")), **FIRST))
    assert database.execute("SELECT count(*) FROM change_wish").fetchone() == (1,)


def test_she_takes_it_back(browser, astrid, friday) -> None:
    wished = wish(astrid, friday)
    assert "Ta tilbake ønsket" in text_of(browser.get(f"/timeavtaler/{friday}/"))
    page = browser.post(f"/timeavtaler/{friday}/annen-tid/{wished.id}/ta-tilbake/", follow=True)
    assert "Ønsket er tatt tilbake. Besøket står som planlagt." in text_of(page)
    assert "Be om annen tid" in text_of(page)


@pytest.mark.parametrize(
    ("said", "flash", "then"),
    [
        ("ja", "Du har sagt ja til den nye tiden.", "Ny tid kommer når kommunens plan er endret."),
        ("nei", "Du beholder tiden. Vi kommer som planlagt.", "Passer det ikke? Ring 32 00 00 10"),
    ],
)
def test_a_proposal_is_answered_yes_or_no(browser, astrid, journal, friday, said, flash, then) -> None:
    wished = wish(astrid, friday)
    proposed = answer_wish(journal, wished.id, state=WishState.PROPOSED, proposed=THURSDAY)
    page = text_of(browser.get(f"/timeavtaler/{friday}/"))
    assert "Vi foreslår torsdag 5. mars mellom kl. 14 og 16" in page
    assert "Ja, det passer" in page
    after = text_of(answer(browser, friday, proposed, said))
    assert flash in after
    assert then in after


def test_when_the_journal_moves_the_visit_the_page_says_no_more_of_waiting(browser, astrid, journal, friday) -> None:
    wished = wish(astrid, friday)
    answer_wish(journal, wished.id, state=WishState.ACCEPTED)
    assert "Kommunen har godtatt ønsket" in text_of(browser.get(f"/timeavtaler/{friday}/"))
    record_visits(journal, [later(starts_at=TUESDAY.starts_at, ends_at=TUESDAY.ends_at)])
    page = text_of(browser.get(f"/timeavtaler/{friday}/"))
    assert "Ny tid kommer når" not in page
    assert "Besøket fikk ny tid etter ønsket om annen tid." in page


def test_declined_says_why_and_run_out_says_that(browser, astrid, journal, friday) -> None:
    answer_wish(journal, wish(astrid, friday).id, state=WishState.DECLINED, reason="Ingen ledig da")
    page = text_of(browser.get(f"/timeavtaler/{friday}/"))
    assert "Besøket fikk ikke ny tid. Vi kommer som planlagt." in page
    assert "Ingen ledig da" in page
    wish(astrid, friday, form="again")
    record_visits(journal, [later(starts_at=on(7, 8), ends_at=on(7, 10))])
    assert "Ønsket om annen tid er ikke lenger aktuelt" in text_of(browser.get(f"/timeavtaler/{friday}/"))


def test_jonas_needs_the_right_to_cancel(world, astrid, friday, database) -> None:
    wished = wish(astrid, friday)
    database.execute("DELETE FROM fullmakt")
    world.fullmakt("astrid", "jonas", rights=(Right.SEE_VISITS,))
    jonas = client_of("jonas", acting_for="astrid")
    page = text_of(jonas.get(f"/timeavtaler/{friday}/"))
    assert "Ønsket fra Astrid Berg om annen tid" in page
    assert "Ta tilbake ønsket" not in page
    assert jonas.post(f"/timeavtaler/{friday}/annen-tid/{wished.id}/ta-tilbake/").status_code == 403
    assert send(jonas, friday, form_key=str(an_id("jonas")), **FIRST).status_code == 403


def test_where_wishes_are_not_opened_it_is_a_message(browser, friday, database) -> None:
    database.execute("UPDATE service SET wishes_from = NULL")
    assert "Send melding" in text_of(browser.get(f"/timeavtaler/{friday}/annen-tid/"))


def test_what_cannot_be_moved_says_whom_to_call(browser, friday, at) -> None:
    at("friday 09:00")
    page = text_of(browser.get(f"/timeavtaler/{friday}/annen-tid/"))
    assert "Tiden for besøket har begynt. Ring 32 00 00 10." in page
    assert "Send ønsket" not in page


def test_half_an_answer_changes_nothing(browser, astrid, journal, friday) -> None:
    proposed = answer_wish(journal, wish(astrid, friday).id, state=WishState.PROPOSED, proposed=THURSDAY)
    path = f"/timeavtaler/{friday}/annen-tid/{proposed.id}/svar/"
    for said in ({}, {"svar": "kanskje"}, {"svar": "ja", "fra": "i dag", "til": ""}):
        assert browser.post(path, said).status_code == 302
    assert wish_on_visit(astrid, friday).wish.state is WishState.PROPOSED


def test_a_wish_adds_nothing_to_what_the_page_costs(browser, astrid, friday, queries_in) -> None:
    before = queries_in(lambda: browser.get(f"/timeavtaler/{friday}/"))
    wish(astrid, friday)
    assert queries_in(lambda: browser.get(f"/timeavtaler/{friday}/")) == before == 9


def test_every_list_says_how_a_wish_stands(browser, astrid, journal, friday) -> None:
    """The plan tells it from the day the wish is sent, and so does the sheet for the wall."""

    def told() -> list[str]:
        pages = [text_of(browser.get(page)) for page in ("/timeavtaler/", "/timeavtaler/uke/?fra=2026-03-02")]
        return [next((words for words in TAGS if words in page), "") for page in pages]

    assert told() == ["", ""]
    wished = wish(astrid, friday)
    assert told() == ["Annen tid er ønsket"] * 2
    answer_wish(journal, wished.id, state=WishState.PROPOSED, proposed=THURSDAY)
    assert told() == ["Svar på forslag til ny tid"] * 2
    answer(browser, friday, wish_on_visit(astrid, friday).wish, "ja")
    assert told() == ["Ny tid er avtalt"] * 2
    record_visits(journal, [later(starts_at=THURSDAY.starts_at, ends_at=THURSDAY.ends_at)])
    assert told() == ["", ""]


TAGS = ("Annen tid er ønsket", "Svar på forslag til ny tid", "Ny tid er avtalt")


def test_the_plan_leads_straight_to_what_can_be_done_with_tomorrows_visit(browser, astrid, journal, friday, at) -> None:
    at("thursday 07:00")
    ways = [f"/timeavtaler/{friday}/avlys/", f"/timeavtaler/{friday}/annen-tid/"]

    def offered() -> list[bool]:
        plan = browser.get("/timeavtaler/").content.decode()
        return [f'href="{way}"' in plan for way in ways]

    assert offered() == [True, True]
    assert all(browser.get(way).status_code == 200 for way in ways)
    wish(astrid, friday, SUNDAY)
    assert offered() == [True, False]
    ask_to_cancel_visit(astrid, friday, form_key=an_id("cancel"))
    assert offered() == [False, False]


def test_a_critical_visit_is_not_offered_to_be_called_off_in_the_plan(browser, journal, friday, at) -> None:
    record_visits(journal, [later(may_cancel=False)])
    at("thursday 07:00")
    plan = browser.get("/timeavtaler/").content.decode()
    assert f"/timeavtaler/{friday}/annen-tid/" in plan
    assert "/avlys/" not in plan


def test_who_may_only_look_is_offered_nothing_in_the_plan(friday, world, database, at) -> None:
    at("thursday 07:00")
    database.execute("DELETE FROM fullmakt")
    world.fullmakt("astrid", "jonas", rights=(Right.SEE_VISITS,))
    plan = client_of("jonas", acting_for="astrid").get("/timeavtaler/").content.decode()
    assert f"/timeavtaler/{friday}/" in plan
    assert "/avlys/" not in plan
    assert "/annen-tid/" not in plan
