-- Writes what became of claimed notices, where the lease under which they were sent is still the one that holds. One that a
-- provider may have keeps that word until it is tried again.
UPDATE notice SET decision = settled.decision, channel = settled.channel, sent_at = settled.sent_at,
    retry_at = settled.retry_at, provider_reference = settled.reference,
    last_error = CASE WHEN notice.last_error = 'uncertain' AND settled.attempts < notice.attempts THEN notice.last_error
        ELSE settled.error END,
    attempts = settled.attempts, due_at = coalesce(settled.due_at, notice.due_at), leased_until = NULL
FROM unnest(%(ids)s::uuid[], %(decisions)s::text[], %(channels)s::text[], %(sent_at)s::timestamptz[],
    %(retry_at)s::timestamptz[], %(references)s::text[], %(errors)s::text[], %(attempts)s::int[],
    %(due_at)s::timestamptz[])
    AS settled(id, decision, channel, sent_at, retry_at, reference, error, attempts, due_at)
WHERE notice.id = settled.id AND notice.decision = 'due' AND notice.leased_until = %(lease)s
