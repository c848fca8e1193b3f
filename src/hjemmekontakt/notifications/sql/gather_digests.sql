-- Makes one notice of all that waits for a digest whose hour has come, for each person and each citizen it is about: each
-- decision says in which it was joined. By the channel chosen last. What another worker has taken is not there any more.
WITH locked AS MATERIALIZED (
    SELECT id, receiver_id, about_id, due_at, municipality_id, channel, decided_at, gen_random_uuid() AS candidate
    FROM notice
    WHERE decision = 'gathered' AND due_at <= %(now)s
        AND receiver_id = ANY (ARRAY (
            SELECT DISTINCT receiver_id FROM notice WHERE decision = 'gathered' AND due_at <= %(now)s
            ORDER BY receiver_id LIMIT %(limit)s))
    ORDER BY id FOR UPDATE),
waiting AS MATERIALIZED (
    SELECT *, first_value(candidate) OVER (
        PARTITION BY receiver_id, about_id, due_at ORDER BY decided_at DESC, id) AS digest_id
    FROM locked),
made AS (
    INSERT INTO notice (id, event_key, kind, about_id, receiver_id, municipality_id, channel, decision, "values",
        decided_at, due_at, attempts, provider_reference, last_error)
    SELECT digest_id, 'visit-digest:' || digest_id, 'visit-performed-digest', about_id, receiver_id, municipality_id,
        channel, 'due', '{}', %(now)s, due_at, 0, '', ''
    FROM waiting WHERE digest_id = candidate)
UPDATE notice SET decision = 'joined', joined_to = waiting.digest_id FROM waiting WHERE notice.id = waiting.id
