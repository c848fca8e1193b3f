"""Viktige brev: told of on the day, reminded of after seven, and put on paper where nobody could be told (R28, R49, R56).

Rooms: `rules.py`, `actions.py`. The letters themselves are the messages'.
"""
