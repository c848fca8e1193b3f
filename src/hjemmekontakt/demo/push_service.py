"""The demo's push service and browsers (`push_service.mjs`): what a notice to a browser is handed to on this machine."""

from pathlib import Path

from hjemmekontakt.demo.provider import node


def command(port: int) -> list[str]:
    """The command that runs it; raises NoNode where there is no Node."""
    return [node(), str(Path(__file__).with_suffix(".mjs")), str(port)]
