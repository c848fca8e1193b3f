"""The commands of `./hk`: what each is for, and the way to it."""

import importlib
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]

COMMANDS = {
    "demo": "Start alt: portal, database, innlogging, journalsystem og en kommune med folk i",
    "test": "Kjør alle testene",
    "check": "Se over form, typer, grenser mellom mapper, migreringer og oversettelser",
    "bench": "Mål hvor raske sidene er, på en by med mange i",
    "docs": "Tegn bilder, diagrammer og oppslagssider på nytt",
    "build": "Bygg stiler, skript og oversettelser",
    "serve": "Drift: svar på nettet",
    "work": "Drift: gjør bakgrunnsarbeidet",
    "migrate": "Drift: oppdater databasens skjema",
    "dead-letters": "Drift: vis, send på nytt eller slipp det abonnentene ikke fikk",
    "reconcile": "Drift: se etter at alle varsler er avgjort, én gang for hver",
    "bounces": "Drift: ta imot e-post som kom i retur",
    "doctor": "Drift: se over installasjonen og si hva som mangler",
}


def main(arguments: list[str]) -> int:
    """Run the command that is named first; without one, say which there are."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(overview())
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"«{name}» er ikke en kommando.\n\n{overview()}", file=sys.stderr)
        return 2
    try:
        status: int = importlib.import_module(f"{__name__}.{name.replace('-', '_')}").run(rest)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return status


def overview() -> str:
    """The list of commands, with a line about each."""
    width = max(map(len, COMMANDS))
    lines = [f"  ./hk {name:<{width}}  {what}" for name, what in COMMANDS.items()]
    return "\n".join(["Hjemmekontakt", "", *lines, "", "./hk KOMMANDO --help sier mer om hver av dem."])
