-- A new dialogue with its first message, in one statement that is its own transaction. It unlocks and writes down, lets the
-- author's turn come, puts both in, tells of it, and lets the draft that it was be no more. Where something hinders it, or this
-- form has sent its message before, it fails. What stands in braces is `access`'s own part and the outbox's own statement; who
-- writes, for whom and where, are the values of the log's line.
-- Each part follows from the turn, so that nothing is put in before it has come. Nothing that is put in is given back: it would
-- have to pass the policies once more.
WITH {unlocking},
turn AS MATERIALIZED (
    SELECT hk_turn_to_begin(%(log_actor_id)s, %(log_citizen_id)s, %(service)s, %(log_municipality_id)s, %(edition)s, %(now)s,
        %(today)s, %(most)s) AS has_draft
    FROM unlocked
), begun AS (
    INSERT INTO thread (id, citizen_id, municipality_id, unit_id, service_id, visit_id, continues_id, subject, category,
        language, state, urgent_words, answer_by, deliver_by, alarm_at, leader_at, last_place, citizen_place, started_at,
        last_message_at, changed_at)
    SELECT %(thread)s, %(log_citizen_id)s, %(log_municipality_id)s, %(log_unit_id)s, %(service)s, %(visit)s::uuid,
        %(continues)s::uuid, %(subject)s, %(category)s, %(language)s, 'sent', %(urgent_words)s, %(answer_by)s,
        %(deliver_by)s::timestamptz, %(alarm_at)s, %(leader_at)s, 1, 1, %(now)s, %(now)s, %(outbox_now)s
    FROM turn
), written AS (
    INSERT INTO message (id, thread_id, place, citizen_id, municipality_id, unit_id, sender, author_id, author_name,
        author_role, on_behalf, text, sent_at, answer_by, form_key)
    SELECT %(message)s, %(thread)s, 1, %(log_citizen_id)s, %(log_municipality_id)s, %(log_unit_id)s, 'citizen',
        %(log_actor_id)s, %(log_actor_name)s, '', %(on_behalf)s, %(text)s, %(now)s, %(answer_by)s, %(form_key)s
    FROM turn
), told AS ({publish} FROM turn)
SELECT hk_draft_is_sent(%(log_actor_id)s, %(log_citizen_id)s, %(service)s, %(thread)s, %(message)s, %(log_unit_id)s, true,
    %(form_key)s, %(text)s)
FROM turn WHERE has_draft
