-- Whether a unit has written what this reader has not read: one value, for a statement about the same citizen. Her marks are read
-- at once, by their own index, and not one for each dialogue.
EXISTS (
    WITH mark AS MATERIALIZED (
        SELECT thread_id, seen_place FROM reading WHERE {unlocked} AND citizen_id = %(citizen)s AND reader_id = %(reader)s
    )
    SELECT FROM thread t LEFT JOIN mark r ON r.thread_id = t.id
    WHERE {unlocked} AND t.citizen_id = %(citizen)s AND t.unit_place > coalesce(r.seen_place, 0)
)
