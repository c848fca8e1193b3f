"""What granian serves under `./hk bench`: the portal as it is, and beside it the floor. Production serves another file."""

from collections.abc import Callable, Iterable
from typing import Any

from hjemmekontakt.project.bench import floor
from hjemmekontakt.project.wsgi import application as portal

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
_floor = floor.Floor() if floor.is_open() else None


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer by the floor where it is asked for and open, else by the portal."""
    if _floor is not None and environ["PATH_INFO"].startswith(floor.PREFIX):
        return _floor(environ, start_response)
    return portal(environ, start_response)
