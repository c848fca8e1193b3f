"""Avstemming: that each event has exactly one decision for each person who was to be told of it (M8).

Rooms: `rules.py`, `actions.py`, `queries.py`, `words.py`.
"""
