-- The visits ahead that plans let expect, as they stand before the plans are changed; and those they do not hold any more.
SELECT id, identifier_value, status, starts_at, ends_at, is_window, moved_from
FROM visit
WHERE municipality_id = %(municipality_id)s AND series = ANY (%(plans)s) AND series <> '' AND identifier_system = %(system)s
    AND status IN ('expected', 'gone') AND starts_at > %(now)s
