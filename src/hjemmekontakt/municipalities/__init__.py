"""The municipalities that take part, their districts, units and services, and what is open from when.

Owns the organisation and its opening dates, phone numbers and closing days: all of it public. Knows no citizen and no employee.
Rooms of its own: `contact.py` (whether a municipality's journal is there), `for_journal.py` (the organisation as a journal
reads it) and `subscriptions/` (what a journal subscribes to by itself).
"""
