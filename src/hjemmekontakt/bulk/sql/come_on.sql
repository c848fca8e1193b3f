-- A job that is held has come so much further; it is another's turn, and how often it failed is forgotten.
UPDATE bulk_job SET done = %(done)s, counts = %(counts)s::jsonb, asked = %(asked)s::jsonb, attempts = 0, worked_at = %(now)s
WHERE id = %(job)s
