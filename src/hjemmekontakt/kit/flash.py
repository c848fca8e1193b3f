"""Short notes for the next page, kept in a signed cookie whose name carries the demo's port."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from weakref import proxy

import msgspec
from django.conf import settings
from django.contrib.messages.constants import INFO
from django.contrib.messages.storage.base import BaseStorage, Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.core import signing
from django.http import HttpRequest, HttpResponse


class Note(msgspec.Struct, array_like=True):
    """A note as the cookie holds it; a text is text, and never marked as safe HTML."""

    level: int
    text: str
    tags: str = ""


NOTES = msgspec.json.Decoder(list[Note])


class FlashStorage(CookieStorage):
    """Django's cookie storage under our own cookie name; the notes never hold a name or a health word.

    Every request has a storage, and few have notes: what signs them is made once for the process. The request holds its
    storage, and the storage does not hold the request: so a request and all that was read for it are let go of with its
    answer, and are not left for Python to look for (decision 74). The notes are written as short as they can be, once: Django
    writes them by parts, to see which of them find room.
    """

    cookie_name = settings.FLASH_COOKIE
    _level = INFO  # what Django else looks for among the settings, for each note

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        BaseStorage.__init__(self, proxy(request), *args, **kwargs)
        self.signer = _signer(self.key_salt)

    def _store(self, messages: Sequence[Message], response: HttpResponse, *args: Any, **kwargs: Any) -> list[Message]:
        """Put the notes into the cookie; gives the oldest, that found no room."""
        kept = list(messages)
        while len(written := self._written(kept)) > self.max_cookie_size:
            kept = kept[1:]
        self._update_cookie(written, response)
        return list(messages[: len(messages) - len(kept)])

    def _written(self, messages: Sequence[Message]) -> str:
        if not messages:
            return ""
        notes = [Note(each.level, str(each.message), each.extra_tags or "") for each in messages]
        signed: str = self.signer.sign(signing.b64_encode(msgspec.json.encode(notes)).decode())
        return signed

    def _decode(self, data: str | None) -> list[Message] | None:
        """The notes in a cookie; None where it holds none that we have signed."""
        if not data:
            return None
        try:
            notes = NOTES.decode(signing.b64_decode(self.signer.unsign(data).encode()))
        except (signing.BadSignature, ValueError, msgspec.DecodeError):
            self.used = True  # it is taken away with the answer
            return None
        return [Message(each.level, each.text, extra_tags=each.tags) for each in notes]


@cache
def _signer(salt: str) -> signing.Signer:
    return signing.get_cookie_signer(salt=salt)
