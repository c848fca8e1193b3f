"""Logging in and out at both doors, on the real test identity provider (R1)."""

import html
import json
import re
from datetime import date

import httpx
import pytest
from django.conf import settings
from django.test import Client

from hjemmekontakt.ground import keys
from hjemmekontakt.ground.national_ids import make_synthetic
from tests.doors import accept_the_terms
from tests.people import NATIONAL_IDS, an_id

NOBODY = make_synthetic(date(1950, 5, 20), 102)


def cookie(response, name: str) -> str:
    return response.cookies[name].value if name in response.cookies else ""


def lines(database, *acts: str) -> list[tuple]:
    return database.execute(
        "SELECT act, standing, actor_name, citizen_id FROM access_entry WHERE act = ANY(%s) ORDER BY id", [list(acts)]
    ).fetchall()


def sessions_alive(database) -> int:
    return database.execute("SELECT count(*) FROM session WHERE ended_at IS NULL").fetchone()[0]


# ---- In


def test_astrid_logs_in_and_comes_to_the_page_she_asked_for(world, provider, walker, database) -> None:
    answer = walker.log_in("astrid", path="/logg-inn/?neste=/meldinger/%3Fside%3D2")

    assert (answer.status_code, answer["Location"]) == (302, "/meldinger/?side=2")
    said = walker.portal.get("/meldinger/").json()
    assert (said["actor"], said["standing"], said["level"]) == ("Astrid Berg", "self", "idporten-loa-high")
    assert lines(database, "log-in") == [("log-in", "self", "Astrid Berg", an_id("astrid"))]


def test_the_cookie_is_for_the_browser_alone_and_the_database_holds_only_its_digest(
    world, provider, walker, database
) -> None:
    answer = walker.log_in("astrid")

    morsel = answer.cookies[settings.CITIZEN_COOKIE]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"], morsel["max-age"]) == (True, "Lax", "/", "")
    assert len(morsel.value) == 43
    (row,) = database.execute("SELECT row_to_json(session)::text FROM session").fetchone()
    assert morsel.value not in row
    assert NATIONAL_IDS["astrid"] not in row


def test_the_address_that_the_browser_is_sent_to_tells_nothing(world, provider) -> None:
    place = Client().get("/logg-inn/?neste=/meldinger/")["Location"]
    assert place.startswith(provider.issuer)
    assert "meldinger" not in place
    assert "state" not in place


def test_each_log_in_gives_a_new_value_and_ends_the_session_before_it(world, provider, walker, database) -> None:
    accept_the_terms("jonas")
    first = cookie(walker.log_in("astrid"), settings.CITIZEN_COOKIE)
    second = cookie(walker.log_in("jonas", path="/logg-inn/?fersk=1"), settings.CITIZEN_COOKIE)

    assert first != second
    assert sessions_alive(database) == 1
    assert walker.portal.get("/meldinger/").json()["actor"] == "Jonas Berg"
    walker.portal.cookies[settings.CITIZEN_COOKIE] = first
    assert walker.portal.get("/meldinger/").status_code == 302


def test_who_is_logged_in_already_goes_straight_on(world, provider, walker) -> None:
    walker.log_in("astrid")
    assert walker.portal.get("/logg-inn/?neste=/meldinger/")["Location"] == "/meldinger/"


def test_two_log_ins_begun_in_two_tabs_can_both_be_finished(world, provider, walker) -> None:
    one, two = walker.to_the_provider(), walker.to_the_provider()
    assert walker.portal.get(walker.answer(two, person="astrid", level="high")).status_code == 302
    assert walker.portal.get(walker.answer(one, person="astrid", level="high")).status_code == 302


def test_tor_comes_for_the_first_time_and_the_register_says_who_he_is(
    world, provider, register, walker, database
) -> None:
    assert walker.log_in("tor").status_code == 302

    row = database.execute("SELECT given_name, family_name, language FROM citizen WHERE given_name = 'Tor'").fetchone()
    assert row == ("Tor", "Moe", "nb")
    assert walker.portal.get("/meldinger/")["Location"] == "/bruksvilkar/"
    assert lines(database, "log-in")[0][2] == "Tor Moe"


def test_one_whom_the_register_does_not_know_is_told_whom_to_call(world, provider, register, walker, database) -> None:
    page = walker.log_in("other", national_id=NOBODY)

    assert page.status_code == 403
    assert "Vi finner deg ikke i Folkeregisteret" in page.content.decode()
    assert settings.HELP_PHONE.replace(" ", "\N{NO-BREAK SPACE}") in page.content.decode()
    assert sessions_alive(database) == 0


