"""Big tables are filled without their indexes, which are built when all is there: in order, not one place after another."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

OF_TABLES = """
i.indexrelid IN (SELECT x.indexrelid FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relname = ANY (%s))
"""
LAID_ASIDE = f"UPDATE pg_index i SET indisready = false, indisvalid = false WHERE {OF_TABLES}"
MISSING = f"SELECT i.indexrelid::regclass::text FROM pg_index i WHERE NOT i.indisready AND {OF_TABLES} ORDER BY 1"


@contextmanager
def without_indexes(connection: psycopg.Connection, tables: Sequence[str]) -> Iterator[None]:
    """Lay the tables' indexes aside, as the superuser alone can, the unique ones too; build them when the block has ended well.

    An index that is dropped takes the foreign keys to it along; one that is not ready is left alone by those who write.
    """
    connection.execute(LAID_ASIDE.encode(), [list(tables)])
    yield
    for (name,) in connection.execute(MISSING.encode(), [list(tables)]).fetchall():
        connection.execute(f"REINDEX INDEX {name}".encode())
