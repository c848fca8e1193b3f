"""A log-in between the two times the browser passes our door: what was begun, by which browser, taken up once."""

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from hjemmekontakt.gateways.idporten import Begun
from hjemmekontakt.ground import keys
from hjemmekontakt.login.models import Attempt, LoginUnderWay
from hjemmekontakt.login.rules import ATTEMPTS, ATTEMPTS_WITHIN, UNDER_WAY, DoorKind
from hjemmekontakt.login.sessions import digest

LOOPBACK = ("127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A log-in that this browser began, now to be finished."""

    door: DoorKind
    begun: Begun
    next_path: str


def remember(begun: Begun, *, browser: str, door: DoorKind, next_path: str, now: datetime) -> None:
    """Keep what was begun until the browser comes back; one browser may have begun several."""
    LoginUnderWay.objects.create(
        digest=_place(browser, begun.state),
        kind=door.value,
        begun_sealed=keys.seal(json.dumps(dataclasses.asdict(begun))),
        next_path=next_path,
        fresh=begun.fresh_since is not None,
        started_at=now,
    )


def take_up(browser: str, state: str, *, now: datetime) -> TakenUp | None:
    """What this browser began under this state, once and within ten minutes; None where there is no such log-in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM login_under_way WHERE digest = %s RETURNING kind, begun_sealed, next_path, started_at",
            [_place(browser, state)],
        )
        row = cursor.fetchone()
    if row is None or now - row[3] > UNDER_WAY:
        return None
    return TakenUp(DoorKind(row[0]), Begun(**json.loads(keys.unseal(row[1]))), row[2])


def is_one_too_many(request: HttpRequest, *, door: DoorKind, now: datetime) -> bool:
    """Count an attempt from this address, and tell whether there were too many; the address itself is not kept."""
    address = _address(request)
    if address in LOOPBACK:  # says nothing of who asks: the demo, or a proxy that tells no address
        return False
    key = keys.lookup_value(f"{door.value} at {address}")
    Attempt.objects.create(address_key=key, at=now)
    lately: int = Attempt.objects.filter(address_key=key, at__gt=now - ATTEMPTS_WITHIN).count()
    return lately > ATTEMPTS[door]


def _address(request: HttpRequest) -> str:
    """Where the request came from: behind a proxy the last address that the proxy wrote, else the line itself."""
    told = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return told.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def _place(browser: str, state: str) -> bytes:
    return digest(f"{browser} {state}")
