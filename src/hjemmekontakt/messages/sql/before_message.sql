-- What decides whether somebody can send a message now: whether the citizen's service is in use, whether she receives it
-- today, how many this author has sent in the last hour, and what this form has sent already; and whether drafts of the
-- author's may have to do with it, with or without files.
SELECT hk_is_active(%(citizen)s) AS active, hk_has_decision(%(citizen)s, %(service)s, %(today)s) AS receives,
    hk_messages_sent_between(%(author)s, %(since)s, %(now)s) AS sent_last_hour, drafts.wait AS drafts_wait,
    drafts.files AS files_wait, sent.id, sent.thread_id, sent.place, sent.text, sent.answer_by, t.subject
FROM (
    SELECT count(*) > 0 AS wait, coalesce(bool_or(EXISTS (SELECT 1 FROM attachment a WHERE a.draft_id = d.id)), false) AS files
    FROM draft d WHERE d.author_id = %(author)s AND (d.citizen_id = %(citizen)s OR d.form_key = %(form_key)s)
) drafts
LEFT JOIN message sent ON sent.author_id = %(author)s AND sent.form_key = %(form_key)s
LEFT JOIN thread t ON t.id = sent.thread_id
