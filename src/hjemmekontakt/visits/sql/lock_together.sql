-- Locks the visits that a journal tells of and those that it answers for, in the one order in which all lock them.
SELECT id FROM visit
WHERE municipality_id = %s
    AND ((identifier_system, identifier_value) IN (SELECT * FROM unnest(%s::text[], %s::text[])) OR id = ANY (%s::uuid[]))
ORDER BY identifier_system, identifier_value
FOR UPDATE
