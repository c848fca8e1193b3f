"""What a journal's token lets it do: SMART's system scopes, the new letters (cruds) and the old words (read, write)."""

from enum import StrEnum
from functools import lru_cache

_WORDS = {"read": "rs", "write": "cud", "*": "cruds"}


class Deed(StrEnum):
    """What is asked of a resource type, as SMART's letters."""

    CREATE = "c"
    READ = "r"
    UPDATE = "u"
    DELETE = "d"
    SEARCH = "s"


@lru_cache(maxsize=1024)
def lets(scopes: frozenset[str], *, kind: str, deed: Deed) -> bool:
    """Tell whether a token with these scopes may do this with that resource type.

    >>> lets(frozenset({"system/Appointment.cruds"}), kind="Appointment", deed=Deed.UPDATE)
    True
    >>> lets(frozenset({"system/Appointment.read", "system/*.s"}), kind="Task", deed=Deed.READ)
    False
    """
    return any(_covers(scope, kind, deed) for scope in scopes)


def _covers(scope: str, kind: str, deed: Deed) -> bool:
    context, _, rest = scope.partition("/")
    resource, _, letters = rest.partition(".")
    return context == "system" and resource in ("*", kind) and deed.value in _WORDS.get(letters, letters)
