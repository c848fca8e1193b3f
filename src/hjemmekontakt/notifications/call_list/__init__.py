"""Ring nå: what must be told by phone today, because no SMS is known to have come (R36).

Rooms: `rules.py`, `words.py`, `queries.py`, `actions.py`, `staff_views.py`.
"""
