-- A new dialogue with its first message, in one statement that is its own transaction. It unlocks and writes down, lets the
-- author's turn come, and then, unless this form has sent its message before, puts both in, lets the draft that it was be no
-- more, and tells of it. Where something hinders it, it fails. What stands in braces is `access`'s own parts and the outbox's own
-- statement.
WITH {unlocking},
before AS MATERIALIZED (
    SELECT sent.* FROM hk_turn_to_begin(%(author)s, %(form_key)s, %(citizen)s, %(service)s, %(municipality)s,
        %(edition)s, %(now)s, %(today)s, %(most)s) sent WHERE {unlocked}
), begun AS (
    INSERT INTO thread (id, citizen_id, municipality_id, unit_id, service_id, visit_id, continues_id, subject, category,
        language, state, urgent_words, answer_by, deliver_by, alarm_at, leader_at, last_place, citizen_place, started_at,
        last_message_at, changed_at)
    SELECT %(thread)s, %(citizen)s, %(municipality)s, %(unit)s, %(service)s, %(visit)s::uuid, %(continues)s::uuid,
        %(subject)s, %(category)s, %(language)s, 'sent', %(urgent_words)s, %(answer_by)s, %(deliver_by)s::timestamptz,
        %(alarm_at)s, %(leader_at)s, 1, 1, %(now)s, %(now)s, %(changed_at)s
    FROM hk_draft_is_sent(%(author)s, %(citizen)s, %(service)s, %(thread)s, %(message)s, %(unit)s, true, %(form_key)s, %(text)s)
    WHERE NOT EXISTS (SELECT FROM before)
    RETURNING id
), written AS (
    INSERT INTO message (id, thread_id, place, citizen_id, municipality_id, unit_id, sender, author_id, author_name,
        author_role, on_behalf, text, sent_at, answer_by, form_key)
    SELECT %(message)s, begun.id, 1, %(citizen)s, %(municipality)s, %(unit)s, 'citizen', %(author)s, %(author_name)s, '',
        %(on_behalf)s, %(text)s, %(now)s, %(answer_by)s, %(form_key)s
    FROM begun
    RETURNING id
), told AS ({publish} CROSS JOIN written)
SELECT * FROM before
