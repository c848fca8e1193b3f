"""The Jinja2 environment of all pages: our texts, addresses and filters; Django's backend calls `environment`."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from hjemmekontakt.kit.time_filters import TIME_FILTERS
from hjemmekontakt.kit.words import refusal_words


def environment(**options: Any) -> Environment:
    """Make the environment that every page is rendered in.

    An unknown name stops the page (`StrictUndefined`): a typing error is found by the first test that opens it.
    Only the frame is gentle: it reads each part of `page` with a default, so that an error page needs no context.
    What people write is always escaped; no setting turns that off.
    """
    settled = {"autoescape", "undefined", "trim_blocks", "lstrip_blocks"}
    open_options = {name: value for name, value in options.items() if name not in settled}
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, **open_options)
    made.add_extension("jinja2.ext.do")
    made.add_extension("jinja2.ext.i18n")
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    made.globals.update(gettext=said, _=said, url=url, static=static, flashes=flashes, refusal_words=refusal_words)
    made.filters.update(FILTERS)
    return made


def said(text: str, **values: Any) -> Markup:
    """A text in the reader's language, what is put into it escaped; looked up once for each language.

    >>> from django.utils import translation
    >>> with translation.override("nb"):
    ...     said("Lest av %(name)s", name="<b>"), said("100 %% sikkert")
    (Markup('Lest av &lt;b&gt;'), Markup('100 % sikkert'))
    """
    return (
        _translated(get_language() or "nb", str(text)) % values if values else _whole(get_language() or "nb", str(text))
    )


@lru_cache(maxsize=8192)
def _translated(language: str, text: str) -> Markup:
    return Markup(gettext(text))  # noqa: S704 - our own texts


@lru_cache(maxsize=8192)
def _whole(language: str, text: str) -> Markup:
    return Markup(gettext(text)) % {}  # noqa: S704 - our own texts


class Token:
    """The hidden field that lets a form through, made once for a page however many forms it has."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made = ""

    def __html__(self) -> str:
        self._made = self._made or str(self._make())
        return self._made

    __str__ = __html__


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page by its name, with its parts."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def flashes(request: HttpRequest | None) -> Iterable[Any]:
    """The short notes that the last step left for this page («Meldingen er sendt»); none without a request."""
    return () if request is None else get_messages(request)


@lru_cache(maxsize=1024)
def phone_link(number: str) -> Markup:
    """A phone number that can be pressed, kept on one line.

    >>> phone_link("116 117")
    Markup('<a class="ds-link hk-tel" href="tel:116117">116\\xa0117</a>')
    """
    address = "".join(character for character in str(number) if character.isdigit() or character == "+")
    shown = str(number).replace(" ", "\N{NO-BREAK SPACE}")
    return Markup('<a class="ds-link hk-tel" href="tel:{}">{}</a>').format(address, shown)


def paragraphs(text: str) -> Markup:
    """What somebody has written, with her paragraphs and line breaks, and nothing of it taken as markup.

    >>> paragraphs("Hei\\n<b>Astrid</b>\\n\\nHa det")
    Markup('<p>Hei<br>&lt;b&gt;Astrid&lt;/b&gt;</p>\\n<p>Ha det</p>')
    """
    lines = "\n".join(str(text).strip().splitlines())
    blocks = [block.strip("\n") for block in lines.split("\n\n") if block.strip()]
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in block.split("\n"))) for block in blocks
    )


FILTERS: Final[dict[str, Callable[..., Any]]] = {"phone_link": phone_link, "paragraphs": paragraphs, **TIME_FILTERS}
