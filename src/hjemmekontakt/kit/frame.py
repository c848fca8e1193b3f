"""What surrounds every page, made once and kept: names, the path and the form token are put in each time."""

import re
from functools import lru_cache
from typing import Any, Final, Self

from jinja2 import Environment, pass_environment
from markupsafe import Markup, escape
from msgspec import Struct
from msgspec.structs import replace

MARK: Final = re.compile("\0([a-z_./]+)\0")
"""Where something is put in; no text from the database holds a NUL, PostgreSQL takes none."""
WAITING: Final = "\0waiting\0"
"""Where a menu's text shows how many wait: counted only where a page draws that menu."""
KEPT: Final = 2048


class Blank(Markup):
    """A mark where something is put in each time; in an address it stands for an id (`url`)."""

    @classmethod
    def named(cls, name: str) -> Self:
        """The mark of this name."""
        return cls(f"\0{name}\0")


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


@lru_cache(maxsize=KEPT)
def _made(environment: Environment, part: str, page: Page) -> list[str]:
    """The part in pieces: text, a mark's name, text, …"""
    return MARK.split(environment.get_template(part).render(page=page, token=Markup("\0token\0")))
