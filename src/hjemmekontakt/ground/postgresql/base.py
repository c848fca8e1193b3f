"""Django's PostgreSQL backend, with our own statements sent straight to the server, and in fewer trips (decision 65)."""

from typing import Any

from django.db.backends.base.base import NO_DB_ALIAS, debug_transaction
from django.db.backends.postgresql import base
from psycopg import Connection
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool

from hjemmekontakt.ground.postgresql.line import COMMIT, Line, NotPlain, Table, Values, line_of, sending


class Cursor(base.ServerBindingCursor):
    """Django's own cursor; what waits for the next statement goes before it."""

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """As psycopg's."""
        line_of(self.connection).send_what_waits()
        return super().execute(*args, **kwargs)

    def executemany(self, *args: Any, **kwargs: Any) -> None:
        """As psycopg's."""
        line_of(self.connection).send_what_waits()
        super().executemany(*args, **kwargs)

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """As psycopg's."""
        line_of(self.connection).send_what_waits()
        return super().copy(*args, **kwargs)


class WarmestFirst(ConnectionPool[Connection[Any]]):
    """A pool that gives the connection that came back last, whose backend has at hand what the last request read.

    psycopg's gives the one that has rested longest, so that a single visitor wakes all of them in turn (decision 76).
    Where one is closed because there are more than are used, it is still the one that has rested longest.
    """

    def _get_ready_connection(self, timeout: float | None) -> Connection[Any] | None:
        self._pool.rotate(1)  # its own way is to put back at the end, and to take from the beginning
        return super()._get_ready_connection(timeout)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that can also be asked straight (`ask`), and lets a statement wait for the next (`ask_with_next`)."""

    @property
    def pool(self) -> ConnectionPool[Connection[Any]] | None:
        """As Django's, but it gives the warmest first; None where the settings want none."""
        known: ConnectionPool[Connection[Any]] | None = self._connection_pools.get(self.alias)
        options = self.settings_dict["OPTIONS"].get("pool")
        if known is not None or not options or self.alias == NO_DB_ALIAS:
            return known
        kwargs = {**self.get_connection_params(), "autocommit": True}
        made = WarmestFirst(kwargs=kwargs, open=False, configure=self._configure_connection, **options)
        return self._connection_pools.setdefault(self.alias, made)

    def get_connection_params(self) -> dict[str, Any]:
        """As Django's, with our cursor."""
        return {**super().get_connection_params(), "cursor_factory": Cursor}

    def ask(self, statement: str, values: Values) -> Table:
        """What a statement reads, in the same trip as what waits. Raises Django's errors."""
        self.validate_no_broken_transaction()
        if self._is_watched():
            return self._ask_by_cursor(statement, values)
        try:
            with self.wrap_database_errors:
                return self.line().send(sending(statement, values))
        except NotPlain:
            return self._ask_by_cursor(statement, values)

    def ask_with_next(self, statement: str, values: Values) -> None:
        """Let a statement be done in the same trip as the next one, or as the commit; outside a transaction at once."""
        self.validate_no_broken_transaction()
        if not self.in_atomic_block or self._is_watched():
            self.ask(statement, values)
            return
        try:
            with self.wrap_database_errors:
                self.line().let_wait(sending(statement, values))
        except NotPlain:
            self._ask_by_cursor(statement, values)

    def _is_watched(self) -> bool:
        """Whether somebody counts the statements or stands in their way: then each goes alone, by Django's cursor."""
        return bool(self.execute_wrappers or self.queries_logged)

    def line(self) -> Line:
        """What is known of this connection."""
        if self.connection is None:
            self.ensure_connection()
        return line_of(self.connection)

    def _ask_by_cursor(self, statement: str, values: Values) -> Table:
        with self.cursor() as cursor:
            cursor.execute(statement, values)
            if cursor.description is None:
                return [], []
            return [column.name for column in cursor.description], cursor.fetchall()

    def _set_autocommit(self, autocommit: bool) -> None:
        if self.connection.pgconn.transaction_status == TransactionStatus.IDLE:
            self.connection._autocommit = (
                autocommit  # all that psycopg's own way does then, with a lock and a generator
            )
        else:
            super()._set_autocommit(autocommit)

    def _commit(self) -> None:
        line = None if self.connection is None else line_of(self.connection)
        if line is not None and line.waiting:
            with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
                line.send(COMMIT)
        else:
            super()._commit()

    def _rollback(self) -> None:
        self._end()
        super()._rollback()

    def _close(self) -> None:
        self._end()
        super()._close()

    def _end(self) -> None:
        if self.connection is not None:
            line_of(self.connection).end()
