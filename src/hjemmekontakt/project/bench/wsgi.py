"""What granian serves under `./hk bench`: the portal as it is, and beside it the floor. Production serves another file."""

from collections.abc import Iterable
from typing import Any

from hjemmekontakt.project.bench import floor
from hjemmekontakt.project.wsgi import application as portal


def application(environ: dict[str, Any], start_response: floor.StartResponse) -> Iterable[bytes]:
    """Answer by the floor where it is asked for and open, else by the portal."""
    if environ["PATH_INFO"].startswith(floor.PREFIX) and floor.is_open():
        return floor.answer(environ, start_response)
    return portal(environ, start_response)
