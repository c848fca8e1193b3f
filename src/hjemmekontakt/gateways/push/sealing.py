"""Seals what a browser is told, so that its push service carries it and cannot read it (RFC 8291 over RFC 8188, aes128gcm)."""

import os
from base64 import urlsafe_b64decode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hjemmekontakt.gateways.push.message import Browser
from hjemmekontakt.gateways.push.services import Flaw

RECORD = 4096
ALWAYS_SO_LONG = 1024
AUTH_BYTES, SALT_BYTES, KEY_BYTES, NONCE_BYTES, SECRET_BYTES = 16, 16, 16, 12, 32
LAST_RECORD = b"\x02"


def seal(content: bytes, browser: Browser) -> bytes:
    """Seal for one browser; all are of one length, so that a service cannot tell by it what happened.

    ValueError where the browser's keys are none, or the content is too long.
    """
    if len(content) >= ALWAYS_SO_LONG:
        raise ValueError("too long for a notice")
    filled = (content + LAST_RECORD).ljust(ALWAYS_SO_LONG, b"\0")
    return seal_record(filled, browser, ours=ec.generate_private_key(ec.SECP256R1()), salt=os.urandom(SALT_BYTES))


def seal_record(record: bytes, browser: Browser, *, ours: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """Seal one record that ends in its delimiter, by this key and salt, which are never to be used twice."""
    theirs, auth = keys_of(browser)
    our_point = point_of(ours.public_key())
    shared = ours.exchange(ec.ECDH(), theirs)
    secret = _derived(shared, auth, b"WebPush: info\0" + point_of(theirs) + our_point, SECRET_BYTES)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", KEY_BYTES)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", NONCE_BYTES)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(our_point)]) + our_point
    return header + AESGCM(key).encrypt(nonce, record, None)


def keys_of(browser: Browser) -> tuple[ec.EllipticCurvePublicKey, bytes]:
    """The browser's public key and secret; ValueError where they are none."""
    point, auth = in_base64url(browser.p256dh), in_base64url(browser.auth)
    if len(auth) != AUTH_BYTES:
        raise ValueError("not a secret of sixteen bytes")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point), auth


def why_not_keys(browser: Browser) -> Flaw | None:
    """Say that nothing can be sealed for this browser; None means that it can."""
    try:
        keys_of(browser)
    except ValueError:
        return Flaw.NOT_A_KEY
    return None


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as browsers write it: 65 bytes, uncompressed."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def in_base64url(text: str) -> bytes:
    """Read what is written without padding."""
    return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
