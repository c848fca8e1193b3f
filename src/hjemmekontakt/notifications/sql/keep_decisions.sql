-- Stores decisions, one for each event and person; what was decided before stands. Their ids begin with the moment: new ones
-- lie side by side in the index, however many are stored.
INSERT INTO notice (id, event_key, kind, about_id, receiver_id, municipality_id, channel, decision, "values",
    decided_at, due_at, remind_at, attempts, provider_reference, last_error)
SELECT (%(moment)s || substr(gen_random_uuid()::text, 14))::uuid, event_key, kind, about_id, receiver_id, municipality_id, channel, decision, said::jsonb,
    %(now)s, due_at, remind_at, 0, '', ''
FROM unnest(%(keys)s::text[], %(kinds)s::text[], %(about)s::uuid[], %(receivers)s::uuid[], %(municipalities)s::uuid[],
    %(channels)s::text[], %(decisions)s::text[], %(said)s::text[], %(due)s::timestamptz[], %(remind)s::timestamptz[])
    AS decided(event_key, kind, about_id, receiver_id, municipality_id, channel, decision, said, due_at, remind_at)
WHERE NOT EXISTS (
    SELECT 1 FROM notice known WHERE known.event_key = decided.event_key AND known.receiver_id = decided.receiver_id)
ON CONFLICT DO NOTHING
