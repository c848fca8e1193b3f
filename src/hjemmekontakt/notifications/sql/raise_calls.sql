-- Puts on the units' lists the changes whose time to be received has passed, or that nothing more can come of by itself.
UPDATE call_to_make SET raised_at = %(now)s, why = CASE
    WHEN critical THEN 'critical'
    WHEN EXISTS (SELECT 1 FROM notice n WHERE n.event_key = call_to_make.event_key AND n.decision = 'sent') THEN 'no-receipt'
    WHEN EXISTS (SELECT 1 FROM notice n WHERE n.event_key = call_to_make.event_key AND n.decision = 'no-contact')
        THEN 'no-number'
    ELSE 'not-told' END
WHERE raised_at IS NULL AND settled_at IS NULL AND called_at IS NULL
    AND (raise_at <= %(now)s OR NOT EXISTS (
        SELECT 1 FROM notice n WHERE n.event_key = call_to_make.event_key
            AND (n.decision = 'due' OR (n.decision = 'sent' AND n.receipt NOT IN ('expired', 'failed', 'rejected')))))
