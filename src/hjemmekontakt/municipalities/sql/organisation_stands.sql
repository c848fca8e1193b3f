-- Of some municipalities, which edition of the organisation stands, and how the journal is in touch: the worst of the hooks
-- (R33).
SELECT hers.municipality_id, e.edition, j.id IS NOT NULL AS has_journal, j.heard_at, j.failing_since
FROM unnest(%(municipalities)s) AS hers (municipality_id)
    LEFT JOIN organisation_edition e ON e.municipality_id = hers.municipality_id
    LEFT JOIN LATERAL (
        SELECT x.id, x.heard_at, x.failing_since FROM journal_hook x
        WHERE x.municipality_id = hers.municipality_id AND x.active ORDER BY x.failing_since IS NULL, x.id LIMIT 1
    ) AS j ON true
