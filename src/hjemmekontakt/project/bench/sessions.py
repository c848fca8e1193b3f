"""Sessions for everybody in the seeded town, as the doors would have made them just now."""

import psycopg

LAY = """
INSERT INTO session (id, digest, kind, person_id, provider_session, issuer, level, id_token_sealed, language,
        authenticated_at, started_at, seen_at)
    SELECT gen_random_uuid(), sha256(convert_to('bench-' || id, 'UTF8')), kind, id, '', 'https://idporten.example.no',
        'idporten-loa-high', '\\x00', '', now(), now(), now()
    FROM (SELECT id, 'citizen' AS kind FROM citizen UNION ALL SELECT id, 'employee' FROM employee) AS everybody
"""


def lay(connection: psycopg.Connection) -> None:
    """Log everybody in anew, as seen just now: a session lives half an hour unused, and its use is written once a minute."""
    with connection.transaction():
        connection.execute("SET LOCAL synchronous_commit = off")
        connection.execute("TRUNCATE session")
        connection.execute(LAY)
