"""Sessions for everybody in the seeded town, and a token for each journal, as the doors would have made them just now."""

import psycopg

LAY = """
INSERT INTO session (id, digest, kind, person_id, provider_session, issuer, level, id_token_sealed, language,
        authenticated_at, started_at, seen_at)
    SELECT gen_random_uuid(), sha256(convert_to('bench-' || id, 'UTF8')), kind, id, '', 'https://idporten.example.no',
        'idporten-loa-high', '\\x00', '', now(), now(), now()
    FROM (SELECT id, 'citizen' AS kind FROM citizen UNION ALL SELECT id, 'employee' FROM employee) AS everybody
"""

# A client for each municipality, with all scopes, and a token of its own that holds as long as a token does.
LAY_TOKENS = """
WITH clients AS (
    INSERT INTO machine_client (id, client_id, municipality_id, name, jwks, scopes, hook_url, active)
    SELECT md5('journal ' || number)::uuid, 'bench-' || number, id, 'Journalen', '{"keys": []}',
        ARRAY['system/*.cruds'], '', true
    FROM municipality
    ON CONFLICT (id) DO UPDATE SET active = true
    RETURNING id, municipality_id
)
INSERT INTO machine_token (id, digest, client_id, scopes, issued_at, expires_at)
    SELECT gen_random_uuid(), sha256(convert_to('bench-' || municipality_id, 'UTF8')), id, ARRAY['system/*.cruds'], now(),
        now() + interval '5 minutes'
    FROM clients
"""

ARE_FRESH = "SELECT EXISTS (SELECT FROM machine_token WHERE issued_at > now() - interval '25 seconds')"


def lay(connection: psycopg.Connection) -> None:
    """Log everybody in anew, as seen just now, where that is not so: a session's use is written once a minute.

    Not each second: what the portal's connections have planned of sessions and tokens is made anew when the tables are, and in
    production they never are.
    """
    (are_fresh,) = connection.execute(ARE_FRESH).fetchone() or (False,)
    if are_fresh:
        return
    with connection.transaction():
        connection.execute("SET LOCAL synchronous_commit = off")
        connection.execute("TRUNCATE session")
        connection.execute(LAY)
        connection.execute("TRUNCATE machine_token")
        connection.execute(LAY_TOKENS)
