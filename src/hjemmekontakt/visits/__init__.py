"""Home visits as the municipality's journal tells them, and what the citizen asks to have cancelled.

Owns the portal's copy of each visit and each cancellation. The journal owns the visit itself: we ask, it answers. Rooms of its
own: `reporting.py` (from a journal's reports to rows), `cards.py` (a visit in words, for the pages), `ics.py` (visits as a
calendar file), and `calendar_views.py` with `calendar_door.py` (the pages of calendar addresses, and where calendars fetch).
"""
