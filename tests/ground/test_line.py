"""Our own statements go straight to the server, and those that read nothing in the same trip as the next (decision 65)."""

import os
import socket
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, DataError, OperationalError, connection, transaction

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import May
from hjemmekontakt.ground.postgresql import line
from hjemmekontakt.ground.postgresql.base import WarmestFirst
from hjemmekontakt.ground.postgresql.line import Line, line_of, sending
from hjemmekontakt.ground.statements import fetch, named, run, run_with_next
from tests.trips import trips

A_ROW = "INSERT INTO seen_here (n) VALUES (%s)"


@pytest.fixture
def seen_here(database):
    """A table of the connection's own, gone with the story."""
    run("CREATE TEMP TABLE seen_here (n int CHECK (n < 100), at timestamptz)", [])
    yield lambda: [n for (n,) in fetch("SELECT n FROM seen_here ORDER BY n", [])]
    run("DROP TABLE seen_here", [])


@transaction.atomic
def in_one_transaction(*numbers: int, then: Callable[[], object] = lambda: None) -> None:
    """Put in these numbers, each together with what comes next."""
    for number in numbers:
        run_with_next(A_ROW, [number])
    then()


def goes_wrong() -> None:
    """Something else fails."""
    raise RuntimeError


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("text", "Åse «sa» 'hei' \"og\" \\ 100 % %s"),
        ("text", ""),
        ("text", None),
        ("int", -7),
        ("bigint", 2**40),
        ("numeric", Decimal("1.50")),
        ("boolean", False),
        ("uuid", UUID(int=7)),
        ("date", date(2028, 2, 29)),
        ("timestamptz", datetime(2026, 3, 29, 1, 0, 0, 1, tzinfo=UTC)),
        ("bytea", b"\x00\xff\\"),
        ("uuid[]", [UUID(int=7), None]),
        ("text[]", ["a,b", '"', None]),
        ("text[]", []),
        ("numeric[]", [Decimal("1.5")]),
    ],
)
def test_a_value_comes_back_as_it_went(database, type: str, value: object) -> None:
    for _ in range(2):  # as it is prepared, and as it is known
        ((found,),) = fetch(f"SELECT %s::{type}", [value])
        assert (bytes(found) if type == "bytea" else found) == value
        assert named(f"SELECT %(it)s::{type} AS it, %(it)s::{type} IS NULL AS is_null", it=value)[0]["is_null"] is (
            value is None
        )


def test_a_moment_is_the_same_moment_whatever_clock_it_was_read_off(database) -> None:
    in_oslo = datetime(2026, 7, 1, 10, tzinfo=timezone(timedelta(hours=2)))
    assert fetch("SELECT %s::timestamptz", [in_oslo]) == [(datetime(2026, 7, 1, 8, tzinfo=UTC),)]


def test_what_is_no_text_is_refused_and_not_cut(database) -> None:
    with pytest.raises(DataError, match="NUL"):
        fetch("SELECT %s::text", ["nul" + chr(0) + "l"])
    assert fetch("SELECT %s::text", ["hel"]) == [("hel",)]


def test_that_who_may_is_asked_together_with_what_she_does_is_one_trip_less(journal, world) -> None:
    @intent
    def counts() -> None:
        require(journal, May.READ_FOR_JOURNAL, about=lookup.municipality(journal.municipality_id))
        fetch("SELECT count(*) FROM visit", [])

    @intent
    def only_may() -> None:
        require(journal, May.READ_FOR_JOURNAL, about=lookup.municipality(journal.municipality_id))

    counts()
    assert trips(counts) == 2, "begin, unlock and count; commit"
    assert trips(only_may) == 1, "begin, unlock and commit"


def test_what_waits_goes_before_what_comes_after_it_by_whatever_way(seen_here) -> None:
    with transaction.atomic():
        run_with_next(A_ROW, [1])
        assert seen_here() == [1]
        run_with_next(A_ROW, [2])
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM seen_here")
            assert cursor.fetchone() == (2,)
        run_with_next(A_ROW, [3])
        with transaction.atomic():  # a savepoint
            run_with_next(A_ROW, [4])
        run_with_next(A_ROW, [5])
    assert seen_here() == [1, 2, 3, 4, 5]


def test_what_waits_outside_a_transaction_does_not_wait(seen_here) -> None:
    run_with_next(A_ROW, [1])
    assert seen_here() == [1]


def test_what_waits_goes_with_what_it_belongs_to(seen_here) -> None:
    with pytest.raises(RuntimeError):
        in_one_transaction(1, then=goes_wrong)
    with transaction.atomic():
        run_with_next(A_ROW, [2])
        with pytest.raises(RuntimeError):
            in_one_transaction(3, then=goes_wrong)  # a savepoint
        run_with_next(A_ROW, [4])
    assert seen_here() == [2, 4]


def test_what_waited_and_is_refused_takes_the_next_with_it(seen_here) -> None:
    with pytest.raises(DatabaseError):
        in_one_transaction(1000, then=lambda: run(A_ROW, [1]))
    with pytest.raises(DatabaseError):
        in_one_transaction(2, 1000)  # refused as it is committed
    assert seen_here() == []
    in_one_transaction(3)
    assert seen_here() == [3]


