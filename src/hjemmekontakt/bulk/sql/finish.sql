-- A held job is done, where nobody is at a part of it still; what came of it is kept for a while.
UPDATE bulk_job AS job SET state = 'done', finished_at = %(now)s, forget_at = %(forget_at)s
WHERE id = %(job)s AND state = 'waiting' AND NOT EXISTS (
    SELECT 1 FROM bulk_part p WHERE p.municipality_id = job.municipality_id AND p.job_id = job.id)
