-- The dialogues of a search as a page shows them, in the order given, the words that were found between two signs.
SELECT t.id, t.citizen_id, t.service_id, t.state, t.answer_by, t.last_message_at,
    ts_headline('norwegian', translate(t.subject, %(marks)s, ''), {words}, %(whole)s),
    m.author_id, m.author_name, m.author_role, m.sender, m.on_behalf,
    ts_headline('norwegian', translate(m.text, %(marks)s, ''), {words}, %(line)s)
FROM unnest(%(threads)s::uuid[], %(places)s::integer[]) WITH ORDINALITY AS found (thread_id, place, number)
    JOIN thread t ON t.id = found.thread_id
    LEFT JOIN message m ON m.thread_id = t.id AND m.place = found.place
ORDER BY found.number
