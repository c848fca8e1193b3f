"""The pages of «Jeg er borte en periode» as Astrid and Jonas see them (R41, M6)."""

import re

import pytest

from hjemmekontakt.access.rules import Right
from hjemmekontakt.visits.actions import answer_cancellation, record_visits
from hjemmekontakt.visits.rules import CancellationState
from tests.doors import client_of
from tests.people import an_id
from tests.visits.reports import another, on
from tests.visits.test_away import morning, states, told_of
from tests.visits.test_pages import page, words

WEEK = {"first": "2026-03-09", "until": "day", "last": "2026-03-15", "reason": "travel", "more": ""}
BORTE = "/timeavtaler/borte/"


@pytest.fixture
def browser(world):
    return client_of("astrid")


@pytest.fixture
def mornings(journal):
    """Astrid's mornings of a week, one of them critical."""
    return told_of(journal, morning(9), morning(10, title="Medisiner", may_cancel=False), morning(11), morning(20))


def key(browser, path: str = BORTE) -> str:
    return re.search(r'name="form_key" value="([^"]+)"', browser.get(path).content.decode())[1]


def send(browser, path: str = BORTE, **fields):
    return browser.post(path, {"form_key": key(browser), **WEEK, **fields}, follow=True)


def confirmed(browser, path: str = BORTE, **fields):
    return send(browser, path, confirm="1", **fields)


def the_one(database):
    return database.execute("SELECT id FROM away_period WHERE ended_at IS NULL").fetchone()[0]


def test_first_the_days_then_what_falls_away_and_nothing_is_sent_before_she_confirms(
    browser, mornings, database
) -> None:
    assert "Jeg er borte en periode" in page(browser, "/timeavtaler/")
    assert "Se hvilke besøk det gjelder" in page(browser, BORTE)
    shown = words(send(browser))
    assert "Dette faller bort 9.–15. mars" in shown
    assert "2 besøk faller bort." in shown
    assert "1 besøk kan du ikke avlyse her. Vi kommer som planlagt hvis du ikke ringer. Ring 32 00 00 10" in shown
    assert "Medisiner Kan ikke avlyses her" in shown
    assert "Besøk som kommunen planlegger senere i denne tiden, blir også avlyst." in shown
    assert "20. mars" not in shown
    assert states(database) == {}


def test_what_she_wrote_is_carried_on_and_kept_when_she_goes_back(browser, mornings, database) -> None:
    shown = send(browser, more="Hos <b>søster</b>").content.decode()
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown))
    assert carried["more"] == "Hos &lt;b&gt;søster&lt;/b&gt;"
    carried |= {"more": "Hos <b>søster</b>"}
    back = browser.post(BORTE, {**carried, "change": "1"})
    assert back.status_code == 200
    assert "Hos &lt;b&gt;søster&lt;/b&gt;" in back.content.decode()
    browser.post(BORTE, {**carried, "confirm": "1"})
    assert database.execute("SELECT reason FROM away_period").fetchone() == ("Jeg er på reise. Hos <b>søster</b>",)


def test_after_it_each_visit_says_how_it_stands_and_the_list_says_that_she_is_away(
    browser, mornings, journal, database
) -> None:
    said = words(confirmed(browser))
    assert "Det er sendt til kommunen." in said
    assert "Du er borte 9.–15. mars" in said
    assert "Du sa fra i dag kl. 10.00." in said
    assert "2 besøk venter på svar fra kommunen." in said
    assert "Medisiner Ikke avlyst Dette besøket kan du ikke avlyse her. Ring 32 00 00 10." in said
    for (id,) in database.execute("SELECT id FROM cancellation").fetchall():
        answer_cancellation(journal, id, state=CancellationState.ACCEPTED)
    listed = page(browser, "/timeavtaler/")
    assert "Du er borte 9.–15. mars 2 besøk er avlyst." in listed
    assert "Jeg er tilbake" in listed
    id = the_one(database)
    assert "Jeg trenger besøket likevel" not in page(browser, f"{BORTE}{id}/")
    back = words(browser.post(f"{BORTE}{id}/tilbake/", follow=True))
    assert back.count("Jeg trenger besøket likevel") == 2
    [visit_id, *_] = mornings
    assert "Se alle besøkene i tiden du er borte" in page(browser, f"/timeavtaler/{visit_id}/")


