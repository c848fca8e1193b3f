"""Norwegian identity numbers: birth numbers, D-numbers, help numbers and synthetic ones, by the rules from 2032."""

from datetime import date
from enum import StrEnum

FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2)
SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
REMAINDERS_FROM_2032 = (0, 1, 2, 3)
SYNTHETIC_MONTHS = (80, 65, 40)
IGNORED = str.maketrans("", "", " \t\r\n.-\u00a0\u2007\u2009\u202f\u2011\u2013")


class Flaw(StrEnum):
    """What is wrong with an identity number."""

    NOT_ELEVEN_DIGITS = "not-eleven-digits"
    NO_SUCH_DATE = "no-such-date"
    WRONG_CHECK_DIGITS = "wrong-check-digits"


def normalise(text: str) -> str:
    """Take away the spaces, dots and dashes people write in an identity number.

    >>> normalise(" 148344 100-00 ")
    '14834410000'
    """
    return text.translate(IGNORED)


def why_not(number: str) -> Flaw | None:
    """Say what is wrong with an identity number; None means that it may be somebody's.

    The first check digit is read by the rule that holds from 2032 (remainder 0 to 3), which includes the old one.

    >>> why_not("02013299997"), why_not("0201329999"), why_not("32013299997")
    (None, <Flaw.NOT_ELEVEN_DIGITS: 'not-eleven-digits'>, <Flaw.NO_SUCH_DATE: 'no-such-date'>)
    """
    if len(number) != 11 or not (number.isascii() and number.isdigit()):
        return Flaw.NOT_ELEVEN_DIGITS
    if not _is_help_number(number) and not any(_date_in(century, number) for century in (1800, 1900, 2000)):
        return Flaw.NO_SUCH_DATE
    if not _check_digits_hold(number):
        return Flaw.WRONG_CHECK_DIGITS
    return None


def is_synthetic(number: str) -> bool:
    """Tell whether a number is made for testing: its month is raised by 80, 65 or 40, so no person can have it.

    >>> is_synthetic(make_synthetic(date(1944, 3, 14), 100)), is_synthetic("02013299997")
    (True, False)
    """
    return why_not(number) is None and not _is_help_number(number) and _month_raised_by(number) > 0


def birth_date(number: str) -> date | None:
    """Read the date of birth out of a number, as well as it can be done; None where it holds none.

    The register and the journal know better: numbers given from 2032 on no longer tell the century.

    >>> birth_date(make_synthetic(date(1944, 3, 14), 100))
    datetime.date(1944, 3, 14)
    """
    if why_not(number) is not None or _is_help_number(number):
        return None
    century = _century(individual=int(number[6:9]), year=int(number[4:6]))
    return _date_in(century, number) if century else None


def make_synthetic(birth: date, individual: int) -> str:
    """Make a synthetic number (month + 80) for an invented person born on this day; ValueError where there is none.

    >>> make_synthetic(date(1944, 3, 14), 100)[:6]
    '148344'
    """
    digits = f"{birth:%d}{birth.month + 80:02d}{birth:%y}{individual:03d}"
    first = -_weighted(digits, FIRST_WEIGHTS) % 11
    second = -_weighted(f"{digits}{first}", SECOND_WEIGHTS) % 11
    number = f"{digits}{first}{second}"
    if 10 in (first, second) or birth_date(number) != birth:
        raise ValueError("these three digits give no number for this day")
    return number


def _is_help_number(number: str) -> bool:
    return number[0] in "89"


def _month_raised_by(number: str) -> int:
    month = int(number[2:4])
    return next((raised for raised in SYNTHETIC_MONTHS if 1 <= month - raised <= 12), 0)


def _date_in(century: int, number: str) -> date | None:
    day, month, year = int(number[:2]), int(number[2:4]) - _month_raised_by(number), int(number[4:6])
    try:
        return date(century + year, month, day - 40 if day > 40 else day)
    except ValueError:
        return None


def _century(*, individual: int, year: int) -> int | None:
    if individual < 500 or (individual >= 900 and year >= 40):
        return 1900
    if year < 40:
        return 2000
    return 1800 if individual < 750 and year >= 54 else None


def _check_digits_hold(number: str) -> bool:
    first = (_weighted(number, FIRST_WEIGHTS) + int(number[9])) % 11
    second = (_weighted(number, SECOND_WEIGHTS) + int(number[10])) % 11
    return first in REMAINDERS_FROM_2032 and second == 0


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False))
