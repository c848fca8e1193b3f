-- Puts on the units' lists the changes whose time to be received has passed, or that nothing more can come of by itself.
-- Each call asks for its own notices by their index: a join might read all that was ever decided.
UPDATE call_to_make SET raised_at = %(now)s, why = CASE
    WHEN critical THEN 'critical'
    ELSE coalesce((SELECT CASE n.decision WHEN 'sent' THEN 'no-receipt' ELSE 'no-number' END FROM notice n
        WHERE n.event_key = call_to_make.event_key AND n.decision IN ('sent', 'no-contact')
        ORDER BY n.decision DESC LIMIT 1), 'not-told') END
WHERE raised_at IS NULL AND settled_at IS NULL AND called_at IS NULL
    AND (raise_at <= %(now)s OR (
        SELECT true FROM notice n WHERE n.event_key = call_to_make.event_key
            AND (n.decision = 'due' OR (n.decision = 'sent' AND n.receipt NOT IN ('expired', 'failed', 'rejected')))
        LIMIT 1) IS NOT TRUE)
