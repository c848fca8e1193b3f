-- Puts in the visits that are not known yet; a known one is left alone, also where another transaction has just put it in.
INSERT INTO visit ({columns}, moved_from, version, reported_at, stored_at)
SELECT {columns}, NULL, 1, %s, %s FROM unnest({arrays}) AS told({columns})
ON CONFLICT (municipality_id, identifier_system, identifier_value) DO NOTHING
RETURNING id
