"""What an SMS costs: its alphabet, its units and its parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjemmekontakt.gateways.gsm7 import BASIC, EXTENDED, Alphabet, alphabet, fold, size

GSM = st.text(st.sampled_from(sorted(BASIC | EXTENDED)), max_size=700)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@pytest.mark.parametrize(
    ("text", "units"),
    [("æøåÆØÅ", 6), ("äöüé£", 5), ("€", 2), ("[]{}\\^~|", 16), ("Tunvik: Du har fått en ny melding.", 34)],
)
def test_norwegian_letters_cost_one_and_brackets_two(text, units):
    assert size(text).alphabet is Alphabet.GSM7
    assert size(text).units == units


@pytest.mark.parametrize("letter", "áčđŋšŧžÁČĐŊŠŦŽ")
def test_every_sami_letter_is_kept_and_paid_for(letter):
    assert fold(letter) == letter
    assert alphabet(letter) is Alphabet.UCS2


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("«Nøkkel»", '"Nøkkel"'),
        ("“Nøkkel” ‘og’", "\"Nøkkel\" 'og'"),
        ("kl. 08–10 — i\u00a0dag …", "kl. 08-10 - i dag ..."),
        ("Ra\u030a", "Rå"),
        ("so\u00adlig\u200b", "solig"),
        ("linje\r\nlinje", "linje\nlinje"),
    ],
)
def test_quotes_dashes_and_odd_spaces_are_written_the_cheap_way(written, sent):
    assert fold(written) == sent
    assert alphabet(sent) is Alphabet.GSM7


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("š" * 70, 1),
        ("š" * 71, 2),
        ("š" * 134, 2),
        ("š" * 135, 3),
        ("š" * 66 + "😀" + "š" * 66, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_a_message_is_cut_into_as_many_parts_as_it_needs_and_no_pair_is_split(text, segments):
    assert size(text).segments == segments


@given(ANY)
def test_folding_twice_is_folding_once_and_never_makes_a_message_dearer_in_alphabet(text):
    assert fold(fold(text)) == fold(text)
    assert not (alphabet(text) is Alphabet.GSM7 and alphabet(fold(text)) is Alphabet.UCS2)


@given(GSM)
def test_what_gsm_holds_is_counted_between_its_bounds(text):
    counted = size(text)

    assert counted.alphabet is Alphabet.GSM7
    assert len(text) <= counted.units <= 2 * len(text)
    assert (counted.segments == 1) == (counted.units <= 160)
    assert counted.segments * 160 >= counted.units


@given(ANY.filter(lambda text: alphabet(text) is Alphabet.UCS2))
def test_what_gsm_does_not_hold_is_counted_in_units_of_utf_16(text):
    assert size(text).units == len(text.encode("utf-16-be")) // 2
