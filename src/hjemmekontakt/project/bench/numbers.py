"""The synthetic national ids of the seeded town: the same for the same citizen every time, sealed as the portal seals them."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

from hjemmekontakt.ground.keys import KeyRing, seal_with
from hjemmekontakt.ground.national_ids import make_synthetic

FIRST_DAY, DAYS, TRIES = date(1930, 1, 1), 12_000, 20


def national_id(number: int) -> str:
    """The national id of the citizen of this number; no two have the same.

    >>> national_id(1)[:6], national_id(1) == national_id(12_001)
    ('028130', False)
    """
    born, first = FIRST_DAY + timedelta(days=number % DAYS), 100 + number // DAYS * TRIES
    for individual in range(first, first + TRIES):
        with suppress(ValueError):
            return make_synthetic(born, individual)
    raise ValueError("no number for this day")


def sealed(ring: KeyRing, citizens: int) -> Iterator[tuple[str, str]]:
    """The national ids of so many citizens, sealed, and the values by which they are looked up; in hexadecimal."""
    for number in range(1, citizens + 1):
        text = national_id(number).encode()
        yield seal_with(ring, text).hex(), hmac.new(ring.lookup, text, hashlib.sha256).hexdigest()
