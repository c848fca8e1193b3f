-- Locks the visits that the journal tells about and we know, in one order for all, so that two bundles never wait for each other.
SELECT {known} FROM visit
WHERE municipality_id = %s
    AND (identifier_system, identifier_value) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
ORDER BY identifier_system, identifier_value
FOR UPDATE
