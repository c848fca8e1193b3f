-- Marks addresses as reached by an event; the first notice to come keeps its place, also when it is sent again. Answers those
-- that were free.
INSERT INTO reached_address (event_key, address_key, notice_id, reached_at)
SELECT event_key, address_key, notice_id, %(now)s
FROM unnest(%(events)s::text[], %(addresses)s::bytea[], %(notices)s::uuid[]) AS wanted(event_key, address_key, notice_id)
ON CONFLICT DO NOTHING
RETURNING event_key, address_key, notice_id
