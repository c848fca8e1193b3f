-- Writes on notices that their e-mail came back, or was called unwanted: each once, and only where it went by e-mail. A letter
-- whose notice came back is looked at at once.
UPDATE notice SET decision = 'failed', receipt = told.receipt, receipt_at = %(now)s, last_error = told.error,
    remind_at = CASE WHEN kind LIKE 'letter%%' THEN %(look_at)s ELSE remind_at END
FROM unnest(%(ids)s::uuid[], %(receipts)s::text[], %(errors)s::text[]) AS told(id, receipt, error)
WHERE notice.id = told.id AND notice.channel = 'email' AND notice.decision = 'sent'
