-- What reports of visits are understood by. Of each unit that is named by HER-id (level 2): the services that it gives, each
-- with the day from which visits are open. Of each person who is active, by keyed look-up value: the decisions that the
-- municipality has made for her, ended ones too, the newest first (R96a). A unit or a person without any has one row.
-- Where it is the first of its intent it unlocks what it reads, before it reads ({unlocked}, {is_unlocked}).
-- From here on the transaction's statements are planned once, not for each report anew: they reach what they need by names and
-- ids, so that one plan is right for all, and to plan the largest takes several times as long as to do it.
WITH {unlocked} active AS MATERIALIZED (
    SELECT wanted, hk_active_citizen(wanted) AS citizen_id, set_config('plan_cache_mode', 'force_generic_plan', true)
    FROM unnest(%(lookups)s::bytea[]) AS wanted
)
SELECT NULL::bytea AS wanted, u.her_id, NULL::uuid AS citizen_id, u.id AS unit_id, s.id AS service_id, s.code,
    s.visits_from AS first_day, NULL::date AS last_day, NULL::uuid AS decision_id
FROM unit u LEFT JOIN service s ON s.unit_id = u.id AND s.municipality_id = u.municipality_id
WHERE u.her_id = ANY (%(her_ids)s) AND u.municipality_id = %(municipality)s
UNION ALL
SELECT a.wanted, NULL, a.citizen_id, d.unit_id, d.service_id, NULL, d.starts_on, d.ends_on, d.id
FROM active a LEFT JOIN decision d ON d.citizen_id = a.citizen_id AND d.municipality_id = %(municipality)s
WHERE a.citizen_id IS NOT NULL AND {is_unlocked}
ORDER BY first_day DESC, decision_id
