"""`send_message`: a citizen sends a new message to the service that helps her."""

from uuid import uuid4

from hjemmekontakt.project.bench.benchmark import Benchmark, Request, Row, citizen

TEXT = (
    "Hei! Nøkkelen ligger hos naboen i andre etasje denne uka, for jeg er hos datteren min til torsdag. "
    "Kan dere komme litt senere på fredag, helst etter klokka ti? Hilsen fra meg."
)

# Citizens from all units, none of them twice: nobody comes near the hour's limit.
ROWS = """
SELECT c.id AS citizen, c.given_name || ' ' || c.family_name AS name, d.service_id AS service, d.unit_id AS unit,
    d.municipality_id AS municipality
FROM decision d JOIN citizen c ON c.id = d.citizen_id
ORDER BY md5(c.id::text)
LIMIT 5000
"""

FLOOR = """
WITH started AS (
    INSERT INTO thread (id, citizen_id, municipality_id, unit_id, service_id, subject, state, answer_by, started_at,
        last_message_at)
    VALUES (gen_random_uuid(), %(citizen)s::uuid, %(municipality)s::uuid, %(unit)s::uuid, %(service)s::uuid, 'Nøkkelen',
        'sent', now() + interval '2 days', now(), now())
    RETURNING id
), written AS (
    INSERT INTO message (id, thread_id, place, citizen_id, municipality_id, unit_id, sender, author_id, author_name,
        author_role, on_behalf, text, sent_at, answer_by, form_key)
    SELECT gen_random_uuid(), id, 1, %(citizen)s::uuid, %(municipality)s::uuid, %(unit)s::uuid, 'citizen',
        %(citizen)s::uuid, %(name)s, '', false, '<text>', now(), now() + interval '2 days', gen_random_uuid()
    FROM started
    RETURNING id, thread_id
), told AS (
    INSERT INTO outbox (event, listener, payload, municipality_id, published_at, due_at, attempts, last_error)
    SELECT 'MessageSent', 'bench.floor', json_build_object('message_id', id, 'thread_id', thread_id), %(municipality)s::uuid,
        now(), now(), 0, ''
    FROM written
), logged AS (
    INSERT INTO access_entry (at, act, outcome, standing, actor_id, actor_name, actor_role, actor_unit, citizen_id,
        municipality_id, unit_id, about_kind, about_id, in_list)
    VALUES (now(), 'write-message', 'done', 'self', %(citizen)s::uuid, %(name)s, '', '', %(citizen)s::uuid,
        %(municipality)s::uuid, %(unit)s::uuid, 'citizen', %(citizen)s::uuid, false)
)
SELECT to_json(id)::text FROM started
""".replace("<text>", TEXT)

DONE = "SELECT count(*) FROM message WHERE sent_at > %(since)s"


def ask(row: Row) -> Request:
    """The form «Skriv melding», sent; the answer leads to the new dialogue."""
    form = {"subject": "Nøkkelen", "text": TEXT, "form_key": str(uuid4())}
    path = f"/meldinger/ny/?tjeneste={row['service']}"
    return Request(path, 302, "location: /meldinger/", form=form, cookie=citizen(row["citizen"]))


BENCHMARK = Benchmark(rows=ROWS, ask=ask, floor=FLOOR, done=DONE)
