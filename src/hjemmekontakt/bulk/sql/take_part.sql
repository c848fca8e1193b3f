-- Takes the next lines of a job out of it, and shows them and those after them, which wait on. The job is held meanwhile, and
-- was held before this began: so nobody else has taken them.
WITH next AS MATERIALIZED (
    SELECT job_id, id, first_line, lines, content_sealed FROM bulk_part
    WHERE municipality_id = %(municipality)s AND job_id = %(job)s ORDER BY first_line LIMIT 2
), taken AS (
    DELETE FROM bulk_part WHERE id = (SELECT id FROM next ORDER BY first_line LIMIT 1)
)
SELECT * FROM next ORDER BY first_line
