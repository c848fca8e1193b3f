"""National identity numbers at rest: sealed with AES-GCM under a key with an id, found by a keyed look-up value (R105)."""

import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys from the key file: which seals now, all that can open, and the one for look-ups."""

    current: str
    sealing: dict[str, bytes]
    lookup: bytes


def make_key_file(path: Path) -> None:
    """Write a fresh key file, readable by its owner alone, unless one is there."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"current": "1", "sealing": {"1": os.urandom(32).hex()}, "lookup": os.urandom(32).hex()}
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(content, file)


@cache
def key_ring(path: str) -> KeyRing:
    """The key ring of a key file; raises OSError or ValueError where it cannot be read."""
    content = json.loads(Path(path).read_text())
    sealing = {name: bytes.fromhex(key) for name, key in content["sealing"].items()}
    return KeyRing(content["current"], sealing, bytes.fromhex(content["lookup"]))


def seal(text: str) -> bytes:
    """Encrypt a short secret for storage: key id, zero byte, nonce (12 bytes), ciphertext."""
    return seal_bytes(text.encode())


def seal_bytes(content: bytes) -> bytes:
    """Encrypt what is no text, in the same way."""
    return seal_with(key_ring(str(settings.NATIONAL_ID_KEYS)), content)


def seal_with(ring: KeyRing, content: bytes) -> bytes:
    """Encrypt with the current key of this ring."""
    nonce = os.urandom(12)
    return ring.current.encode() + b"\0" + nonce + _cipher(ring.sealing[ring.current]).encrypt(nonce, content, None)


def unseal(sealed: bytes) -> str:
    """Decrypt what `seal` made; raises KeyError for an unknown key and InvalidTag for anything changed."""
    return unseal_bytes(sealed).decode()


def unseal_bytes(sealed: bytes) -> bytes:
    """Decrypt what `seal_bytes` made."""
    ring = key_ring(str(settings.NATIONAL_ID_KEYS))
    key_id, rest = bytes(sealed).split(b"\0", 1)
    return _cipher(ring.sealing[key_id.decode()]).decrypt(rest[:12], rest[12:], None)


@cache
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def lookup_value(text: str) -> bytes:
    """The keyed value (HMAC-SHA-256, 32 bytes) by which a national id is found without being readable."""
    return lookup_values([text])[0]


def lookup_values(texts: Iterable[str]) -> list[bytes]:
    """The keyed value of each, in their order."""
    begun = _keyed(key_ring(str(settings.NATIONAL_ID_KEYS)).lookup)
    values = []
    for text in texts:
        keyed = begun.copy()
        keyed.update(text.encode())
        values.append(keyed.digest())
    return values


@cache
def _keyed(key: bytes) -> hmac.HMAC:
    """What every look-up value of a key begins with."""
    return hmac.new(key, digestmod=hashlib.sha256)
