-- Forgets the earlier versions of requests that were replaced before a moment, so many at once.
DELETE FROM request_version
WHERE (request_id, version) IN (
    SELECT request_id, version FROM request_version
    WHERE municipality_id = %s AND replaced_at < %s ORDER BY replaced_at LIMIT %s)
