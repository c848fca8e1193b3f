"""What grows with each message, visit and notice is written to no more indexes than are asked (decisions 49 and 80)."""

import psycopg
import pytest

DOUBLED = """
SELECT short.indexrelid::regclass::text, long.indexrelid::regclass::text
FROM pg_index short JOIN pg_index long USING (indrelid)
WHERE indrelid = %s::regclass AND NOT short.indisunique AND short.indpred IS NULL AND long.indpred IS NULL
    AND long.indkey::text LIKE short.indkey::text || ' %%'
"""


@pytest.mark.parametrize("table", ["thread", "message", "reading", "visit", "notice", "access_entry", "outbox"])
def test_no_index_is_the_beginning_of_another(database: psycopg.Connection, table: str) -> None:
    assert database.execute(DOUBLED, [table]).fetchall() == []
