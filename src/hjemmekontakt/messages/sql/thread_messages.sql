-- A thread's messages in their order, each with how many of the other side have read it, and when last.
SELECT m.id, m.place, m.author_id, m.author_name, m.author_role, m.sender, m.on_behalf, m.text, m.signature, m.channel,
    m.sent_at, m.answer_by, m.answered_at, m.waived_at,
    (SELECT c.protection FROM thread t JOIN citizen c ON c.id = t.citizen_id WHERE t.id = %(thread)s) AS protection,
    seen.readers, seen.last_at, coalesce(hers.seen_place, 0) AS seen_place,
    (SELECT json_agg(json_build_array(a.id, a.name, a.kind, a.size, a.added_at) ORDER BY a.added_at, a.name, a.id)
        FROM attachment a WHERE a.message_id = m.id) AS files
FROM message m
LEFT JOIN reading hers ON hers.thread_id = m.thread_id AND hers.reader_id = %(reader)s
LEFT JOIN LATERAL (
    SELECT count(*) AS readers, max(r.read_at) AS last_at FROM reading r
    WHERE r.thread_id = m.thread_id AND r.seen_place >= m.place
        AND r.reader_kind = CASE m.sender WHEN 'citizen' THEN 'employee' ELSE 'citizen' END
) seen ON true
WHERE m.thread_id = %(thread)s
ORDER BY m.place
