-- Holds a client's job that waits, beside others who do; no row where one is at it alone, it has failed, or it is over or gone.
SELECT id, municipality_id, done, asked::text FROM bulk_job
WHERE id = %(job)s AND client_id = %(client)s AND state = 'waiting' AND attempts = 0
FOR KEY SHARE SKIP LOCKED
