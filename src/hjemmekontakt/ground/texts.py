"""A text in the reader's language, for one who says the same words of many things."""

from functools import lru_cache

from django.utils.translation import get_language, gettext


def told(text: str) -> str:
    """What `gettext` gives, looked up once for each language; `kit/jinja.py` has the same for pages.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     told("Planlagt")
    'Planned'
    """
    return _told(get_language() or "nb", text)


@lru_cache(maxsize=4096)
def _told(language: str, text: str) -> str:
    return gettext(text)
