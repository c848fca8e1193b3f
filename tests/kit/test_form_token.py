"""The form token is our own making: Django's middleware reads it, and it is never twice the same."""

from django.middleware.csrf import _does_token_match
from django.test import RequestFactory

from hjemmekontakt.kit import form_token


def test_the_browser_gets_a_secret_once_and_each_page_another_token_for_it() -> None:
    request = RequestFactory().get("/")
    fields = [str(form_token.field(request)) for _ in range(3)]
    tokens = [field.partition('value="')[2].rstrip('">') for field in fields]
    assert request.META["CSRF_COOKIE_NEEDS_UPDATE"]
    assert len(set(tokens)) == 3
    assert all(_does_token_match(token, request.META["CSRF_COOKIE"]) for token in tokens)
    assert not _does_token_match(form_token.masked(form_token.random_letters()), request.META["CSRF_COOKIE"])