def test_the_same_form_sent_twice_is_one_time_away_and_leads_to_the_same_page(browser, mornings, database) -> None:
    form_key = key(browser)
    first, again = (confirmed(browser, form_key=form_key) for _ in range(2))
    assert first.redirect_chain == again.redirect_chain
    assert database.execute("SELECT count(*) FROM away_period").fetchone() == (1,)


def test_until_further_notice_and_back_again(browser, mornings, database) -> None:
    said = words(confirmed(browser, until="open", last=""))
    assert "Du er borte fra 9. mars" in said
    assert "Det varer til du sier fra at du er tilbake." in said
    id = the_one(database)
    back = words(browser.post(f"{BORTE}{id}/tilbake/", follow=True))
    assert "Avsluttet i dag kl. 10.00 av Astrid Berg." in back
    assert "Vi kommer som planlagt" in back
    assert "Du er borte" not in page(browser, "/timeavtaler/")
    assert set(states(database).values()) == {"withdrawn"}


def test_other_days_are_chosen_on_a_form_that_knows_the_old_ones(browser, mornings, database) -> None:
    confirmed(browser)
    path = f"{BORTE}{the_one(database)}/endre/"
    shown = browser.get(path).content.decode()
    assert 'value="2026-03-15"' in shown
    assert "Dette faller bort 10.–20. mars" in words(send(browser, path, first="2026-03-10", last="2026-03-20"))
    said = words(confirmed(browser, path, first="2026-03-10", last="2026-03-20"))
    assert "Du er borte 10.–20. mars" in said
    assert states(database) == {"morning-9": "withdrawn", "morning-11": "sent", "morning-20": "sent"}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"first": ""}, "Skriv datoen."),
        ({"first": "snart"}, "Skriv datoen slik: 31.12.2026."),
        ({"first": "2026-03-01"}, "Den første dagen er passert. Velg i dag eller en senere dag."),
        ({"last": ""}, "Skriv den siste dagen du er borte."),
        ({"last": "2026-03-08"}, "Den siste dagen kan ikke være før den første."),
        ({"last": "2028-03-08"}, "Velg en dag som er mindre enn ett år fram."),
        ({"until": "for alltid"}, "Rett opp dette"),
        ({"more": "x" * 441}, "Teksten er for lang. Skriv inntil 440 tegn."),
        ({"more": "nul\0tegn"}, "Teksten inneholder tegn vi ikke kan ta imot."),
        ({"form_key": "none"}, "Rett opp dette"),
    ],
)
def test_bad_input_is_said_kept_and_sends_nothing(browser, mornings, database, fields, sentence) -> None:
    answer = confirmed(browser, **fields)
    assert answer.status_code == 400
    assert sentence in words(answer)
    assert database.execute("SELECT count(*) FROM away_period").fetchone() == (0,)


def test_jonas_tells_for_her_and_both_see_who_it_was(world, mornings, database) -> None:
    jonas, astrid = client_of("jonas", acting_for="astrid"), client_of("astrid")
    assert "Astrid Berg er borte 9.–15. mars" in words(confirmed(jonas))
    said = page(astrid, f"{BORTE}{the_one(database)}/")
    assert "Jonas Berg sa fra i dag kl. 10.00." in said
    database.execute("UPDATE fullmakt SET state = 'ended', ended_at = now(), end_reason = 'withdrawn'")
    assert (
        "Jonas Berg sa fra på vegne av deg, og har ikke lenger fullmakt til å avlyse. Besøk som blir planlagt nå, blir"
        " ikke avlyst." in page(astrid, "/timeavtaler/")
    )


