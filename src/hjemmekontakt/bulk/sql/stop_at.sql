-- Holds what waits of a job, from the end on: who works on it finds nothing more, and whoever gives it up waits for no more
-- than what is under way.
SELECT count(*) FROM (
    SELECT 1 FROM bulk_part p JOIN bulk_job job ON job.id = p.job_id AND job.municipality_id = p.municipality_id
    WHERE job.id = %(job)s AND job.client_id = %(client)s
    ORDER BY p.first_line DESC FOR UPDATE OF p) AS held
