-- Forgets the earlier versions of plans that were replaced before a moment, so many at once.
DELETE FROM plan_version
WHERE (plan_id, version) IN (
    SELECT plan_id, version FROM plan_version
    WHERE municipality_id = %s AND replaced_at < %s ORDER BY replaced_at LIMIT %s)
