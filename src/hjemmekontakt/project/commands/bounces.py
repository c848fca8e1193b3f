"""`./hk bounces`: takes in e-mail that came back, from a mail server's pipe or a Maildir, and marks what did not arrive."""

import argparse
import mailbox
import os
import sys
from collections.abc import Iterator
from pathlib import Path

LARGEST = 2 * 1024 * 1024


def run(arguments: list[str]) -> int:
    """Read one e-mail from standard input, or all of a Maildir, each of which is removed when it is recorded."""
    parser = argparse.ArgumentParser(prog="./hk bounces", description="Ta imot e-post som kom i retur.")
    parser.add_argument(
        "--maildir", type=Path, help="mappa der e-post i retur legges; ellers leses én fra standard inn"
    )
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hjemmekontakt.project.settings")
    import django

    django.setup()
    from hjemmekontakt.access.actions import the_portal
    from hjemmekontakt.notifications.returned_mail import take_back

    if chosen.maildir is None:
        changed = take_back(the_portal(), [sys.stdin.buffer.read(LARGEST)])
    else:
        changed = sum(take_back(the_portal(), [letter]) for letter in _letters(chosen.maildir))
    print(f"{changed} varsler er merket som ikke kommet fram.")
    return 0


def _letters(folder: Path) -> Iterator[bytes]:
    """Each e-mail of a Maildir; gone from it when the next is asked for."""
    box = mailbox.Maildir(folder, create=False)
    for name in sorted(box.keys()):
        yield box.get_bytes(name)[:LARGEST]
        box.discard(name)
