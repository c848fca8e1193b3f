-- Which notice has reached each address by each event.
SELECT event_key, address_key, notice_id FROM reached_address
WHERE (event_key, address_key) IN (SELECT * FROM unnest(%(events)s::text[], %(addresses)s::bytea[]))
