-- Some services, each with its unit, the days on which its whole municipality is closed, and how its journal is in touch:
-- the worst of the hooks (R22, R33). And the edition of the organisation, in which all but the journal stands.
SELECT s.id AS service_id, s.name AS service_name, s.code, s.messages_from, s.visits_from, s.cancel_from, s.notices_from,
    s.late_cancel_allowed, s.attachments_from, s.categories, s.text_limit, s.answers_in, s.visits_in, s.silence_from,
    s.wishes_from, u.id AS unit_id, u.name AS unit_name, u.phone, u.her_id, u.opens_at, u.closes_at, u.kind, u.reads_from,
    u.reads_until, u.reads_on_saturday, u.signs_with, u.shows_names, u.municipality_id, m.name AS municipality_name,
    d.name AS district_name,
    ARRAY(
        SELECT c.day FROM closing_day c
        WHERE c.municipality_id = u.municipality_id AND c.unit_id IS NULL AND c.open_until IS NULL
    ) AS closing_days, j.id IS NOT NULL AS has_journal, j.heard_at, j.failing_since, e.edition
FROM service s JOIN unit u ON u.id = s.unit_id JOIN municipality m ON m.id = u.municipality_id
    JOIN district d ON d.id = u.district_id
    LEFT JOIN organisation_edition e ON e.municipality_id = u.municipality_id
    LEFT JOIN LATERAL (
        SELECT h.id, h.heard_at, h.failing_since FROM journal_hook h
        WHERE h.municipality_id = u.municipality_id AND h.active ORDER BY h.failing_since IS NULL, h.id LIMIT 1
    ) AS j ON true
WHERE s.id = ANY (%(ids)s)
