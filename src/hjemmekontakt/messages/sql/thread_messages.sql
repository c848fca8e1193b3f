-- A thread's messages in their order, how far each of its readers has come, and the files that came with the messages, in
-- no order: each as JSON, value by value as `queries/reading.py` names them; and how the citizen's address is protected.
SELECT
    (SELECT json_agg(json_build_array(m.id, m.place, m.author_id, m.author_name, m.author_role, m.sender, m.on_behalf, m.text,
            m.signature, m.channel, m.sent_at, m.answer_by, m.answered_at, m.waived_at) ORDER BY m.place)::text
        FROM message m WHERE m.thread_id = %(thread)s) AS messages,
    (SELECT json_agg(json_build_array(r.reader_id, r.reader_kind, r.reader_name, r.read_at, r.seen_place, r.here_until))::text
        FROM reading r WHERE r.thread_id = %(thread)s) AS readings,
    (SELECT json_agg(json_build_array(a.message_id, a.id, a.name, a.kind, a.size, a.added_at))::text
        FROM attachment a WHERE a.thread_id = %(thread)s AND a.message_id IS NOT NULL) AS files,
    (SELECT c.protection FROM thread t JOIN citizen c ON c.id = t.citizen_id WHERE t.id = %(thread)s) AS protection
