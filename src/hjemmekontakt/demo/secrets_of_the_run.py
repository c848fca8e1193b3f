"""The keys and secrets of one demo, made at its first start and kept in its folder, readable by its owner alone."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, RSAKey

from hjemmekontakt.gateways.idporten import new_client_key
from hjemmekontakt.gateways.push import new_push_key


def of(data: Path) -> dict[str, Any]:
    """The secrets of this data folder; made when they are not there."""
    file = data / "secrets.json"
    if not file.exists():
        write_private(file, json.dumps(_fresh()))
    made: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if "vendor_jwk" not in made:  # the folder is older than the vendor's client
        made["vendor_jwk"] = _vendor_key()
        write_private(file, json.dumps(made))
    if "push_jwk" not in made:
        made["push_jwk"] = new_push_key()
        write_private(file, json.dumps(made))
    return made


def write_private(file: Path, content: str) -> None:
    """Write a file whole or not at all, readable by its owner alone."""
    half_done = file.with_name(f"{file.name}.new")
    handle = os.open(half_done, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as writing:
        writing.write(content)
    half_done.replace(file)


def _fresh() -> dict[str, Any]:
    return {
        "secret_key": secrets.token_urlsafe(48),
        "demo_secret": secrets.token_urlsafe(24),
        "client_jwk": new_client_key(),
        "journal_jwk": _journal_key(),
        "fjordby_jwk": _journal_key(),
        "vendor_jwk": _vendor_key(),
        "push_jwk": new_push_key(),
        "hook_secret": secrets.token_urlsafe(24),
    }


def _journal_key() -> dict[str, Any]:
    key = ECKey.generate_key("P-384", parameters={"alg": "ES384", "use": "sig"}, auto_kid=True)
    made: dict[str, Any] = dict(key.as_dict(private=True))
    return made


def _vendor_key() -> dict[str, Any]:
    """The key of who tries the demo with a journal system of her own; RSA, so that openssl alone signs with it."""
    made: dict[str, Any] = dict(RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True))
    return made


def as_pem(key: dict[str, Any]) -> str:
    """A private key as openssl reads it."""
    return RSAKey.import_key(key).as_pem(private=True).decode()


def public_part(key: dict[str, Any]) -> dict[str, Any]:
    """The half of a key that others may see."""
    return {name: value for name, value in key.items() if name not in ("d", "p", "q", "dp", "dq", "qi")}