def test_when_the_register_is_away_a_newcomer_must_wait_but_astrid_need_not(world, provider, walker, database) -> None:
    page = walker.log_in("tor")
    assert (page.status_code, sessions_alive(database)) == (503, 0)
    assert "Folkeregisteret nå" in page.content.decode()

    assert walker.log_in("astrid", path="/logg-inn/?fersk=1").status_code == 302


def test_one_who_is_dead_in_the_register_gets_no_session(world, provider, register, walker, database) -> None:
    gone = {"national_id": NOBODY, "given_name": "Gerd", "family_name": "Vik", "birth_date": "1950-05-20"}
    httpx.post(f"{register}/persons", json=gone | {"deceased_on": "2026-02-01"}).raise_for_status()

    page = walker.log_in("other", national_id=NOBODY)

    assert (page.status_code, sessions_alive(database)) == (403, 0)
    assert "Denne tilgangen er avsluttet" in page.content.decode()


def test_one_who_has_died_since_gets_no_session(world, provider, walker, database) -> None:
    database.execute("UPDATE citizen SET deceased_on = '2026-03-01' WHERE id = %s", [an_id("einar")])
    assert walker.log_in("einar").status_code == 403
    assert sessions_alive(database) == 0


# ---- Not in


def test_the_level_betydelig_is_refused_with_an_explanation_and_one_may_try_again(
    world, provider, walker, database
) -> None:
    page = walker.log_in("astrid", level="substantial")

    text = page.content.decode()
    assert page.status_code == 403
    assert "Du må logge inn med høyere sikkerhet" in text
    assert 'href="/logg-inn/?fersk=1"' in text
    assert sessions_alive(database) == 0
    assert walker.log_in("astrid", path="/logg-inn/?fersk=1").status_code == 302


def test_astrid_presses_avbryt_and_nothing_has_happened(world, provider, walker, database) -> None:
    back = walker.answer(walker.to_the_provider(), cancel="yes")
    page = walker.portal.get(back)
    assert (page.status_code, sessions_alive(database)) == (200, 0)
    assert "Du avbrøt innloggingen" in page.content.decode()


def test_an_answer_that_has_been_used_is_not_taken_again(world, provider, walker, database) -> None:
    back = walker.answer(walker.to_the_provider(), person="astrid", level="high")
    walker.portal.get(back)

    page = walker.portal.get(back)

    assert page.status_code == 400
    assert "Innloggingen gikk ikke" in page.content.decode()
    assert sessions_alive(database) == 1


def test_an_answer_that_another_browser_asked_for_is_not_taken(world, provider, walker, database) -> None:
    back = walker.answer(walker.to_the_provider(), person="astrid", level="high")
    jonas = Client()
    jonas.get("/logg-inn/")

    assert jonas.get(back).status_code == 400
    assert Client().get(back).status_code == 400
    assert sessions_alive(database) == 0


@pytest.mark.parametrize("query", ["", "?state=", "?state=%00", "?state=abc&code=abc", "?error=access_denied"])
def test_an_answer_to_nothing_is_a_clear_page(world, provider, walker, query) -> None:
    walker.portal.get("/logg-inn/")
    page = walker.portal.get(f"/logg-inn/svar/{query}")
    assert page.status_code == 400
    assert "Begynn på nytt herfra." in page.content.decode()


def test_a_token_with_another_nonce_is_refused(world, provider, walker, database) -> None:
    page = walker.to_the_provider()
    (sealed,) = database.execute("SELECT begun_sealed FROM login_under_way").fetchone()
    begun = json.loads(keys.unseal(sealed)) | {"nonce": "another"}
    database.execute("UPDATE login_under_way SET begun_sealed = %s", [keys.seal(json.dumps(begun))])

    answer = walker.portal.get(walker.answer(page, person="astrid", level="high"))

    assert (answer.status_code, sessions_alive(database)) == (400, 0)


def test_a_log_in_that_took_eleven_minutes_must_begin_anew(world, provider, walker, database) -> None:
    page = walker.to_the_provider()
    database.execute("UPDATE login_under_way SET started_at = started_at - interval '11 minutes'")

    answer = walker.portal.get(walker.answer(page, person="astrid", level="high"))

    assert (answer.status_code, sessions_alive(database)) == (400, 0)


def test_when_the_provider_is_down_the_page_says_so(world, no_provider) -> None:
    page = Client().get("/logg-inn/")
    assert page.status_code == 503
    assert "ID-porten nå" in page.content.decode()


