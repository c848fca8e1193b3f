-- Of some visits those for which another time is wished, or agreed upon and not given yet.
SELECT DISTINCT visit_id FROM change_wish
WHERE municipality_id = %s AND visit_id = ANY (%s::uuid[])
    AND (state IN ('sent', 'received', 'proposed') OR state = 'accepted' AND moved_at IS NULL)
