-- Records one visit that comes, told of alone, where nothing more hangs on it (hk_record_at_once): its id and version, or NULL where
-- nothing was done. It is let in by what comes before (`unlocked`), and is a transaction of its own.
WITH {unlocked}
SELECT hk_record_at_once(%(report)s::json, %(said)s, %(left_open)s, %(lookup)s::bytea, %(her_id)s, %(code)s, %(day)s, %(today)s,
    %(may_change)s, %(coming)s, %(smallest_move)s, %(listeners)s)::text
FROM unlocked
