"""Varsler on the job: what was sent to whom and why not, so that it can be read aloud on the phone (M8).

Rooms: `rules.py`, `words.py`, `queries.py`, `forms.py`, `staff_views.py`.
"""
