-- Writes what became of claimed notices, where the lease under which they were sent is still the one that holds; and counts
-- what was sent in the month's cost of each municipality, in the same statement, so that a notice is counted once. One that
-- a provider may have keeps that word until it is tried again. A letter whose notice came to nothing is looked at at once.
WITH written AS (
    UPDATE notice SET decision = settled.decision, channel = settled.channel, sent_at = settled.sent_at,
        retry_at = settled.retry_at, provider_reference = settled.reference,
        last_error = CASE WHEN notice.last_error = 'uncertain' AND settled.attempts < notice.attempts
            THEN notice.last_error ELSE settled.error END,
        attempts = settled.attempts, segments = settled.segments, address_end = settled.address_end,
        due_at = coalesce(settled.due_at, notice.due_at), leased_until = NULL,
        remind_at = CASE WHEN notice.kind LIKE 'letter%%' AND settled.decision = ANY (%(reached_nobody)s) THEN %(now)s
            ELSE notice.remind_at END
    FROM unnest(%(ids)s::uuid[], %(decisions)s::text[], %(channels)s::text[], %(sent_at)s::timestamptz[],
        %(retry_at)s::timestamptz[], %(references)s::text[], %(errors)s::text[], %(attempts)s::int[],
        %(segments)s::int[], %(address_ends)s::text[], %(due_at)s::timestamptz[])
        AS settled(id, decision, channel, sent_at, retry_at, reference, error, attempts, segments, address_end, due_at)
    WHERE notice.id = settled.id AND notice.decision = 'due' AND notice.leased_until = %(lease)s
    RETURNING notice.municipality_id, notice.decision, notice.segments)
INSERT INTO notice_cost (municipality_id, month, messages, segments)
SELECT municipality_id, %(month)s, count(*), sum(segments) FROM written
WHERE decision = 'sent' AND segments > 0 AND municipality_id IS NOT NULL
GROUP BY municipality_id ORDER BY municipality_id
ON CONFLICT (municipality_id, month) DO UPDATE
SET messages = notice_cost.messages + EXCLUDED.messages, segments = notice_cost.segments + EXCLUDED.segments
