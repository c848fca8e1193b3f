"""Notes for the next page: kept in the cookie as they were said, and nobody else's are believed."""

import pytest
from django.conf import settings
from django.contrib import messages as notes
from django.contrib.messages.constants import SUCCESS, WARNING
from django.core import signing
from django.http import HttpRequest, HttpResponse

from hjemmekontakt.kit.flash import FlashStorage


def asked(cookie: str = "") -> HttpRequest:
    """A request with a storage of notes, and the cookie that came with it."""
    request = HttpRequest()
    request.COOKIES = {settings.FLASH_COOKIE: cookie} if cookie else {}
    request._messages = FlashStorage(request)
    return request


def answered(request: HttpRequest) -> str:
    """The cookie that goes with the answer; empty where none does, or it is taken away."""
    response = HttpResponse()
    request._messages.update(response)
    return response.cookies[settings.FLASH_COOKIE].value if settings.FLASH_COOKIE in response.cookies else ""


def test_what_is_said_comes_with_the_next_page_once() -> None:
    first = asked()
    notes.success(first, "Meldingen er sendt. «Vi svarer innen torsdag.»", extra_tags="sent")
    notes.warning(first, "<b>100 %</b>")
    second = asked(answered(first))
    shown = [(each.level, each.message, each.extra_tags, each.tags) for each in notes.get_messages(second)]
    assert shown == [
        (SUCCESS, "Meldingen er sendt. «Vi svarer innen torsdag.»", "sent", "sent success"),
        (WARNING, "<b>100 %</b>", "", "warning"),
    ]
    assert not hasattr(shown[1][1], "__html__"), "a text from a cookie is never HTML"
    assert answered(second) == ""


def test_what_was_not_shown_yet_waits_with_what_is_said_after_it() -> None:
    first = asked()
    notes.info(first, "Det første.")
    second = asked(answered(first))
    notes.info(second, "Det andre.")
    third = asked(answered(second))
    assert [str(each) for each in notes.get_messages(third)] == ["Det første.", "Det andre."]


def test_a_page_that_has_nothing_to_say_sets_no_cookie() -> None:
    assert answered(asked()) == ""


def test_of_more_than_finds_room_the_newest_are_kept() -> None:
    request = asked()
    for number in range(9):
        notes.info(request, f"{number} " + "å" * 200)
    cookie = answered(request)
    assert len(cookie) <= FlashStorage.max_cookie_size
    following = asked(cookie)
    kept = [str(each)[0] for each in notes.get_messages(following)]
    assert 1 < len(kept) < 9
    assert kept == [str(number) for number in range(9)][-len(kept) :]


@pytest.mark.parametrize(
    "cookie",
    [
        "nothing",
        "W1syNSwiSGVpIl1d:1abc:no-such-signature",
        signing.get_cookie_signer(salt="another").sign("W1syNSwiSGVpIl1d"),
        signing.get_cookie_signer(salt=FlashStorage.key_salt).sign("!"),
        signing.get_cookie_signer(salt=FlashStorage.key_salt).sign("e30"),
        signing.get_cookie_signer(salt=FlashStorage.key_salt).sign_object([["__json_message", 0, 25, "Hei"]]),
    ],
    ids=["no signature", "a false signature", "another's", "no letters", "another shape", "of before"],
)
def test_a_cookie_that_is_not_ours_or_from_before_says_nothing_and_is_taken_away(cookie: str) -> None:
    request = asked(cookie)
    assert len(notes.get_messages(request)) == 0, "looked at, and not shown"
    response = HttpResponse()
    request._messages.update(response)
    assert response.cookies[settings.FLASH_COOKIE]["max-age"] == 0
