"""Kin who asked for it are told of a visit without a word: once, by day, and not when a word has come meanwhile (M2)."""

from datetime import UTC, date, datetime

import pytest

from hjemmekontakt.access.rules import Right
from hjemmekontakt.notifications import queries, reactions
from hjemmekontakt.notifications.rules import Decision, Kind
from hjemmekontakt.visits.events import VisitsStillSilent
from tests.doors import client_of
from tests.pages import text_of
from tests.people import an_id
from tests.visits.rows import on, put_visit, silence_rings

SAID = "Tunvik: Vi har ikke fått melding om et besøk mandag 2. mars. Logg inn for å se mer, eller ring 32 00 00 00."


@pytest.fixture
def silent(world):
    """Astrid's window from ten to noon has fallen silent, and the leader has not settled it."""
    silence_rings(world)
    visit = put_visit(world, "astrid", on(2, 10), until=on(2, 12))
    world.insert(
        "silent_visit",
        visit_id=visit,
        citizen_id=an_id("astrid"),
        municipality_id=world.tunvik,
        unit_id=world.nord,
        raised_at=on(2, 12, 30),
        handled_by_name="",
    )
    return VisitsStillSilent(visit_ids=(visit,), municipality_id=world.tunvik)


def test_jonas_who_asked_is_told_once_and_astrid_is_not(silent, wishes, outside, deliver, decisions, at) -> None:
    at("monday 13:00")
    wishes("jonas", about="astrid", visit_silent="sms")
    reactions.tell_of_silent_visits([silent])
    reactions.tell_of_silent_visits([silent])
    deliver()
    assert decisions() == {"jonas": ("sms", "sent")}
    assert [each["text"].replace("\xa0", " ") for each in outside.sms()] == [SAID]


def test_who_has_not_asked_hears_nothing(silent, outside, deliver, decisions, at) -> None:
    at("monday 13:00")
    reactions.tell_of_silent_visits([silent])
    deliver()
    assert (decisions(), outside.sms()) == ({"jonas": ("none", "no-wish")}, [])


@pytest.mark.parametrize(
    "happened",
    [
        "UPDATE visit SET status = 'performed'",
        "UPDATE silent_visit SET handled_at = '2026-03-02T12:10Z', handled_by_name = 'Gerd Vik'",
    ],
)
def test_a_word_that_comes_before_the_sms_stops_it(
    silent, wishes, outside, deliver, decisions, at, database, happened
) -> None:
    at("monday 13:00")
    wishes("jonas", about="astrid", visit_silent="sms")
    reactions.tell_of_silent_visits([silent])
    database.execute(happened)
    deliver()
    assert (decisions()["jonas"][1], outside.sms()) == (Decision.SETTLED, [])


def test_what_was_settled_before_the_event_came_tells_nobody(silent, wishes, decisions, at, database) -> None:
    at("monday 13:00")
    wishes("jonas", about="astrid", visit_silent="sms")
    database.execute("UPDATE visit SET status = 'not-performed'")
    reactions.tell_of_silent_visits([silent])
    assert decisions() == {}


def test_an_sms_that_could_not_be_sent_before_night_waits_until_seven(
    silent, wishes, outside, deliver, decisions, at
) -> None:
    at("monday 21:59")
    wishes("jonas", about="astrid", visit_silent="sms")
    reactions.tell_of_silent_visits([silent])
    for moment in ("monday 22:00", "tuesday 03:00", "tuesday 06:59"):
        at(moment)
        assert deliver() == 0
    assert decisions() == {"jonas": ("sms", "due")}
    at("tuesday 07:00")
    deliver()
    assert [each["text"].replace("\xa0", " ") for each in outside.sms()] == [SAID]


def test_a_day_later_it_is_too_old_to_be_told(silent, wishes, decisions, at) -> None:
    at("wednesday 08:00")
    wishes("jonas", about="astrid", visit_silent="sms")
    reactions.tell_of_silent_visits([silent])
    assert decisions() == {"jonas": ("none", "too-old")}


def test_it_is_offered_to_kin_alone_and_only_where_silence_rings(world, jonas, astrid) -> None:
    def offered(actor):
        return {each.about_name: (Kind.VISIT_SILENT in [c.kind for c in each.choices], each.no_silence)
                for each in queries.sections_of(actor)}  # fmt: skip

    assert offered(jonas)["Astrid Berg"] == (False, True)
    page = client_of("jonas").get("/profil/kontaktinformasjon/")
    assert "Varsel om besøk vi ikke har fått melding om, er ikke tatt i bruk her." in text_of(page)
    silence_rings(world, since=date(2026, 3, 3))
    assert offered(jonas)["Astrid Berg"] == (True, False)
    assert offered(astrid)["Astrid Berg"] == (False, False)
    page = text_of(client_of("jonas").get("/profil/kontaktinformasjon/"))
    assert "Besøk vi ikke har fått melding om" in page
    assert "Vi har ikke fått melding om et besøk mandag 2. mars." in page.replace("\xa0", " ")


def test_without_the_right_to_see_visits_it_is_neither_offered_nor_told(world, silent, wishes, decisions, at) -> None:
    world.connection.execute("SET session_replication_role = replica")
    world.connection.execute("DELETE FROM fullmakt")
    world.connection.execute("SET session_replication_role = DEFAULT")
    world.fullmakt("astrid", "jonas", rights=(Right.READ, Right.NOTICES))
    wishes("jonas", about="astrid", visit_silent="sms")
    reactions.tell_of_silent_visits([silent])
    assert decisions() == {}
    assert datetime(2026, 3, 2, 9, tzinfo=UTC) == at("monday 10:00")


def test_the_registers_word_is_kept_with_a_notice_that_found_no_address(
    world, silent, wishes, outside, deliver, at, database
) -> None:
    at("monday 13:00")
    wishes("jonas", about="astrid", visit_silent="sms")
    outside.contacts.clear()
    outside.reach("jonas", mobile="+4790000002", months_ago=30)
    reactions.tell_of_silent_visits([silent])
    deliver()
    assert database.execute("SELECT decision, last_error FROM notice").fetchall() == [("no-contact", "stale")]
