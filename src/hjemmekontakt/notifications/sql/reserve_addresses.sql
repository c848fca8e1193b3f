-- Marks addresses as reached by an event; the first notice to come keeps its place, also when it is sent again.
INSERT INTO reached_address (event_key, address_key, notice_id, reached_at)
SELECT event_key, address_key, notice_id, %s
FROM unnest(%s::text[], %s::bytea[], %s::uuid[]) AS wanted(event_key, address_key, notice_id)
ON CONFLICT DO NOTHING
