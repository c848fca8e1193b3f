"""Timeavtaler as Astrid and Jonas see it: what comes, who comes, calling it off, and what has been."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hjemmekontakt.access.rules import Right
from hjemmekontakt.visits.actions import answer_cancellation, record_visits
from hjemmekontakt.visits.rules import CancellationState, CancelReason, Place, VisitStatus
from tests.doors import client_of
from tests.people import NATIONAL_IDS, an_id
from tests.visits.reports import ASTRIDS_MORNING, another, later, on, performed

TODAY = another("today", starts_at=on(2, 14), ends_at=on(2, 16))
WITH_MONA = another(
    "tomorrow",
    status=VisitStatus.ASSIGNED,
    starts_at=on(3, 8, 15),
    ends_at=on(3, 8, 35),
    is_window=False,
    performer_first_name="Mona",
    performer_role="Sykepleier",
)


@pytest.fixture
def visits(world, journal):
    """The ids of four visits: today, tomorrow, on Friday, and a month from now."""
    far = another("far", starts_at=on(30, 8), ends_at=on(30, 10))
    told = {"today": TODAY, "tomorrow": WITH_MONA, "friday": ASTRIDS_MORNING, "far": far}
    recorded = record_visits(journal, list(told.values()))
    return {name: each.visit_id for name, each in zip(told, recorded, strict=True)}


@pytest.fixture
def browser(world):
    return client_of("astrid")


def page(browser, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status
    return words(answer)


def words(answer) -> str:
    """What a page says, without its markup."""
    main = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("\xa0", " ")


def form_key(browser, visit_id) -> str:
    content = browser.get(f"/timeavtaler/{visit_id}/avlys/").content.decode()
    return re.search(r'name="form_key" value="([^"]+)"', content)[1]


def cancel(browser, visit_id, **fields):
    key = fields.pop("form_key", None) or form_key(browser, visit_id)
    return browser.post(f"/timeavtaler/{visit_id}/avlys/", {"form_key": key, **fields}, follow=True)


def test_the_list_says_when_what_and_who_by_day(visits, browser) -> None:
    said = page(browser, "/timeavtaler/")
    assert "I dag Mellom kl. 14 og 16 Morgenstell, omtrent 20 minutter" in said
    assert "Hvem som kommer, er ikke bestemt ennå" in said
    assert "I morgen Kl. 08.15" in said
    assert "Mona, sykepleier, kommer" in said
    assert "Fredag 6. mars" in said
    assert "30. mars" not in said
    assert "Oppdatert kl. 10.00" in said


def test_an_empty_plan_says_what_to_do(world, browser) -> None:
    assert "Ingen besøk de neste to ukene" in page(browser, "/timeavtaler/")


def test_the_list_costs_the_same_however_many_visits_it_shows(visits, journal, browser) -> None:
    page(browser, "/timeavtaler/")  # now the organisation is remembered
    with CaptureQueriesContext(connection) as few:
        page(browser, "/timeavtaler/")
    more = [another(f"n{n}", starts_at=on(4, 8 + n), ends_at=on(4, 9 + n)) for n in range(10)]
    record_visits(journal, more)
    with CaptureQueriesContext(connection) as many:
        page(browser, "/timeavtaler/")
    assert len(many) == len(few) <= 2
    assert sum("FROM visit v" in query["sql"] for query in many) == 1


def test_astrid_cancels_and_sees_how_far_it_has_come(visits, browser, journal, database) -> None:
    shown = page(browser, f"/timeavtaler/{visits['friday']}/avlys/")
    assert "Dette besøket faller bort" in shown
    assert "Bekreft avlysning" in shown
    after = words(cancel(browser, visits["friday"], reason="away", more="Jeg er hos søsteren min."))
    assert "Avlysningen er sendt." in after
    assert "Sendt i dag kl. 10.00" in after
    assert "Mottatt av kommunen" in after
    [(id, reason)] = database.execute("SELECT id, reason FROM cancellation").fetchall()
    assert reason == "Jeg er ikke hjemme. Jeg er hos søsteren min."
    answer_cancellation(journal, id, state=CancellationState.ACCEPTED)
    record_visits(journal, [later(status=VisitStatus.CANCELLED, cancel_reason=CancelReason.BY_RECIPIENT)])
    assert "Avlyst av deg" in page(browser, "/timeavtaler/")
    assert "Vi kommer ikke til dette besøket." in page(browser, f"/timeavtaler/{visits['friday']}/")


def test_a_declined_cancellation_says_that_they_come_and_why_and_whom_to_call(
    visits, browser, journal, database
) -> None:
    cancel(browser, visits["friday"])
    [(id,)] = database.execute("SELECT id FROM cancellation").fetchall()
    answer_cancellation(journal, id, state=CancellationState.DECLINED, reason="Medisinen må gis <b>da</b>")
    said = page(browser, f"/timeavtaler/{visits['friday']}/")
    assert "Vi kunne ikke avlyse besøket. Vi kommer som planlagt." in said
    assert "Medisinen må gis &lt;b&gt;da&lt;/b&gt;" in said
    assert "Ring 32 00 00 10" in said


def test_pressing_twice_sends_one(visits, browser, database) -> None:
    key = form_key(browser, visits["friday"])
    first = cancel(browser, visits["friday"], form_key=key)
    second = cancel(browser, visits["friday"], form_key=key)
    assert "Avlysningen er sendt." in words(first)
    assert "Avlysningen er sendt." in words(second)
    assert database.execute("SELECT count(*) FROM cancellation").fetchone() == (1,)


def test_a_late_one_is_warned_first_and_after(visits, browser, at) -> None:
    warning = "Vi vet ikke om vi rekker å stanse besøket. Ring også 32 00 00 10."
    assert warning in page(browser, f"/timeavtaler/{visits['today']}/avlys/")
    assert warning in words(cancel(browser, visits["today"]))
    assert warning not in page(browser, f"/timeavtaler/{visits['friday']}/avlys/")


def test_the_warning_goes_where_the_journal_moves_the_visit_to_a_later_day_meanwhile(visits, browser, journal) -> None:
    warning = "Vi vet ikke om vi rekker å stanse besøket."
    assert warning in words(cancel(browser, visits["today"]))
    record_visits(journal, [later(TODAY, starts_at=on(6, 14), ends_at=on(6, 16))])
    said = page(browser, f"/timeavtaler/{visits['today']}/")
    assert "Ny tid" in said
    assert "Avlysning er sendt" in said
    assert warning not in said


def test_one_that_cannot_be_cancelled_here_has_no_button_and_a_number(visits, browser, journal) -> None:
    record_visits(journal, [later(may_cancel=False)])
    said = page(browser, f"/timeavtaler/{visits['friday']}/")
    assert "Dette besøket kan du ikke avlyse her. Ring 32 00 00 10." in said
    assert "Avlys besøk" not in said
    assert "Be om annen tid" in said
    assert "Bekreft avlysning" not in page(browser, f"/timeavtaler/{visits['friday']}/avlys/")


def test_jonas_cancels_for_her_and_both_see_who_it_was(world, visits, journal, database) -> None:
    jonas, astrid = client_of("jonas", acting_for="astrid"), client_of("astrid")
    said = words(cancel(jonas, visits["friday"]))
    assert "Avlysningen din" in said
    assert "Avlysningen fra Jonas Berg" in page(astrid, f"/timeavtaler/{visits['friday']}/")
    [(id,)] = database.execute("SELECT id FROM cancellation").fetchall()
    answer_cancellation(journal, id, state=CancellationState.ACCEPTED)
    assert "Avlyst av deg" in page(jonas, "/timeavtaler/")
    assert "Avlyst av Jonas Berg" in page(astrid, "/timeavtaler/")


def test_jonas_without_the_right_sees_no_button_and_a_forged_form_is_refused(world, visits, database) -> None:
    database.execute("DELETE FROM fullmakt")
    world.fullmakt("astrid", "jonas", rights=(Right.SEE_VISITS,))
    jonas = client_of("jonas", acting_for="astrid")
    assert "Avlys besøk" not in page(jonas, f"/timeavtaler/{visits['friday']}/")
    forged = {"form_key": str(an_id("forged"))}
    assert jonas.post(f"/timeavtaler/{visits['friday']}/avlys/", forged).status_code == 403
    database.execute("DELETE FROM fullmakt")
    world.fullmakt("astrid", "jonas", rights=(Right.READ,))
    assert jonas.get("/timeavtaler/").status_code == 403


def test_anothers_visit_and_one_that_is_not_there_are_the_same_page(world, visits, journal, database) -> None:
    world.decision("siri", world.tunvik, world.nord, world.nord_nursing)
    world.activation("siri")
    siri = client_of("siri")
    foreign, unknown = siri.get(f"/timeavtaler/{visits['friday']}/"), siri.get(f"/timeavtaler/{an_id('none')}/")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert words(foreign) == words(unknown)


def test_one_entered_in_error_is_not_there(visits, browser, journal) -> None:
    record_visits(journal, [later(status=VisitStatus.ENTERED_IN_ERROR)])
    assert browser.get(f"/timeavtaler/{visits['friday']}/").status_code == 404
    assert "Fredag" not in page(browser, "/timeavtaler/")


def test_where_visits_are_not_opened_none_are_shown(visits, browser, database) -> None:
    database.execute("UPDATE service SET visits_from = NULL")
    assert "Ingen besøk" in page(browser, "/timeavtaler/")
    assert browser.get(f"/timeavtaler/{visits['friday']}/").status_code == 404


def test_a_moved_visit_says_new_time_and_when_it_was(visits, browser, journal) -> None:
    record_visits(journal, [later(starts_at=on(6, 12), ends_at=on(6, 14))])
    said = page(browser, "/timeavtaler/")
    assert "Mellom kl. 12 og 14" in said
    assert "Ny tid" in said
    assert "Besøket var satt opp fredag 6. mars kl. 08.00." in said


def test_what_has_been_is_listed_the_latest_first_and_page_by_page(visits, journal, browser, at) -> None:
    at("friday 23:00")
    early = [another(f"p{n}", starts_at=on(5, 0, n), ends_at=on(5, 0, n + 1)) for n in range(22)]
    record_visits(journal, [performed(each) for each in early])
    record_visits(journal, [later(TODAY, status=VisitStatus.NOT_PERFORMED, cancel_reason=CancelReason.NOT_HOME)])
    answer = browser.get("/timeavtaler/tidligere/")
    said = words(answer)
    assert "Utført" in said
    assert "Mona, sykepleier, var hos deg" in said
    assert "Vis flere" in said
    further = re.search(r'href="(/timeavtaler/tidligere/\?etter=[^"]+)"', answer.content.decode())[1]
    rest = page(browser, further)
    assert "Ikke utført. Vi fikk ikke kontakt med deg." in rest
    assert "Ikke meldt utført" in rest
    assert page(browser, "/timeavtaler/tidligere/?etter=2026-03-05~tull") == page(browser, "/timeavtaler/tidligere/")


def test_one_whose_service_is_not_ready_is_told_why(world, journal) -> None:
    einar = client_of("einar")
    assert einar.get("/timeavtaler/").status_code == 200
    assert "Ingen besøk" not in page(einar, "/timeavtaler/")


@pytest.mark.parametrize(
    "fields",
    [
        {"more": "x" * 441},
        {"more": "nul\0tegn"},
        {"reason": "forged"},
        {"form_key": "no key"},
    ],
)
def test_bad_input_is_said_kept_and_sends_nothing(visits, browser, database, fields) -> None:
    answer = cancel(browser, visits["friday"], **fields)
    assert answer.status_code == 400
    assert "Rett opp dette" in words(answer)
    if "x" * 441 in fields.get("more", ""):
        assert "x" * 441 in answer.content.decode()
    assert database.execute("SELECT count(*) FROM cancellation").fetchone() == (0,)


def test_emoji_and_markup_are_words_like_others(visits, browser, database) -> None:
    cancel(browser, visits["friday"], reason="other", more="<script>alert(1)</script> 🙂")
    assert database.execute("SELECT reason FROM cancellation").fetchone() == ("<script>alert(1)</script> 🙂",)


def test_a_protected_persons_place_is_not_told(world, visits, browser, journal, database) -> None:
    record_visits(journal, [later(place=Place.OFFICE)])
    assert "På kontoret" in page(browser, f"/timeavtaler/{visits['friday']}/")
    database.execute("UPDATE citizen SET protection = 'confidential' WHERE id = %s", [an_id("astrid")])
    assert "På kontoret" not in page(browser, f"/timeavtaler/{visits['friday']}/")


def test_no_page_carries_her_national_id(visits, browser) -> None:
    for path in ("/timeavtaler/", f"/timeavtaler/{visits['friday']}/", f"/timeavtaler/{visits['friday']}/avlys/"):
        assert NATIONAL_IDS["astrid"] not in browser.get(path).content.decode()
