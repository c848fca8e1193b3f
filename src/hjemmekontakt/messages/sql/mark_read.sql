-- How far a reader has come in a thread, and until when she counts as having it open; she has one mark there.
INSERT INTO reading (id, thread_id, citizen_id, municipality_id, unit_id, reader_id, reader_kind, reader_name, read_at,
    seen_place, here_until)
VALUES (gen_random_uuid(), %(thread)s, %(citizen)s, %(municipality)s, %(unit)s, %(reader)s, %(kind)s, %(name)s, %(now)s,
    %(place)s, %(here_until)s)
ON CONFLICT (thread_id, reader_id) DO UPDATE SET read_at = excluded.read_at, seen_place = excluded.seen_place,
    reader_name = excluded.reader_name, unit_id = excluded.unit_id, here_until = excluded.here_until
