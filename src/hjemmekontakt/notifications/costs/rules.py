"""What SMS cost, in parts; which notices no cap stops; and what can be set as a cap."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hjemmekontakt.notifications.rules import ALWAYS, PASSES_QUIET_HOURS, Channel, What

NEVER_STOPPED = frozenset(what for what in What if what.kind in ALWAYS) | PASSES_QUIET_HOURS
"""Sent whatever it costs: that the service is ready, fullmakter, and a visit that changes within a day (R57, R36)."""

SHORTEST_MOVE, LONGEST_MOVE = 15, 24 * 60
LARGEST_CAP = 10_000_000


class Standing(StrEnum):
    """How a municipality stands with its caps."""

    WITHIN = "within"
    WARNED = "warned"
    STOPPED = "stopped"


class NotSet(StrEnum):
    """Why a municipality's settings of notices are not kept; each has its sentence in `words.py`."""

    MOVE_OUT_OF_RANGE = "move-out-of-range"
    CAPS_TURNED = "caps-turned"
    CAP_OUT_OF_RANGE = "cap-out-of-range"


@dataclass(frozen=True, slots=True)
class Caps:
    """What a municipality has set: the least move that is told of, and its caps of parts a month."""

    least_move_minutes: int = 60
    soft: int | None = None
    hard: int | None = None


@dataclass(frozen=True, slots=True)
class CostView:
    """What a municipality's SMS have cost this month, and how that stands with its caps."""

    month: date
    messages: int
    segments: int
    caps: Caps

    @property
    def standing(self) -> Standing:
        """How it stands with the caps.

        >>> CostView(date(2026, 3, 1), 10, 12, Caps(soft=12, hard=13)).standing
        <Standing.WARNED: 'warned'>
        """
        if self.caps.hard is not None and self.segments >= self.caps.hard:
            return Standing.STOPPED
        return Standing.WARNED if self.caps.soft is not None and self.segments >= self.caps.soft else Standing.WITHIN


def within_the_cap(addresses: Mapping[Channel, str], *, is_over_cap: bool) -> dict[Channel, str]:
    """The addresses that can still be used: e-mail costs nothing, so it goes on when SMS stop.

    >>> within_the_cap({Channel.SMS: "+4790000001", Channel.EMAIL: "a@b.no"}, is_over_cap=True)
    {<Channel.EMAIL: 'email'>: 'a@b.no'}
    """
    return {channel: to for channel, to in addresses.items() if not (is_over_cap and channel is Channel.SMS)}


def why_not_set(caps: Caps) -> NotSet | None:
    """Say why these settings are not kept: the cap that stops must not come before the one that warns.

    >>> why_not_set(Caps(soft=100, hard=120))
    >>> why_not_set(Caps(soft=100, hard=90))
    <NotSet.CAPS_TURNED: 'caps-turned'>
    """
    if not SHORTEST_MOVE <= caps.least_move_minutes <= LONGEST_MOVE:
        return NotSet.MOVE_OUT_OF_RANGE
    if any(cap is not None and not 0 < cap <= LARGEST_CAP for cap in (caps.soft, caps.hard)):
        return NotSet.CAP_OUT_OF_RANGE
    if caps.hard is not None and (caps.soft is None or caps.soft > caps.hard):
        return NotSet.CAPS_TURNED
    return None
