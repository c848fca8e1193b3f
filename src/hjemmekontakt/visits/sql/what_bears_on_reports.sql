-- What reports of visits are understood by. Of each unit that is named by HER-id (level 2): the services that it gives, each
-- with the day from which visits are open. Of each person who is active, by keyed look-up value: the decisions that the
-- municipality has made for her, ended ones too, the newest first (R96a). A unit or a person without any has one row.
-- The lists come and go as JSON: the plan is the same however long they are.
WITH named AS MATERIALIZED (
    SELECT %(lookups)s::json AS lookups, %(her_ids)s::json AS her_ids
), active AS MATERIALIZED (
    SELECT lookup AS wanted, citizen_id
    FROM hk_active_citizens((SELECT array_agg(decode(each, 'base64')) FROM named, json_array_elements_text(lookups) AS each))
), units AS MATERIALIZED (
    SELECT u.id, u.her_id FROM unit u
    WHERE u.municipality_id = %(municipality)s
        AND u.her_id = ANY (ARRAY (SELECT json_array_elements_text(her_ids) FROM named))
)
SELECT json_build_object(
    'units', (
        SELECT coalesce(json_agg(json_build_array(u.her_id, u.id, coalesce(given.services, '[]'))), '[]')
        FROM units u LEFT JOIN (
            SELECT s.unit_id, json_agg(json_build_array(s.id, s.code, s.unit_id, s.visits_from) ORDER BY s.id) AS services
            FROM service s JOIN units ON units.id = s.unit_id GROUP BY s.unit_id) AS given ON given.unit_id = u.id),
    'persons', (
        SELECT coalesce(json_agg(json_build_array(encode(a.wanted, 'base64'), a.citizen_id, (
            SELECT coalesce(json_agg(json_build_array(d.unit_id, d.service_id, d.starts_on, d.ends_on)
                ORDER BY d.starts_on DESC, d.id), '[]')
            FROM decision d WHERE d.citizen_id = a.citizen_id AND d.municipality_id = %(municipality)s))), '[]')
        FROM active a)
)::text
