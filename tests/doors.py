"""A browser that is logged in, for stories about pages: a real session row and its cookie, as the door makes them."""

import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
from django.conf import settings
from django.test import Client

from hjemmekontakt.gateways.idporten import HIGH, LogIn
from hjemmekontakt.ground import clock
from hjemmekontakt.login import sessions
from hjemmekontakt.login.models import Session
from hjemmekontakt.login.rules import DoorKind
from tests.people import an_id

ISSUER = "http://127.0.0.1:9"


def client_of(key: str, *, acting_for: str | None = None, employee: bool = False, has_accepted: bool = True) -> Client:
    """A browser in which somebody of the tests' world is logged in: `client_of("jonas", acting_for="astrid")`.

    A citizen has accepted the terms unless told otherwise. Needs the fixture `world`.
    """
    door = DoorKind.EMPLOYEE if employee else DoorKind.CITIZEN
    if has_accepted and not employee:
        accept_the_terms(key)
    browser = Client()
    log_in(browser, an_id(key), door=door, acting_for=an_id(acting_for) if acting_for else None)
    return browser


def log_in(
    browser: Client, person_id: UUID, *, door: DoorKind = DoorKind.CITIZEN, acting_for: UUID | None = None
) -> str:
    """Give a browser a session at one door, begun now; the cookie's value."""
    now = clock.real()
    who = LogIn(
        pid="", acr=HIGH, amr=("TestID",), sid=f"sid {person_id}", sub="", auth_time=now, locale="nb", id_token="token"
    )
    value = sessions.open_session(door, person_id, who=who, issuer=ISSUER, earlier="", now=now)
    if acting_for is not None:
        Session.objects.filter(digest=sessions.digest(value)).update(acting_for_id=acting_for)
    browser.cookies[settings.CITIZEN_COOKIE if door is DoorKind.CITIZEN else settings.EMPLOYEE_COOKIE] = value
    return value


def accept_the_terms(key: str) -> None:
    """Let a citizen have accepted the newest terms, as she would have a month ago."""
    with psycopg.connect(os.environ["HK_TEST_SUPERUSER_URL"], autocommit=True) as behind_the_policies:
        behind_the_policies.execute(
            "INSERT INTO acceptance (id, citizen_id, version, language, level, accepted_at)"
            " SELECT gen_random_uuid(), %s, coalesce(max(version), 1), 'nb', %s, %s FROM terms_version"
            " ON CONFLICT DO NOTHING",
            [an_id(key), HIGH, datetime(2026, 2, 1, 10, tzinfo=UTC)],
        )


def make_older(value: str, *, by: timedelta, idle: timedelta | None = None) -> None:
    """Let a session have begun, and been seen last, so much earlier than it was."""
    row = Session.objects.get(digest=sessions.digest(value))
    Session.objects.filter(id=row.id).update(
        started_at=row.started_at - by, seen_at=row.seen_at - (by if idle is None else idle)
    )