def test_jonas_without_the_right_sees_it_and_has_no_buttons(world, browser, mornings, database) -> None:
    confirmed(browser)
    database.execute("DELETE FROM fullmakt")
    world.fullmakt("astrid", "jonas", rights=(Right.SEE_VISITS,))
    jonas = client_of("jonas", acting_for="astrid")
    for path in ("/timeavtaler/", f"{BORTE}{the_one(database)}/"):
        said = page(jonas, path)
        assert "Astrid Berg er borte 9.–15. mars" in said
        assert "Jeg er tilbake" not in said
        assert "Jeg er borte en periode" not in said
    assert jonas.post(f"{BORTE}{the_one(database)}/tilbake/").status_code == 403
    assert jonas.post(BORTE, {"form_key": str(an_id("forged")), **WEEK, "confirm": "1"}).status_code == 403


def test_anothers_time_away_and_one_that_is_not_there_are_the_same_page(world, browser, mornings, database) -> None:
    confirmed(browser)
    world.decision("siri", world.tunvik, world.nord, world.nord_nursing)
    world.activation("siri")
    siri = client_of("siri")
    for what in ("", "endre/"):
        foreign, unknown = (siri.get(f"{BORTE}{id}/{what}") for id in (the_one(database), an_id("none")))
        assert (foreign.status_code, unknown.status_code) == (404, 404)
        assert words(foreign) == words(unknown)
    assert siri.post(f"{BORTE}{the_one(database)}/tilbake/").status_code == 404


def test_from_a_visit_of_a_plan_all_visits_of_the_plan_may_be_called_off(browser, journal, mornings, database) -> None:
    first = mornings[0]
    assert "Avlys alle besøkene i denne rekken" not in page(browser, f"/timeavtaler/{first}/avlys/")
    assert browser.get(f"/timeavtaler/{first}/rekke/").status_code == 302
    database.execute("UPDATE visit SET series = 'mornings' WHERE title = 'Morgenstell'")
    record_visits(journal, [another("evening", starts_at=on(11, 19), ends_at=on(11, 21), title="Kveldsstell")])
    assert "Avlys alle besøkene i denne rekken" in page(browser, f"/timeavtaler/{first}/avlys/")
    path = f"/timeavtaler/{first}/rekke/"
    assert 'value="2026-03-09"' in browser.get(path).content.decode()
    assert "Det gjelder besøkene «Morgenstell», slik som mandag 9. mars mellom kl. 08 og 10." in page(browser, path)
    shown = words(send(browser, path))
    assert "Bare besøkene «Morgenstell» blir avlyst." in shown
    assert "Kveldsstell" not in shown
    assert "Avlyst 9.–15. mars: Morgenstell" in words(confirmed(browser, path))
    assert states(database) == {"morning-9": "sent", "morning-11": "sent"}


def test_where_nothing_is_planned_it_is_said_and_may_be_told_all_the_same(browser, world, database) -> None:
    assert "Det er ingen planlagte besøk i denne tiden ennå." in words(send(browser))
    assert "Ingen besøk er avlyst ennå." in words(confirmed(browser))


def test_the_pages_cost_the_same_however_many_visits_they_show(
    browser, journal, mornings, database, queries_in
) -> None:
    confirmed(browser)
    path = f"{BORTE}{the_one(database)}/"
    browser.get("/timeavtaler/")  # now the organisation is remembered
    few = queries_in(lambda: browser.get(path)), queries_in(lambda: browser.get("/timeavtaler/"))
    preview = queries_in(lambda: browser.post(BORTE, {"form_key": str(an_id("p")), **WEEK}))
    told_of(journal, *(another(f"n{n}", starts_at=on(12, 8 + n), ends_at=on(12, 9 + n)) for n in range(10)))
    assert (queries_in(lambda: browser.get(path)), queries_in(lambda: browser.get("/timeavtaler/"))) == few
    assert queries_in(lambda: browser.post(BORTE, {"form_key": str(an_id("p")), **WEEK})) == preview
    assert few[0] <= 22
    assert few[1] <= 21
    assert preview <= 21
