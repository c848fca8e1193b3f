-- One page of a unit's inbox, and with it how much there is to do, by queue; what is to do is read once, history never.
-- Whom it shows is written down in the citizens' logs by the same statement, and how far the inbox had come is read by it.
-- One row more is read than is shown: it tells that there is a next page. From which unit a thread came, and who else has it
-- open, is found for few: the unit's name, and the order of the names, are left to those who read this. Who is here is read once
-- for the whole unit, and not for each thread.
-- What stands in braces is put in by `queries/inbox.py` from its own constants; every value is bound.
WITH {unlocks},
todo AS MATERIALIZED (
    {todo}
),
counted AS (
    SELECT json_agg(json_build_array(q.service, q.service_name, q.category, q.zone, q.new, q.mine, q.waiting, q.leader,
        q.cases)) AS queues
    FROM (
        SELECT service, service_name, category, zone,
            count(*) FILTER (WHERE answer_by IS NOT NULL AND state IN ('sent', 'failed', 'received')) AS new,
            count(*) FILTER (WHERE answer_by IS NOT NULL AND assignee_id = %(reader)s) AS mine,
            count(*) FILTER (WHERE answer_by IS NOT NULL) AS waiting,
            count(*) FILTER (WHERE with_leader) AS leader,
            count(*) FILTER (WHERE state = 'as-case') AS cases
        FROM todo GROUP BY 1, 2, 3, 4
    ) q
),
page AS (
    SELECT t.* FROM {listed} t
    WHERE {chosen} AND {narrowed} AND {beyond}
    ORDER BY {order}
    LIMIT {limit} + 1
),
shown AS (
    SELECT t.citizen_id FROM page t ORDER BY {order} LIMIT {limit}
),
here AS MATERIALIZED (
    SELECT thread_id, reader_name FROM reading
    WHERE {unlocked} AND municipality_id = %(municipality)s AND unit_id = %(unit)s AND here_until > (SELECT %(real_now)s::timestamptz)
        AND reader_kind = 'employee' AND reader_id <> %(reader)s
),
logged AS (
    {entries}
)
SELECT counted.queues::text, (SELECT p::text FROM hk_unit_pulse(%(unit)s, %(reader)s, %(real_now)s, %(now)s) p),
    t.id, t.citizen_id, t.given_name || ' ' || t.family_name, extract(year FROM t.birth_date)::int, t.subject,
    t.service_name, t.category, t.state, t.answer_by, t.last_message_at, t.assignee_id, t.assignee_name, t.answers_in = 'journal', t.case_kind, t.urgent_words, t.with_leader,
    t.citizen_place > coalesce(r.seen_place, 0),
    EXISTS (SELECT 1 FROM attachment a WHERE a.thread_id = t.id AND a.message_id IS NOT NULL),
    (SELECT json_build_array(h.unit_id, h.by_name)::text FROM handling h
        WHERE h.thread_id = t.id AND h.what = 'transferred' AND h.to_unit_id = t.unit_id AND h.unit_id <> t.unit_id
        ORDER BY h.id DESC LIMIT 1),
    t.one_way, t.alarm_stage,
    array_to_string(ARRAY(SELECT o.reader_name FROM here o WHERE o.thread_id = t.id), E'\n')
FROM counted
LEFT JOIN page t ON true
LEFT JOIN reading r ON r.thread_id = t.id AND r.reader_id = %(reader)s
WHERE {unlocked}
ORDER BY {order}
