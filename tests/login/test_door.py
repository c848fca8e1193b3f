"""The door: who is let in where, in which standing and language, for how long, and what the pages are told."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client, override_settings

from hjemmekontakt.access.rules import Right
from tests.doors import ISSUER, accept_the_terms, client_of, log_in, make_older
from tests.people import an_id


def lines_of(database, key: str, act: str) -> list[tuple]:
    return database.execute(
        "SELECT outcome, standing, actor_name FROM access_entry WHERE citizen_id = %s AND act = %s ORDER BY id",
        [an_id(key), act],
    ).fetchall()


# ---- Who is let in where


def test_astrid_is_let_in_as_herself_and_the_page_knows_her_unit(world) -> None:
    said = client_of("astrid").get("/meldinger/").json()
    assert (said["actor"], said["standing"], said["about"]) == ("Astrid Berg", "self", "Astrid Berg")
    assert said["unit"] == ["Hjemmetjenesten Nord", "32 00 00 10"]
    assert (said["door"], said["level"], said["people_to_act_for"]) == ("citizen", "idporten-loa-high", 0)


def test_jonas_for_astrid_has_her_rights_and_her_unit(world) -> None:
    said = client_of("jonas", acting_for="astrid").get("/meldinger/").json()
    assert (said["actor"], said["standing"], said["about"]) == ("Jonas Berg", "fullmakt", "Astrid Berg")
    assert said["rights"] == sorted(right.value for right in Right)
    assert said["unit"][0] == "Hjemmetjenesten Nord"
    assert said["people_to_act_for"] == 1


def test_mona_is_let_in_at_work_with_her_unit_and_without_her_family(world) -> None:
    world.citizen("mona", "Mona", "Lie", date(1988, 4, 19))
    world.fullmakt("astrid", "mona")
    said = client_of("mona", employee=True).get("/ansatt/").json()
    assert (said["actor"], said["standing"], said["door"]) == ("Mona Lie", "employee", "employee")
    assert (said["units"], said["roles"]) == (["Hjemmetjenesten Nord"], ["nurse"])
    assert said["family"] == sorted([str(an_id("astrid")), str(an_id("mona"))])


def test_an_administrator_without_a_unit_is_let_in_with_her_role(world) -> None:
    world.insert(
        "duty", id=an_id("second duty"), municipality_id=world.tunvik, employee_id=an_id("mona"), role="administrator"
    )
    said = client_of("mona", employee=True).get("/admin/").json()
    assert (said["units"], said["roles"]) == (["Hjemmetjenesten Nord"], ["administrator", "nurse"])


def test_a_unit_that_hers_covers_stands_after_her_own_and_one_that_is_also_her_own_stands_once(world) -> None:
    world.insert(
        "duty",
        id=an_id("Mona in Sør"),
        municipality_id=world.tunvik,
        employee_id=an_id("mona"),
        unit_id=world.sor,
        role="nurse",
    )
    world.insert(
        "cover",
        id=an_id("Sør closed"),
        municipality_id=world.tunvik,
        unit_id=world.sor,
        covering_unit_id=world.nord,
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 3, 2),
        phone="32 00 00 10",
    )
    assert client_of("mona", employee=True).get("/ansatt/").json()["units"] == [
        "Hjemmetjenesten Nord",
        "Hjemmetjenesten Sør",
    ]


@pytest.mark.parametrize(
    ("path", "log_in_at"),
    [
        ("/meldinger/", "/logg-inn/?neste=%2Fmeldinger%2F"),
        ("/meldinger/?side=2", "/logg-inn/?neste=%2Fmeldinger%2F%3Fside%3D2"),
        ("/bruksvilkar/", "/logg-inn/?neste=%2Fbruksvilkar%2F"),
        ("/bytt-person/", "/logg-inn/?neste=%2Fbytt-person%2F"),
        ("/ansatt/", "/ansatt/logg-inn/?neste=%2Fansatt%2F"),
        ("/admin/", "/ansatt/logg-inn/?neste=%2Fadmin%2F"),
    ],
)
def test_who_is_not_logged_in_is_sent_to_that_doors_log_in(world, path, log_in_at) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Location"]) == (302, log_in_at)


@pytest.mark.parametrize("path", ["/", "/hjelp/", "/sprak/", "/logg-ut/ferdig/"])
def test_the_public_pages_are_open_to_all(world, path) -> None:
    assert Client().get(path).status_code == 200


def test_the_first_page_knows_who_is_logged_in(world) -> None:
    assert Client().get("/").json()["actor"] is None
    assert client_of("astrid").get("/").json()["actor"] == "Astrid Berg"


def test_an_address_that_leads_nowhere_begins_no_log_in(world) -> None:
    assert Client().get("/favicon.ico").status_code == 404
    assert Client().get("/ansatt/finnes-ikke/").status_code == 404


def test_a_script_is_told_in_a_status_and_begins_no_log_in(world) -> None:
    assert Client().get("/meldinger/", headers={"sec-fetch-mode": "cors"}).status_code == 401


def test_neither_doors_cookie_is_good_at_the_other(world) -> None:
    browser = client_of("astrid")
    browser.cookies[settings.EMPLOYEE_COOKIE] = browser.cookies[settings.CITIZEN_COOKIE].value
    assert browser.get("/ansatt/").status_code == 302

    browser = client_of("mona", employee=True)
    browser.cookies[settings.CITIZEN_COOKIE] = browser.cookies[settings.EMPLOYEE_COOKIE].value
    assert browser.get("/meldinger/").status_code == 302


@pytest.mark.parametrize("value", ["", "x", "\N{LATIN SMALL LETTER AE}" * 5000, "a b; c"])
def test_a_cookie_that_is_nobodys_lets_nobody_in(world, value) -> None:
    browser = Client()
    browser.cookies[settings.CITIZEN_COOKIE] = value
    assert browser.get("/meldinger/").status_code == 302
    assert browser.get("/").json()["actor"] is None


# ---- For how long


@pytest.mark.parametrize(
    ("begun", "seen", "status"),
    [
        (timedelta(minutes=29), timedelta(minutes=29), 200),
        (timedelta(minutes=31), timedelta(minutes=31), 302),
        (timedelta(minutes=119), timedelta(minutes=1), 200),
        (timedelta(minutes=121), timedelta(minutes=1), 302),
    ],
)
def test_a_session_lasts_half_an_hour_unused_and_two_hours_at_most(world, begun, seen, status) -> None:
    accept_the_terms("astrid")
    browser = Client()
    make_older(log_in(browser, an_id("astrid")), by=begun, idle=seen)
    assert browser.get("/meldinger/").status_code == status


def test_each_use_gives_half_an_hour_more_and_is_written_at_most_once_a_minute(world, database) -> None:
    browser = Client()
    value = log_in(browser, an_id("astrid"))
    make_older(value, by=timedelta(seconds=50))
    (before,) = database.execute("SELECT seen_at FROM session").fetchone()
    browser.get("/meldinger/")
    assert database.execute("SELECT seen_at FROM session").fetchone() == (before,)
    make_older(value, by=timedelta(minutes=20))
    browser.get("/meldinger/")
    make_older(value, by=timedelta(minutes=20))
    assert browser.get("/meldinger/").status_code == 200


def test_a_session_takes_one_question_to_the_database(world, counted) -> None:
    browser = client_of("jonas", acting_for="astrid")
    with counted() as asked:
        browser.get("/meldinger/")
    assert len(asked) == 1


def test_what_was_written_is_shown_when_the_session_has_ended_and_the_log_in_leads_back(world) -> None:
    text = "Hei.\nNøkkelen <b>henger</b> hos naboen & vi er hjemme.\x00"
    page = Client().post(
        "/meldinger/7/svar/",
        {"body": text, "csrfmiddlewaretoken": "x y" * 20},
        headers={"sec-fetch-site": "same-origin"},
    )
    shown = page.content.decode()
    assert page.status_code == 401
    assert "Du er logget ut" in shown
    assert "Nøkkelen &lt;b&gt;henger&lt;/b&gt; hos naboen &amp; vi er hjemme." in shown
    assert "x yx y" not in shown
    assert 'href="/logg-inn/?neste=%2Fmeldinger%2F7%2Fsvar%2F"' in shown
    assert client_of("astrid").get("/meldinger/7/svar/")["Location"] == "/meldinger/7/"


def test_another_sites_form_shows_no_text_on_our_page(world) -> None:
    page = Client().post(
        "/meldinger/7/svar/", {"body": "Ring oss på dette nummeret"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert page.status_code == 401
    assert "dette nummeret" not in page.content.decode()


def test_the_forms_on_the_doors_own_pages_can_be_sent(world) -> None:
    browser = Client(enforce_csrf_checks=True)
    page = browser.post("/meldinger/7/svar/", {"body": "Hei på dere alle sammen"}).content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    sent = browser.post("/sprak/", {"language": "nn", "next": "/hjelp/", "csrfmiddlewaretoken": token})
    assert (sent.status_code, sent["Location"]) == (302, "/hjelp/")


def test_the_cookie_of_the_forms_is_sent_once_and_again_where_the_browser_has_another(world) -> None:
    browser, name = Client(enforce_csrf_checks=True), settings.CSRF_COOKIE_NAME
    first = browser.get("/sprak/").cookies[name].value
    assert name not in browser.get("/sprak/").cookies
    browser.cookies[name] = "not a secret"
    assert browser.get("/sprak/").cookies[name].value not in (first, "not a secret")


def test_browsers_are_asked_to_say_where_a_form_comes_from_lest_every_form_be_refused(world) -> None:
    assert Client().get("/hjelp/")["Referrer-Policy"] == "same-origin"
    browser = Client(enforce_csrf_checks=True)
    browser.get("/sprak/")
    assert browser.post("/sprak/", {"language": "nn"}, headers={"origin": "null"}).status_code == 403


# ---- The terms


def test_who_has_not_accepted_the_terms_is_sent_to_them_from_everywhere_but_the_public_pages(world) -> None:
    siri = client_of("siri", has_accepted=False)
    for path in ("/", "/meldinger/", "/bytt-person/"):
        assert siri.get(path)["Location"] == "/bruksvilkar/", path
    assert siri.post("/meldinger/7/svar/")["Location"] == "/bruksvilkar/"
    for path in ("/hjelp/", "/sprak/", "/bruksvilkar/"):
        assert siri.get(path).status_code == 200, path
    assert siri.post("/stor-skrift/", {"large": "on"}).status_code == 302
    assert siri.post("/logg-ut/").status_code == 303


def test_a_new_version_of_the_terms_is_asked_for_anew(world, database) -> None:
    browser = client_of("astrid")
    assert browser.get("/meldinger/").status_code == 200
    world.insert(
        "terms_version",
        id=an_id("terms 99"),
        version=99,
        language="nb",
        published_at="2026-02-01T00:00:00Z",
        summary="Kort",
        text="Langt",
    )
    try:
        assert browser.get("/meldinger/")["Location"] == "/bruksvilkar/"
    finally:
        database.execute("DELETE FROM terms_version WHERE version = 99")  # kept between stories


# ---- On behalf of another


def test_jonas_chooses_astrid_and_it_stands_in_her_log(world, database) -> None:
    browser = client_of("jonas")
    page = browser.get("/bytt-person/").content.decode()
    assert "Bruk tjenesten på vegne av Astrid Berg" in page

    answer = browser.post("/bytt-person/", {"whom": str(an_id("astrid"))})

    assert answer["Location"] == "/"
    assert browser.get("/meldinger/").json()["about"] == "Astrid Berg"
    assert lines_of(database, "astrid", "switch-person") == [("done", "fullmakt", "Jonas Berg")]
    browser.post("/bytt-person/", {"whom": "meg"})
    assert browser.get("/meldinger/").json()["standing"] == "self"


def test_the_button_in_the_band_leads_to_the_choice(world) -> None:
    assert client_of("jonas", acting_for="astrid").post("/bytt-person/")["Location"] == "/bytt-person/"


@pytest.mark.parametrize(
    "whom", [str(an_id("einar")), str(an_id("siri")), str(an_id("nobody")), "astrid", "\x00", "../"]
)
def test_siri_can_choose_nobody_who_gave_her_no_fullmakt_and_learns_nothing(world, whom, database) -> None:
    siri = client_of("siri")
    answer = siri.post("/bytt-person/", {"whom": whom}, follow=True)
    assert "Nå bruker du tjenesten for deg selv." in answer.content.decode()
    assert siri.get("/meldinger/").json()["about"] == "Siri Holm"
    assert database.execute("SELECT count(*) FROM access_entry WHERE act = 'switch-person'").fetchone() == (0,)


def test_the_page_of_one_for_whom_nobody_has_given_a_fullmakt_says_how_it_is_done(world) -> None:
    assert "Ingen har gitt deg fullmakt." in client_of("siri").get("/bytt-person/").content.decode()


def end_fullmakt(database) -> None:
    database.execute("UPDATE fullmakt SET state = 'ended', ended_at = now(), end_reason = 'withdrawn'")


@pytest.mark.parametrize("method", ["get", "post"])
def test_when_the_fullmakt_has_ended_the_next_request_is_not_done_and_says_so(world, database, method) -> None:
    browser = client_of("jonas", acting_for="astrid")
    end_fullmakt(database)

    page = getattr(browser, method)("/meldinger/7/svar/")

    text = page.content.decode()
    assert page.status_code == 403
    assert "Tilgangen på vegne av Astrid Berg er avsluttet" in text
    assert "Ring Hjemmetjenesten Nord hvis du lurer på noe." in text
    assert "Du bruker tjenesten på vegne av" not in text
    assert browser.get("/meldinger/").json()["about"] == "Jonas Berg"


def test_a_fullmakt_that_ran_out_yesterday_ends_the_access(world, at, database) -> None:
    database.execute("DELETE FROM fullmakt")
    world.fullmakt("astrid", "jonas", ends=date(2026, 3, 3))
    browser = client_of("jonas", acting_for="astrid")
    at("tuesday 23:59")
    assert browser.get("/meldinger/").json()["about"] == "Astrid Berg"
    at("wednesday 00:01")
    assert browser.get("/meldinger/").status_code == 403


def test_of_one_whose_address_became_secret_nothing_is_told(world, database) -> None:
    browser = client_of("jonas", acting_for="astrid")
    database.execute("UPDATE citizen SET protection = 'confidential' WHERE id = %s", [an_id("astrid")])
    text = browser.get("/meldinger/").content.decode()
    assert "Tilgangen på vegne av en annen er avsluttet" in text
    assert "Astrid" not in text
    assert "Hjemmetjenesten" not in text


def test_one_with_a_secret_address_sees_no_unit_on_her_pages(world, database) -> None:
    database.execute("UPDATE citizen SET protection = 'confidential' WHERE id = %s", [an_id("astrid")])
    assert client_of("astrid").get("/meldinger/").json()["unit"] == ["", ""]


def test_jonas_logs_out_on_behalf_of_astrid_and_it_stands_in_his_own_log(world, database) -> None:
    with override_settings(IDPORTEN_ISSUER=ISSUER):
        client_of("jonas", acting_for="astrid").post("/logg-ut/")
    assert lines_of(database, "jonas", "log-out") == [("done", "self", "Jonas Berg")]
    assert lines_of(database, "astrid", "log-out") == []


def test_when_a_person_dies_her_session_ends(world, database) -> None:
    browser = client_of("astrid")
    database.execute("UPDATE citizen SET deceased_on = '2026-03-01' WHERE id = %s", [an_id("astrid")])
    assert browser.get("/meldinger/").status_code == 302


# ---- Language and large letters


def test_the_language_of_a_citizen_is_her_own_and_the_browsers_before_log_in(world, database) -> None:
    browser = Client()
    assert browser.get("/sprak/")["Content-Language"] == "nb"
    browser.post("/sprak/", {"language": "en", "next": "/"})
    assert browser.get("/sprak/")["Content-Language"] == "en"

    accept_the_terms("astrid")
    log_in(browser, an_id("astrid"))
    assert browser.get("/sprak/")["Content-Language"] == "nb"
    browser.post("/sprak/", {"language": "nn", "next": "/meldinger/"})
    assert browser.get("/meldinger/")["Content-Language"] == "nn"
    assert database.execute("SELECT language FROM citizen WHERE id = %s", [an_id("astrid")]).fetchone() == ("nn",)


def test_jonas_for_astrid_chooses_his_own_language_not_hers(world, database) -> None:
    client_of("jonas", acting_for="astrid").post("/sprak/", {"language": "en"})
    rows = dict(database.execute("SELECT given_name, language FROM citizen").fetchall())
    assert (rows["Jonas"], rows["Astrid"]) == ("en", "nb")


def test_a_language_that_the_portal_has_not_changes_nothing(world) -> None:
    browser = Client()
    assert browser.post("/sprak/", {"language": "xx"}).status_code == 200
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "../xx"
    assert browser.get("/sprak/")["Content-Language"] == "nb"


@pytest.mark.parametrize("evil", ["//ond.example", "https://ond.example", "/\\ond.example"])
def test_the_way_back_from_the_choice_of_language_stays_here(world, evil) -> None:
    assert Client().post("/sprak/", {"language": "nn", "next": evil})["Location"] == "/"
    assert Client().post("/stor-skrift/", {"large": "on", "next": evil})["Location"] == "/"


def test_large_letters_are_hers_in_any_browser_and_stay_when_she_logs_out(world, database) -> None:
    browser = client_of("astrid")
    browser.post("/stor-skrift/", {"large": "on", "next": "/meldinger/"})
    assert browser.get("/meldinger/").json()["large_type"] is True
    elsewhere = client_of("astrid")
    assert elsewhere.get("/meldinger/").json()["large_type"] is True
    del elsewhere.cookies[settings.CITIZEN_COOKIE]
    assert elsewhere.get("/").json()["large_type"] is True
    browser.post("/stor-skrift/", {"large": "off"})
    assert browser.get("/meldinger/").json()["large_type"] is False


def test_an_employee_has_large_letters_in_her_browser(world) -> None:
    browser = client_of("mona", employee=True)
    browser.post("/stor-skrift/", {"large": "on", "next": "/ansatt/"})
    assert browser.get("/ansatt/").json()["large_type"] is True
