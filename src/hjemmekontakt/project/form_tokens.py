"""What of Django's form tokens is done with less: their letters, and their cookie. The tokens and their check are Django's."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, CsrfViewMiddleware

NOISE = 2 * CSRF_SECRET_LENGTH
LAST = 256 - 256 % len(CSRF_ALLOWED_CHARS)
LETTERS = bytes(ord(CSRF_ALLOWED_CHARS[byte % len(CSRF_ALLOWED_CHARS)]) for byte in range(256))
LEFT_OUT = bytes(range(LAST, 256))


class FormTokens(CsrfViewMiddleware):
    """Django's check of what forms send; the cookie goes to a browser that has it not, or has another (decision 76).

    Django sends it with each page that has a form, to make it last longer. Ours lasts until the browser is closed.
    """

    def _set_csrf_cookie(self, request: HttpRequest, response: HttpResponse) -> None:
        if request.COOKIES.get(settings.CSRF_COOKIE_NAME) != request.META["CSRF_COOKIE"]:
            super()._set_csrf_cookie(request, response)


def random_letters() -> str:
    """As many random letters as a form's secret or mask has, in one go (decision 67); Django draws them one by one."""
    letters = ""
    while len(letters) < CSRF_SECRET_LENGTH:  # it is long enough the first time, but for one time in 10 to the 30th
        letters += letters_of(secrets.token_bytes(NOISE))
    return letters[:CSRF_SECRET_LENGTH]


def letters_of(noise: bytes) -> str:
    """Random bytes as letters, each letter as likely as any other: the few bytes that do not go up evenly are left out.

    >>> letters_of(bytes([0, 1, 61, 62, 247, 248, 255]))
    'ab9a9'
    """
    return noise.translate(LETTERS, LEFT_OUT).decode("ascii")
