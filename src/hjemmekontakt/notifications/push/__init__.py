"""Notices in a browser (web push): which browsers a person has let be told, and how a notice is handed to them (R46).

`rules.py` is pure, `actions.py` keeps and forgets, `handing_over.py` gives a notice to each of her browsers and says what
follows where none takes it, `afterwards.py` writes that down, `views.py` are the buttons and the browser's own script.
"""
