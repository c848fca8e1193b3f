-- What was noted on a thread at work, and what was done with it, in the order it happened: each as JSON, value by value as
-- `queries/staff_thread.py` names them.
SELECT
    (SELECT json_agg(json_build_array(n.id, n.written_at, n.author_name, n.text) ORDER BY n.written_at)::text
        FROM note n WHERE n.thread_id = %(thread)s) AS notes,
    (SELECT json_agg(json_build_array(h.what, h.place, h.at, h.by_name, h.to_name, h.unit_id, h.to_unit_id, h.stage)
            ORDER BY h.at, h.id)::text
        FROM handling h WHERE h.thread_id = %(thread)s) AS handlings
