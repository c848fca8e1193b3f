"""Visits that a journal moves or calls off: which changes are told of, and to whom (R36).

Rooms: `rules.py`, `queries.py`, `actions.py`.
"""
