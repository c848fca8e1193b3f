"""What the doors decide: how long a session lives, where one may go on to, and why one is not let in."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

IDLE = timedelta(minutes=30)  # R1
ABSOLUTE = timedelta(minutes=120)  # R1
UNDER_WAY = timedelta(minutes=10)
SEEN_AGAIN = timedelta(minutes=1)
LONGEST_PATH = 500
ATTEMPTS_WITHIN = timedelta(minutes=10)


class DoorKind(StrEnum):
    """Which of the two doors one comes in by; neither's session is good at the other."""

    CITIZEN = "citizen"
    EMPLOYEE = "employee"


ATTEMPTS = {DoorKind.CITIZEN: 20, DoorKind.EMPLOYEE: 300}
"""How many log-ins may begin from one address in ten minutes; a whole municipality comes to work from one."""

FRONT = {DoorKind.CITIZEN: "/", DoorKind.EMPLOYEE: "/ansatt/"}
LOG_IN = {DoorKind.CITIZEN: "/logg-inn/", DoorKind.EMPLOYEE: "/ansatt/logg-inn/"}
STAFF_AREAS = ("/ansatt/", "/admin/")
PUBLIC_PAGES = frozenset({"/", "/ansatt/logg-inn/", "/ansatt/logg-ut/"})
PUBLIC_AREAS = (
    "/kommunetjenester/",
    "/hjelp/",
    "/tilgjengelighet/",
    "/personvern/",
    "/logg-inn/",
    "/logg-ut/",
    "/sprak/",
    "/stor-skrift/",
    "/static/",
    "/demo/",
)
IN_THE_BACKGROUND = ("/nytt/", "/kladd/")
"""How the addresses end that pages call by themselves: what is new, and drafts that save themselves."""

PAGE_OF_A_DIALOGUE = re.compile("(?:/ansatt)?/meldinger/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")
"""A dialogue's own page, of its unit and of its citizen; what lies below it (a form, a file) finds out for itself."""

WITHOUT_TERMS = ("/bruksvilkar/", *PUBLIC_AREAS)


class Refusal(StrEnum):
    """Why somebody is not let in, or not on."""

    CANCELLED = "cancelled"
    TOO_LOW_LEVEL = "too-low-level"
    PROVIDER_DOWN = "provider-down"
    NOT_COMPLETED = "not-completed"
    NOT_BEGUN_HERE = "not-begun-here"
    TOO_MANY_ATTEMPTS = "too-many-attempts"
    NOT_IN_THE_REGISTER = "not-in-the-register"
    REGISTER_DOWN = "register-down"
    DECEASED = "deceased"
    NOT_AN_EMPLOYEE = "not-an-employee"
    LOGGED_OUT = "logged-out"
    NOT_ON_BEHALF = "not-on-behalf"


class Limits(NamedTuple):
    """The moments after which a session must have begun, and have been seen, to be good now."""

    started_after: datetime
    seen_after: datetime


def limits(*, now: datetime) -> Limits:
    """Say which sessions are good now: begun within two hours, and in use within half an hour (R1).

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> [moment.hour * 60 + moment.minute for moment in limits(now=noon)]
    [600, 690]
    """
    return Limits(now - ABSOLUTE, now - IDLE)


def is_public(path: str) -> bool:
    """Tell whether everybody may open this page, logged in or not.

    >>> is_public("/"), is_public("/hjelp/"), is_public("/meldinger/"), is_public("/ansatt/")
    (True, True, False, False)
    """
    return path in PUBLIC_PAGES or path.startswith(PUBLIC_AREAS)


def needs_terms(path: str) -> bool:
    """Tell whether a citizen must have accepted the terms to open this page (R3).

    >>> needs_terms("/"), needs_terms("/meldinger/"), needs_terms("/bruksvilkar/takk/"), needs_terms("/hjelp/")
    (True, True, False, False)
    """
    return not path.startswith(WITHOUT_TERMS)


