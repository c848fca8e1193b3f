"""Form tokens are Django's own; only their random letters are drawn in another way (`project/form_tokens.py`)."""

from collections import Counter

from django.middleware import csrf
from hypothesis import given
from hypothesis import strategies as st

from hjemmekontakt.project import form_tokens

SECRETS = st.text(csrf.CSRF_ALLOWED_CHARS, min_size=32, max_size=32)


def test_django_draws_its_letters_from_ours() -> None:
    assert csrf._get_new_csrf_string is form_tokens.random_letters


def test_each_letter_is_as_likely_as_any_other() -> None:
    often = Counter(form_tokens.letters_of(bytes(range(256))))
    assert often == dict.fromkeys(csrf.CSRF_ALLOWED_CHARS, 4)


def test_no_two_are_alike_and_all_are_what_django_asks_for() -> None:
    drawn = [form_tokens.random_letters() for _ in range(300)]
    assert len(set(drawn)) == 300
    for letters in drawn:
        assert len(letters) == csrf.CSRF_SECRET_LENGTH
        csrf._check_token_format(letters)


def test_where_too_few_bytes_can_be_used_more_are_drawn(monkeypatch) -> None:
    noise = iter([bytes([255]) * 60 + b"\0\0\0\0", bytes(range(64))])
    monkeypatch.setattr("secrets.token_bytes", lambda _: next(noise))
    assert form_tokens.random_letters() == "aaaa" + csrf.CSRF_ALLOWED_CHARS[:28]


@given(secret=SECRETS, another=SECRETS)
def test_djangos_check_takes_a_token_of_the_secret_and_no_other(secret, another) -> None:
    token = csrf._mask_cipher_secret(secret)
    csrf._check_token_format(token)
    assert csrf._does_token_match(token, secret)
    assert csrf._does_token_match(token, another) == (another == secret)
