-- Writes what became of claimed notices, where the lease under which they were sent is still the one that holds.
UPDATE notice SET decision = settled.decision, channel = settled.channel, sent_at = settled.sent_at,
    retry_at = settled.retry_at, provider_reference = settled.reference, last_error = settled.error,
    attempts = settled.attempts, leased_until = NULL
FROM unnest(%(ids)s::uuid[], %(decisions)s::text[], %(channels)s::text[], %(sent_at)s::timestamptz[],
    %(retry_at)s::timestamptz[], %(references)s::text[], %(errors)s::text[], %(attempts)s::int[])
    AS settled(id, decision, channel, sent_at, retry_at, reference, error, attempts)
WHERE notice.id = settled.id AND notice.decision = 'due' AND notice.leased_until = %(lease)s
