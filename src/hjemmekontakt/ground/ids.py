"""Ids for many new rows at once."""

import os
from uuid import UUID

import msgspec


def new_ids(number: int) -> list[UUID]:
    """So many random ids (UUID, version 4), drawn in one go: a third of the time of as many `uuid4`.

    >>> [id.version for id in new_ids(2)]
    [4, 4]
    """
    drawn = os.urandom(16 * number).hex()
    each = (drawn[at : at + 32] for at in range(0, len(drawn), 32))
    return msgspec.convert([f"{id[:12]}4{id[13:16]}a{id[17:]}" for id in each], list[UUID])
