"""Pages that are alike for many: made once for each shape, with blanks in which a reader's own is put in each time."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Protocol, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from markupsafe import Markup

from hjemmekontakt.kit.frame import MARK, Blank, Page, framed
from hjemmekontakt.kit.jinja import Pages, flashes

KEPT: Final = 1024


class Shape(Protocol):
    """What such pages differ by: a frozen value."""

    def __hash__(self) -> int: ...

    def as_context(self) -> dict[str, Any]:
        """All that the page's template is given of it."""


def kept_page(request: HttpRequest, name: str, shape: Shape, blanks: Mapping[str, object]) -> HttpResponse:
    """A page that is made once for all of its shape, and language; what is its own is put in each time.

    Its template is given the shape's context and `blank.…`: marks while it is made, so that nothing of anybody's can come
    into what is kept. What it decides by (`{% if %}`) is the shape's, for a mark is never empty. With a note of the last step
    on it, it is rendered as other pages are, by the same template.
    """
    if flashes(request):
        return render(request, name, {**shape.as_context(), "blank": blanks})
    backend = cast(Jinja2, engines["jinja2"])
    pages: Pages = backend.env
    around: dict[str, Any] = {}
    for known in backend.template_context_processors:
        around.update(known(request))
    page, token = around["page"], Markup(around["csrf_input"])  # noqa: S704 - a component
    put_in = {"token": token, "acting": pages.put(page.acting_for_name)}
    for blank, value in blanks.items():
        put_in[blank] = pages.put(value)
    made = _made(pages, name, shape, _seen_by_all(page), tuple(blanks))
    for part in made[1::2]:
        if part not in put_in:  # a part of the frame, which is kept by itself
            put_in[part] = framed(pages, part, page, token, around.get("requests_waiting", ""))
    return HttpResponse("".join([put_in[piece] if place % 2 else piece for place, piece in enumerate(made)]))


def _seen_by_all(page: Page) -> Page:
    """What a page shows of its reader outside of the frame's own parts."""
    acting = Blank.named("acting") if page.acting_for_name else ""
    return Page(area=page.area, language=page.language, large_type=page.large_type, acting_for_name=acting)


@lru_cache(maxsize=KEPT)
def _made(pages: Pages, name: str, shape: Shape, page: Page, blanks: tuple[str, ...]) -> list[str]:
    """The page in pieces: text, a blank's name, text, …"""
    context = {
        **shape.as_context(),
        "blank": {blank: Blank.named(blank) for blank in blanks},
        "page": page,
        "csrf_input": Blank.named("token"),
        "framed": lambda part, *_: Blank.named(part),
    }
    return MARK.split(pages.get_template(name).render(context))
