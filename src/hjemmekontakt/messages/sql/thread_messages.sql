-- A thread's messages in their order, each with how many of the other side have read it, and when last.
SELECT m.id, m.place, m.author_id, m.author_name, m.author_role, m.sender, m.on_behalf, m.text, m.signature, m.channel,
    m.sent_at, m.answer_by, m.answered_at, m.waived_at, seen.readers, seen.last_at
FROM message m
LEFT JOIN LATERAL (
    SELECT count(*) AS readers, max(r.read_at) AS last_at FROM reading r
    WHERE r.thread_id = m.thread_id AND r.seen_place >= m.place
        AND r.reader_kind = CASE m.sender WHEN 'citizen' THEN 'employee' ELSE 'citizen' END
) seen ON true
WHERE m.thread_id = %(thread)s
ORDER BY m.place
