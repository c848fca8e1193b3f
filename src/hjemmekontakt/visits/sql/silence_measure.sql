-- How many visits of some services, planned to have ended in a time, should have been reported, and how many were within
-- the half hour after they were planned to end; those called off, or while she was away, do not count (M2). What stands in
-- braces is put in by `queries/silence.py` from its own constants; every value is bound.
SELECT v.service_id, count(*) AS visits,
    count(*) FILTER (WHERE v.outcome_at <= coalesce(v.planned_until, v.ends_at) + %(grace)s) AS in_time
FROM visit v
WHERE v.unit_id = %(unit)s AND v.starts_at >= %(since)s AND v.starts_at < %(now)s AND v.service_id = ANY (%(services)s)
    AND v.status IN ('planned', 'assigned', 'performed', 'not-performed')
    AND coalesce(v.planned_until, v.ends_at) + %(grace)s <= %(now)s
    AND (v.outcome_at IS NOT NULL OR NOT ({called_off} OR {away}))
GROUP BY v.service_id
