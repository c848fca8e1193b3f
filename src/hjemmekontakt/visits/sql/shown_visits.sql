-- A citizen's visits but those entered in error and those that were expected and never came to be (R31), unless another time
-- was wished for one: it does not vanish without a word.
SELECT v.id, v.service_id, v.municipality_id, v.version, v.stored_at, v.status, v.starts_at, v.ends_at, v.is_window, v.minutes,
    v.title, v.instruction, v.performer_id, v.performer_name, v.performer_role, v.series, v.series_rhythm, v.place, v.cancellable,
    v.cancelled_by, v.not_performed_reason, v.moved_from, v.change, v.changed_at, v.reported_at
FROM visit v
WHERE v.citizen_id = %(citizen)s AND v.status <> 'entered-in-error'
    AND (v.status <> 'gone' OR v.identifier_system <> %(expected)s OR v.id IN (SELECT visit_id FROM wished))
    AND {which} AND {unlocked}
ORDER BY {order}v.starts_at, v.id
LIMIT %(most)s
