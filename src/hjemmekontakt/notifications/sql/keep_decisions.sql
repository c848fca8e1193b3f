-- Stores decisions, one for each event and person; what was decided before stands.
INSERT INTO notice (id, event_key, kind, about_id, receiver_id, municipality_id, channel, decision, "values",
    decided_at, due_at, attempts, provider_reference, last_error)
SELECT gen_random_uuid(), event_key, kind, about_id, receiver_id, municipality_id, channel, decision, said::jsonb,
    %s, %s, 0, '', ''
FROM unnest(%s::text[], %s::text[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[])
    AS decided(event_key, kind, about_id, receiver_id, municipality_id, channel, decision, said)
WHERE NOT EXISTS (
    SELECT 1 FROM notice known WHERE known.event_key = decided.event_key AND known.receiver_id = decided.receiver_id)
ON CONFLICT DO NOTHING
