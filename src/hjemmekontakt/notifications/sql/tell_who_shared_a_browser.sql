-- Takes up anew, by SMS, those who were not told of an event because another was to hear of it in the browser that they
-- share, where it did not come to that; also where what was not sent is a digest.
WITH again AS (
    UPDATE notice SET decision = 'due', channel = 'sms', attempts = 0, retry_at = NULL, leased_until = NULL, last_error = ''
    FROM unnest(%(events)s::text[], %(keys)s::bytea[], %(notices)s::uuid[]) AS let_go(event_key, address_key, notice_id)
        JOIN notified_browser b ON b.address_key = let_go.address_key
    WHERE notice.receiver_id = b.citizen_id AND notice.decision = 'same-address' AND notice.channel = 'push'
        AND notice.joined_to IS NULL AND notice.id <> let_go.notice_id
        AND (notice.event_key = let_go.event_key OR EXISTS (
            SELECT 1 FROM notice part WHERE part.joined_to = notice.id AND part.event_key = let_go.event_key))
    RETURNING notice.id)
UPDATE notice SET decision = 'joined' FROM again WHERE notice.joined_to = again.id AND notice.decision = 'same-address'