def is_background(path: str) -> bool:
    """Tell whether pages call this address by themselves: it begins no log-in, and does not make a session last (R1).

    >>> is_background("/meldinger/nytt/"), is_background("/meldinger/7/kladd/"), is_background("/meldinger/ny/")
    (True, True, False)
    """
    return path.endswith(IN_THE_BACKGROUND)


def door_of(path: str) -> DoorKind:
    """Say at which door a path lies.

    >>> [door_of(path).value for path in ("/meldinger/", "/ansatt/", "/ansatte-finnes-ikke/")]
    ['citizen', 'employee', 'citizen']
    """
    return DoorKind.EMPLOYEE if path.startswith(STAFF_AREAS) else DoorKind.CITIZEN


def dialogue_shown_at(path: str) -> UUID | None:
    """Say which dialogue a page shows, where its address is a dialogue's: whose it is is asked with who asks (decision 76).

    >>> dialogue_shown_at("/ansatt/meldinger/0195b2a4-0000-7000-8000-000000000007/")
    UUID('0195b2a4-0000-7000-8000-000000000007')
    >>> dialogue_shown_at("/meldinger/ny/"), dialogue_shown_at("/meldinger/0195b2a4-0000-7000-8000-000000000007/svar/")
    (None, None)
    """
    found = PAGE_OF_A_DIALOGUE.fullmatch(path)
    return UUID(found[1]) if found else None


def local_path(wanted: str, *, otherwise: str) -> str:
    """Keep a way on that stays in this house, or take the other one; never an address elsewhere.

    >>> local_path("/meldinger/?side=2", otherwise="/")
    '/meldinger/?side=2'
    >>> evils = ("//ond.example", "/\\\\ond.example", "https://ond.example", "meldinger/")
    >>> [local_path(evil, otherwise="/") for evil in evils]
    ['/', '/', '/', '/']
    """
    strange = any(character == "\\" or ord(character) <= 32 or ord(character) == 127 for character in wanted)
    if strange or not wanted.startswith("/") or wanted.startswith("//") or len(wanted) > LONGEST_PATH:
        return otherwise
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else wanted


def way_on(wanted: str, *, door: DoorKind) -> str:
    """Say where a log-in goes on to: the page that was asked for, where it lies at this door and is no log-in itself.

    >>> way_on("/ansatt/samtale/", door=DoorKind.EMPLOYEE), way_on("/ansatt/samtale/", door=DoorKind.CITIZEN)
    ('/ansatt/samtale/', '/')
    >>> way_on("/logg-ut/", door=DoorKind.CITIZEN)
    '/'
    """
    path = local_path(wanted, otherwise=FRONT[door])
    at_this_door = door_of(path.partition("?")[0]) is door
    loops = path.startswith(("/logg-inn/", "/logg-ut/", "/ansatt/logg-inn/", "/ansatt/logg-ut/"))
    return path if at_this_door and not loops else FRONT[door]


def page_above(path: str) -> str:
    """Say which page lies above a form's address, which shows nothing itself.

    >>> page_above("/meldinger/7/svar/"), page_above("/stor-skrift/")
    ('/meldinger/7/', '/')
    """
    return path.rstrip("/").rpartition("/")[0] + "/"


def is_within(scope: str, registered: Iterable[str]) -> bool:
    """Tell whether a journal may have this scope: one that it is registered with, or less of the same.

    >>> of_the_journal = ["system/Appointment.cruds", "system/Task.read"]
    >>> [is_within(f"system/{each}", of_the_journal) for each in ("Appointment.rs", "Task.rs", "Task.u", "Patient.r")]
    [True, True, False, False]
    """
    return any(scope == own or _is_less(scope, own) for own in registered)


def _is_less(scope: str, own: str) -> bool:
    (resource, letters), (own_resource, own_letters) = _parts(scope), _parts(own)
    return (
        bool(letters)
        and resource.startswith("system/")
        and own_resource in (resource, "system/*")
        and (set(letters) <= set(own_letters))
    )


def _parts(scope: str) -> tuple[str, str]:
    resource, _, deeds = scope.rpartition(".")
    return resource, {"read": "rs", "write": "cud", "*": "cruds"}.get(deeds, deeds)
