"""The token that lets a form through: as Django makes it and its middleware reads it, in fewer steps."""

from secrets import token_bytes
from string import ascii_letters, digits
from typing import Final

from django.http import HttpRequest
from markupsafe import Markup

LETTERS: Final = ascii_letters + digits
PLACES: Final = {letter: place for place, letter in enumerate(LETTERS)}
LENGTH: Final = 32
FAIR: Final = len(LETTERS) * (256 // len(LETTERS))
"""A random byte below it makes each letter as likely as the next."""


def field(request: HttpRequest) -> Markup:
    """The hidden field of a form; the browser keeps the secret behind it in its cookie, and gets one where it has none."""
    secret = request.META.get("CSRF_COOKIE") or random_letters()
    request.META |= {"CSRF_COOKIE": secret, "CSRF_COOKIE_NEEDS_UPDATE": True}
    return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(masked(secret))


def masked(secret: str) -> str:
    """The secret as it stands in a page: never twice the same, so that a compressed page tells nothing of it.

    >>> len(masked("a" * 32)), masked("a" * 32) == masked("a" * 32)
    (64, False)
    """
    mask = random_letters()
    hidden = [LETTERS[(PLACES[one] + PLACES[other]) % len(LETTERS)] for one, other in zip(secret, mask, strict=True)]
    return mask + "".join(hidden)


def random_letters() -> str:
    """Random letters and digits, as many as a secret has."""
    found = ""
    while len(found) < LENGTH:
        found += "".join([LETTERS[byte % len(LETTERS)] for byte in token_bytes(LENGTH + 8) if byte < FAIR])
    return found[:LENGTH]
