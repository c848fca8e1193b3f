"""What a municipality's SMS cost in a month, the cap that warns and the cap that stops.

Rooms: `rules.py`, `queries.py`, `actions.py`.
"""
