"""When people are told: not at night, all of a day together, only the first, and not of what they have read (R48, R53, R56)."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.messages import actions as messages
from hjemmekontakt.messages import queries as messages_queries
from hjemmekontakt.messages.events import MessageAnswered
from hjemmekontakt.notifications import reactions
from hjemmekontakt.notifications.rules import Decision
from hjemmekontakt.notifications.timing import Quiet, next_hour, quiet_until
from hjemmekontakt.notifications.waiting import do_what_waits, gather_digests
from hjemmekontakt.visits.events import VisitsNotPerformed, VisitsPerformed
from tests.doors import client_of
from tests.notifications.conftest import ASTRIDS_MOBILE, JONAS_EMAIL, JONAS_MOBILE, performed_visit
from tests.pages import text_of
from tests.people import World, an_id

pytestmark = pytest.mark.usefixtures("world")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(lambda each: each.replace(tzinfo=OSLO))


@given(now=MOMENTS, starts=st.integers(20, 23), ends=st.integers(5, 10))
def test_every_night_ends_in_the_morning_by_the_clock_on_the_wall_also_when_the_clock_changes(
    now, starts, ends
) -> None:
    until = quiet_until(Quiet(starts, ends), now)
    local = now.astimezone(OSLO)
    assert (until is None) == (ends <= local.hour < starts)
    if until:
        morning = until.astimezone(OSLO)
        assert (morning.hour, morning.minute) == (ends, 0)
        assert timedelta(0) < until - now <= timedelta(hours=24 - starts + ends + 1)
        assert quiet_until(Quiet(starts, ends), until) is None


@given(now=MOMENTS, hour=st.integers(9, 20))
def test_a_digest_comes_at_its_hour_within_a_day(now, hour) -> None:
    at = next_hour(hour, now)
    assert (at.astimezone(OSLO).hour, at.astimezone(OSLO).minute) == (hour, 0)
    assert timedelta(0) < at - now <= timedelta(hours=25)


@pytest.fixture
def ways(world, wishes, database):
    """Let somebody want visits in a way: `ways("astrid", "digest", hour=18)`."""

    def choose(key: str, mode: str, *, about: str = "astrid", hour: int = 18, channel: str = "sms") -> None:
        wishes(key, about=about, visit_performed=channel)
        database.execute(
            "UPDATE preference SET mode = %s, digest_hour = %s WHERE receiver_id = %s AND kind = 'visit-performed'",
            [mode, hour, an_id(key)],
        )

    return choose


@pytest.fixture
def night(world):
    """Let somebody have quiet hours: `night("astrid", 21, 8)`."""

    def choose(key: str, starts: int | None, ends: int | None) -> None:
        world.insert("quiet_hours", receiver_id=an_id(key), starts=starts, ends=ends)

    return choose


def performed(world: World, *names: str, ended_at: str = "2026-03-02T08:40:00+01:00") -> tuple[UUID, ...]:
    """Visits to Astrid, reported together."""
    visits = tuple(performed_visit(world, name, ended_at=ended_at) for name in names)
    reactions.tell_of_performed_visits([VisitsPerformed(visits, world.tunvik)])
    return visits


@pytest.fixture
def answered(world, astrid, mona):
    """Astrid has asked, Mona answers: `answered()` at the hour that it is."""
    asked = messages.write_message(
        astrid, service_id=world.nord_nursing, subject="Nøkkel", text="Hvem har den?", form_key=an_id("form")
    )

    def happen() -> MessageAnswered:
        seen = messages_queries.staff_thread(mona, asked.thread_id).last_message_id
        given = messages.answer(
            mona, asked.thread_id, text="Den ligger hos oss.", form_key=an_id("answer"), seen_message_id=seen
        )
        return MessageAnswered(given.message_id, asked.thread_id, an_id("astrid"), world.tunvik)

    return happen


def all_of(database) -> list[tuple[str, str]]:
    """Kind and decision of every notice to Astrid."""
    rows = database.execute("SELECT kind, decision FROM notice WHERE receiver_id = %s", [an_id("astrid")]).fetchall()
    return sorted(rows)


def test_a_message_at_night_comes_at_eight(answered, outside, deliver, decisions, night, at) -> None:
    night("astrid", 21, 8)
    at("monday 22:30")
    reactions.tell_of_answers([answered()])
    deliver()
    assert [sms["to"] for sms in outside.sms()] == [JONAS_MOBILE]
    for moment in ("tuesday 02:00", "tuesday 07:59"):
        at(moment)
        assert deliver() == 0
    assert decisions()["astrid"] == ("sms", "due")
    assert "Kommer i dag kl. 08.00." in text_of(client_of("astrid").get("/profil/logg/varsler/"))
    at("tuesday 08:00")
    deliver()
    assert decisions()["astrid"] == ("sms", "sent")


def test_where_nobody_has_chosen_the_installations_night_holds_and_a_no_to_it_holds_too(
    answered, outside, deliver, night, at, monkeypatch
) -> None:
    monkeypatch.setattr(settings, "QUIET_HOURS", "21-8")
    night("jonas", None, None)
    at("monday 23:00")
    reactions.tell_of_answers([answered()])
    deliver()
    assert [sms["to"] for sms in outside.sms()] == [JONAS_MOBILE]


def test_a_visit_that_night_made_old_joins_a_digest_in_the_morning(
    world, outside, deliver, wishes, night, database, at
) -> None:
    wishes("astrid", about="astrid", visit_performed="sms")
    night("astrid", 21, 8)
    at("monday 22:00")
    performed(world, "late", "later", ended_at="2026-03-02T19:30:00+01:00")
    performed(world, "just now", ended_at="2026-03-02T21:50:00+01:00")
    deliver()
    at("tuesday 08:00")
    do_what_waits(the_portal(), now=clock.now())
    deliver()
    assert [text.replace("\xa0", " ") for text in sorted(sms["text"] for sms in outside.sms())] == [
        "Tunvik: Besøket er utført mandag 2. mars kl. 21.50. Logg inn for å se mer.",
        "Tunvik: Oppsummering: 2 besøk er utført. Logg inn for å se mer.",
    ]
    assert all_of(database) == [
        ("visit-performed", "joined"),
        ("visit-performed", "joined"),
        ("visit-performed", "sent"),
        ("visit-performed-digest", "sent"),
    ]


def test_a_day_of_visits_is_one_sms_at_the_chosen_hour_and_each_has_its_own_decision(
    world, outside, deliver, ways, database, at
) -> None:
    ways("astrid", "digest", hour=16)
    visits = performed(world, "one", "two", "three")
    reactions.tell_of_performed_visits([VisitsPerformed(visits, world.tunvik)])
    assert "Kommer i oppsummeringen i dag kl. 16.00." in text_of(client_of("astrid").get("/profil/logg/varsler/"))
    at("monday 15:59")
    do_what_waits(the_portal(), now=clock.now())
    assert deliver() == 0
    at("monday 16:00")
    for _ in range(2):
        do_what_waits(the_portal(), now=clock.now())
        deliver()
    assert [sms["text"] for sms in outside.sms()] == ["Tunvik: Oppsummering: 3 besøk er utført. Logg inn for å se mer."]
    assert all_of(database) == 3 * [("visit-performed", "joined")] + [("visit-performed-digest", "sent")]


def test_a_shared_phone_hears_of_each_visit_once_whatever_each_has_chosen(
    world, outside, deliver, ways, database, at
) -> None:
    outside.reach("jonas", mobile=ASTRIDS_MOBILE)
    ways("astrid", "first")
    ways("jonas", "digest", hour=16)
    performed(world, "one", "two", "three")
    deliver()
    at("monday 16:00")
    do_what_waits(the_portal(), now=clock.now())
    deliver()
    assert [sms["text"].split(".")[0] for sms in outside.sms()] == [
        "Tunvik: Besøket er utført kl",
        "Tunvik: Oppsummering: 2 besøk hos en som har gitt deg fullmakt, er utført",
    ]
    told = "SELECT decision, count(*) FROM notice WHERE receiver_id = %s GROUP BY 1 ORDER BY 1"
    assert database.execute(told, [an_id("jonas")]).fetchall() == [("joined", 2), ("same-address", 1), ("sent", 1)]


def test_the_first_visit_of_a_day_is_told_and_the_others_say_why_not(
    world, outside, deliver, ways, database, at
) -> None:
    ways("astrid", "first")
    performed(world, "second", ended_at="2026-03-02T09:30:00+01:00")
    performed(world, "third", "fourth", ended_at="2026-03-02T09:50:00+01:00")
    at("tuesday 10:00")
    performed(world, "next day", ended_at="2026-03-03T09:30:00+01:00")
    deliver()
    assert len(outside.sms()) == 2
    assert [decision for _, decision in all_of(database)] == ["not-first", "not-first", "sent", "sent"]


def test_who_wants_only_what_goes_wrong_hears_of_that_at_once_and_of_nothing_else(
    world, outside, deliver, ways, database
) -> None:
    ways("astrid", "deviations")
    performed(world, "one")
    visit = performed_visit(world, "missed")
    database.execute("UPDATE visit SET status = 'not-performed' WHERE id = %s", [visit])
    for _ in range(2):
        reactions.tell_of_visits_not_performed([VisitsNotPerformed((visit,), world.tunvik)])
    deliver()
    assert [sms["text"].replace("\xa0", " ") for sms in outside.sms()] == [
        "Tunvik: Et besøk mandag 2. mars er ikke utført. Logg inn for å se mer, eller ring 32 00 00 00."
    ]
    assert all_of(database) == [("visit-performed", "only-deviations"), ("visit-performed-not", "sent")]


def test_a_message_waits_two_minutes_and_who_has_read_it_is_not_told(
    answered, astrid, outside, deliver, decisions, at, monkeypatch
) -> None:
    monkeypatch.setattr(settings, "NOTICE_GRACE", 120)
    event = answered()
    reactions.tell_of_answers([event])
    assert deliver() == 0
    at("monday 10:01")
    messages_queries.thread(astrid, event.thread_id)
    at("monday 10:02")
    deliver()
    assert decisions() == {"astrid": ("sms", Decision.ALREADY_READ), "jonas": ("sms", "sent")}


def test_a_day_unread_is_reminded_of_once_by_the_other_channel(answered, outside, deliver, at) -> None:
    reactions.tell_of_answers([answered()])
    deliver()
    outside.reach_nobody()
    outside.reach("astrid", mobile=ASTRIDS_MOBILE)
    outside.reach("jonas", mobile=JONAS_MOBILE, email=JONAS_EMAIL)
    for moment in ("tuesday 09:59", "tuesday 10:00", "tuesday 10:01", "wednesday 12:00"):
        at(moment)
        do_what_waits(the_portal(), now=clock.now())
        deliver()
    assert [(sms["to"], sms["text"]) for sms in outside.sms()] == [
        (ASTRIDS_MOBILE, "Tunvik: Du har en melding du ikke har lest. Logg inn for å lese den, eller ring 32 00 00 00.")
    ]
    assert [mail["to"] for mail in outside.mail()] == [JONAS_EMAIL]


@pytest.mark.parametrize("reader", ["astrid", "jonas"])
def test_what_one_of_them_has_read_nobody_is_reminded_of(
    answered, astrid, jonas_for_astrid, outside, deliver, database, at, reader
) -> None:
    event = answered()
    reactions.tell_of_answers([event])
    deliver()
    messages_queries.thread({"astrid": astrid, "jonas": jonas_for_astrid}[reader], event.thread_id)
    at("tuesday 10:00")
    do_what_waits(the_portal(), now=clock.now())
    deliver()
    assert len(outside.sms()) == 2
    assert database.execute("SELECT count(*) FROM notice WHERE kind = 'message-reminder'").fetchone() == (0,)


def test_a_cancellation_answered_late_at_night_waits_only_until_six(world, outside, deliver, night, at) -> None:
    from tests.notifications.test_events import cancellation

    night("astrid", 21, 8)
    night("jonas", 21, 8)
    event = cancellation(world, "declined")  # the visit is on Tuesday at twenty past eight
    at("monday 23:00")
    reactions.tell_of_answered_cancellations([event])
    deliver()
    at("tuesday 05:59")
    assert deliver() == 0
    at("tuesday 06:00")
    deliver()
    assert {sms["to"] for sms in outside.sms()} == {ASTRIDS_MOBILE, JONAS_MOBILE}


def test_however_many_wait_they_are_joined_in_one_statement(world, ways, database, django_queries, at) -> None:
    database.execute(
        "INSERT INTO notice (id, event_key, kind, about_id, receiver_id, municipality_id, channel, decision, values,"
        " decided_at, due_at, attempts, provider_reference, last_error)"
        " SELECT gen_random_uuid(), 'visit-performed:' || n, 'visit-performed', %s, %s, %s, 'sms', 'gathered', '{}', now(),"
        " timestamptz '2026-03-02 10:00+00' + n %% 100 * interval '1 hour', 0, '', '' FROM generate_series(1, 400) n",
        [an_id("astrid"), an_id("astrid"), world.tunvik],
    )
    at("friday 23:00")
    with django_queries() as statements:
        assert gather_digests(the_portal(), now=clock.now()) == 400
    assert len(statements) <= 4
    assert database.execute("SELECT count(*) FROM notice WHERE kind = 'visit-performed-digest'").fetchone() == (100,)
    assert gather_digests(the_portal(), now=clock.now()) == 0
