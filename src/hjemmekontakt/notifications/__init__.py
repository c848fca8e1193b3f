"""Varsler: whom to tell that something happened, by which channel, and one stored decision for each.

Owns preferences, notices and their delivery. Listens to the domains' events; never says what, only that. Rooms of its
own: `texts.py` (every text), `levels.py` (ready sets of choices), `timing.py` (when: nights, digests, the
first of a day) and `codes.py` are pure. `deciding.py` stores decisions, `waiting.py` makes digests and reminders when their
hour has come. A due notice goes through `claiming.py` (what is known of it), `addresses.py` (where it goes; each address
once), `delivery.py` (hands it over), with `due.py` its shape and `receivers.py` what its receiver has chosen for all;
`providers.py` (which of two SMS providers has one), `receipts.py` and `receipt_views.py` (what became of them).
`register.py` is what the contact register has, `own_contact.py` a number of one's own, `statements.py` what stands in `sql/`,
`returned_mail.py` e-mail that came back. In folders, each with rooms of its own: `push/` (notices in a browser), `changes/`
(visits that are moved or called off), `call_list/` («Ring nå»), `support/` (what a desk reads aloud), `reconciling/` (that
every event has its decisions), `costs/` (what SMS cost), `letters/` (important letters) and `nights/` (when a municipality is
quiet).
"""
