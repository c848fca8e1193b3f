"""Identity numbers: the register's own examples for 2032, synthetic ones, and everything that is none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjemmekontakt.ground.national_ids import (
    Flaw,
    birth_date,
    is_synthetic,
    make_synthetic,
    normalise,
    why_not,
)

FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2)
SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
ASTRID = "14894410052"


def with_check_digits(nine: str, *, remainder: int = 0) -> str | None:
    first = (remainder - sum(int(d) * w for d, w in zip(nine, FIRST_WEIGHTS, strict=True))) % 11
    second = -sum(int(d) * w for d, w in zip(f"{nine}{first}", SECOND_WEIGHTS, strict=False)) % 11
    return None if 10 in (first, second) else f"{nine}{first}{second}"


@pytest.mark.parametrize("number", ["02013299997", "30108299920", "30108299939"])
def test_the_register_s_own_examples_of_numbers_from_2032_are_let_in(number):
    assert why_not(number) is None
    assert not is_synthetic(number)


@pytest.mark.parametrize("remainder", [0, 1, 2, 3])
def test_all_four_remainders_of_the_first_check_digit_are_let_in(remainder):
    numbers = [with_check_digits(f"148944{individual}", remainder=remainder) for individual in range(100, 120)]

    assert [why_not(number) for number in numbers if number] == [None] * len([n for n in numbers if n])


@pytest.mark.parametrize("remainder", range(4, 11))
def test_every_other_remainder_is_a_typing_error(remainder):
    number = next(n for i in range(100, 199) if (n := with_check_digits(f"148944{i}", remainder=remainder)))

    assert why_not(number) is Flaw.WRONG_CHECK_DIGITS


@pytest.mark.parametrize(
    ("nine", "born"),
    [
        ("148944100", date(1944, 9, 14)),
        ("548944100", date(1944, 9, 14)),
        ("147444100", date(1944, 9, 14)),
        ("144944101", date(1944, 9, 14)),
        ("148910600", date(2010, 9, 14)),
        ("148999950", date(1999, 9, 14)),
        ("148960600", date(1860, 9, 14)),
        ("298904101", date(1904, 9, 29)),
    ],
)
def test_the_day_of_birth_is_read_through_d_numbers_and_every_synthetic_month(nine, born):
    number = with_check_digits(nine)

    assert number is not None
    assert why_not(number) is None
    assert is_synthetic(number)
    assert birth_date(number) == born


def test_a_help_number_is_valid_but_tells_no_day_of_birth():
    number = with_check_digits("812345679")

    assert number is not None
    assert why_not(number) is None
    assert birth_date(number) is None
    assert not is_synthetic(number)


@pytest.mark.parametrize(("year", "individuals"), [(45, range(500, 749)), (45, range(750, 899)), (60, range(750, 899))])
def test_a_number_whose_century_can_no_longer_be_told_is_valid_without_a_day_of_birth(year, individuals):
    number = next(n for i in individuals if (n := with_check_digits(f"1489{year}{i}")))

    assert why_not(number) is None
    assert birth_date(number) is None


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", Flaw.NOT_ELEVEN_DIGITS),
        ("1489441005", Flaw.NOT_ELEVEN_DIGITS),
        ("148944100520", Flaw.NOT_ELEVEN_DIGITS),
        ("1489441005a", Flaw.NOT_ELEVEN_DIGITS),
        ("١٤٨٩٤٤١٠٠٥٢", Flaw.NOT_ELEVEN_DIGITS),
        ("1489441005²", Flaw.NOT_ELEVEN_DIGITS),
        ("00000000000", Flaw.NO_SUCH_DATE),
        ("31894410052", Flaw.NO_SUCH_DATE),
        ("14934410052", Flaw.NO_SUCH_DATE),
        ("14134410052", Flaw.NO_SUCH_DATE),
        ("30824410052", Flaw.NO_SUCH_DATE),
        ("14894410053", Flaw.WRONG_CHECK_DIGITS),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(text, flaw):
    assert why_not(text) is flaw
    assert birth_date(text) is None
    assert not is_synthetic(text)


@pytest.mark.parametrize(
    "written", ["14894410052", " 148944 10052 ", "148944-10052", "14.89.44\u00a010052", "148944\n10052"]
)
def test_astrid_may_write_her_number_with_spaces_dots_and_dashes(written):
    assert normalise(written) == ASTRID


def test_letters_stay_where_they_are_so_that_the_check_sees_them():
    assert normalise("148944 1005x") == "1489441005x"


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 499))
def test_a_synthetic_number_that_was_made_is_valid_synthetic_and_tells_its_day(birth, individual):
    try:
        number = make_synthetic(birth, individual)
    except ValueError:
        assert with_check_digits(f"{birth:%d}{birth.month + 80}{birth:%y}{individual:03d}") is None
        return

    assert why_not(number) is None
    assert is_synthetic(number)
    assert birth_date(number) == birth


@given(st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_after_the_date_is_noticed_by_the_last_check_digit(place, change):
    digits = list(ASTRID)
    digits[place] = str((int(digits[place]) + change) % 10)

    assert why_not("".join(digits)) is not None


def test_digits_that_belong_to_another_century_make_no_number():
    with pytest.raises(ValueError, match="no number"):
        make_synthetic(date(1944, 9, 14), 600)
