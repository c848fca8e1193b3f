"""Which push services are spoken to: those of the known browsers and no other, whatever address a browser names."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

KNOWN = {
    "google": "fcm.googleapis.com",
    "mozilla": "updates.push.services.mozilla.com",
    "apple": "*.push.apple.com",
    "microsoft": "*.notify.windows.com",
}
HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
ON_THIS_MACHINE = re.compile(r"http://(127\.0\.0\.1|localhost):\d+")
LONGEST = 1000


class Flaw(StrEnum):
    """What is wrong with what a browser says of itself."""

    NOT_A_SERVICE = "not-a-service"
    NOT_A_KEY = "not-a-key"


@dataclass(frozen=True, slots=True)
class Services:
    """The push services: by host, a `*.` for what stands below one; and the demo's, on this machine."""

    hosts: frozenset[str]
    here: frozenset[str] = frozenset()

    def why_not(self, endpoint: str) -> Flaw | None:
        """Say why nothing is sent to an address; None means that it is one of a known service.

        >>> ours = services_in("google apple")
        >>> ours.why_not("https://fcm.googleapis.com/fcm/send/abc"), ours.why_not("https://web.push.apple.com/abc")
        (None, None)
        >>> [ours.why_not(f"https://{it}/abc") for it in ("push.apple.com", "apple.com", "fcm.googleapis.com:8443")]
        [<Flaw.NOT_A_SERVICE: 'not-a-service'>, <Flaw.NOT_A_SERVICE: 'not-a-service'>, <Flaw.NOT_A_SERVICE: 'not-a-service'>]
        """
        try:
            parts = urlsplit(endpoint)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return Flaw.NOT_A_SERVICE
        if len(endpoint) > LONGEST or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
            return Flaw.NOT_A_SERVICE
        if f"{parts.scheme}://{parts.netloc}" in self.here:
            return None
        is_plain = parts.scheme == "https" and "@" not in parts.netloc and port in (None, 443)
        return None if is_plain and self._knows(host) else Flaw.NOT_A_SERVICE

    def hosts_here(self) -> frozenset[str]:
        """The names by which those on this machine are called."""
        return frozenset(urlsplit(each).hostname or "" for each in self.here)

    def _knows(self, host: str) -> bool:
        above = host.partition(".")[2]
        wilder = {f"*.{above}"} | {f"*.{above.split('.', n)[-1]}" for n in range(1, above.count(".") + 1)}
        return HOST.fullmatch(host) is not None and bool(({host} | wilder) & self.hosts)


def services_in(text: str, *, is_demo: bool = False) -> Services:
    """Read the setting: names of known services, or hosts; ValueError for anything else.

    An address on this machine belongs to the demo.

    >>> sorted(services_in("mozilla push.example.no").hosts)
    ['push.example.no', 'updates.push.services.mozilla.com']
    >>> services_in("https://push.example.no")
    Traceback (most recent call last):
    ValueError: https://push.example.no
    """
    words = text.replace(",", " ").split()
    here = frozenset(word for word in words if is_demo and ON_THIS_MACHINE.fullmatch(word))
    hosts = [KNOWN.get(word, word.lower()) for word in words if word not in here]
    for host in hosts:
        if not HOST.fullmatch(host):
            raise ValueError(host)
    return Services(frozenset(hosts), here)
