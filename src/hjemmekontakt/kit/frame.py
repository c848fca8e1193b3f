"""What surrounds every page, made once and kept: names, the path and the form token are put in each time."""

import re
from functools import lru_cache
from typing import Any, Final, Protocol

from jinja2 import Environment, pass_environment
from markupsafe import Markup, escape
from msgspec import Struct
from msgspec.structs import replace

MARK: Final = re.compile("\0([a-z_]+)\0")
"""Where something is put in; no text from the database holds a NUL, PostgreSQL takes none."""
WAITING: Final = "\0waiting\0"
"""Where a menu's text shows how many wait: counted only where a page draws that menu."""
KEPT: Final = 2048


class Page(Struct, frozen=True, kw_only=True):
    """Who looks at a page, for whom, and from where: all that the frame shows. What is not known is left out."""

    area: str = "public"
    path: str = "/"
    language: str = "nb"
    large_type: bool = False
    person_name: str = ""
    acting_for_name: str = ""
    may_act_for: int = 0
    unit_name: str = ""
    unit_phone: str = ""
    help_phone: str = ""
    navigation: tuple[tuple[str, str, str], ...] = ()
    navigation_current: str = ""


@pass_environment
def framed(environment: Environment, part: str, page: Page, csrf_input: Any, waiting: Any = "") -> Markup:
    """A part of the frame (a template that is given `page` and `token`) around this page.

    It is rendered once for all readers who see the same, with marks where the token, the path and names go; these are
    put in afterwards, so that what is kept never holds a token or a name.
    """
    names = {"person": page.person_name, "acting": page.acting_for_name}
    marks = {name: f"\0{name}\0" if said else "" for name, said in names.items()}
    shape = replace(page, path="\0path\0", person_name=marks["person"], acting_for_name=marks["acting"])
    put_in = {"token": csrf_input, "path": escape(page.path), "waiting": waiting} | {
        name: escape(said) for name, said in names.items()
    }
    pieces = _made(environment, part, shape)
    whole = "".join(str(put_in[piece]) if place % 2 else piece for place, piece in enumerate(pieces))
    return Markup(whole)  # noqa: S704 - rendered escaped, and so is what is put in


class Shape(Protocol):
    """What a kept part of a page differs by: a frozen value."""

    def __hash__(self) -> int: ...

    def as_context(self) -> dict[str, Any]:
        """All that the part's template is given of it."""


@pass_environment
def kept(environment: Environment, part: str, shape: Shape, *, token: Any, **blanks: object) -> Markup:
    """A part of a page that is the same for many but for a few `blanks`, rendered once for each shape, as the frame is.

    The template knows the shape's own context, `csrf_input`, and `blank.…` for each blank: marks, which are put in afterwards.
    """
    put_in = {"token": str(token)} | {name: escape(str(said)) for name, said in blanks.items()}
    pieces = _kept(environment, part, shape, tuple(blanks))
    whole = "".join(put_in[piece] if place % 2 else piece for place, piece in enumerate(pieces))
    return Markup(whole)  # noqa: S704 - rendered escaped, and so is what is put in


@lru_cache(maxsize=KEPT)
def _kept(environment: Environment, part: str, shape: Shape, blanks: tuple[str, ...]) -> list[str]:
    marks = {name: Markup(f"\0{name}\0") for name in ("token", *blanks)}  # noqa: S704 - names of ours
    context = {**shape.as_context(), "csrf_input": marks["token"], "blank": marks}
    return MARK.split(environment.get_template(part).render(context))


@lru_cache(maxsize=KEPT)
def _made(environment: Environment, part: str, page: Page) -> list[str]:
    """The part in pieces: text, a mark's name, text, …"""
    return MARK.split(environment.get_template(part).render(page=page, token=Markup("\0token\0")))
