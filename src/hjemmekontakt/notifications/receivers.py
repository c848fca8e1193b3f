"""What a person has chosen for all notices to her: her night, first names, and the addresses and browsers that are hers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings

from hjemmekontakt.gateways import configured, krr
from hjemmekontakt.gateways.push import Browser
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.notifications.push.rules import KnownBrowser
from hjemmekontakt.notifications.rules import Channel, Names
from hjemmekontakt.notifications.statements import SQL
from hjemmekontakt.notifications.timing import Quiet, quiet_of

NO_NAMES = Names()


@dataclass(frozen=True, slots=True)
class Receiver:
    """What a person has chosen for all notices to her: her night, addresses that she has proved to be hers, her browsers."""

    quiet: Quiet | None = None
    names: Names = NO_NAMES
    own: Mapping[Channel, str] = field(default_factory=dict, repr=False)
    browsers: tuple[KnownBrowser, ...] = field(default=(), repr=False)


def receivers(ids: Iterable[UUID]) -> dict[UUID, Receiver]:
    """The nights and the own addresses of persons, in one query; for the portal's intents."""
    found = SQL.rows("receivers", ids=list(ids), fresh_since=krr.fresh_since(clock.real()))
    usual = quiet_of(settings.QUIET_HOURS)
    return {
        row["id"]: Receiver(_quiet(row, usual), Names(row["lends"], row["wants"]), _own(row), _browsers(row))
        for row in found
    }


def _quiet(row: Mapping[str, Any], usual: Quiet | None) -> Quiet | None:
    if not row["has_chosen"]:
        return usual
    starts, ends = row["starts"], row["ends"]
    return None if starts is None or ends is None else Quiet(starts, ends)


def _own(row: Mapping[str, Any]) -> dict[Channel, str]:
    sealed = {Channel.SMS: row["sms"], Channel.EMAIL: row["email"]}
    return {channel: keys.unseal(value) for channel, value in sealed.items() if value}


def _browsers(row: Mapping[str, Any]) -> tuple[KnownBrowser, ...]:
    """Her browsers, the one kept last first; none where no browser can be told any more."""
    if not row["browsers"] or not configured.has_push():
        return ()
    return tuple(
        KnownBrowser(id, bytes(key), Browser.of_text(keys.unseal(sealed)), made_at)
        for id, key, sealed, made_at in zip(
            row["browsers"], row["browser_keys"], row["browsers_sealed"], row["browsers_made"], strict=True
        )
    )
