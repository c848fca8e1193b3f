-- A citizen's dialogues in which these words stand, the newest first, each with the place of the newest message that fits.
WITH hits AS (
    SELECT m.thread_id, max(m.place) AS place FROM message m
    WHERE m.citizen_id = %(citizen)s AND m.search @@ {words} GROUP BY m.thread_id
)
SELECT t.id, h.place FROM thread t LEFT JOIN hits h ON h.thread_id = t.id
WHERE t.citizen_id = %(citizen)s AND (h.place IS NOT NULL OR t.search @@ {words})
    AND (%(after_at)s::timestamptz IS NULL OR (t.last_message_at, t.id) < (%(after_at)s, %(after_id)s::uuid))
ORDER BY t.last_message_at DESC, t.id DESC LIMIT %(most)s
