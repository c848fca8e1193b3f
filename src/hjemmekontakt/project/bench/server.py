"""The portal as `./hk serve` runs it, on a free port of this machine, with the floor beside it."""

import json
import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hjemmekontakt.demo.postgres import Cluster
from hjemmekontakt.demo.processes import Processes, Program
from hjemmekontakt.ground.keys import make_key_file
from hjemmekontakt.project.bench import floor
from hjemmekontakt.project.bench.benchmark import HOST
from hjemmekontakt.project.bench.sizes import Size
from hjemmekontakt.project.commands import ROOT
from hjemmekontakt.project.commands.serve import WORKERS, web_command
from hjemmekontakt.project.preflight import why_not_serve

LOOPBACK = "127.0.0.1"
APPLICATION = "hjemmekontakt.project.bench.wsgi:application"


class NotAsServed(Exception):
    """The settings are not such as `./hk serve` starts with; the text says why."""


def environment(folder: Path) -> dict[str, str]:
    """The settings of a portal in production, but for its database: nothing of the demo, no debugging, keys of its own."""
    make_key_file(folder / "keys.json")
    outside = {
        name: value for name, value in os.environ.items() if not name.startswith(("HK_", "DJANGO_", "DATABASE_"))
    }
    return {
        **outside,
        "DJANGO_SETTINGS_MODULE": "hjemmekontakt.project.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "HK_SECRET_KEY": secrets.token_urlsafe(64),
        "HK_NATIONAL_ID_KEYS": str(folder / "keys.json"),
        "HK_PUBLIC_URL": f"https://{HOST}",
        "HK_BEHIND_PROXY": "1",
        "HK_IDPORTEN_ISSUER": "https://idporten.example.no",
        "HK_IDPORTEN_CLIENT_ID": "hjemmekontakt",
        "HK_IDPORTEN_CLIENT_JWK": json.dumps({"kty": "RSA"}),
    }


@contextmanager
def serving(cluster: Cluster, size: Size, *, settings: Mapping[str, str], log_folder: Path) -> Iterator[int]:
    """Serve the town of this size; gives the port. What was started ends with the block, whatever happens."""
    served = {**settings, "DATABASE_URL": cluster.url("hk_app", size.database)}
    if reasons := why_not_serve(served):
        raise NotAsServed("\n  ".join(["Portalen ville ikke startet slik i drift:", *reasons]))
    port = free_port()
    command = web_command(LOOPBACK, port, workers=WORKERS, application=APPLICATION)
    with Processes(log_folder) as processes:
        standing_on = {**served, floor.URL: cluster.superuser_url(size.database)}
        processes.start(Program(f"web-{size.threads}", command, standing_on, f"http://{LOOPBACK}:{port}/healthz"))
        yield port


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
