"""One connection's prepared statements, and how several of them go to the database in one trip (decision 65).

libpq's pipeline mode by psycopg's own parts: what is sent together is done in order, and where one fails, what comes after it
is not done.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg
from psycopg import errors, generators
from psycopg._preparing import PrepareManager
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from hjemmekontakt.ground.postgresql.arrays import PLAIN, array_of

Values = Sequence[object] | Mapping[str, object]
Table = tuple[list[str], list[tuple[Any, ...]]]
"""The names of the columns, and the rows."""
PLACE = re.compile(r"%\((\w+)\)s|%s|%%")
MOST = 250
"""How many statements a connection keeps; the oldest goes first."""


class NotPlain(Exception):
    """A value of a kind that goes by psycopg's own, slower way."""


class Sending(NamedTuple):
    """A statement and its values as they go over the wire: of each the type's number, and the text, or None for NULL."""

    statement: str
    types: tuple[int, ...] = ()
    values: tuple[bytes | None, ...] = ()


BEGIN, COMMIT = Sending("BEGIN"), Sending("COMMIT")


@dataclass(slots=True)
class Prepared:
    """A statement that this connection's server knows by name, and the columns that it gives."""

    name: bytes
    types: tuple[int, ...]
    columns: list[str] | None = None

    def takes(self, types: tuple[int, ...]) -> bool:
        """Whether values of these types fit; NULL fits all."""
        return types == self.types or all(
            type in (LEFT_TO_THE_STATEMENT, own) for type, own in zip(types, self.types, strict=True)
        )


class Line:
    """What is known of one psycopg connection: the statements that its server has prepared, and those that wait."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.loading = Transformer(connection)
        self.prepared: dict[str, Prepared] = {}
        self.outdated: list[bytes] = []
        self.made = 0
        self.waiting: list[Sending] = []

    def send(self, last: Sending) -> Table:
        """Let the database do what waits and then this, in one trip; gives what it reads. Raises psycopg's errors."""
        pgconn = self.connection.pgconn
        known = self.prepared.get(last.statement)
        if known and known.takes(last.types) and not self._begins() and not self.waiting:
            return self._read(self._alone(pgconn, known, last), known)
        return self._read(*self._in_one_trip(pgconn, self._all_that_goes(last))[-1])

    def let_wait(self, sending: Sending) -> None:
        """Let a statement go with the next one."""
        self.waiting.append(sending)

    def send_what_waits(self) -> None:
        """Let the database do what waits, before what does not come by this way."""
        if self.waiting:
            self.send(self.waiting.pop())

    def end(self) -> None:
        """The transaction's block has ended: what still waits is forgotten, and another one may begin."""
        self.waiting.clear()

    def _begins(self) -> bool:
        idle = self.connection.pgconn.transaction_status == TransactionStatus.IDLE
        return idle and not self.connection.autocommit

    def _all_that_goes(self, last: Sending) -> list[Sending]:
        sendings = [*([BEGIN] if self._begins() else []), *self.waiting, last]
        self.waiting.clear()
        return sendings

    def _alone(self, pgconn: PGconn, known: Prepared, last: Sending) -> PGresult:
        """The answer to what goes by itself: libpq waits for it."""
        result = pgconn.exec_prepared(known.name, last.values)  # type: ignore[arg-type]  # it takes None for NULL too
        if pgconn.status == ConnStatus.BAD and not result.error_field(DiagnosticField.SQLSTATE):
            raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
        _must_be_good([result])
        return result

    def _in_one_trip(self, pgconn: PGconn, sendings: Sequence[Sending]) -> list[tuple[PGresult, Prepared]]:
        """The answer to each, and by which prepared statement it came: that may be let go of by this very trip."""
        made: dict[int, tuple[str, Prepared]] = {}  # by the place of its answer
        used: list[tuple[int, Prepared]] = []
        places = 0
        try:
            pgconn.enter_pipeline_mode()
            if self.outdated:
                pgconn.send_close_prepared(self.outdated.pop())
                places += 1
            for each in sendings:
                known = self.prepared.get(each.statement)
                by = known if known and known.takes(each.types) else self._new(each.types, before=known)
                if by is not known:
                    made[places] = each.statement, by
                    pgconn.send_prepare(by.name, _numbered(each.statement)[0], by.types)
                    places += 1
                pgconn.send_query_prepared(by.name, each.values)
                used.append((places, by))
                places += 1
            pgconn.pipeline_sync()
            results = self.connection.wait(_answers(pgconn, places))
            pgconn.exit_pipeline_mode()
        except BaseException:
            self.connection.close()  # cut off in the middle: what was done is not known, so nothing may go on from it
            raise
        for place, (statement, prepared) in made.items():
            if results[place].status in GOOD:
                self._keep(statement, prepared)
        _must_be_good(results)
        return [(results[place], by) for place, by in used]

    def _new(self, types: tuple[int, ...], *, before: Prepared | None) -> Prepared:
        self.made += 1
        if before:
            types = tuple(type or own for type, own in zip(types, before.types, strict=True))
        return Prepared(b"hk_%d" % self.made, types)

    def _keep(self, statement: str, prepared: Prepared) -> None:
        before = self.prepared.pop(statement, None)
        if before is None and len(self.prepared) >= MOST:
            before = self.prepared.pop(next(iter(self.prepared)))
        if before:
            self.outdated.append(before.name)
        self.prepared[statement] = prepared

    def _read(self, result: PGresult, prepared: Prepared) -> Table:
        if prepared.columns is None:
            prepared.columns = [(result.fname(place) or b"").decode() for place in range(result.nfields)]
        if not result.ntuples:
            return prepared.columns, []
        self.loading.set_pgresult(result)
        return prepared.columns, self.loading.load_rows(0, result.ntuples, tuple)


