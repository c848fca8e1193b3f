"""`./hk serve`: the portal on the net, once its settings are fit for it."""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from hjemmekontakt.project.preflight import why_not_serve

WORKERS = min(4, os.cpu_count() or 1)
APPLICATION = "hjemmekontakt.project.wsgi:application"


def run(arguments: list[str]) -> int:
    """Refuse with reasons, or become the web server."""
    parser = argparse.ArgumentParser(prog="./hk serve", description="Svar på nettet, bak en proxy som har TLS.")
    parser.add_argument("--host", default="127.0.0.1", help="adressen den lytter på (%(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="porten den lytter på (%(default)s)")
    parser.add_argument("--workers", type=int, default=WORKERS, help="prosesser (%(default)s)")
    chosen = parser.parse_args(arguments)

    reasons = why_not_serve(with_files(os.environ))
    if not reasons:
        command = web_command(chosen.host, chosen.port, workers=chosen.workers)
        os.execv(command[0], command)  # noqa: S606 - our own Python, and no shell
    print("Portalen starter ikke:", *reasons, sep="\n  ", file=sys.stderr)
    return 1


def web_command(host: str, port: int, *, workers: int, application: str = APPLICATION) -> list[str]:
    """The web server's command line; it keeps no log of requests, which would hold addresses and queries."""
    return [
        *(sys.executable, "-P", "-m", "granian", "--interface", "wsgi", "--no-ws", "--http", "1"),
        *("--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", "8"),
        *("--no-access-log", "--log-level", "warning", "--respawn-failed-workers"),
        application,
    ]


def with_files(environment: Mapping[str, str]) -> dict[str, str]:
    """The settings, with those read that a `<name>_FILE` points to; an unreadable file counts as missing."""
    settings = dict(environment)
    for name, file in environment.items():
        if name.endswith("_FILE") and name.startswith(("HK_", "DATABASE_URL", "MIGRATE_DATABASE_URL")):
            try:
                settings[name.removesuffix("_FILE")] = Path(file).read_text(encoding="utf-8").strip()
            except OSError:
                settings[name.removesuffix("_FILE")] = ""
    return settings
