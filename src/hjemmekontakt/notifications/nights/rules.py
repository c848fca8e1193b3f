"""Which night a municipality can set (R53)."""

from enum import StrEnum

from hjemmekontakt.notifications.timing import QUIET_FROM, QUIET_UNTIL


class NightNotSet(StrEnum):
    """Why a municipality's night is not kept; each has its sentence in `words.py`."""

    HALF_A_NIGHT = "half-a-night"
    NOT_A_NIGHT = "not-a-night"


def why_not_night(starts: int | None, ends: int | None) -> NightNotSet | None:
    """Say why these hours are no night: it begins between 21 and 23 and ends between 6 and 9, or neither is said (R53).

    So nobody is disturbed between eleven and six, and no digest has its hour in a night.

    >>> why_not_night(22, 7), why_not_night(None, None)
    (None, None)
    >>> why_not_night(22, None), why_not_night(20, 8)
    (<NightNotSet.HALF_A_NIGHT: 'half-a-night'>, <NightNotSet.NOT_A_NIGHT: 'not-a-night'>)
    """
    if starts is None and ends is None:
        return None
    if starts is None or ends is None:
        return NightNotSet.HALF_A_NIGHT
    return None if starts in QUIET_FROM and ends in QUIET_UNTIL else NightNotSet.NOT_A_NIGHT
