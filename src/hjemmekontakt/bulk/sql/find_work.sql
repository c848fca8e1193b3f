-- The jobs that wait and may be tried now, those that have waited longest since they were last worked on first.
SELECT id, kind, client_id, client_name, municipality_id, attempts FROM bulk_job
WHERE state = 'waiting' AND due_at <= %(now)s
ORDER BY worked_at, id LIMIT %(candidates)s
