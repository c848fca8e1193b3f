"""The log's seal: nothing sealed twice, nothing left out, and every tampering shows."""

import threading
import time

import psycopg
import pytest

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require, the_portal
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.access.seal import seal_the_log, verify_the_log
from tests.people import an_id
from tests.sealing import seal


@intent
def read(actor: Actor) -> None:
    require(actor, May.READ_THREAD, about=lookup.citizen(an_id("astrid")))


def test_what_is_written_is_sealed_once_and_holds(world, astrid, database) -> None:
    for _ in range(3):
        read(astrid)
    assert sum(seal(3)) == 3
    assert seal_the_log(the_portal()) == 0
    read(astrid)
    assert seal(1) == [1]
    verdict = verify_the_log(the_portal())
    assert (verdict.lines, verdict.faults) == (4, ())
    assert verdict.batches >= 2


def test_a_long_backlog_is_sealed_in_pieces_that_never_cut_a_transaction(world, astrid) -> None:
    for _ in range(7):
        read(astrid)
    sealed: list[int] = []
    deadline = time.monotonic() + 20
    while sum(sealed) < 7 and time.monotonic() < deadline:
        sealed.append(seal_the_log(the_portal(), 3))
    assert sum(sealed) == 7
    assert max(sealed) <= 3
    assert verify_the_log(the_portal()).faults == ()


def test_a_line_of_a_transaction_under_way_waits_for_the_next_batch(world, astrid, database) -> None:
    with psycopg.connect(database.info.dsn) as slow:
        slow.execute(
            "INSERT INTO access_entry (at, act, outcome, standing, actor_name, actor_role, actor_unit, about_kind, in_list)"
            " VALUES (now(), 'log-in', 'done', 'self', '', '', '', 'citizen', false)"
        )
        read(astrid)  # a later transaction, finished before
        assert seal_the_log(the_portal()) == 0
        slow.commit()
    assert sum(seal(2)) == 2
    assert verify_the_log(the_portal()).faults == ()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE access_entry SET actor_name = 'En annen' WHERE id = (SELECT min(id) FROM access_entry)",
        "DELETE FROM access_entry WHERE id = (SELECT max(id) FROM access_entry)",
        "INSERT INTO access_entry (at, act, outcome, standing, actor_name, actor_role, actor_unit, about_kind, in_list, xact)"
        " SELECT at, act, outcome, standing, actor_name, actor_role, actor_unit, about_kind, in_list, xact"
        " FROM access_entry LIMIT 1",
        "UPDATE access_sealed_batch SET head = '\\x00'",
        "DELETE FROM access_sealed_batch WHERE sequence = 1",
    ],
)
def test_every_tampering_past_the_triggers_shows(world, astrid, database, tampering) -> None:
    read(astrid)
    read(astrid)
    seal(2)
    read(astrid)
    seal(1)
    database.execute("SET session_replication_role = replica")
    database.execute(tampering)
    database.execute("SET session_replication_role = DEFAULT")
    assert verify_the_log(the_portal()).faults != ()


def test_two_workers_at_once_seal_each_line_once(world, astrid) -> None:
    for _ in range(5):
        read(astrid)
    counts: list[int] = []

    def work() -> None:
        from django.db import connection

        counts.append(seal_the_log(the_portal()))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    counts += seal(5 - sum(counts))
    assert sum(counts) == 5
    assert verify_the_log(the_portal()).faults == ()
