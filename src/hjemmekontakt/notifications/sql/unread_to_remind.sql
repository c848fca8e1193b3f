-- Takes notices of messages whose day has passed, and of letters whose week has or of which one failed, to see whether they
-- were read; each is looked at once.
WITH ripe AS MATERIALIZED (
    SELECT id FROM notice WHERE remind_at <= %(now)s AND decision <> 'due' AND decision <> 'gathered'
    ORDER BY remind_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE notice SET remind_at = NULL FROM ripe WHERE notice.id = ripe.id
RETURNING event_key, kind, about_id, receiver_id, municipality_id, channel, decision, receipt, last_error, sent_at,
    "values" ->> 'message' AS message