def test_a_refusal_is_written_for_the_operator_with_its_reason_alone(world, provider, walker, database, caplog) -> None:
    caplog.set_level("INFO")
    walker.log_in("astrid", level="substantial")
    written = [vars(record) for record in caplog.records if record.name.startswith("hjemmekontakt.login")]
    assert [line["reason"] for line in written] == ["too-low-level"]
    assert NATIONAL_IDS["astrid"] not in repr(written)
    assert lines(database, "log-in") == []


def test_the_twenty_first_log_in_from_one_address_in_ten_minutes_must_wait(world, no_provider, database) -> None:
    browser = Client(REMOTE_ADDR="203.0.113.7")
    assert {browser.get("/logg-inn/").status_code for _ in range(20)} == {503}
    assert browser.get("/logg-inn/").status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.8").get("/logg-inn/").status_code == 503
    (kept,) = database.execute("SELECT string_agg(address_key::text, ' ') FROM login_attempt").fetchone()
    assert "203.0.113" not in kept

    database.execute("UPDATE login_attempt SET at = at - interval '10 minutes'")
    assert browser.get("/logg-inn/").status_code == 503


@pytest.mark.parametrize(
    "evil",
    [
        "//ond.example/",
        "https://ond.example/",
        "/\\ond.example",
        "\\\\ond.example",
        "/%09/ond.example",
        "/ansatt/",
        "/logg-ut/",
    ],
)
def test_a_way_on_that_leads_elsewhere_leads_to_the_first_page(world, provider, walker, evil) -> None:
    wanted = evil.replace("%09", "\t")
    walker.portal.get("/logg-inn/", {"neste": wanted})
    page = walker._follow(walker.elsewhere.get(walker.portal.get("/logg-inn/", {"neste": wanted})["Location"]))
    assert walker.portal.get(walker.answer(page, person="astrid", level="high"))["Location"] == "/"


# ---- At work


def test_mona_logs_in_at_the_employees_door_though_she_is_logged_in_as_a_citizen_elsewhere(
    world, provider, walker, database
) -> None:
    walker.log_in("astrid")

    answer = walker.log_in("mona", path="/ansatt/logg-inn/?neste=/ansatt/")

    assert answer["Location"] == "/ansatt/"
    said = walker.portal.get("/ansatt/").json()
    assert (said["actor"], said["units"], said["roles"]) == ("Mona Lie", ["Hjemmetjenesten Nord"], ["nurse"])
    assert lines(database, "log-in")[-1] == ("log-in", "employee", "Mona Lie", None)


def test_astrid_is_no_employee_and_is_shown_the_other_door_and_the_way_out(world, provider, walker, database) -> None:
    page = walker.log_in("astrid", path="/ansatt/logg-inn/")

    text = page.content.decode()
    assert page.status_code == 403
    assert "Du er ikke registrert som ansatt" in text
    assert '<a class="ds-button" data-variant="primary" href="/">Gå til inngangen for innbyggere</a>' in text
    assert sessions_alive(database) == 0
    proof = re.search(r'name="proof" value="([0-9a-f]+)"', text)[1]
    way_out = walker.portal.post("/logg-ut/", {"proof": proof})["Location"]
    assert way_out.startswith(f"{provider.issuer}/logout?")
    walker.elsewhere.get(way_out)
    assert walker.to_the_provider().status_code == 200, "the provider asks anew who she is"


def test_who_is_no_employee_keeps_her_session_as_a_citizen_and_the_page_is_not_hers(
    world, provider, walker, database
) -> None:
    walker.log_in("astrid")
    page = walker.log_in("siri", path="/ansatt/logg-inn/").content.decode()
    assert "Astrid" not in page
    proof = re.search(r'name="proof" value="([0-9a-f]+)"', page)[1]
    assert walker.portal.post("/logg-ut/", {"proof": proof})["Location"].startswith(provider.issuer)
    assert walker.portal.get("/meldinger/").json()["actor"] == "Astrid Berg"


def test_an_employee_who_has_left_is_let_in_no_more(world, provider, walker, database) -> None:
    walker.log_in("mona", path="/ansatt/logg-inn/")
    database.execute("UPDATE employee SET active = false WHERE id = %s", [an_id("mona")])

    assert walker.portal.get("/ansatt/")["Location"] == "/ansatt/logg-inn/?neste=%2Fansatt%2F"
    assert walker.log_in("mona", path="/ansatt/logg-inn/").status_code == 403


