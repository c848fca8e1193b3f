"""The demo's push service and browsers (`push_service.mjs`): what a notice to a browser is handed to on this machine."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from hjemmekontakt.demo.provider import node
from hjemmekontakt.gateways.push import Browser
from hjemmekontakt.gateways.push.sealing import point_of


def command(port: int) -> list[str]:
    """The command that runs it; raises NoNode where there is no Node."""
    return [node(), str(Path(__file__).with_suffix(".mjs")), str(port)]


def browser(url: str, name: str) -> Browser:
    """What its browser of this name gives to a page: made of the name, as the service itself makes it."""
    secret = int.from_bytes(sha256(f"hjemmekontakt demo browser {name}".encode()).digest(), "big")
    point = point_of(ec.derive_private_key(secret, ec.SECP256R1()).public_key())
    auth = sha256(f"auth {name}".encode()).digest()[:16]
    return Browser(f"{url}/push/{name}", *(urlsafe_b64encode(each).rstrip(b"=").decode() for each in (point, auth)))
