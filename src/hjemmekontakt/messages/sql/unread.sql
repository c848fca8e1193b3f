-- The dialogues in which the unit has written what this reader has not read, the newest first, and how many messages in all.
SELECT t.id, t.subject, u.name AS unit_name, c.protection, t.last_message_at AS last_at, sum(new.messages) OVER () AS messages
FROM thread t
    JOIN service s ON s.id = t.service_id JOIN unit u ON u.id = s.unit_id JOIN citizen c ON c.id = t.citizen_id
    LEFT JOIN reading r ON r.thread_id = t.id AND r.reader_id = %(reader)s
    CROSS JOIN LATERAL (
        SELECT count(*) AS messages FROM message m
        WHERE m.thread_id = t.id AND m.sender = 'unit' AND m.place > coalesce(r.seen_place, 0)
    ) AS new
WHERE {unlocked} AND t.citizen_id = %(citizen)s AND t.unit_place > coalesce(r.seen_place, 0)
ORDER BY t.last_message_at DESC, t.id DESC
LIMIT %(most)s
