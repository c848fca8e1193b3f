-- A new dialogue with its first message; the draft that it was is no more, unless files wait in it. What stands in braces
-- is the outbox's own statement, which tells that a message was sent.
WITH begun AS (
    INSERT INTO thread (id, citizen_id, municipality_id, unit_id, service_id, visit_id, continues_id, subject, category,
        language, state, urgent_words, answer_by, deliver_by, alarm_at, alarm_stage, leader_at, with_leader, last_place,
        citizen_place, started_at, last_message_at, changed_at)
    VALUES (%(thread)s, %(citizen)s, %(municipality)s, %(unit)s, %(service)s, %(visit)s, %(continues)s, %(subject)s,
        %(category)s, %(language)s, %(state)s, %(urgent_words)s, %(answer_by)s, %(deliver_by)s, %(alarm_at)s,
        %(alarm_stage)s, %(leader_at)s, %(with_leader)s, 1, 1, %(now)s, %(now)s, %(changed_at)s)
), written AS (
    INSERT INTO message (id, thread_id, place, citizen_id, municipality_id, unit_id, sender, author_id, author_name,
        author_role, on_behalf, text, sent_at, answer_by, form_key)
    VALUES (%(message)s, %(thread)s, 1, %(citizen)s, %(municipality)s, %(unit)s, 'citizen', %(author)s, %(author_name)s,
        %(author_role)s, %(on_behalf)s, %(text)s, %(now)s, %(answer_by)s, %(form_key)s)
), dropped AS (
    DELETE FROM draft d
    WHERE d.author_id = %(author)s AND (d.form_key = %(form_key)s OR (d.citizen_id = %(citizen)s
            AND d.service_id = %(service)s AND d.thread_id IS NULL AND d.text = %(text)s))
        AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.draft_id = d.id)
)
{publish}
