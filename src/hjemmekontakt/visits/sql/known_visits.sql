-- Locks the visits that the journal tells about and we know, in one order for all, so that two bundles never wait for each other.
SELECT id, citizen_id, identifier_system, identifier_value, status, starts_at, ends_at, is_window, moved_from,
    source_updated_at, version, digest, stored_at,
    change, changed_at
FROM visit
WHERE municipality_id = %s
    AND (identifier_system, identifier_value) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
ORDER BY identifier_system, identifier_value
FOR UPDATE
