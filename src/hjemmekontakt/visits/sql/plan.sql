-- What a page of a citizen's visits shows, each as one value: the visits, what she has asked about them (to call one off, and
-- another time, the latest last), how the organisation behind them stands, and whose names she is not told. What stands in
-- braces is put in by `queries/shown.py`: what unlocks and writes down, when she looked before, the visits, and how the
-- organisation stands. What is asked is read once for all visits, and most have none.
WITH {parts}, wished AS MATERIALIZED (
    SELECT w.visit_id, w.state, w.moved_at, w.asked_at, w.id FROM change_wish w
    WHERE w.citizen_id = %(citizen)s AND {unlocked}
), shown AS MATERIALIZED ({shown})
SELECT (SELECT json_agg(v) FROM shown v)::text AS visits,
    (SELECT json_agg(x ORDER BY x.asked_at, x.stored_at, x.id) FROM cancellation x
        WHERE x.citizen_id = %(citizen)s AND {unlocked} AND x.visit_id = ANY (ARRAY(SELECT id FROM shown)))::text AS asked,
    (SELECT json_object_agg(w.visit_id, w.state ORDER BY w.asked_at, w.id) FROM wished w
        WHERE w.state IN ({open_wish}) OR w.state = 'accepted' AND w.moved_at IS NULL)::text AS wishes,
    (SELECT json_agg(o) FROM ({stands}) o)::text AS stands,
    CASE WHEN EXISTS (SELECT FROM shown WHERE performer_name <> '')
        THEN hk_names_not_told(%(citizen)s, ARRAY(SELECT performer_id FROM shown)) END AS names_not_told,
    looked.*
FROM looked
