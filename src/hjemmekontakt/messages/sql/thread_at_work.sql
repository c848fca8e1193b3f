-- What was noted on a thread at work, and what was done with it, in no order: each as JSON, value by value as
-- `queries/staff_thread.py` names them. Most threads have none of it, and nothing is made ready to sort it.
SELECT
    (SELECT json_agg(json_build_array(n.id, n.written_at, n.author_name, n.text))::text
        FROM note n WHERE n.thread_id = %(thread)s) AS notes,
    (SELECT json_agg(json_build_array(h.at, h.id, h.what, h.place, h.by_name, h.to_name, h.unit_id, h.to_unit_id, h.stage))::text
        FROM handling h WHERE h.thread_id = %(thread)s) AS handlings
