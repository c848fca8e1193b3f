"""Home visits as the municipality's journal tells them, and what the citizen asks to have cancelled.

Owns the portal's copy of each visit and each cancellation. The journal owns the visit itself: we ask, it answers. Rooms of its
own: `reporting.py` and `planning.py` (from a journal's reports and plans to rows), `expanding.py` (a plan by days), `cards.py`
(a visit in words, for the pages), `word_of_cancelling.py` (how a request stands, in words), `weeks.py` (a week on paper),
`away_views.py`, `away_forms.py` and `away_cards.py` (the pages of a time away), `ics.py` (visits as a calendar file), and
`calendar_views.py` with `calendar_door.py` (the pages of calendar addresses, and where calendars fetch).
"""
