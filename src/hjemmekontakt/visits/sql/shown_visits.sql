-- A citizen's visits but those entered in error and those that were expected and never came to be (R31), unless another time
-- was wished for one: it does not vanish without a word. Of each, the latest request to call it off, how a wish for another time
-- stands that is open or agreed upon, and whether she is told no name of staff.
SELECT v.id, v.citizen_id, v.service_id, v.municipality_id, v.version, v.stored_at, v.status, v.starts_at, v.ends_at, v.is_window,
    v.minutes, v.title, v.instruction, v.performer_id, v.performer_name, v.performer_role, v.series, v.series_rhythm, v.place,
    v.cancellable, v.cancelled_by, v.not_performed_reason, v.moved_from, v.change, v.changed_at, v.reported_at,
    (SELECT to_json(x) FROM cancellation x WHERE x.visit_id = v.id
        ORDER BY x.asked_at DESC, x.stored_at DESC, x.id DESC LIMIT 1) AS asked,
    (SELECT w.state FROM change_wish w
        WHERE w.visit_id = v.id AND (w.state IN ({open_wish}) OR w.state = 'accepted' AND w.moved_at IS NULL)
        ORDER BY w.asked_at DESC, w.id DESC LIMIT 1) AS wish, c.names_hidden
FROM visit v JOIN citizen c ON c.id = v.citizen_id
WHERE v.citizen_id = %(citizen)s AND v.status <> 'entered-in-error'
    AND (v.status <> 'gone' OR v.identifier_system <> %(expected)s
        OR EXISTS (SELECT FROM change_wish w WHERE w.visit_id = v.id)) AND {which} AND {unlocked}
ORDER BY v.starts_at, v.id
LIMIT %(most)s
