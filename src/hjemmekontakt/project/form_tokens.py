"""The letters that Django makes form tokens of, drawn all in one go (decision 67); the tokens and their check are Django's."""

import secrets

from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH

NOISE = 2 * CSRF_SECRET_LENGTH
LAST = 256 - 256 % len(CSRF_ALLOWED_CHARS)
LETTERS = bytes(ord(CSRF_ALLOWED_CHARS[byte % len(CSRF_ALLOWED_CHARS)]) for byte in range(256))
LEFT_OUT = bytes(range(LAST, 256))


def random_letters() -> str:
    """As many random letters as a form's secret or mask has. Django draws them one by one, at thirty times the price."""
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
