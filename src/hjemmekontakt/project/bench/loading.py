"""Big tables are filled quickly: without their indexes, and without making anew what is the same for many rows.

Both are laid aside in the catalogue, as the superuser alone can, and only in a database that nobody else works in. To drop
them would take along what leans on them: foreign keys, the search.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

LAID_ASIDE = """
UPDATE pg_index SET indisready = false, indisvalid = false
FROM pg_class t WHERE t.oid = indrelid AND t.relnamespace = 'public'::regnamespace AND t.relname = ANY (%s)
"""
MISSING = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisready ORDER BY 1"


@contextmanager
def without_indexes(connection: psycopg.Connection, tables: Sequence[str]) -> Iterator[None]:
    """Lay the tables' indexes aside, the unique ones too; build them, each in order, when the block has ended well.

    An index that is not ready is left alone by those who write.
    """
    connection.execute(LAID_ASIDE, [list(tables)])
    yield
    for (name,) in connection.execute(MISSING).fetchall():
        connection.execute(f"REINDEX INDEX {name}".encode())


@contextmanager
def filled_by_hand(connection: psycopg.Connection, table: str, column: str) -> Iterator[None]:
    """Let a generated column be given by who writes; when the block has ended well it is generated again."""
    statement = "UPDATE pg_attribute SET attgenerated = %s WHERE attrelid = %s::regclass AND attname = %s"
    connection.execute(statement, ["", table, column])
    yield
    connection.execute(statement, ["s", table, column])
