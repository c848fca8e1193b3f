"""The outside of the notices' benchmarks: the contact register and the SMS provider, which notes when it accepted what."""

import argparse
from hashlib import sha256
from threading import Lock

from hjemmekontakt.demo.small_server import Call, Reply, as_json, serve
from hjemmekontakt.demo.until_stopped import until_stopped
from hjemmekontakt.gateways import krr_fake
from hjemmekontakt.gateways.krr import Address, Contact
from hjemmekontakt.ground import clock

QUEUED = 1005


class Everybody(dict[str, Contact]):
    """A register in which everybody has a mobile of her own, confirmed today."""

    def get(self, national_id: str, default: object = None) -> Contact:  # type: ignore[override]
        """The contact of one person, the same each time."""
        number = int(sha256(national_id.encode()).hexdigest()[:12], 16) % 10_000_000
        return Contact(national_id=national_id, mobile=Address(value=f"+479{number:07d}", verified_at=clock.real()))


class Peer:
    """Takes over SMS in LINK's shape, each reference once, and remembers when."""

    def __init__(self) -> None:
        self.accepted: dict[str, float] = {}
        self.lock = Lock()

    def take(self, call: Call) -> Reply:
        """Take over one SMS."""
        reference = str(call.json_object()["refId"])
        with self.lock:
            self.accepted.setdefault(reference, clock.real().timestamp())
        return as_json({"messageId": reference, "resultCode": QUEUED, "description": "Queued"})

    def tell(self, _: Call) -> Reply:
        """When each was accepted, in seconds of the epoch."""
        with self.lock:
            return as_json(dict(self.accepted))

    def count(self, _: Call) -> Reply:
        """How many were accepted."""
        return as_json({"count": len(self.accepted)})

    def contacts(self, call: Call) -> Reply:
        """Answer as the contact register."""
        return as_json(krr_fake.answer(call.json_object(), Everybody()))


def main() -> None:
    """Answer until stopped."""
    asked = argparse.ArgumentParser(prog="hjemmekontakt.project.bench.notices_peer", description=__doc__)
    asked.add_argument("--port", type=int, required=True)
    port = asked.parse_args().port
    peer = Peer()
    with until_stopped():
        serve(
            {
                ("POST", "/sms/send"): peer.take,
                ("POST", "/rest/v2/personer"): peer.contacts,
                ("GET", "/healthz"): lambda _: Reply(),
                ("GET", "/accepted"): peer.tell,
                ("GET", "/count"): peer.count,
            },
            host="127.0.0.1",
            port=port,
        )


if __name__ == "__main__":
    main()
