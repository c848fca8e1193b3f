"""The doors' keeper: log-in by an OpenID provider, sessions of citizens and employees, the journals' machine tokens.

Owns sessions, and makes the `Actor` on every request. Rooms of its own: `sessions.py`, `middleware.py`,
`under_way.py`, `coming_in.py`, `going_out.py`, `machines.py`, and `pages.py` for what the door itself shows.
"""
