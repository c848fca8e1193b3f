"""What surrounds every page, made once for each reader and kept: only the form token and the path are new each time."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from jinja2 import Environment, pass_environment
from markupsafe import Markup, escape

TOKEN_HERE: Final = "\0token\0"  # noqa: S105 - no name or phone number holds a NUL: PostgreSQL takes none
PATH_HERE: Final = "\0path\0"
KEPT: Final = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
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
def framed(environment: Environment, part: str, page: Page, csrf_input: Any) -> Markup:
    """A part of the frame (a template that is given `page`, `path` and `token`) around this page.

    It is rendered once for each reader and place in the navigation; the token and the path are put in afterwards, so
    that what is kept never holds a token.
    """
    kept = _made(environment, part, replace(page, path=""))
    path = str(escape(page.path))
    return Markup(str(csrf_input).join(kept).replace(PATH_HERE, path))  # noqa: S704 - rendered escaped, as is the path


@lru_cache(maxsize=KEPT)
def _made(environment: Environment, part: str, page: Page) -> tuple[str, ...]:
    """The part cut where the token goes."""
    template = environment.get_template(part)
    made = template.render(page=page, path=Markup(PATH_HERE), token=Markup(TOKEN_HERE))  # noqa: S704 - our own marks
    return tuple(made.split(TOKEN_HERE))
