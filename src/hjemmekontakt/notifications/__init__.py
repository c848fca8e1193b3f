"""Varsler: whom to tell that something happened, by which channel, and one stored decision for each.

Owns preferences, notices and their delivery. Listens to the domains' events; never says what, only that. Rooms of its
own: `texts.py` (every SMS and e-mail text), `delivery.py` (hands due notices over), `register.py` (what the contact
register has).
"""
