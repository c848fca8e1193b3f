"""What stories about wishes begin with: a service that takes them, and windows in words."""

import psycopg

from hjemmekontakt.visits.actions import wish_other_time
from hjemmekontakt.visits.rules.wishes import Window, WishView
from tests.people import an_id
from tests.visits.reports import on

TUESDAY = Window(on(3, 10), on(3, 12))
THURSDAY = Window(on(5, 14), on(5, 16))
SUNDAY = Window(on(8, 9), on(8, 11))
"""Times in the week of the stories; the visit itself is on Friday between eight and ten."""


def open_wishes(database: psycopg.Connection, *, visits_in: str = "journal") -> None:
    """Let all services take wishes from the beginning of the year, and say where their visits are kept."""
    database.execute("UPDATE service SET wishes_from = '2026-01-01', visits_in = %s", [visits_in])


def wish(actor, visit_id, *windows: Window, form: str = "wish", **how) -> WishView:
    """A wish with these windows; on Tuesday between ten and twelve where none is named."""
    return wish_other_time(actor, visit_id, windows=windows or (TUESDAY,), form_key=an_id(form), **how)
