"""What `./hk bench` does to a database: a moved visit waits to be told of and is put back, and what is laid aside comes again."""

from datetime import UTC, datetime

import psycopg
import pytest

from hjemmekontakt.ground import outbox
from hjemmekontakt.project.bench import benchmark, loading, notices_accept, seed
from hjemmekontakt.project.bench.numbers import national_id
from tests.fhir.test_door import Call, epj
from tests.people import NATIONAL_IDS, an_id
from tests.visits.reports import NORD, on

__all__ = ["epj"]

LONG_AGO = {"since": datetime(2020, 1, 1, tzinfo=UTC)}
ROW = {
    "number": 7,
    "unit_her_id": NORD,
    "called": "urn:bench:1",
    "start": "2026-03-05T10:00:00Z",
    "end": "2026-03-05T12:00:00Z",
}


@pytest.fixture
def thursday(world) -> dict[str, object]:
    """Astrid's visit on Thursday at eight as the benchmark's town has it, and her wish to be told; the row of the visit."""
    world.insert(
        "visit",
        id=an_id("thursday"),
        citizen_id=an_id("astrid"),
        municipality_id=world.tunvik,
        unit_id=world.nord,
        service_id=world.nord_nursing,
        identifier_system=seed.NAMED,
        identifier_value=ROW["called"],
        status="assigned",
        starts_at=on(5, 8),
        ends_at=on(5, 10),
        is_window=True,
        minutes=20,
        title="Hjelp med morgenstell",
        instruction="",
        performer_name="Mona",
        performer_role="Sykepleier",
        place="home",
        cancellable=False,
        cancelled_by="",
        not_performed_reason="",
        source_updated_at=on(1, 12),
        version=1,
        digest=b"\0",
        reported_at=on(1, 12),
        stored_at=on(1, 12),
    )
    world.insert(
        "preference",
        id=an_id("wish"),
        receiver_id=an_id("astrid"),
        about_id=an_id("astrid"),
        kind="visit-changed",
        channel="sms",
    )
    return _visit(world.connection)


def _visit(database: psycopg.Connection) -> dict[str, object]:
    return database.execute("SELECT to_jsonb(v) FROM visit v").fetchone()[0]


def _done(database: psycopg.Connection) -> int:
    return database.execute(notices_accept.DONE, LONG_AGO).fetchone()[0]


def _put_back(database: psycopg.Connection) -> None:
    with database.transaction():
        database.execute("SET LOCAL session_replication_role = replica")
        database.execute("DELETE FROM outbox")
        database.execute(seed.PUT_BACK)


def test_a_visit_moved_as_the_benchmark_moves_it_is_told_of_and_then_put_back(database, thursday, epj: Call) -> None:
    request = notices_accept.ask({**ROW, "municipality": an_id("Tunvik")})
    told = request.resource.replace(national_id(7).encode(), NATIONAL_IDS["astrid"].encode())
    assert _done(database) == 0

    answer = epj(request.method, request.path.removeprefix("/fhir/"), told)

    assert (answer.status_code, request.marker in answer.content.decode()) == (request.status, True)
    assert _done(database) == 1
    outbox.deliver(outbox.claim())
    decided = "SELECT kind, channel, decision FROM notice WHERE receiver_id = about_id"
    assert database.execute(decided).fetchall() == [("visit-changed-moved", "sms", "due")]
    _put_back(database)
    assert (_visit(database), _done(database)) == (thursday, 0)


def test_the_floor_moves_it_as_far_and_is_counted_and_put_back_the_same(database, thursday) -> None:
    values = {**ROW, "municipality": an_id("Tunvik")}

    database.execute(notices_accept.FLOOR, values)

    moved = _visit(database)
    assert (moved["starts_at"], moved["version"], _done(database)) == ("2026-03-05T10:00:00+00:00", 2, 1)
    _put_back(database)
    assert (_visit(database), _done(database)) == (thursday, 0)


def test_every_benchmark_of_a_page_has_a_statement_for_each_of_its_questions(world) -> None:
    for name in benchmark.ASKED:
        described = benchmark.load(name)
        for rows in filter(None, (described.rows, described.rows_alike)):
            world.connection.execute(rows)
        assert world.connection.execute(described.done, LONG_AGO).fetchone() == (0,)


def test_what_is_laid_aside_while_a_table_is_filled_comes_again(database) -> None:
    database.execute(
        "CREATE TABLE filled (n int PRIMARY KEY, text text, made text GENERATED ALWAYS AS (upper(text)) STORED)"
    )
    try:
        with loading.without_indexes(database, ["filled"]), loading.filled_by_hand(database, "filled", "made"):
            database.execute("INSERT INTO filled VALUES (1, 'hei', 'by hand')")
        database.execute("INSERT INTO filled VALUES (2, 'hei')")

        assert database.execute("SELECT made FROM filled ORDER BY n").fetchall() == [("by hand",), ("HEI",)]
        with pytest.raises(psycopg.errors.UniqueViolation):
            database.execute("INSERT INTO filled VALUES (1, 'igjen')")
    finally:
        database.execute("DROP TABLE filled")
