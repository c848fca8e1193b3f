-- What a page of a citizen's visits shows, each as one value: the visits, what bears on their services, and who of those
-- that come is not named to any citizen. What stands in braces is put in by `queries/shown.py`: what unlocks and writes
-- down, when she looked before, the visits and the services.
WITH {parts}, shown AS MATERIALIZED ({shown})
SELECT (SELECT json_agg(v) FROM shown v)::text AS visits,
    (SELECT json_agg(s) FROM ({services}) s)::text AS services,
    CASE WHEN EXISTS (SELECT 1 FROM shown WHERE performer_id IS NOT NULL)
        THEN ARRAY(SELECT hk_hidden_names(ARRAY(SELECT performer_id FROM shown))) END AS hidden,
    looked.before_at, looked.is_away
FROM looked
