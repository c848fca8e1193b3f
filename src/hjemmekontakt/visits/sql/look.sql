-- Notes that somebody looks at a citizen's visits, and answers when she looked before; half an hour is one look.
INSERT INTO visits_seen (id, citizen_id, reader_id, seen_at, before_at) VALUES (%(id)s, %(citizen)s, %(reader)s, %(now)s, NULL)
ON CONFLICT (citizen_id, reader_id) DO UPDATE
SET before_at = CASE WHEN visits_seen.seen_at BETWEEN %(lately)s AND %(now)s THEN visits_seen.before_at
        ELSE LEAST(visits_seen.seen_at, %(now)s) END,
    seen_at = CASE WHEN visits_seen.seen_at BETWEEN %(lately)s AND %(now)s THEN visits_seen.seen_at ELSE %(now)s END
RETURNING before_at