class ByName(PrepareManager):
    """What psycopg itself prepared; after a rollback it gives that up by name, and not everything, ours too."""

    def clear(self) -> bool:
        """Forget what was prepared; tells whether there was anything."""
        names = list(self._names.values())
        super().clear()
        self._to_flush.clear()
        self._to_flush.extend(names)
        return bool(names)


def line_of(connection: Any) -> Line:
    """The line of a psycopg connection; it is kept there, and goes with it."""
    line: Line | None = getattr(connection, "line", None)
    if line is None:
        line = connection.line = Line(connection)
        threshold = connection.prepare_threshold
        connection._prepared = ByName()
        connection.prepare_threshold = threshold
    return line


def _must_be_good(results: Sequence[PGresult]) -> None:
    for result in results:
        if result.status not in GOOD:
            raise errors.error_from_result(result)


GOOD = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
LEFT_TO_THE_STATEMENT = 0
"""No type named: the database takes it from where the value stands, as of a literal in quotes."""


def sending(statement: str, values: Values = ()) -> Sending:
    """A statement and its values as they go over the wire; raises NotPlain for a value of an unusual kind.

    >>> sending("SELECT %(a)s::int + %(b)s::int", {"a": 1, "b": None})
    Sending(statement='SELECT %(a)s::int + %(b)s::int', types=(0, 0), values=(b'1', None))
    """
    ordered: Sequence[object] = (
        [values[name] for name in _numbered(statement)[1]] if isinstance(values, Mapping) else values
    )
    try:
        writers = [WRITTEN[type(value)] for value in ordered]
    except KeyError:
        raise NotPlain from None
    return Sending(
        statement,
        tuple([type_ for type_, _ in writers]),
        tuple([write(value) for (_, write), value in zip(writers, ordered, strict=True)]),
    )


@lru_cache(maxsize=1024)
def _numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement with numbered places as PostgreSQL has them, and the names in their order.

    >>> _numbered("SELECT %(a)s, %(b)s, %(a)s, 1 %% 2")
    (b'SELECT $1, $2, $1, 1 % 2', ('a', 'b'))
    >>> _numbered("SELECT %s, %s")
    (b'SELECT $1, $2', ())
    """
    names: dict[str, int] = {}
    unnamed = count(1)

    def number(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%"
        return f"${names.setdefault(place[1], len(names) + 1) if place[1] else next(unnamed)}"

    return PLACE.sub(number, statement).encode(), tuple(names)


def _answers(pgconn: PGconn, number: int) -> PQGen[list[PGresult]]:
    yield from generators.send(pgconn)
    results: list[PGresult] = []
    for _ in range(number):
        results += yield from generators.fetch_many(pgconn)
    yield from generators.fetch_many(pgconn)  # the end of the trip
    return results


def _text(value: str) -> bytes:
    if "\0" in value:
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return value.encode()


def _bare(value: object) -> bytes:
    """A moment, a day or an id as it stands in JSON, without the quotes: a fifth of the time that its own words take."""
    return msgspec.json.encode(value)[1:-1]


def _array(values: list[Any]) -> str:
    if not PLAIN.issuperset(map(type, values)):
        raise NotPlain
    return array_of(values)


def _number_of(name: str) -> int:
    return psycopg.adapters.types[name].oid


WRITTEN: dict[type, tuple[int, Callable[[Any], bytes | None]]] = {
    type(None): (LEFT_TO_THE_STATEMENT, lambda _: None),
    str: (LEFT_TO_THE_STATEMENT, _text),
    int: (LEFT_TO_THE_STATEMENT, lambda value: b"%d" % value),
    list: (LEFT_TO_THE_STATEMENT, lambda value: _text(_array(value))),
    bool: (_number_of("bool"), lambda value: b"t" if value else b"f"),
    UUID: (_number_of("uuid"), _bare),
    date: (_number_of("date"), _bare),
    datetime: (_number_of("timestamptz"), _bare),
    bytes: (_number_of("bytea"), lambda value: b"\\x" + value.hex().encode()),
}
