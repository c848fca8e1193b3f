"""The Jinja2 environment of all pages: our texts, addresses and filters; Django's backend calls `environment`."""

from collections.abc import Callable, Iterable, MutableMapping
from functools import cache, lru_cache
from keyword import iskeyword
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template import engines
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

from hjemmekontakt.kit.frame import Blank, Page, framed
from hjemmekontakt.kit.time_filters import TIME_FILTERS
from hjemmekontakt.kit.words import refusal_words


def environment(**options: Any) -> Environment:
    """Make the environment that every page is rendered in.

    An unknown name stops the page (`StrictUndefined`): a typing error is found by the first test that opens it.
    Only the frame is gentle: without a `page` it shows `nobody`'s, so that an error page needs no context.
    What people write is always escaped; no setting turns that off.
    """
    settled = {"autoescape", "undefined", "trim_blocks", "lstrip_blocks"}
    open_options = {name: value for name, value in options.items() if name not in settled}
    made = Pages(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, **open_options)
    made.add_extension("jinja2.ext.do")
    made.add_extension("jinja2.ext.i18n")
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    made.globals.update(gettext=said, _=said, url=url, static=lru_cache(static), flashes=flashes)
    made.globals.update(framed=framed, nobody=Page(), refusal_words=refusal_words)
    made.filters.update(FILTERS)
    return made


PLAIN: Final = frozenset({"_", "gettext", "url", "static", "ui", "words"})
"""What a page calls most: texts and addresses, and what stands in the components and in a domain's words."""


class Compiler(CodeGenerator):
    """Jinja's own compiler, but what is put into a page goes through `put` instead of `escape`, and a block comes whole.

    Jinja hands on each piece of a block by itself, through every template that the page extends. And it finds out at each
    call what is wanted of the context; what is `PLAIN` wants nothing, and is called as it stands.
    """

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """Call what is `PLAIN` at once, everything else as Jinja does."""
        if forward_caller or not _is_plain(node):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for given in (*node.args, *node.kwargs):
            self.visit(given, frame)
            self.write(", ")
        self.write(")")

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """Gather a block's pieces and hand them on as one."""
        if not frame.block_frame or frame.buffer is not None:
            super().blockvisit(nodes, frame)
            return
        self.buffer(frame)
        super().blockvisit(nodes, frame)
        self.writeline(f"yield concat({frame.buffer})")
        frame.buffer = None

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.put(")


def _is_plain(node: nodes.Call) -> bool:
    """Whether a call is one of what is `PLAIN`, with nothing given that Python says in another way."""
    called = node.node.node if isinstance(node.node, nodes.Getattr) else node.node
    is_named = isinstance(called, nodes.Name) and called.name in PLAIN
    return is_named and not (node.dyn_args or node.dyn_kwargs or any(iskeyword(each.key) for each in node.kwargs))


class Pages(Environment):
    """The environment of pages. Half of what a page is made of is markup already: it is not escaped, nor copied, again."""

    code_generator_class = Compiler

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every template knows, as one plain dict: it is copied for each part of a page."""
        return {**self.globals, **(d or {})}

    @staticmethod
    def put(value: Any) -> str:
        """What stands in a page: markup as it is, everything else escaped."""
        return value if type(value) is Markup else escape(value)


def said(text: str, /, **values: Any) -> Markup:
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


@cache
def macros_of(template: str) -> Any:
    """The macros of a template, for plain functions that make markup; its name with `.html.jinja`."""
    return engines["jinja2"].env.get_template(template).module  # type: ignore[attr-defined]


class Token:
    """The hidden field that lets a form through, made once for a page however many forms it has."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made = ""

    def __html__(self) -> str:
        self._made = self._made or str(self._make())
        return self._made

    __str__ = __html__


STAND_INS: Final = tuple(uuid4() for _ in range(4))
IN_AN_ADDRESS: Final = {stand_in: str(stand_in) for stand_in in STAND_INS}


def url(name: str, *args: Any) -> str:
    """The address of a page by its name, with its parts; looked up once for each name, the ids put in afterwards."""
    shape = [
        stand_in if isinstance(part, UUID | Blank) else part for stand_in, part in zip(STAND_INS, args, strict=False)
    ]
    address = _address(name, *shape)
    for stand_in, part in zip(shape, args, strict=True):
        address = address.replace(IN_AN_ADDRESS[stand_in], str(part)) if stand_in is not part else address
    return address


@lru_cache(maxsize=1024)
def _address(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def flashes(request: HttpRequest | None) -> Iterable[Any]:
    """The short notes that the last step left for this page («Meldingen er sendt»).

    None without a request, and none for a page that refreshes itself: they belong to the next page somebody opens.
    Where there are none, nothing counts as read, so that no empty cookie is sent.
    """
    if request is None or getattr(request, "is_background", False):
        return ()
    left = get_messages(request)
    return left if len(left) else ()  # type: ignore[arg-type]


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
    blocks = [block.strip("\n") for block in str(escape(lines)).split("\n\n") if block.strip()]
    return Markup("\n".join(f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks))  # noqa: S704 - escaped above


FILTERS: Final[dict[str, Callable[..., Any]]] = {"phone_link": phone_link, "paragraphs": paragraphs, **TIME_FILTERS}
