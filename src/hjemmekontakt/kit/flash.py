"""Short notes for the next page, kept in a signed cookie whose name carries the demo's port."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from weakref import proxy

from django.conf import settings
from django.contrib.messages.constants import INFO
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.messages.storage.cookie import CookieStorage, MessagePartGatherSerializer
from django.core import signing
from django.http import HttpRequest

SHORT = 800
"""Characters of JSON; a cookie holds as many without packing them, which costs as much as all else that is done to a note."""


class FlashStorage(CookieStorage):
    """Django's cookie storage under our own cookie name; the notes never hold a name or a health word.

    Every request has a storage, and few have notes: what signs them is made once for the process. The request holds its
    storage, and the storage does not hold the request: so a request and all that was read for it are let go of with its
    answer, and are not left for Python to look for (decision 74).
    """

    cookie_name = settings.FLASH_COOKIE
    _level = INFO  # what Django else looks for among the settings, for each note

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        BaseStorage.__init__(self, proxy(request), *args, **kwargs)
        self.signer = _signer(self.key_salt)

    def _encode_parts(self, messages: Sequence[str], encode_empty: bool = False) -> str | None:
        if not messages and not encode_empty:
            return None
        is_long = sum(map(len, messages)) > SHORT
        encoded: str = self.signer.sign_object(messages, serializer=MessagePartGatherSerializer, compress=is_long)
        return encoded


@cache
def _signer(salt: str) -> signing.Signer:
    return signing.get_cookie_signer(salt=salt)
