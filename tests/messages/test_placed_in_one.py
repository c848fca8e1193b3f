"""A new dialogue is put in place by one statement, in its author's turn: what it costs, and what several at once do to it."""

import os
from collections.abc import Callable
from threading import Thread

import psycopg
import pytest
from django.db import ProgrammingError

from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.statements import fetch
from hjemmekontakt.messages import actions
from hjemmekontakt.messages.rules import DraftPlace, Refusal, SentMessage, Written
from tests.at_once import at_once
from tests.messages.files import picture
from tests.people import an_id

HER_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('messages of ' || %s, 0))"


@pytest.fixture
def drafts(database):
    """How many drafts there are, seen past the policies."""
    return lambda: database.execute("SELECT count(*) FROM draft").fetchone()[0]


def while_it_waits(superuser: psycopg.Connection, act: Callable[[], object], meanwhile: str) -> list[object]:
    """Hold Astrid's turn until this act waits for it, store something, and let go; what the act gave, or its refusal."""
    given: list[object] = []
    waiting = (
        "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database AND d.datname = current_database()"
        " WHERE locktype = 'advisory' AND NOT granted"
    )
    actor = Thread(target=lambda: given.extend(at_once(act)))
    with psycopg.connect(os.environ["HK_TEST_SUPERUSER_URL"]) as holder:
        holder.execute(HER_TURN, [str(an_id("astrid"))])
        actor.start()
        while actor.is_alive() and not superuser.execute(waiting).fetchone()[0]:
            actor.join(0.02)
        assert actor.is_alive()
        holder.execute(meanwhile)
    actor.join(20)
    return given


def test_of_two_at_once_only_one_is_the_thirtieth(write, astrid, stored, log_of, told) -> None:
    for number in range(29):
        write(astrid, key=f"skjema {number}")
    given = at_once(lambda: write(astrid, key="skjema 30"), lambda: write(astrid, key="skjema 31"))
    assert [each for each in given if not isinstance(each, SentMessage)] == [Refusal.TOO_MANY]
    assert stored() == (30, 30)
    assert len(told()) == 30
    assert log_of("astrid") == [("write-message", "done", "Astrid Berg")] * 30  # what is refused leaves no line


def test_a_form_sent_by_many_hands_at_once_is_one_message(write, astrid, stored, told) -> None:
    given = at_once(*[lambda: write(astrid)] * 4)
    assert isinstance(given[0], SentMessage)
    assert given == [given[0]] * 4
    assert stored() == (1, 1)
    assert len(told()) == 1


def test_a_draft_of_hers_that_was_saved_while_she_waited_for_her_turn_is_gone_too(
    write, astrid, database, stored, drafts
) -> None:
    write(astrid, key="skjema 0")
    saved = (
        "INSERT INTO draft (id, author_id, citizen_id, municipality_id, unit_id, service_id, text, form_key, saved_at, subject,"
        " category) SELECT gen_random_uuid(), citizen_id, citizen_id, municipality_id, unit_id, service_id, 'Hvem har',"
        f" '{an_id('skjema 1')}', started_at, '', '' FROM thread"
    )
    (sent,) = while_it_waits(database, lambda: write(astrid), saved)
    assert isinstance(sent, SentMessage)
    assert (stored(), drafts()) == ((2, 2), 0)


def test_what_she_sent_elsewhere_while_she_waited_for_her_turn_is_counted(write, astrid, database, stored) -> None:
    write(astrid, key="skjema 0")
    thirty_in_all = (
        "INSERT INTO message (id, thread_id, place, citizen_id, municipality_id, unit_id, sender, author_id, author_name,"
        " author_role, on_behalf, text, sent_at, form_key) SELECT gen_random_uuid(), thread_id, 1 + number, citizen_id,"
        " municipality_id, unit_id, sender, author_id, author_name, '', false, text, sent_at, gen_random_uuid()"
        " FROM message, generate_series(1, 29) number"
    )
    assert while_it_waits(database, lambda: write(astrid), thirty_in_all) == [Refusal.TOO_MANY]
    assert stored() == (1, 30)


def test_a_form_that_was_sent_answers_as_it_did_whatever_hinders_it_now(write, astrid, database, world, stored) -> None:
    sent = write(astrid)
    database.execute("UPDATE service SET messages_from = NULL WHERE id = %s", [world.nord_nursing])
    assert write(astrid) == sent
    for written, why in (({"text": " "}, Refusal.FORM_USED), ({"key": "skjema 2"}, Refusal.NOT_OPENED)):
        with pytest.raises(Refused) as refused:
            write(astrid, **written)
        assert refused.value.why is why
    assert stored() == (1, 1)


CLOSED_ON_TUESDAY = (
    "INSERT INTO closing_day (id, municipality_id, day, name)"
    " SELECT gen_random_uuid(), municipality_id, '2026-03-03', 'Kurs' FROM unit WHERE id = '{nord}'"
)


def test_what_was_changed_since_she_last_wrote_counts_at_once(write, astrid, database, world, stored) -> None:
    assert write(astrid).answer_by.day == 3
    database.execute(CLOSED_ON_TUESDAY.format(nord=world.nord))
    assert write(astrid, key="skjema 2").answer_by.day == 4
    database.execute("DELETE FROM closing_day")
    assert write(astrid, key="skjema 3").answer_by.day == 3

    database.execute("UPDATE service SET text_limit = 5")
    with pytest.raises(Refused) as refused:
        write(astrid, key="skjema 4")
    assert refused.value.why is Refusal.TOO_LONG
    database.execute("UPDATE service SET text_limit = 4000")
    write(astrid, key="skjema 4")

    database.execute("UPDATE service SET unit_id = %s, code = 'x' WHERE id = %s", [world.sor, world.nord_nursing])
    write(astrid, key="skjema 5")
    units = database.execute("SELECT unit_id FROM thread ORDER BY changed_at").fetchall()
    assert units == [(world.nord,)] * 4 + [(world.sor,)]
    assert stored() == (5, 5)


