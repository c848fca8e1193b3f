-- What the report of one visit, told of alone, is understood by: who is active with this look-up value, and of the decisions that
-- the municipality has made for her those at the named unit (HER-id, level 2), each with its service, the newest first (R96a).
-- One row for each, or one without a decision; and in each what is kept of the visit, where it is known.
-- From here on she does not tell that she is away until this transaction ends (R41), and then the visit is locked.
WITH whose AS MATERIALIZED (
    SELECT citizen_id, {held} AS held FROM hk_active_citizen(%(lookup)s::bytea) AS citizen_id
), known AS MATERIALIZED (
    SELECT {known_in_json} FROM visit
    WHERE municipality_id = %(municipality)s AND identifier_system = %(system)s::text
        AND identifier_value = %(value)s::text AND EXISTS (SELECT FROM whose)
    FOR UPDATE
)
SELECT whose.citizen_id, d.unit_id, d.service_id, d.starts_on, d.ends_on, s.code, s.visits_from, to_json(known)::text
FROM whose LEFT JOIN (
        decision d JOIN unit u ON u.id = d.unit_id AND u.her_id = %(her_id)s::text
            JOIN service s ON s.id = d.service_id AND s.unit_id = d.unit_id
    ) ON d.citizen_id = whose.citizen_id AND d.municipality_id = %(municipality)s
    LEFT JOIN known ON true
ORDER BY d.starts_on DESC, d.id
