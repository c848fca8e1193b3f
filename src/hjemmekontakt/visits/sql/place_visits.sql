-- Gives expected visits of plans the names of the confirmed ones that they are: by plan and day, else by service and hours.
-- Where there was nothing to give, puts in the visits that are not known yet; a known one is left alone, also where another
-- transaction has just put it in. Tells what was named, what was not put in, and who of the citizens is away, now or soon.
-- The system of the expected ones stands here as it is: only so do the few of them that a person has come from their own index
-- (expected_visits_of_a_citizen), and not from all that she has had.
-- The visits come as JSON that is read once: what is told of each, and which of them may only be known ones.
WITH here AS MATERIALIZED (SELECT %(municipality)s::uuid AS municipality_id), given AS MATERIALIZED (
    SELECT line.* FROM {given} AS line
), told AS (
    SELECT identifier_system, identifier_value, citizen_id, service_id, starts_at, ends_at, series, series_day,
        source_updated_at AS told_at, title
    FROM given t
    WHERE t.status <> 'entered-in-error' AND NOT EXISTS (
        SELECT 1 FROM visit v, here WHERE v.municipality_id = here.municipality_id
            AND v.identifier_system = t.identifier_system AND v.identifier_value = t.identifier_value)
), fits AS (
    SELECT told.identifier_system, told.identifier_value, told.told_at, visit.id, told.series <> '' AS is_named,
        visit.title = told.title AS is_called_so,
        abs(extract(epoch FROM visit.starts_at - told.starts_at)) AS apart
    FROM told CROSS JOIN here JOIN visit ON visit.citizen_id = told.citizen_id
        AND visit.municipality_id = here.municipality_id AND visit.identifier_system = '{expected}' AND {fits}
), nearest AS (
    SELECT DISTINCT ON (identifier_system, identifier_value) * FROM fits
    ORDER BY identifier_system, identifier_value, is_named DESC, is_called_so DESC, apart, id
), once AS (
    SELECT DISTINCT ON (id) * FROM nearest ORDER BY id, is_named DESC, is_called_so DESC, apart, identifier_value
), taken AS (
    UPDATE visit SET identifier_system = once.identifier_system, identifier_value = once.identifier_value,
        source_updated_at = once.told_at
    FROM once, here WHERE visit.id = once.id AND visit.municipality_id = here.municipality_id
    RETURNING visit.identifier_system, visit.identifier_value
), put_in AS (
    INSERT INTO visit ({columns}, version, reported_at, stored_at, told_by_id, told_by_name, outcome_at)
    SELECT new.*, 1, moment.*, CASE WHEN new.status IN ('performed', 'not-performed') THEN moment.at END
    FROM given AS new, (
        SELECT %(now)s::timestamptz AS at, %(stored_at)s::timestamptz, %(by)s::uuid, %(by_name)s::text) AS moment
    WHERE NOT EXISTS (SELECT 1 FROM taken) AND new.id NOT IN (SELECT unnest(%(known)s::uuid[]))
    ON CONFLICT (municipality_id, identifier_system, identifier_value) DO NOTHING
    RETURNING id
)
SELECT identifier_system, identifier_value, NULL::uuid AS left_id, NULL::uuid AS away_id FROM taken
UNION ALL
SELECT NULL, NULL, id, NULL FROM given WHERE NOT EXISTS (SELECT 1 FROM put_in WHERE put_in.id = given.id)
UNION ALL
SELECT NULL, NULL, NULL, p.citizen_id FROM away_period p, here
WHERE p.citizen_id IN (SELECT citizen_id FROM given) AND p.municipality_id = here.municipality_id AND p.ended_at IS NULL
    AND (p.until_day IS NULL OR p.until_day >= %(today)s::date)
