-- Holds a client's job that waits until the transaction ends; no row where others are at it, or it is over or gone.
SELECT id, municipality_id, done, asked::text FROM bulk_job
WHERE id = %(job)s AND client_id = %(client)s AND state = 'waiting'
FOR UPDATE SKIP LOCKED
