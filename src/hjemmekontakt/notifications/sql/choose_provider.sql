-- Writes to which provider each notice is about to be handed, before it is; one that an earlier provider may have stays
-- with it. Until the outcome is written, it may have it: that is what 'uncertain' says if we are killed in between.
WITH known AS MATERIALIZED (
    SELECT notice.id, CASE WHEN sms_provider <> '' AND last_error = 'uncertain' THEN sms_provider END AS bound_to, wanted
    FROM notice JOIN unnest(%(ids)s::uuid[], %(providers)s::text[]) AS asked(id, wanted) ON asked.id = notice.id
    WHERE decision = 'due' AND leased_until = %(lease)s
    ORDER BY notice.id FOR UPDATE OF notice)
UPDATE notice SET sms_provider = coalesce(bound_to, wanted), last_error = 'uncertain'
FROM known WHERE notice.id = known.id
RETURNING notice.id, sms_provider, bound_to IS NOT NULL
