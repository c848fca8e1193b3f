"""The contact register (KRR): where people can be reached, in which language, and what is fresh enough to use."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from hjemmekontakt.gateways.calling import NotAnswered, Why, client_for, post
from hjemmekontakt.ground.workdays import OSLO

LARGEST_BATCH = 1000
MONTHS_FRESH = 18
LANGUAGES = frozenset({"nb", "nn", "se", "en"})


class Channel(StrEnum):
    """By what a person can be reached."""

    SMS = "sms"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One number or e-mail address, and when its owner last changed or confirmed it."""

    value: str = field(repr=False)
    updated_at: datetime | None = None
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What the register knows of how to reach one person."""

    national_id: str = field(repr=False)
    mobile: Address | None = None
    email: Address | None = None
    reserved: bool = False
    language: str = "nb"


class ContactRegister(Protocol):
    """Whoever knows how people can be reached."""

    def contacts(self, national_ids: Sequence[str]) -> dict[str, Contact]:
        """Look many people up; who is not in the register is not in the answer."""
        ...


def usable(contact: Contact, channel: Channel, *, now: datetime) -> str | None:
    """Give the address if it was changed or confirmed in the last 18 months, else None (R49); each by itself.

    >>> mobile = Address(value="+4790000001", verified_at=datetime(2026, 1, 1, tzinfo=OSLO))
    >>> astrid = Contact(national_id="14894410052", mobile=mobile)
    >>> usable(astrid, Channel.SMS, now=datetime(2027, 6, 30, tzinfo=OSLO))
    '+4790000001'
    >>> usable(astrid, Channel.SMS, now=datetime(2027, 7, 2, tzinfo=OSLO))
    """
    address = contact.mobile if channel is Channel.SMS else contact.email
    if address is None:
        return None
    touched = [moment for moment in (address.updated_at, address.verified_at) if moment]
    return address.value if touched and max(touched) > fresh_since(now) else None


def fresh_since(now: datetime) -> datetime:
    """Say since when an address must have been confirmed to be used now (R49)."""
    return _months_before(now, MONTHS_FRESH)


class Krr:
    """The client of the contact register's machine interface (POST /rest/v2/personer with a Maskinporten token)."""

    def __init__(self, url: str, *, token: Callable[[], str], timeout_s: float = 10.0) -> None:
        self._client = client_for(url, timeout_s=timeout_s)
        self._token = token

    def contacts(self, national_ids: Sequence[str]) -> dict[str, Contact]:
        """Look many people up, a thousand at a time; who is not in the register is not in the answer (R49)."""
        found: dict[str, Contact] = {}
        for batch in _batches(national_ids):
            found |= {contact.national_id: contact for contact in self._ask(batch)}
        return found

    def close(self) -> None:
        """Let go of the open lines."""
        self._client.close()

    def _ask(self, national_ids: Sequence[str]) -> list[Contact]:
        headers = {"Authorization": f"Bearer {self._token()}"}
        said = post(
            self._client, "/rest/v2/personer", headers=headers, json={"personidentifikatorer": list(national_ids)}
        )
        try:
            return [_read(person) for person in (said or {})["personer"] if person.get("status", "AKTIV") == "AKTIV"]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise NotAnswered(Why.NOT_UNDERSTOOD) from None


def _batches(national_ids: Sequence[str]) -> list[Sequence[str]]:
    return [national_ids[start : start + LARGEST_BATCH] for start in range(0, len(national_ids), LARGEST_BATCH)]


def _read(person: dict[str, Any]) -> Contact:
    reach = person.get("kontaktinformasjon") or {}
    language = person.get("spraak")
    return Contact(
        national_id=person["personidentifikator"],
        mobile=_address(reach, "mobiltelefonnummer"),
        email=_address(reach, "epostadresse"),
        reserved=person.get("reservasjon") == "JA",
        language=language if language in LANGUAGES else "nb",
    )


def _address(reach: dict[str, Any], name: str) -> Address | None:
    value = reach.get(name)
    if not value:
        return None
    updated, verified = _moment(reach.get(f"{name}_oppdatert")), _moment(reach.get(f"{name}_sist_verifisert"))
    return Address(value=value, updated_at=updated, verified_at=verified)


def _moment(text: str | None) -> datetime | None:
    moment = datetime.fromisoformat(text) if text else None
    return moment.replace(tzinfo=OSLO) if moment and moment.utcoffset() is None else moment


def _months_before(moment: datetime, months: int) -> datetime:
    there = moment.year * 12 + moment.month - 1 - months
    year, month = there // 12, there % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
