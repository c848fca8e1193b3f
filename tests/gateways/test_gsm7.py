"""What an SMS costs: its alphabet, its units and its parts."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjemmekontakt.gateways.gsm7 import BASIC, EXTENDED, Alphabet, alphabet, cut, encoded, fold, size

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
        ("‹Nøkkel› ― nå − 3", "'Nøkkel' - nå - 3"),
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


@given(st.one_of(GSM, ANY))
def test_the_parts_are_the_whole_text_in_order_and_each_holds_what_a_part_can(text):
    used, parts = alphabet(text), cut(text)
    room = used.alone if len(parts) == 1 else used.together
    widths = [len(encoded(part, used)) // (1 if used is Alphabet.GSM7 else 2) for part in parts]

    assert "".join(parts) == text
    assert len(parts) == size(text).segments
    assert max(widths) <= room
    assert sum(widths) == size(text).units
    assert len(parts) == 1 or size(text).units > used.alone


@given(st.one_of(GSM, ANY))
def test_no_escape_and_no_surrogate_is_parted_from_its_other_half(text):
    used = alphabet(text)
    for part in cut(text):
        on_the_wire = encoded(part, used)
        if used is Alphabet.GSM7:
            assert on_the_wire[-1:] != b"\x1b"
        else:
            assert on_the_wire.decode("utf-16-be") == part


@given(st.one_of(GSM, ANY))
def test_a_part_is_filled_before_the_next_is_begun(text):
    used, parts = alphabet(text), cut(text)
    unit = 1 if used is Alphabet.GSM7 else 2
    for part, following in pairwise(parts):
        assert len(encoded(part + following[0], used)) // unit > used.together


def test_every_sign_of_the_alphabet_has_a_code_of_its_own_and_the_known_ones_are_right():
    codes = [encoded(sign, Alphabet.GSM7) for sign in sorted(BASIC | EXTENDED)]

    assert len(set(codes)) == 127 + 10
    assert all(code[0] < 128 for code in codes)
    assert encoded("@$ØåÆÉ AZÄ§aäà", Alphabet.GSM7).hex() == "00020b0f1c1f20415a5b5f617b7f"
    assert encoded("^{}\\[~]|€", Alphabet.GSM7).hex() == "1b141b281b291b2f1b3c1b3d1b3e1b401b65"


def test_a_sign_that_gsm_does_not_have_is_refused():
    with pytest.raises(ValueError, match="GSM-7"):
        encoded("š", Alphabet.GSM7)