def test_a_day_that_is_closed_while_she_waits_for_her_turn_counts(
    write, astrid, database, world, stored, log_of
) -> None:
    write(astrid, key="skjema 0")
    (sent,) = while_it_waits(database, lambda: write(astrid), CLOSED_ON_TUESDAY.format(nord=world.nord))
    assert isinstance(sent, SentMessage)
    assert sent.answer_by.day == 4
    assert stored() == (2, 2)
    assert log_of("astrid") == [("write-message", "done", "Astrid Berg")] * 2  # what was not taken in left no line


@pytest.mark.parametrize(
    ("act", "why"),
    [
        ("UPDATE activation SET state = 'inactive'", Refusal.NOT_ACTIVE),
        ("UPDATE decision SET ends_on = '2026-03-01'", Refusal.NOT_RECEIVED),
    ],
)
def test_what_hinders_her_is_asked_in_her_turn(write, astrid, database, stored, log_of, act, why) -> None:
    write(astrid, key="skjema 0")
    assert while_it_waits(database, lambda: write(astrid), act) == [why]
    assert stored() == (1, 1)
    assert len(log_of("astrid")) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE municipality SET phone = '32 00 00 99' WHERE id = '{tunvik}'",
        "UPDATE district SET name = 'Nord' WHERE municipality_id = '{tunvik}'",
        "UPDATE unit SET reads_until = '15:00' WHERE id = '{nord}'",
        "UPDATE service SET messages_from = NULL WHERE id = '{nord_nursing}'",
        CLOSED_ON_TUESDAY,
        f"{CLOSED_ON_TUESDAY}; DELETE FROM closing_day",
    ],
)
def test_a_change_of_a_municipalitys_organisation_is_another_edition_of_it_alone(database, world, change) -> None:
    def editions() -> dict:
        return dict(database.execute("SELECT municipality_id, edition FROM organisation_edition").fetchall())

    before = editions()
    for each in change.split("; "):
        now = editions()
        database.execute(each.format(**vars(world)))
        assert editions()[world.tunvik] != now[world.tunvik]
    assert editions()[world.fjordby] == before[world.fjordby]


BEGUN = """
SELECT hk_begin_thread(
    json_build_object('id', %(thread)s, 'citizen_id', %(astrid)s, 'municipality_id', %(tunvik)s, 'unit_id', %(nord)s,
        'service_id', %(nursing)s, 'subject', 'Nøkkelen', 'category', '', 'language', 'nb', 'urgent_words', false,
        'answer_by', '2026-03-03T15:30:00+01:00', 'alarm_at', '2026-03-03T08:00:00+01:00', 'changed_at', now()),
    json_build_object('id', %(message)s, 'author_id', %(astrid)s, 'author_name', 'Astrid Berg', 'on_behalf', false, 'text', 'Hei',
        'sent_at', '2026-03-02T09:00:00+01:00', 'form_key', %(message)s),
    (SELECT edition FROM organisation_edition WHERE municipality_id = %(tunvik)s), '2026-03-02', 30, '{}', '{}')
FROM (SELECT set_config('hk.scope', %(scope)s, true), set_config('hk.persons', %(persons)s, true)) AS set
"""


def test_the_policies_keep_from_the_function_who_has_not_unlocked_her(world, stored) -> None:
    values = {"thread": an_id("thread"), "message": an_id("message"), "astrid": an_id("astrid"), "tunvik": world.tunvik}
    values |= {"nord": world.nord, "nursing": world.nord_nursing}
    for scope, persons in (("", ""), ("person", f"{{{an_id('einar')}}}")):
        with pytest.raises(ProgrammingError, match="row-level security"):
            fetch(BEGUN, {**values, "scope": scope, "persons": persons})
    assert stored() == (0, 0)
    fetch(BEGUN, {**values, "scope": "person", "persons": f"{{{an_id('astrid')}}}"})
    assert stored() == (1, 1)


def test_the_same_words_begun_elsewhere_go_with_their_files_when_they_are_sent_as_a_reply(
    write, astrid, world, opened, drafts, kept
) -> None:
    sent, words = write(astrid), "Takk for hjelpen."
    begun = Written(an_id("skjema 2"), text=words, subject="Takk")
    actions.attach(astrid, DraftPlace(world.nord_nursing), name="Blomst.jpg", content=picture(), written=begun)
    assert (drafts(), kept()) == (1, (1, 0, 1))
    actions.reply(astrid, sent.thread_id, text=words, form_key=an_id("skjema 3"))
    assert (drafts(), kept()) == (0, (0, 0, 0))


def test_new_dialogues_and_messages_stand_in_the_order_of_time(write, astrid, database) -> None:
    sent = write(astrid)
    actions.reply(astrid, sent.thread_id, text="Og takk.", form_key=an_id("skjema 2"))
    rows = database.execute("SELECT id FROM message UNION ALL SELECT id FROM thread").fetchall()
    assert [id.version for (id,) in rows] == [7, 7, 7]
