"""The outside systems of this installation, made once from its settings; each raises NotConfigured where it is not set up."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings

from hjemmekontakt.gateways.calling import NotAnswered, Why
from hjemmekontakt.gateways.folkeregister import Folkeregister
from hjemmekontakt.gateways.idporten import Provider
from hjemmekontakt.gateways.krr import Krr
from hjemmekontakt.gateways.mail import Smtp
from hjemmekontakt.gateways.maskinporten import Maskinporten
from hjemmekontakt.gateways.push import VapidKey, WebPush, services_in
from hjemmekontakt.gateways.sms import Altinn, Failover, LinkMobility, Smpp, SmsGateway, Sveve
from hjemmekontakt.gateways.sms.altinn import SCOPE as ALTINN_SCOPE
from hjemmekontakt.gateways.virus import Clamd

KRR_SCOPE = "krr:global/kontaktinformasjon.read"
FOLKEREGISTER_SCOPE = "nhn:persontjenesten/get-by-nin"
_making = Lock()


class NotConfigured(NotAnswered):
    """A setting is missing; the text names it. To the one who asked, the outside system does not answer."""

    def __init__(self, sentence: str) -> None:
        super().__init__(Why.UNAVAILABLE)
        self.args = (sentence,)


@cache
def provider() -> Provider:
    """The identity provider, and who we are to it (R1, R2)."""
    return Provider(
        issuer=_needed("IDPORTEN_ISSUER"),
        client_id=_needed("IDPORTEN_CLIENT_ID"),
        client_jwk=_jwk("IDPORTEN_CLIENT_JWK"),
        redirect_uri=f"{settings.PUBLIC_URL}/logg-inn/svar/",
        post_logout_redirect_uri=f"{settings.PUBLIC_URL}/logg-ut/ferdig/",
    )


def sms() -> SmsGateway:
    """The SMS provider; where a second one is set up too, both as one, the first preferred.

    One for all threads: the one that hands over must be the one that hears the receipts.
    """
    with _making:
        return _sms()


@cache
def _sms() -> SmsGateway:
    first, second = settings.SMS_PROVIDERS
    if not second.url:
        return _sms_provider(first)
    name = second.kind if second.kind != first.kind else f"{second.kind}-2"
    return Failover({first.kind: _sms_provider(first), name: _sms_provider(second)})


def _sms_provider(chosen: Any) -> SmsGateway:
    if not chosen.url:
        raise NotConfigured(f"Set {chosen.prefix}_URL.")
    return SMS_KINDS[chosen.kind](chosen)


def _link(chosen: Any) -> SmsGateway:
    return LinkMobility(
        chosen.url,
        user=chosen.user,
        password=chosen.password,
        platform_partner_id=chosen.partner_id,
        delivery_report_gate=chosen.gate,
    )


def _altinn(chosen: Any) -> SmsGateway:
    return Altinn(chosen.url, maskinporten_token=_token(ALTINN_SCOPE))


SMS_KINDS: dict[str, Callable[[Any], SmsGateway]] = {
    "link": _link,
    "sveve": lambda chosen: Sveve(chosen.url, user=chosen.user, password=chosen.password),
    "smpp": lambda chosen: Smpp(chosen.url, user=chosen.user, password=chosen.password),
    "altinn": _altinn,
}


@cache
def mail() -> Smtp:
    """The mail server."""
    return Smtp(_needed("SMTP_URL"), sender=_needed("MAIL_FROM"), returns_to=settings.MAIL_RETURN)


@cache
def push() -> WebPush:
    """The client of the browsers' push services (R46)."""
    key, contact = VapidKey.of(_jwk("WEB_PUSH_KEY")), _needed("WEB_PUSH_CONTACT")
    return WebPush(key, contact=contact, services=services_in(settings.WEB_PUSH_SERVICES, is_demo=settings.IS_DEMO))


def has_push() -> bool:
    """Whether browsers can be told at all; where they cannot, it is not offered (R46)."""
    return bool(settings.WEB_PUSH_KEY and settings.WEB_PUSH_CONTACT)


@cache
def contact_register() -> Krr:
    """The contact register (KRR)."""
    return Krr(_needed("KRR_URL"), token=_token(KRR_SCOPE))


@cache
def population_register() -> Folkeregister:
    """The population register, through Persontjenesten."""
    return Folkeregister(_needed("FOLKEREGISTER_URL"), token=_token(FOLKEREGISTER_SCOPE))


@cache
def virus_scanner() -> Clamd:
    """The virus scanner (R16)."""
    return Clamd(_needed("CLAMD_URL"))


def has_virus_scanner() -> bool:
    """Whether files can be scanned at all; where they cannot, none is taken (R16)."""
    return bool(settings.CLAMD_URL)


def forget() -> None:
    """Make them anew next time, after the settings have changed."""
    for made in (provider, _sms, mail, push, contact_register, population_register, virus_scanner):
        made.cache_clear()


def _token(scope: str) -> Callable[[], str]:
    if settings.IS_DEMO and not settings.MASKINPORTEN_ISSUER:
        return lambda: settings.DEMO_SECRET
    client_id, key = _needed("MASKINPORTEN_CLIENT_ID"), _jwk("MASKINPORTEN_CLIENT_JWK")
    return Maskinporten(_needed("MASKINPORTEN_ISSUER"), client_id=client_id, private_jwk=key, scope=scope).token


def _needed(name: str) -> str:
    value: str = getattr(settings, name)
    if not value:
        raise NotConfigured(f"Set HK_{name}.")
    return value


def _jwk(name: str) -> dict[str, Any]:
    value = _needed(name)
    text = value if value.lstrip().startswith("{") else Path(value).read_text(encoding="utf-8")
    key: dict[str, Any] = json.loads(text)
    return key
