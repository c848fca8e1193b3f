-- Takes notices of messages whose day has passed, to see whether they were read; each is looked at once.
WITH ripe AS MATERIALIZED (
    SELECT id FROM notice WHERE remind_at <= %(now)s AND decision <> 'due' AND decision <> 'gathered'
    ORDER BY remind_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE notice SET remind_at = NULL FROM ripe WHERE notice.id = ripe.id
RETURNING event_key, about_id, receiver_id, municipality_id, channel, decision
