-- Forgets the earlier versions of visits that were replaced before a moment, so many at once.
DELETE FROM visit_version
WHERE (visit_id, version) IN (
    SELECT visit_id, version FROM visit_version
    WHERE municipality_id = %s AND replaced_at < %s ORDER BY replaced_at LIMIT %s)
