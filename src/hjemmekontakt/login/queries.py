"""Reads and housekeeping of the doors."""

from django.db import connection

from hjemmekontakt.ground import clock
from hjemmekontakt.login.rules import ABSOLUTE, ATTEMPTS_WITHIN, UNDER_WAY


def forget_old() -> None:
    """Forget sessions, begun log-ins, attempts, tokens and used assertions that are good no more."""
    now = clock.real()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM session WHERE started_at < %s OR ended_at < %s", [now - ABSOLUTE, now - UNDER_WAY])
        cursor.execute("DELETE FROM login_under_way WHERE started_at < %s", [now - UNDER_WAY])
        cursor.execute("DELETE FROM login_attempt WHERE at < %s", [now - ATTEMPTS_WITHIN])
        cursor.execute("DELETE FROM machine_token WHERE expires_at < %s", [now])
        cursor.execute("DELETE FROM used_assertion WHERE expires_at < %s", [now])
