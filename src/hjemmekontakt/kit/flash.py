"""Short notes for the next page, kept in a signed cookie whose name carries the demo's port."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class FlashStorage(CookieStorage):
    """Django's cookie storage under our own cookie name; the notes never hold a name or a health word."""

    cookie_name = settings.FLASH_COOKIE
