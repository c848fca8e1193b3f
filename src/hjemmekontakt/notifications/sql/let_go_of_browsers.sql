-- A browser where a notice was not heard after all is free for another's notice of the same event.
DELETE FROM reached_address
USING unnest(%(events)s::text[], %(keys)s::bytea[], %(notices)s::uuid[]) AS let_go(event_key, address_key, notice_id)
WHERE reached_address.event_key = let_go.event_key AND reached_address.address_key = let_go.address_key
    AND reached_address.notice_id = let_go.notice_id
