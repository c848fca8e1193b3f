"""What must be in order before the portal may answer in production, judged by its environment alone."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from hjemmekontakt.gateways.push.services import services_in

NEEDED = (
    "DATABASE_URL",
    "HK_SECRET_KEY",
    "HK_NATIONAL_ID_KEYS",
    "HK_PUBLIC_URL",
    "HK_IDPORTEN_ISSUER",
    "HK_IDPORTEN_CLIENT_ID",
    "HK_IDPORTEN_CLIENT_JWK",
)
FACING_PEOPLE = ("HK_PUBLIC_URL", "HK_IDPORTEN_ISSUER")
FACING_SYSTEMS = ("HK_KRR_URL", "HK_FOLKEREGISTER_URL")
SMS_PROVIDERS = ("HK_SMS", "HK_SMS_SECOND")
SCHEMES = {"link": "https", "sveve": "https", "altinn": "https", "smpp": "smpps"}
TO_THE_SCANNER = "HK_CLAMD_URL"
# The demo's own keys begin so, whoever makes them.
PRESET_KEYS = ("demo", "test", "django-insecure", "change", "secret", "example")
SHORTEST_KEY = 50
SHORTEST_SECRET = 20
FEWEST_LETTERS = 10


def why_not_serve(environment: Mapping[str, str]) -> list[str]:
    """Say what keeps the portal from being opened to people, a sentence each; an empty list means nothing does.

    >>> why_not_serve({"HK_DEMO_SECRET": "x"})[0]
    'HK_DEMO_SECRET hører til demoen og skal ikke finnes i drift.'
    """
    return [
        *_of_the_demo(environment),
        *(f"{name} mangler." for name in NEEDED if not environment.get(name)),
        *(sentence for name in FACING_PEOPLE if (sentence := _why_not_public(name, environment.get(name, "")))),
        *(sentence for name in FACING_SYSTEMS if (sentence := _why_not_sent(name, environment.get(name, "")))),
        *(sentence for prefix in SMS_PROVIDERS for sentence in _why_no_sms(prefix, environment)),
        *_weak_receipt_secret(environment.get("HK_SMS_RECEIPT_SECRET", "")),
        *_why_no_push(environment),
        *_why_not_scanned(environment.get(TO_THE_SCANNER, "")),
        *_weak_key(environment.get("HK_SECRET_KEY", "")),
    ]


def _of_the_demo(environment: Mapping[str, str]) -> list[str]:
    found = [
        f"{name} hører til demoen og skal ikke finnes i drift."
        for name in sorted(environment)
        if name.startswith("HK_DEMO") and environment[name]
    ]
    if environment.get("HK_DEBUG", "") not in ("", "0"):
        found.append("HK_DEBUG viser koden for folk når noe går galt. Ta den bort.")
    return found


def _why_not_public(name: str, url: str) -> str:
    if not url:
        return ""
    if urlsplit(url).scheme != "https":
        return f"{name} må begynne med https://."
    if _is_loopback(url):
        return f"{name} peker på denne maskinen selv. Den må være adressen som folk bruker."
    return ""


def _why_not_sent(name: str, url: str) -> str:
    if url and urlsplit(url).scheme != "https" and not _is_loopback(url):
        return f"{name} må begynne med https://, ellers går personopplysninger åpent over nettet."
    return ""


def _why_no_sms(prefix: str, environment: Mapping[str, str]) -> list[str]:
    """A provider of a known kind, spoken to in a way that nobody else can read, who knows who we are."""
    kind, url = environment.get(f"{prefix}_PROVIDER") or "link", environment.get(f"{prefix}_URL", "")
    if not url:
        return []
    if kind not in SCHEMES:
        return [f"{prefix}_PROVIDER må være en av {', '.join(SCHEMES)}."]
    found = []
    if urlsplit(url).scheme != SCHEMES[kind] and not (
        urlsplit(url).scheme == SCHEMES[kind].removesuffix("s") and _is_loopback(url)
    ):
        found.append(
            f"{prefix}_URL må begynne med {SCHEMES[kind]}://, ellers går personopplysninger åpent over nettet."
        )
    needed = ("MASKINPORTEN_ISSUER",) if kind == "altinn" else ("USER", "PASSWORD")
    names = [f"HK_{name}" if kind == "altinn" else f"{prefix}_{name}" for name in needed]
    return found + [f"{name} mangler." for name in names if not environment.get(name)]


def _weak_receipt_secret(secret: str) -> list[str]:
    if secret and len(secret) < SHORTEST_SECRET:
        return [f"HK_SMS_RECEIPT_SECRET er for lett å gjette. Lag en tilfeldig på minst {SHORTEST_SECRET} tegn."]
    return []


def _why_no_push(environment: Mapping[str, str]) -> list[str]:
    """Who is told in a browser, is told by a known service, that knows how to reach us."""
    key, contact = environment.get("HK_WEB_PUSH_KEY", ""), environment.get("HK_WEB_PUSH_CONTACT", "")
    found = []
    if bool(key) != bool(contact):
        found.append("HK_WEB_PUSH_KEY og HK_WEB_PUSH_CONTACT hører sammen. Sett begge, eller ingen av dem.")
    if contact and not contact.startswith(("mailto:", "https://")):
        found.append("HK_WEB_PUSH_CONTACT må begynne med mailto: eller https://.")
    try:
        services_in(environment.get("HK_WEB_PUSH_SERVICES", ""))
    except ValueError as problem:
        found.append(
            f"HK_WEB_PUSH_SERVICES kjenner ikke {problem}. Skriv google, mozilla, apple, microsoft eller et navn."
        )
    return found


def _why_not_scanned(url: str) -> list[str]:
    """The scanner's protocol has no encryption, and people's files go over it."""
    scheme = urlsplit(url).scheme
    if not url or scheme == "unix" or (scheme == "tcp" and _is_loopback(url)):
        return []
    if scheme == "tcp":
        return [f"{TO_THE_SCANNER} må være en unix-socket eller denne maskinen, ellers går vedlegg åpent over nettet."]
    return [f"{TO_THE_SCANNER} må begynne med unix:/// eller tcp://."]


def _is_loopback(url: str) -> bool:
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_loopback or mapped.is_unspecified)


def _weak_key(key: str) -> list[str]:
    if not key:
        return []
    if key.lower().startswith(PRESET_KEYS):
        return ["HK_SECRET_KEY er en nøkkel som andre kjenner. Lag en ny og tilfeldig."]
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_LETTERS:
        return [f"HK_SECRET_KEY er for lett å gjette. Lag en tilfeldig på minst {SHORTEST_KEY} tegn."]
    return []
