"""Home visits as the municipality's journal tells them, and what the citizen asks about them.

Owns the portal's copy of each visit and each request. The journal owns the visit itself: we ask, it answers. Rooms of its own:

- from the journal to rows (`rows.py`): `reporting.py` (whose and where) and `keeping.py` (new, changed, known) for visits,
  `planning.py` for plans, `expanding.py` (a plan by days), `statements.py`;
- in words, for the pages: `cards.py` (a visit), `word_of_cancelling.py`, `wish_words.py`, `weeks.py` (a week on paper);
- the citizen's pages: `views.py`, `wish_views.py` and `wish_forms.py` (another time), `away_views.py`, `away_forms.py` and
  `away_cards.py` (a time away), `calendar_views.py` (calendar addresses);
- the staff's pages of what waits for their answer: `request_views.py`;
- where calendars fetch: `calendar_door.py`, `ics.py` (visits as a calendar file).
"""
