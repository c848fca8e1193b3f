-- What was done with a thread at work, and what was noted on it, in the order it happened.
SELECT 'note' AS kind, n.id, n.written_at AS at, n.changed, n.author_name AS by_name, '' AS to_name, '' AS what,
    n.text, '' AS unit_name, '' AS to_unit_name, 0 AS place
FROM (SELECT *, 0::bigint AS changed FROM note WHERE thread_id = %(thread)s) n
UNION ALL
SELECT 'handling', NULL, h.at, h.id, h.by_name, h.to_name, h.what, '', f.name, coalesce(g.name, ''), h.place
FROM handling h JOIN unit f ON f.id = h.unit_id LEFT JOIN unit g ON g.id = h.to_unit_id
WHERE h.thread_id = %(thread)s
ORDER BY 3, 4
