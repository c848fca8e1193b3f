"""What a person has chosen for all notices to her: her night, first names, and the addresses and browsers that are hers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hjemmekontakt.gateways import configured, krr
from hjemmekontakt.gateways.push import Browser
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.ground.statements import array_of
from hjemmekontakt.notifications.push.rules import KnownBrowser
from hjemmekontakt.notifications.rules import Channel, Names
from hjemmekontakt.notifications.statements import SQL
from hjemmekontakt.notifications.timing import Quiet

NO_NAMES = Names()


@dataclass(frozen=True, slots=True)
class Receiver:
    """What a person has chosen for all notices to her: her night, addresses that she has proved to be hers, her browsers.

    `quiet` is none where she wants none, and where she `has_chosen` nothing: then her municipality's holds.
    """

    quiet: Quiet | None = None
    has_chosen: bool = False
    names: Names = NO_NAMES
    own: Mapping[Channel, str] = field(default_factory=dict, repr=False)
    browsers: tuple[KnownBrowser, ...] = field(default=(), repr=False)

    def night(self, usual: Quiet | None) -> Quiet | None:
        """Her night: her own choice goes before what is usual where the notice comes from (R53).

        >>> Receiver().night(Quiet(22, 7)), Receiver(has_chosen=True).night(Quiet(22, 7))
        (Quiet(starts=22, ends=7), None)
        """
        return self.quiet if self.has_chosen else usual


def receivers(ids: Iterable[UUID]) -> dict[UUID, Receiver]:
    """The nights and the own addresses of persons, in one query; for the portal's intents."""
    found = SQL.rows("receivers", ids=array_of(list(ids)), fresh_since=krr.fresh_since(clock.real()))
    return {
        row["id"]: Receiver(
            _quiet(row["starts"], row["ends"]),
            row["has_chosen"],
            Names(row["lends"], row["wants"]),
            _own(row),
            _browsers(row),
        )
        for row in found
    }


def _quiet(starts: int | None, ends: int | None) -> Quiet | None:
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
