"""Who may do what, and the log of who did: the decision point of the house.

Owns `Actor`, `Grant`, the table of May and Standing, the access log and its seal. Does not know what a visit or a message is:
the things themselves answer only whose they are (`lookup`). Rooms of its own: `lookup.py`, `seal.py` (the log's chain),
`for_journal.py` (how every read of a journal begins and ends, and the log that it may read).
"""
