"""Home visits as the municipality's journal tells them, and what the citizen asks to have cancelled.

Owns the portal's copy of each visit and each cancellation. The journal owns the visit itself: we ask, it answers. Rooms of its
own: `reporting.py` (from a journal's reports to rows), `cards.py` (a visit in words, for the pages), `word_of_cancelling.py`
(how a request stands, in words), and `away_views.py`, `away_forms.py` and `away_cards.py` (the pages of a time away).
"""
