"""The words of a text are the same, whichever way they are found."""

import re

from hypothesis import given
from hypothesis import strategies as st

from hjemmekontakt.messages.rules.wording import words_in

LATIN = st.characters(max_codepoint=255)
WORD = re.compile(r"[^\W_]+")


@given(st.one_of(st.text(LATIN), st.text()))
def test_they_are_what_an_expression_finds(text) -> None:
    assert words_in(text) == WORD.findall(text)


def test_each_letter_of_one_byte_is_gone_through_as_by_the_expression() -> None:
    text = "".join(f"a{chr(code)}b " for code in range(256))
    assert words_in(text) == WORD.findall(text)
