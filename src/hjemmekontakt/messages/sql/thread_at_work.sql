-- What was done with a thread at work, and what was noted on it, in the order it happened; and who else has it open now.
SELECT 'note' AS kind, n.id, n.written_at AS at, n.changed, n.author_name AS by_name, '' AS to_name, '' AS what,
    n.text, '' AS unit_name, '' AS to_unit_name, 0 AS place, 0 AS stage
FROM (SELECT *, 0::bigint AS changed FROM note WHERE thread_id = %(thread)s) n
UNION ALL
SELECT 'handling', NULL, h.at, h.id, h.by_name, h.to_name, h.what, '', f.name, coalesce(g.name, ''), h.place, h.stage
FROM handling h JOIN unit f ON f.id = h.unit_id LEFT JOIN unit g ON g.id = h.to_unit_id
WHERE h.thread_id = %(thread)s
UNION ALL
SELECT 'here', r.reader_id, r.here_until, 0, r.reader_name, '', '', '', '', '', 0, 0
FROM reading r
WHERE r.thread_id = %(thread)s AND r.reader_kind = 'employee' AND r.here_until > %(real_now)s AND r.reader_id <> %(reader)s
ORDER BY 3, 4
