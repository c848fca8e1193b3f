"""Whether a domain's e-mail is believed elsewhere: its SPF, DKIM and DMARC in the DNS (RFC 7208, 6376, 7489)."""

from collections.abc import Callable, Sequence
from enum import StrEnum

Texts = Callable[[str], Sequence[str]]
"""The TXT records of a name; none where there are none."""


class Lack(StrEnum):
    """What a domain lacks so that its e-mail is believed."""

    NO_SPF = "no-spf"
    MANY_SPF = "many-spf"
    OPEN_SPF = "open-spf"
    NO_DKIM = "no-dkim"
    NO_DMARC = "no-dmarc"
    WEAK_DMARC = "weak-dmarc"


class NoAnswer(Exception):
    """The DNS did not answer."""


def lacks(domain: str, selector: str, *, texts: Texts) -> list[Lack]:
    """Say what a domain lacks; nothing, where its e-mail is believed.

    >>> dns = {"tunvik.no": ["v=spf1 include:x -all"], "s._domainkey.tunvik.no": ["v=DKIM1; p=MIG"],
    ...     "_dmarc.tunvik.no": ["v=DMARC1; p=reject"]}
    >>> lacks("tunvik.no", "s", texts=lambda name: dns.get(name, []))
    []
    >>> lacks("tunvik.no", "", texts=lambda name: [])
    [<Lack.NO_SPF: 'no-spf'>, <Lack.NO_DKIM: 'no-dkim'>, <Lack.NO_DMARC: 'no-dmarc'>]
    """
    found = [*_spf(texts(domain))]
    key = texts(f"{selector}._domainkey.{domain}") if selector else []
    if not any(_tags(text).get("p") for text in key):
        found.append(Lack.NO_DKIM)
    return [*found, *_dmarc(texts(f"_dmarc.{domain}"))]


def _spf(records: Sequence[str]) -> list[Lack]:
    spf = [text.lower().split() for text in records if text.lower().split()[:1] == ["v=spf1"]]
    if not spf:
        return [Lack.NO_SPF]
    if len(spf) > 1:
        return [Lack.MANY_SPF]
    closed = any(term in ("-all", "~all") or term.startswith("redirect=") for term in spf[0])
    return [] if closed else [Lack.OPEN_SPF]


def _dmarc(records: Sequence[str]) -> list[Lack]:
    policies = [_tags(text).get("p", "") for text in records if _tags(text).get("v", "").upper() == "DMARC1"]
    if len(policies) != 1:
        return [Lack.NO_DMARC]
    return [] if policies[0].lower() in ("quarantine", "reject") else [Lack.WEAK_DMARC]


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def ask_the_dns(name: str) -> list[str]:
    """The TXT records of a name, each put together of its strings; NoAnswer where nobody answers."""
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=5.0)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as problem:
        raise NoAnswer(type(problem).__name__) from None
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
