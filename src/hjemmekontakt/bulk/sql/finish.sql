-- A job that is held is done; what came of it is kept for a while.
UPDATE bulk_job SET state = 'done', finished_at = %(now)s, forget_at = %(forget_at)s WHERE id = %(job)s
