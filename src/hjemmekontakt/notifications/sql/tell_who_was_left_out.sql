-- Takes up anew those who were left out for another's sake, where the other has let go of the browser in the meantime.
WITH again AS (
    UPDATE notice SET decision = 'due', retry_at = NULL, leased_until = NULL
    FROM unnest(%(events)s::text[], %(keys)s::bytea[], %(notices)s::uuid[]) AS left_out(event_key, address_key, notice_id)
    WHERE notice.id = left_out.notice_id AND notice.decision = 'same-address'
        AND NOT EXISTS (SELECT 1 FROM reached_address r
            WHERE r.event_key = left_out.event_key AND r.address_key = left_out.address_key)
    RETURNING notice.id)
UPDATE notice SET decision = 'joined' FROM again WHERE notice.joined_to = again.id AND notice.decision = 'same-address'
