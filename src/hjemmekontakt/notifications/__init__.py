"""Varsler: whom to tell that something happened, by which channel, and one stored decision for each.

Owns preferences, notices and their delivery. Listens to the domains' events; never says what, only that. Rooms of its
own: `texts.py` (every SMS and e-mail text), `delivery.py` (hands due notices over), `providers.py` (which of two SMS providers
has one), `receipts.py` and `receipt_views.py` (what became of them), `register.py` (what the contact register has), and
`statements.py` (what stands in `sql/`).
"""