def test_what_is_prepared_outlasts_a_rollback_ours_and_djangos_own(database) -> None:
    def both() -> None:
        run("SELECT 'ours', %s::int", [1])
        with connection.cursor() as cursor:
            cursor.execute("SELECT 'djangos', %s::int", [1])

    @transaction.atomic
    def both_and_back() -> None:
        both()
        goes_wrong()

    for _ in range(7):
        both()
    with pytest.raises(RuntimeError):
        both_and_back()
    with transaction.atomic():
        with pytest.raises(RuntimeError):
            both_and_back()  # a savepoint
        both()
    for _ in range(7):
        both()
    assert trips(lambda: run("SELECT 'ours', %s::int", [1])) == 1


def test_a_statement_is_prepared_once_whether_a_value_is_there_or_not(database) -> None:
    statement = "SELECT %s::timestamptz, %s::uuid, 'once'"
    for values in ([None, None], [datetime(2026, 3, 2, tzinfo=UTC), None], [None, UUID(int=7)], [None, None]):
        assert fetch(statement, values) == [(*values, "once")]
    made = line_of(connection.connection).made
    for values in ([datetime(2026, 3, 2, tzinfo=UTC), None], [None, UUID(int=7)]):
        fetch(statement, values)
    assert line_of(connection.connection).made == made, (
        "what it has learnt of one value it keeps when it learns of another"
    )
    names = fetch("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%$2::uuid, 'once'"])
    assert names == [(1,)], "the first, which knew no types, is let go of"


def test_a_connection_keeps_so_many_statements_and_no_more(database, monkeypatch) -> None:
    monkeypatch.setattr(line, "MOST", 5)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as alone:
        its_line = Line(alone)
        for number in [*range(30), 29, 0]:
            assert its_line.send(sending(f"SELECT {number}, %s::int", [number]))[1] == [(number, number)]
        kept = alone.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()
    assert kept == (6,), "five, and the last that was let go of goes with the next trip"


def test_what_is_let_go_of_in_the_very_trip_that_uses_it_is_read_all_the_same(database, monkeypatch) -> None:
    monkeypatch.setattr(line, "MOST", 2)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as alone:
        its_line = Line(alone)
        for number in (1, 2):
            its_line.send(sending(f"SELECT {number}"))
        its_line.waiting.append(sending("SELECT 3"))
        assert its_line.send(sending("SELECT 1"))[1] == [(1,)], "the oldest, which the third takes the place of"


def test_a_connection_that_is_cut_off_is_not_gone_on_with(database, superuser) -> None:
    @intent
    def cut_off() -> None:
        run_with_next("SELECT 'lost'", [])
        superuser.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        run("SELECT 'never done'", [])

    connection.ensure_connection()
    with pytest.raises(OperationalError):
        cut_off()
    connection.close()
    assert fetch("SELECT 1", []) == [(1,)]


def test_so_it_is_where_one_statement_goes_alone(database, superuser) -> None:
    asked = "SELECT coalesce(%s::text, 'nothing')"
    assert [fetch(asked, [value]) for value in (None, "a word", None)] == [
        [("nothing",)],
        [("a word",)],
        [("nothing",)],
    ]
    socket.fromfd(connection.connection.fileno(), socket.AF_UNIX, socket.SOCK_STREAM).shutdown(socket.SHUT_RDWR)
    with pytest.raises(OperationalError):
        fetch(asked, [None])
    connection.close()
    assert fetch(asked, [None]) == [("nothing",)]


def test_the_connection_that_came_back_last_is_given_first_and_the_one_that_rested_longest_is_closed(database) -> None:
    with WarmestFirst(os.environ["DATABASE_URL"], min_size=1, max_size=2, open=True) as pool:
        cold, warm = pool.getconn(), pool.getconn()
        pool.putconn(cold)
        pool.putconn(warm)
        for _ in range(3):
            given = pool.getconn()
            assert given is warm
            pool.putconn(given)
        for _ in range(2):  # as it does itself every now and then; the first time it may only count
            pool._shrink_pool()
        assert (cold.closed, warm.closed) == (True, False)
    assert isinstance(connection.pool, WarmestFirst)


def test_one_who_is_told_to_stop_in_the_middle_of_a_trip_leaves_no_half_done_connection(database, monkeypatch) -> None:
    connection.ensure_connection()

    def told_to_stop(_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(connection.connection, "wait", told_to_stop)
    with pytest.raises(SystemExit):
        fetch("SELECT 1 AS asked_and_not_waited_for", [])

    assert connection.connection.closed
    connection.close()
    assert fetch("SELECT 2", []) == [(2,)]


def test_a_statement_that_was_refused_can_be_asked_again(database) -> None:
    for _ in range(3):
        with pytest.raises(DatabaseError):
            fetch("SELECT 1 / %s::int", [0])
        assert fetch("SELECT 1 / %s::int", [1]) == [(1,)]
