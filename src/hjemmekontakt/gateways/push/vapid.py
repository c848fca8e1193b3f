"""Who we are to a push service (VAPID, RFC 8292): a key that browsers are given, and a token signed by it for each service."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from hjemmekontakt.gateways.push.sealing import point_of

LASTS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class VapidKey:
    """Our key pair; `public` is what a browser is given when it asks to be told."""

    key: ECKey = field(repr=False)
    public: str

    @classmethod
    def of(cls, jwk: Mapping[str, Any]) -> "VapidKey":
        """The key of a private JWK on P-256; ValueError for any other."""
        try:
            key = ECKey.import_key(dict(jwk))
        except (JoseError, KeyError, TypeError) as problem:
            raise ValueError("not a private key on P-256") from problem
        if key.curve_name != "P-256" or not key.is_private:
            raise ValueError("not a private key on P-256")
        return cls(key, urlsafe_b64encode(point_of(key.public_key)).rstrip(b"=").decode())

    def authorization(self, endpoint: str, *, contact: str, now: datetime) -> str:
        """The header that proves to this endpoint's service, and to no other, that it is us."""
        service = urlsplit(endpoint)
        claims = {
            "aud": f"{service.scheme}://{service.netloc}",
            "exp": int((now + LASTS).timestamp()),
            "sub": contact,
        }
        token = jwt.encode({"typ": "JWT", "alg": "ES256"}, claims, self.key)
        return f"vapid t={token}, k={self.public}"


def new_push_key() -> dict[str, Any]:
    """Make a new private key for notices to browsers; all who have asked for them must ask again when it is changed."""
    return dict(ECKey.generate_key("P-256").as_dict(private=True))
