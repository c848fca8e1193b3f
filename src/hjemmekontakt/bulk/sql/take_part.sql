-- Takes the next lines of a held job out of it, past those that somebody else is at.
DELETE FROM bulk_part WHERE id = (
    SELECT id FROM bulk_part WHERE municipality_id = %(municipality)s AND job_id = %(job)s
    ORDER BY first_line LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING first_line, lines, content_sealed
