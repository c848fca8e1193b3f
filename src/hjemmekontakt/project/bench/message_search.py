"""`message_search`: an employee searches her unit's messages of the last twelve months."""

from hjemmekontakt.project.bench import texts
from hjemmekontakt.project.bench.benchmark import Benchmark, Request, Row, employee

# Each employee looks for the next of the words. In a small town a rare word may stand in no dialogue of her unit: that search
# finds nobody, leaves no line in anybody's log to be counted by, and is not asked, neither of us nor of the floor.
SEARCHES = """
WITH searched AS (
    SELECT string_to_array('<words>', ' ') AS words
), asking AS MATERIALIZED (
    SELECT e.id AS reader, e.given_name || ' ' || e.family_name AS reader_name, d.role, d.municipality_id AS municipality,
        d.unit_id AS unit, u.name AS unit_name,
        words[1 + row_number() OVER (ORDER BY md5(e.id::text)) % cardinality(words)] AS words
    FROM duty d JOIN employee e ON e.id = d.employee_id JOIN unit u ON u.id = d.unit_id, searched
    WHERE EXISTS (SELECT 1 FROM thread t WHERE t.unit_id = d.unit_id)
    ORDER BY md5(e.id::text)
    LIMIT 5000
), found AS MATERIALIZED (
    SELECT unit, words FROM (SELECT DISTINCT unit, words FROM asking) AS each
    WHERE (
        SELECT count(*) FROM hk_search_threads(ARRAY[unit], to_tsquery('norwegian', quote_literal(words) || ':*'),
            now() - interval '365 days', current_date, '{}', NULL, NULL, <found>)) = <found>
)
SELECT asking.* FROM asking JOIN found USING (unit, words) ORDER BY md5(reader::text)
"""
ROWS = SEARCHES.replace("<words>", " ".join(texts.searched_for())).replace("<found>", "1")
# In a town with more dialogues more is found, and a page with more on it costs more; and a rarer word fills a page there, after
# more has been looked through. Where towns are compared, it is by words that stand in every tenth message, and that fill a page
# in both.
FILLING_A_PAGE = SEARCHES.replace("<words>", texts.OFTEN).replace("<found>", "20")

# The search is the same function's, which looks through the newest first: the floor is not slower for want of it. The last
# word may be the beginning of a longer one, and persons are found by the beginnings of their names, as on our page.
FLOOR = """
WITH asked AS MATERIALIZED (
    SELECT to_tsquery('norwegian', quote_literal(%(words)s::text) || ':*') AS words
), found AS MATERIALIZED (
    SELECT t.id, t.citizen_id, t.state, t.answer_by, t.last_message_at, s.name AS service, c.given_name, c.family_name,
        c.birth_date, m.author_name, m.author_role,
        ts_headline('norwegian', t.subject, asked.words, 'HighlightAll=true') AS subject,
        ts_headline('norwegian', m.text, asked.words, 'MaxWords=26, MinWords=12, ShortWord=0') AS line
    FROM asked CROSS JOIN LATERAL (
            SELECT * FROM hk_search_threads(ARRAY[%(unit)s::uuid], asked.words, now() - interval '365 days', current_date,
                '{}', NULL, NULL, 20) LIMIT 20
        ) AS hit
        JOIN thread t ON t.id = hit.found JOIN citizen c ON c.id = t.citizen_id JOIN service s ON s.id = t.service_id
        LEFT JOIN message m ON m.thread_id = t.id AND m.place = hit.at_place
), persons AS MATERIALIZED (
    SELECT c.id, c.given_name, c.family_name, c.birth_date FROM decision d JOIN citizen c ON c.id = d.citizen_id
    WHERE d.unit_id = %(unit)s::uuid AND ' ' || c.sort_key LIKE '%% ' || %(words)s::text || '%%'
    ORDER BY c.sort_key LIMIT 20
), logged AS (
    INSERT INTO access_entry (at, act, outcome, standing, actor_id, actor_name, actor_role, actor_unit, citizen_id,
        municipality_id, unit_id, about_kind, about_id, in_list)
    SELECT now(), 'search-at-work', 'done', 'employee', %(reader)s::uuid, %(reader_name)s, %(role)s, %(unit_name)s,
        shown.id, %(municipality)s::uuid, %(unit)s::uuid, 'unit', %(unit)s::uuid, true
    FROM (SELECT citizen_id AS id FROM found UNION SELECT id FROM persons) AS shown
)
SELECT json_build_object('threads', (SELECT json_agg(found) FROM found),
    'persons', (SELECT json_agg(persons) FROM persons))::text
"""

DONE = "SELECT count(DISTINCT actor_id) FROM access_entry WHERE at > %(since)s AND act = 'search-at-work'"


def ask(row: Row) -> Request:
    """The search page's form, sent: the words stand in the body, never in an address."""
    return Request(
        "/ansatt/sok/", 200, "/ansatt/meldinger/", form={"words": row["words"]}, cookie=employee(row["reader"])
    )


BENCHMARK = Benchmark(rows=ROWS, rows_alike=FILLING_A_PAGE, ask=ask, floor=FLOOR, done=DONE)
