-- Writes what providers say became of notices, found by our reference or by theirs; a later state never gives way to an
-- earlier one, and of two reports of the same state the earliest time stands. A notice that is reported on was taken over:
-- one that still waits to be tried again is not sent anew. A letter whose notice did not come through is looked at at once.
WITH told AS (
    SELECT * FROM unnest(%(ours)s::uuid[], %(theirs)s::text[], %(providers)s::text[], %(states)s::text[],
        %(at)s::timestamptz[]) AS told(ours, theirs, provider, state, at)),
found AS (
    SELECT notice.id, told.* FROM told JOIN notice ON notice.id = told.ours
    UNION ALL
    SELECT notice.id, told.* FROM told JOIN notice
        ON notice.provider_reference = told.theirs AND notice.provider_reference <> ''
            AND notice.sms_provider IN ('', told.provider)
    WHERE told.ours IS NULL),
reported AS (
    SELECT DISTINCT ON (id) id, state, at, theirs FROM found
    ORDER BY id, array_position(%(order)s::text[], state) DESC, at)
UPDATE notice SET receipt = reported.state, receipt_at = reported.at,
    provider_reference = CASE WHEN provider_reference = '' THEN left(theirs, 100) ELSE provider_reference END,
    decision = CASE WHEN is_taken_over THEN 'sent' ELSE decision END,
    sent_at = CASE WHEN is_taken_over THEN %(now)s ELSE sent_at END,
    leased_until = CASE WHEN is_taken_over THEN NULL ELSE leased_until END,
    retry_at = CASE WHEN is_taken_over THEN NULL ELSE retry_at END,
    remind_at = CASE WHEN kind LIKE 'letter%%' AND reported.state IN ('expired', 'failed', 'rejected') THEN %(now)s
        ELSE remind_at END
FROM (SELECT reported.*, (n.decision = 'due' AND reported.state IN ('queued', 'sent', 'delivered'))
        OR (n.decision = 'failed' AND reported.state = 'delivered') AS is_taken_over
      FROM reported JOIN notice n ON n.id = reported.id) AS reported
WHERE notice.id = reported.id AND notice.channel = 'sms'
    AND (coalesce(array_position(%(order)s::text[], notice.receipt::text), 0)
            < array_position(%(order)s::text[], reported.state)
        OR (notice.receipt = reported.state AND notice.receipt_at > reported.at))
