"""`citizen_home`: a citizen opens the first page, and the next one Timeavtaler: every other request."""

from hjemmekontakt.project.bench.benchmark import Benchmark, Request, Row, citizen

# Those who are visited, in all units; half of them open the one page and half the other.
ROWS = """
SELECT c.id AS citizen, c.given_name || ' ' || c.family_name AS name, d.municipality_id AS municipality,
    CASE WHEN row_number() OVER (ORDER BY md5(c.id::text)) % 2 = 0 THEN 'first' ELSE 'plan' END AS page, v.id AS visit
FROM citizen c JOIN decision d ON d.citizen_id = c.id, LATERAL (
    SELECT id FROM visit WHERE citizen_id = c.id AND starts_at > now() + interval '1 day' ORDER BY starts_at LIMIT 1
) AS v
ORDER BY md5(c.id::text)
LIMIT 5000
"""

FLOOR = """
WITH plan AS (
    SELECT v.id, v.status, v.starts_at, v.ends_at, v.is_window, v.minutes, v.title, v.instruction, v.performer_name,
        v.performer_role, v.place, v.cancellable, v.cancelled_by, v.moved_from, v.reported_at, s.name AS service,
        u.name AS unit, u.phone,
        (SELECT x.state FROM cancellation x WHERE x.visit_id = v.id ORDER BY x.asked_at DESC LIMIT 1) AS cancellation
    FROM visit v JOIN service s ON s.id = v.service_id JOIN unit u ON u.id = v.unit_id
    WHERE v.citizen_id = %(citizen)s::uuid AND v.ends_at >= date_trunc('day', now())
        AND v.starts_at < date_trunc('day', now()) + interval '15 days'
    ORDER BY v.starts_at
    LIMIT CASE %(page)s WHEN 'first' THEN 1 END
), unread AS (
    SELECT t.id, t.subject, t.state, t.last_message_at
    FROM thread t LEFT JOIN reading r ON r.thread_id = t.id AND r.reader_id = %(citizen)s::uuid
    WHERE %(page)s = 'first' AND t.citizen_id = %(citizen)s::uuid AND t.unit_place > coalesce(r.seen_place, 0)
    ORDER BY t.last_message_at DESC
    LIMIT 3
), logged AS (
    INSERT INTO access_entry (at, act, outcome, standing, actor_id, actor_name, actor_role, actor_unit, citizen_id,
        municipality_id, unit_id, about_kind, about_id, in_list)
    SELECT now(), act, 'done', 'self', %(citizen)s::uuid, %(name)s, '', '', %(citizen)s::uuid, NULL, NULL, 'citizen',
        %(citizen)s::uuid, false
    FROM unnest(CASE %(page)s WHEN 'first' THEN ARRAY['see-visits', 'list-threads'] ELSE ARRAY['see-visits'] END) AS act
)
SELECT json_build_object('plan', (SELECT json_agg(plan) FROM plan), 'unread', (SELECT json_agg(unread) FROM unread))::text
"""

DONE = "SELECT count(*) FROM access_entry WHERE act = 'see-visits' AND at > %(since)s"


def ask(row: Row) -> Request:
    """The page: the next visit stands on the one, a visit of the days to come on the other."""
    cookie = citizen(row["citizen"])
    if row["page"] == "first":
        return Request("/", 200, "Se besøket", cookie=cookie)
    return Request("/timeavtaler/", 200, f'href="/timeavtaler/{row["visit"]}/"', cookie=cookie)


BENCHMARK = Benchmark(rows=ROWS, ask=ask, floor=FLOOR, done=DONE)
