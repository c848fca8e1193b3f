"""Who may act for whom: fullmakt now, vergemål and parents later.

Owns each fullmakt and its history. Never decides what a right opens: that is the table in `access`. Rooms of its own:
`giving.py` (the steps of «Gi fullmakt», kept sealed in the form between them), `for_journal.py` (who acts, as a journal is told).
"""
