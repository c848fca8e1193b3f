-- Whether a unit has written what this reader has not read: one value, for a statement about the same citizen.
EXISTS (
    SELECT FROM thread t LEFT JOIN reading r ON r.thread_id = t.id AND r.reader_id = %(reader)s
    WHERE {unlocked} AND t.citizen_id = %(citizen)s AND t.unit_place > coalesce(r.seen_place, 0)
)
