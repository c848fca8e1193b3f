-- Takes off the list, or from being watched, what somebody has had an SMS of; a critical visit is rung about all the same.
-- Each call asks for its own notices by their index: a join might read all that was ever decided.
UPDATE call_to_make SET settled_at = %(now)s
WHERE settled_at IS NULL AND called_at IS NULL AND NOT critical
    AND (SELECT true FROM notice n WHERE n.event_key = call_to_make.event_key AND n.receipt = 'delivered' LIMIT 1)
