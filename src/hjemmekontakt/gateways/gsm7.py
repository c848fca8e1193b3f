"""The alphabet of an SMS: what fits in GSM-7, what makes a message longer and dearer, and how many parts it takes."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

ESCAPE = "\x1b"
# The sign that each septet stands for, in order; and those that take two, the escape first.
IN_ORDER = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ" + ESCAPE + "ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
AFTER_ESCAPE = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
BASIC = frozenset(IN_ORDER) - {ESCAPE}
EXTENDED = frozenset(AFTER_ESCAPE)
ALL = BASIC | EXTENDED
SEPTETS = {sign: bytes([code]) for code, sign in enumerate(IN_ORDER) if sign != ESCAPE} | {
    sign: bytes([ord(ESCAPE), code]) for sign, code in AFTER_ESCAPE.items()
}
FOLDS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`‹›", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−•", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\t", " "),
        **dict.fromkeys("\u00ad\u200b\u200c\u2060\ufeff", ""),
        "…": "...",
    }
)


FOLDED = frozenset(map(chr, FOLDS))


class Alphabet(StrEnum):
    """The two ways a message can be written on the wire."""

    GSM7 = "GSM"
    UCS2 = "UCS2"

    @property
    def alone(self) -> int:
        """How many units a message of one part holds."""
        return 160 if self is Alphabet.GSM7 else 70

    @property
    def together(self) -> int:
        """How many units each part holds where there are several."""
        return 153 if self is Alphabet.GSM7 else 67


@dataclass(frozen=True, slots=True)
class Size:
    """How large a message is on the wire."""

    alphabet: Alphabet
    units: int
    segments: int


def fold(text: str) -> str:
    """Write quotes, dashes, dots and spaces the plain way, so that they cost nothing; letters, also Sámi ones, stay.

    >>> fold("Besøket – «i dag» …")
    'Besøket - "i dag" ...'
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    return text if FOLDED.isdisjoint(text) else text.translate(FOLDS)


def alphabet(text: str) -> Alphabet:
    """Say which alphabet a message needs.

    >>> alphabet("Du har fått en ny melding."), alphabet("Buorre beaivi, Áilu")
    (<Alphabet.GSM7: 'GSM'>, <Alphabet.UCS2: 'UCS2'>)
    """
    return Alphabet.GSM7 if ALL.issuperset(text) else Alphabet.UCS2


def size(text: str) -> Size:
    """Count the units and the parts of a message; a sign that takes two units is never split between two parts.

    >>> size("a" * 160).segments, size("a" * 161).segments, size("š" * 70).segments, size("š" * 71).segments
    (1, 2, 1, 2)
    """
    used = alphabet(text)
    units = _units(text, used)
    return Size(used, units, 1 if units <= used.alone else len(cut(text)))


def cut(text: str) -> list[str]:
    """Cut a message into the parts it goes as; one part, also of nothing, where it fits in one.

    >>> [len(part) for part in cut("a" * 161)]
    [153, 8]
    """
    used = alphabet(text)
    if _units(text, used) <= used.alone:
        return [text]
    parts, filled, begun = [], 0, 0
    for place, sign in enumerate(text):
        width = _width(sign, used)
        if filled + width > used.together:
            parts.append(text[begun:place])
            filled, begun = 0, place
        filled += width
    return [*parts, text[begun:]]


def encoded(part: str, used: Alphabet) -> bytes:
    """Write a part as it goes on the wire: a byte for each septet, or UTF-16; ValueError where GSM-7 has no such sign.

    >>> encoded("Å€", Alphabet.GSM7).hex(), encoded("Á", Alphabet.UCS2).hex()
    ('0e1b65', '00c1')
    """
    if used is Alphabet.UCS2:
        return part.encode("utf-16-be")
    try:
        return b"".join(SEPTETS[sign] for sign in part)
    except KeyError:
        raise ValueError("a sign that GSM-7 does not have") from None


def _units(text: str, used: Alphabet) -> int:
    """How long a text is on the wire; nearly every one holds no sign that takes two units."""
    if used is Alphabet.UCS2:
        return len(text.encode("utf-16-be", "surrogatepass")) // 2
    return len(text) + (0 if EXTENDED.isdisjoint(text) else sum(sign in EXTENDED for sign in text))


def _width(sign: str, used: Alphabet) -> int:
    if used is Alphabet.GSM7:
        return 2 if sign in EXTENDED else 1
    return 2 if ord(sign) > 0xFFFF else 1
