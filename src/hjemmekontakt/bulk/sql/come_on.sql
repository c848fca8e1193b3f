-- A held job has come so much further, counted on top of what others have done; it is another's turn, and the failures that
-- were known when it was taken are forgotten.
UPDATE bulk_job SET done = done + %(done)s::int, worked_at = %(now)s, asked = coalesce(%(asked)s::jsonb, asked),
    attempts = CASE WHEN attempts = %(failed)s::int THEN 0 ELSE attempts END,
    counts = (
        SELECT coalesce(jsonb_object_agg(word, number), '{}') FROM (
            SELECT word, sum(number::int) AS number
            FROM (SELECT * FROM jsonb_each_text(counts) UNION ALL SELECT * FROM jsonb_each_text(%(counts)s::jsonb))
                AS each (word, number)
            GROUP BY word) AS all_of_them)
WHERE id = %(job)s
