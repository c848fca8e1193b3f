"""Varsler: whom to tell that something happened, by which channel, and one stored decision for each.

Owns preferences, notices and their delivery. Listens to the domains' events; never says what, only that. Rooms of its
own: `texts.py` (every SMS and e-mail text), `delivery.py` (hands due notices over), `providers.py` (which of two SMS providers
has one), `receipts.py` and `receipt_views.py` (what became of them), `register.py` (what the contact register has), and
`statements.py` (what stands in `sql/`), `returned_mail.py` (e-mail that came back). In folders, each with rooms of its own:
`changes/` (visits that are moved or called off), `call_list/` («Ring nå»), `support/` (what a desk reads aloud),
`reconciling/` (that every event has its decisions) and `costs/` (what SMS cost).
"""
