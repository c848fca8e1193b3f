-- Makes one notice of all that waits for a digest whose hour has come, for each person and each citizen it is about: each
-- decision says in which it was joined. By the channel chosen last. What another worker has taken is not there any more.
WITH groups AS MATERIALIZED (
    SELECT receiver_id, about_id, due_at FROM notice WHERE decision = 'gathered' AND due_at <= %(now)s
    GROUP BY receiver_id, about_id, due_at ORDER BY due_at, receiver_id, about_id LIMIT %(limit)s),
waiting AS MATERIALIZED (
    SELECT n.id, n.receiver_id, n.about_id, n.due_at, n.municipality_id, n.channel, n.decided_at FROM notice n
        JOIN groups USING (receiver_id, about_id, due_at)
    WHERE n.decision = 'gathered' ORDER BY n.id FOR UPDATE OF n),
digests AS MATERIALIZED (
    SELECT gen_random_uuid() AS id, receiver_id, about_id, due_at,
        (array_agg(municipality_id ORDER BY decided_at DESC))[1] AS municipality_id,
        (array_agg(channel ORDER BY decided_at DESC))[1] AS channel
    FROM waiting GROUP BY receiver_id, about_id, due_at),
made AS (
    INSERT INTO notice (id, event_key, kind, about_id, receiver_id, municipality_id, channel, decision, "values",
        decided_at, due_at, attempts, provider_reference, last_error)
    SELECT id, 'visit-digest:' || id, 'visit-performed-digest', about_id, receiver_id, municipality_id, channel, 'due',
        '{}', %(now)s, due_at, 0, '', ''
    FROM digests)
UPDATE notice SET decision = 'joined', joined_to = digests.id
FROM waiting JOIN digests USING (receiver_id, about_id, due_at) WHERE notice.id = waiting.id
