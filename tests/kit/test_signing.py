"""Cookies are signed in Django's own way, with the key made once: what one signer writes the other takes."""

import pytest
from django.conf import settings
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from hjemmekontakt.kit.signing import CookieSigner


def test_cookies_are_signed_by_it() -> None:
    assert type(signing.get_cookie_signer(salt="notes")) is CookieSigner
    assert f"{CookieSigner.__module__}.{CookieSigner.__qualname__}" == settings.SIGNING_BACKEND


@given(key=st.binary(min_size=1), salt=st.text(min_size=1, alphabet="abc."), value=st.text())
def test_each_takes_what_the_other_has_signed(key, salt, value) -> None:
    ours, djangos = CookieSigner(key=key, salt=salt), signing.TimestampSigner(key=key, salt=salt)
    assert ours.signature(value) == djangos.signature(value)
    assert djangos.unsign(ours.sign(value)) == ours.unsign(djangos.sign(value)) == value


@given(st.text(min_size=1))
def test_what_is_signed_for_another_purpose_or_by_another_key_is_not_taken(value) -> None:
    signed = CookieSigner(key=b"one", salt="notes").sign(value)
    for other in (CookieSigner(key=b"two", salt="notes"), CookieSigner(key=b"one", salt="others")):
        with pytest.raises(signing.BadSignature):
            other.unsign(signed)
