-- Takes the oldest due notices for the time of a lease; another worker takes others, or these again when the lease is over. What is held back by night waits.
WITH due AS MATERIALIZED (
    SELECT id FROM notice
    WHERE decision = 'due' AND due_at <= %(now)s AND kind <> ALL (%(held)s)
        AND (leased_until IS NULL OR leased_until < %(real)s) AND (retry_at IS NULL OR retry_at <= %(real)s)
    ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE notice SET leased_until = %(lease)s, attempts = attempts + 1 FROM due WHERE notice.id = due.id
RETURNING notice.id, event_key, kind, about_id, receiver_id, municipality_id, channel, attempts, "values"::text