def test_who_works_for_two_municipalities_comes_in_where_she_has_a_duty(world, provider, walker, database) -> None:
    world.insert(
        "employee",
        id=an_id("mona in Fjordby"),
        municipality_id=world.fjordby,
        national_id_lookup=keys.lookup_value(NATIONAL_IDS["mona"]),
        given_name="Mona",
        family_name="Lie",
        title="",
        active=True,
    )
    walker.log_in("mona", path="/ansatt/logg-inn/")
    assert walker.portal.get("/ansatt/").json()["units"] == ["Hjemmetjenesten Nord"]


# ---- Out


def test_log_out_ends_our_session_then_the_providers_and_comes_to_the_last_page(
    world, provider, walker, database
) -> None:
    walker.log_in("astrid")

    answer = walker.portal.post("/logg-ut/")

    assert answer.status_code == 303
    assert sessions_alive(database) == 0
    assert answer.cookies[settings.CITIZEN_COOKIE].value == ""
    assert lines(database, "log-out") == [("log-out", "self", "Astrid Berg", an_id("astrid"))]
    told = walker.elsewhere.get(answer["Location"])
    back = html.unescape(re.search(r'href="([^"]+/logg-ut/ferdig/[^"]*)"', told.text)[1])
    assert back == "http://testserver/logg-ut/ferdig/?state=citizen"
    assert "Takk for nå." in walker.portal.get(back).content.decode()
    assert walker.portal.get("/meldinger/").status_code == 302


def test_log_out_works_though_the_provider_is_down(world, provider, walker, database, request) -> None:
    walker.log_in("astrid")
    request.getfixturevalue("no_provider")

    answer = walker.portal.post("/logg-ut/")

    assert (answer.status_code, answer["Location"]) == (303, "/logg-ut/ferdig/?state=citizen")
    assert sessions_alive(database) == 0


def test_a_log_out_at_the_provider_ends_the_sessions_at_both_doors_without_a_cookie(
    world, provider, walker, database
) -> None:
    world.citizen("mona", "Mona", "Lie", date(1988, 4, 19))
    accept_the_terms("mona")
    walker.log_in("mona")
    walker.log_in("mona", path="/ansatt/logg-inn/")
    assert sessions_alive(database) == 2

    told = walker.elsewhere.get(walker.portal.post("/logg-ut/")["Location"])
    assert sessions_alive(database) == 1
    frame = html.unescape(re.search(r'<iframe src="([^"]+)"', told.text)[1])
    answers = [Client().get(frame) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert sessions_alive(database) == 0
    assert [act for act, *_ in lines(database, "log-out")] == ["log-out", "log-out"]
    assert provider.issuer in answers[0]["Content-Security-Policy"].partition("frame-ancestors")[2]
    assert "X-Frame-Options" not in answers[0]


@pytest.mark.parametrize(
    "query", ["", "?iss=https://ond.example&sid=1", "?sid=1", "?iss={issuer}", "?iss={issuer}&sid=%00"]
)
def test_a_front_channel_call_that_names_no_session_of_ours_ends_none_and_is_answered(
    world, provider, walker, database, query
) -> None:
    walker.log_in("astrid")
    assert Client().get("/logg-ut/fra-id-porten/" + query.format(issuer=provider.issuer)).status_code == 200
    assert Client().post("/logg-ut/fra-id-porten/").status_code == 200
    assert sessions_alive(database) == 1


def test_nothing_but_the_front_channel_may_be_framed(world, provider, walker) -> None:
    for path in ("/logg-ut/ferdig/", "/sprak/", "/hjelp/"):
        answer = walker.portal.get(path)
        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_log_out_at_one_door_leaves_the_other_one_alone(world, provider, walker, database) -> None:
    walker.log_in("astrid")
    walker.log_in("mona", path="/ansatt/logg-inn/")

    answer = walker.portal.post("/ansatt/logg-ut/")

    assert answer.cookies[settings.EMPLOYEE_COOKIE].value == ""
    assert settings.CITIZEN_COOKIE not in answer.cookies
    assert walker.portal.get("/ansatt/").status_code == 302
    assert walker.portal.get("/meldinger/").json()["actor"] == "Astrid Berg"
    last = walker.portal.get("/logg-ut/ferdig/?state=employee").content.decode()
    assert "Du er fortsatt logget inn som innbygger" in last
    assert "Astrid" not in last


@pytest.mark.parametrize("proof", ["", "zz", "00", "ab" * 200])
def test_a_log_out_without_a_session_comes_to_the_last_page(world, provider, proof) -> None:
    answer = Client().post("/logg-ut/", {"proof": proof})
    assert (answer.status_code, answer["Location"]) == (303, "/logg-ut/ferdig/?state=citizen")
    assert Client().get("/ansatt/logg-ut/")["Location"] == "/ansatt/"
