"""Calendar addresses: who makes, sees and deletes them, what ends them at once, and what the log says."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.access.rules import Right, Role
from hjemmekontakt.consent.actions import stop_using
from hjemmekontakt.gateways.folkeregister import Person, Protection
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.login.actions import know_person
from hjemmekontakt.representation.actions import end_what_no_longer_holds, withdraw_fullmakt
from hjemmekontakt.visits import actions, queries
from hjemmekontakt.visits.calendar_door import FETCHES, PACE, WITHIN, Pace
from hjemmekontakt.visits.rules import MOST_ADDRESSES, Refusal
from tests.doors import accept_the_terms, client_of
from tests.people import NATIONAL_IDS, an_id, at_work, on_behalf
from tests.visits.calendars import fetch, made

FAR, NEAR, LET_IN = "404", "403", "let in"


@pytest.fixture(autouse=True)
def unhurried():
    PACE.forget()
    yield
    PACE.forget()


@pytest.fixture
def accepted(world):
    """Astrid's acceptance stands in the world; Jonas's is as old."""
    accept_the_terms("jonas")


@pytest.fixture
def persons(world, astrid, jonas, jonas_for_astrid, siri, einar, mona, per, kari, journal):
    astrids = {"of": "astrid", "of_name": "Astrid Berg"}
    nord = {"municipality": world.tunvik, "unit": world.nord, "unit_name": "Hjemmetjenesten Nord"}
    return {
        "astrid": astrid,
        "jonas himself": jonas,
        "jonas for astrid": jonas_for_astrid,
        "jonas who sees visits": on_behalf("jonas", "Jonas Berg", **astrids, rights=frozenset({Right.SEE_VISITS})),
        "jonas who may write": on_behalf("jonas", "Jonas Berg", **astrids, rights=frozenset({Right.WRITE})),
        "siri": siri,
        "siri for astrid": on_behalf("siri", "Siri Holm", **astrids),
        "einar": einar,
        "mona": mona,
        "mona, astrid's daughter": replace(mona, family=frozenset({an_id("astrid")})),
        "gerd": at_work("gerd", "Gerd Vik", **nord, role=Role.TEAM_LEADER),
        "per": per,
        "kari": kari,
        "the journal": journal,
        "the portal": the_portal(),
    }


DEEDS = {
    "see": queries.calendar,
    "end": actions.end_calendar,
    "fetch": actions.fetch_calendar,
}
NOT_THEIRS = {"see": NEAR, "end": NEAR, "fetch": NEAR}
WHO_MAY = {
    "astrid": {"see": LET_IN, "end": LET_IN, "fetch": LET_IN},
    "jonas himself": {"see": FAR, "end": FAR, "fetch": FAR},
    "jonas for astrid": {"see": LET_IN, "end": LET_IN, "fetch": LET_IN},
    "jonas who sees visits": {"see": LET_IN, "end": LET_IN, "fetch": LET_IN},
    "jonas who may write": {"see": NEAR, "end": NEAR, "fetch": NEAR},
    "siri": {"see": FAR, "end": FAR, "fetch": FAR},
    "siri for astrid": {"see": FAR, "end": FAR, "fetch": FAR},  # another with fullmakt: Jonas's address is not there
    "einar": {"see": FAR, "end": FAR, "fetch": FAR},
    "mona": NOT_THEIRS,
    "mona, astrid's daughter": NOT_THEIRS,
    "gerd": NOT_THEIRS,
    "per": NOT_THEIRS,
    "kari": NOT_THEIRS,
    "the journal": NOT_THEIRS,
    "the portal": NOT_THEIRS,
}


@pytest.mark.parametrize(("who", "deed"), [(who, deed) for who, deeds in WHO_MAY.items() for deed in deeds])
def test_who_may_do_what_with_the_address_that_jonas_has(persons, jonas_for_astrid, who, deed) -> None:
    address = made(jonas_for_astrid)
    assert outcome(lambda: DEEDS[deed](persons[who], address.view.id)) == WHO_MAY[who][deed]


MAY_MAKE = {
    "astrid": LET_IN,
    "jonas for astrid": LET_IN,
    "jonas who sees visits": LET_IN,
    "jonas who may write": NEAR,
    "mona": NEAR,
    "gerd": NEAR,
    "the journal": NEAR,
    "the portal": NEAR,
}


@pytest.mark.parametrize("who", MAY_MAKE)
def test_who_may_make_one(persons, who) -> None:
    assert outcome(lambda: made(persons[who])) == MAY_MAKE[who]


def outcome(act) -> str:
    try:
        act()
    except Denied as denied:
        return NEAR if denied.near else FAR
    return LET_IN


def test_the_same_form_twice_is_one_address_and_both_answers_show_it(world, astrid, database) -> None:
    assert made(astrid).secret == made(astrid).secret
    assert database.execute("SELECT count(*) FROM calendar_feed").fetchone() == (1,)
    assert made(astrid, form="another form").secret != made(astrid).secret


def test_the_same_form_pressed_twice_at_once_is_one_address_and_both_show_it(world, astrid, database) -> None:
    both = Barrier(2)

    def press(_window: int) -> str:
        both.wait(timeout=30)
        try:
            return made(astrid).secret
        finally:
            connections.close_all()

    for number in range(5):
        with ThreadPoolExecutor(2) as windows:
            first, second = windows.map(press, range(2))
        assert first == second
        assert database.execute("SELECT count(*) FROM calendar_feed").fetchone() == (1,), number
        database.execute("TRUNCATE calendar_feed")


def test_the_same_key_from_two_persons_is_two_addresses(world, astrid, jonas_for_astrid) -> None:
    assert made(astrid).secret != made(jonas_for_astrid).secret


def test_an_address_holds_256_bits_and_is_kept_as_a_digest_alone(world, astrid, database) -> None:
    address = made(astrid)
    assert len(address.secret) == 43  # 32 bytes in base 64
    assert address.secret not in repr(address)
    for table in ("calendar_feed", "access_entry", "outbox"):
        rows = database.execute(f"SELECT t::text FROM {table} t").fetchall()
        assert not any(address.secret in row for (row,) in rows)


def test_a_form_whose_address_is_deleted_makes_no_new_one(world, astrid) -> None:
    actions.end_calendar(astrid, made(astrid).view.id)
    with pytest.raises(Refused) as refused:
        made(astrid)
    assert refused.value.why is Refusal.CALENDAR_ENDED


def test_nils_with_a_confidential_address_gets_none(world, database) -> None:
    from tests.people import herself

    world.activation("nils")
    with pytest.raises(Refused) as refused:
        made(herself("nils", "Nils Foss"))
    assert refused.value.why is Refusal.CALENDAR_PROTECTED
    assert database.execute("SELECT count(*) FROM calendar_feed").fetchone() == (0,)


def test_one_whose_service_is_not_in_use_gets_none(world, einar) -> None:
    with pytest.raises(Refused) as refused:
        made(einar)
    assert refused.value.why is Refusal.CALENDAR_NOT_IN_USE


def test_there_is_an_end_to_how_many_one_may_have(world, astrid, jonas_for_astrid) -> None:
    for number in range(MOST_ADDRESSES):
        made(astrid, form=f"form {number}")
    with pytest.raises(Refused) as refused:
        made(astrid, form="one more")
    assert refused.value.why is Refusal.CALENDAR_TOO_MANY
    made(jonas_for_astrid)  # his are his own


def test_astrid_sees_jonas_s_address_and_jonas_not_hers(world, astrid, jonas_for_astrid) -> None:
    made(astrid)
    made(jonas_for_astrid)
    assert {each.owner_name for each in queries.calendars(astrid).addresses} == {"Astrid Berg", "Jonas Berg"}
    assert [each.owner_name for each in queries.calendars(jonas_for_astrid).addresses] == ["Jonas Berg"]


def test_deleting_ends_it_at_once_and_twice_is_as_once(accepted, astrid, database) -> None:
    address = made(astrid)
    assert fetch(address.secret).status_code == 200
    actions.end_calendar(astrid, address.view.id)
    first = database.execute("SELECT ended_at FROM calendar_feed").fetchone()
    actions.end_calendar(astrid, address.view.id)
    assert fetch(address.secret).status_code == 404
    assert database.execute("SELECT ended_at FROM calendar_feed").fetchone() == first
    assert queries.calendars(astrid).addresses == ()


def deleted_by_astrid(*, astrid, address, **_):
    actions.end_calendar(astrid, address.view.id)


def withdrawn(*, astrid, **_):
    withdraw_fullmakt(astrid, an_id("fullmakt astrid jonas"))


def given_otherwise(database, change: str, *values: object) -> None:
    """The fullmakt as if it had been given otherwise: it never changes, so past the trigger that says so."""
    database.execute("SET session_replication_role = replica")
    database.execute(f"UPDATE fullmakt SET {change}", values)
    database.execute("SET session_replication_role = DEFAULT")


def run_out(*, database, **_):
    given_otherwise(database, "ends_on = %s", date(2026, 3, 1))


def without_the_visits(*, database, **_):
    given_otherwise(database, "rights = '{write}'")


def astrid_protected(*, database, **_):
    database.execute("UPDATE citizen SET protection = 'confidential' WHERE id = %s", [an_id("astrid")])


def jonas_protected(*, database, **_):
    database.execute("UPDATE citizen SET protection = 'strictly-confidential' WHERE id = %s", [an_id("jonas")])


def astrid_dead(*, database, **_):
    database.execute("UPDATE citizen SET deceased_on = '2026-03-01' WHERE id = %s", [an_id("astrid")])


def astrid_stopped(*, astrid, **_):
    stop_using(astrid)


def jonas_stopped(*, jonas, **_):
    stop_using(jonas)


ENDINGS = [
    deleted_by_astrid,
    withdrawn,
    run_out,
    without_the_visits,
    astrid_protected,
    jonas_protected,
    astrid_dead,
    astrid_stopped,
    jonas_stopped,
]


@pytest.mark.parametrize("ending", ENDINGS)
def test_whatever_ends_it_the_next_fetch_is_404_with_the_same_words(
    accepted, astrid, jonas, jonas_for_astrid, database, ending
) -> None:
    address = made(jonas_for_astrid)
    assert fetch(address.secret).status_code == 200
    ending(astrid=astrid, jonas=jonas, address=address, database=database)
    unknown, ended = fetch("x" * 43), fetch(address.secret)
    assert ended.status_code == unknown.status_code == 404
    assert ended.content == unknown.content
    assert queries.who_fetches(address.secret) is None, "the first look-up knows it already"
    assert dict(ended.headers) == dict(unknown.headers)


@pytest.mark.parametrize("ending", [each for each in ENDINGS if each not in (run_out, without_the_visits)])
def test_it_is_marked_as_ended_in_the_same_transaction_and_never_wakes_up(
    accepted, astrid, jonas, jonas_for_astrid, database, ending
) -> None:
    made(jonas_for_astrid)
    ending(astrid=astrid, jonas=jonas, address=made(jonas_for_astrid), database=database)
    assert database.execute("SELECT count(*) FROM calendar_feed WHERE ended_at IS NULL").fetchone() == (0,)


def test_the_register_s_word_of_a_confidential_address_ends_it_where_it_is_learned(accepted, astrid) -> None:
    address = made(astrid)
    said = Person(
        given_name="Astrid", family_name="Berg", birth_date=date(1944, 3, 12), protection=Protection.CONFIDENTIAL
    )
    know_person(the_portal(), said, national_id=NATIONAL_IDS["astrid"], language="nb")
    assert fetch(address.secret).status_code == 404
    assert queries.calendars(astrid).addresses == ()


def test_one_whose_time_ran_out_is_marked_by_the_night(accepted, jonas_for_astrid, database) -> None:
    made(jonas_for_astrid)
    run_out(database=database)
    end_what_no_longer_holds(the_portal(), now=clock.now())
    assert database.execute("SELECT ended_at FROM calendar_feed").fetchone() == (clock.now(),)


def test_jonas_s_ending_leaves_astrids_own_address_alone(accepted, astrid, jonas, jonas_for_astrid) -> None:
    hers, his = made(astrid), made(jonas_for_astrid)
    withdrawn(astrid=astrid)
    assert (fetch(hers.secret).status_code, fetch(his.secret).status_code) == (200, 404)


def test_protection_that_is_lifted_wakes_no_address(accepted, astrid, database) -> None:
    address = made(astrid)
    astrid_protected(database=database)
    database.execute("UPDATE citizen SET protection = 'none' WHERE id = %s", [an_id("astrid")])
    assert fetch(address.secret).status_code == 404


def test_a_fetch_is_one_line_a_day_however_often_the_calendar_comes(accepted, at, jonas_for_astrid, lines) -> None:
    address = made(jonas_for_astrid)
    for hour in ("08:00", "08:15", "12:00", "23:59"):
        at(f"monday {hour}")
        PACE.forget()
        assert fetch(address.secret).status_code == 200
    fetched = ("fetch-calendar", "done", "fullmakt", "Jonas Berg")
    assert lines("astrid") == [("make-calendar", "done", "fullmakt", "Jonas Berg"), fetched]
    at("tuesday 00:01")
    fetch(address.secret)
    assert lines("astrid").count(fetched) == 2


def test_each_address_has_its_own_line(accepted, astrid, lines) -> None:
    for form in ("phone", "computer"):
        fetch(made(astrid, form=form).secret)
    assert lines("astrid").count(("fetch-calendar", "done", "self", "Astrid Berg")) == 2


def test_an_ended_address_that_goes_on_fetching_leaves_no_line(accepted, astrid, jonas_for_astrid, lines) -> None:
    address = made(jonas_for_astrid)
    withdrawn(astrid=astrid)
    before = lines("astrid")
    fetch(address.secret)
    assert lines("astrid") == before


def test_when_it_was_fetched_is_written_once_an_hour(accepted, at, astrid) -> None:
    address = made(astrid)
    for hour in ("10:00", "10:59", "11:00"):
        at(f"monday {hour}")
        fetch(address.secret)
        [seen] = queries.calendars(astrid).addresses
        assert seen.fetched_at == at(f"monday {'11:00' if hour == '11:00' else '10:00'}")
        at(f"monday {hour}")


def test_no_address_and_no_name_reaches_the_log_of_the_machine(accepted, astrid, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    address = made(astrid)
    for secret in (address.secret, "y" * 43):
        fetch(secret)
        Client().post(f"/kalender/{secret}.ics")
    actions.end_calendar(astrid, address.view.id)
    fetch(address.secret)
    written = [f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name != "django.db"]
    assert any("leads nowhere" in line for line in written)
    assert not any(secret in line for line in written for secret in (address.secret, "y" * 43, "Astrid"))
    assert address.secret not in Client().get("/metrics", REMOTE_ADDR="127.0.0.1").content.decode()


def test_a_fault_is_written_down_without_the_address(accepted, astrid, caplog, database) -> None:
    address = made(astrid)
    database.execute("ALTER FUNCTION hk_calendar_at_the_door(bytea, date) RENAME TO hk_away")
    try:
        answer = fetch(address.secret)
    finally:
        database.execute("ALTER FUNCTION hk_away(bytea, date) RENAME TO hk_calendar_at_the_door")
    assert answer.status_code == 500
    assert answer.content == b""
    [fault] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert address.secret not in f"{fault.getMessage()} {fault.exc_info}"


def test_a_fetch_sets_no_cookie_and_makes_no_session_last(accepted, astrid, database) -> None:
    browser = client_of("astrid")
    database.execute("UPDATE session SET seen_at = seen_at - interval '10 minutes'")
    before = database.execute("SELECT seen_at FROM session").fetchone()
    answer = browser.get(f"/kalender/{made(astrid).secret}.ics")
    assert answer.status_code == 200
    assert not answer.cookies
    assert database.execute("SELECT seen_at FROM session").fetchone() == before


def test_what_the_headers_say(accepted, astrid) -> None:
    secret = made(astrid).secret
    answer = fetch(secret)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer
    same = fetch(secret, if_none_match=answer["ETag"])
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", answer["ETag"])
    head = Client().head(f"/kalender/{secret}.ics")
    assert (head.status_code, head["ETag"]) == (200, answer["ETag"])
    posted = Client().post(f"/kalender/{secret}.ics")
    assert (posted.status_code, posted["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path", ["/kalender/", "/kalender/.ics", "/kalender/x", "/kalender/a/b.ics", "/kalender/\0.ics"]
)
def test_what_is_no_address_leads_nowhere(world, path) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer.content.decode()) == (404, "Denne kalenderadressen finnes ikke.\n")


def test_a_calendar_that_never_rests_is_asked_to_wait(accepted, astrid) -> None:
    secret, another = made(astrid).secret, made(astrid, form="another").secret
    answers = [fetch(secret) for _ in range(FETCHES + 1)]
    assert [answer.status_code for answer in answers] == [200] * FETCHES + [429]
    assert answers[-1]["Retry-After"] == "600"
    assert fetch(another).status_code == 200


def test_the_pace_forgets_with_time_and_keeps_few_addresses() -> None:
    pace, now = Pace(at_most=1, within=WITHIN, remembered=2), clock.real()
    assert [pace.is_too_fast(b"a", now=now + wait) for wait in (timedelta(0), WITHIN / 2, WITHIN)] == [
        False,
        True,
        False,
    ]
    for other in (b"b", b"c"):
        pace.is_too_fast(other, now=now)
    assert not pace.is_too_fast(b"a", now=now + WITHIN)


def test_a_fetch_costs_the_same_however_many_visits_it_shows(accepted, astrid, journal, queries_in) -> None:
    from hjemmekontakt.visits.actions import record_visits
    from tests.visits.reports import another, on

    secret = made(astrid).secret
    record_visits(journal, [another("one", starts_at=on(3, 8), ends_at=on(3, 9))])
    fetch(secret)
    few = queries_in(lambda: fetch(secret))
    record_visits(journal, [another(f"n{n}", starts_at=on(4, 8 + n), ends_at=on(4, 9 + n)) for n in range(10)])
    assert queries_in(lambda: fetch(secret)) == few <= 11
    assert queries_in(lambda: fetch("z" * 43)) == 1
