"""What a reader sees of a page: its words, without the markup."""

import re
from html import unescape

from django.http import HttpResponse


def text_of(page: HttpResponse) -> str:
    """The page's words with one space between them, as they are read."""
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())
    return re.sub(r" ([.,])", r"\1", words)
