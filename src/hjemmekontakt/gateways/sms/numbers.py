"""The numbers that an SMS may go to, and the one way each is written."""

import re
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

PLAIN = re.compile(r"\+47(?:4[015-8]|9[0-9])[0-9]{6}")
"""Nearly every number there is: a Norwegian mobile, written as it is stored. The library takes fifty times as long to say so."""

MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


class Flaw(StrEnum):
    """What is wrong with a number for SMS."""

    NOT_A_NUMBER = "not-a-number"
    NOT_A_MOBILE = "not-a-mobile"


def why_not_number(text: str) -> Flaw | None:
    """Say why no SMS can go to this number; None means that one can (in Norway 4 or 9 comes first).

    >>> why_not_number("900 00 001"), why_not_number("590 00 000"), why_not_number("ring meg")
    (None, <Flaw.NOT_A_MOBILE: 'not-a-mobile'>, <Flaw.NOT_A_NUMBER: 'not-a-number'>)
    """
    return None if PLAIN.fullmatch(text) else _why_not(_parsed(text))


def e164(text: str) -> str:
    """Write a number the one way it is stored and compared: «+4790000001»; ValueError where no SMS can go to it.

    >>> e164("0047 900 00 001")
    '+4790000001'
    """
    if PLAIN.fullmatch(text):
        return text
    number = _parsed(text)
    if number is None or _why_not(number):
        raise ValueError("no SMS can go to this number")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _why_not(number: phonenumbers.PhoneNumber | None) -> Flaw | None:
    if number is None:
        return Flaw.NOT_A_NUMBER
    if number.country_code == 47 and str(number.national_number)[0] not in "49":
        return Flaw.NOT_A_MOBILE
    if phonenumbers.number_type(number) in MOBILE:  # which none is that is not valid
        return None
    return Flaw.NOT_A_MOBILE if phonenumbers.is_valid_number(number) else Flaw.NOT_A_NUMBER


def _parsed(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, "NO")
    except phonenumbers.NumberParseException:
        return None
