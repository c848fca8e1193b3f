"""The night of a municipality: when it disturbs nobody who has not chosen other hours (R53).

Rooms: `rules.py`, `queries.py`, `actions.py`.
"""
