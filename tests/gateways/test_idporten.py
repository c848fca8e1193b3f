"""Log-in and log-out with ID-porten, on the real test identity provider (R1)."""

import html
import re
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from hjemmekontakt.gateways.idporten import LogInRefused, Why, begin, finish, logout_url, why_not_frontchannel
from hjemmekontakt.ground import clock

ASTRID = "12844420097"
JONAS = "21819040041"


@pytest.fixture
def browser():
    """A browser without JavaScript: it keeps cookies, follows addresses and posts forms."""
    with httpx.Client(timeout=10) as client:
        yield client


def follow(browser, answer):
    """Go where the provider sends the browser, until it shows a page or sends it home to the portal."""
    while answer.is_redirect and (place := answer.url.join(answer.headers["location"])).netloc == answer.url.netloc:
        answer = browser.get(place)
    return answer


def callback_of(answer):
    """The query that the browser would bring back to the portal."""
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def choose(browser, page, **fields):
    """Fill in the log-in page and send it."""
    return follow(browser, browser.post(page.url.join(re.search(r'action="([^"]+)"', page.text)[1]), data=fields))


def start(settings, *, prompt=None, ui_locale="nb"):
    return begin(settings=settings, ui_locale=ui_locale, prompt=prompt, now=clock.real())


def come_back(settings, begun, answer):
    return finish(settings=settings, begun=begun, callback=callback_of(answer), now=clock.real())


def log_in(browser, settings, **fields):
    begun = start(settings)
    page = follow(browser, browser.get(begun.url))
    return come_back(settings, begun, choose(browser, page, **({"person": "astrid", "level": "high"} | fields)))


def why_refused(**arguments):
    with pytest.raises(LogInRefused) as refused:
        finish(**{"now": clock.real()} | arguments)
    return refused.value.why


def test_astrid_logs_in_at_the_high_level(browser, real):
    before = clock.real()

    who = log_in(browser, real.citizens)

    assert who.pid == ASTRID
    assert (who.acr, who.amr, who.locale) == ("idporten-loa-high", ("TestID",), "nb")
    assert who.auth_time >= before - timedelta(seconds=1)
    assert who.sid
    assert ASTRID not in who.sub


def test_the_page_names_the_persons_and_has_high_preset(browser, real):
    page = follow(browser, browser.get(start(real.citizens).url))

    for person in real.persons:
        assert f'<button name="person" value="{person["key"]}">{person["name"]}</button>' in page.text
        assert person["national_id"] not in page.text
    assert '<html lang="nb">' in page.text
    assert '<input type="radio" name="level" value="high" checked> Høyt' in page.text
    assert '<input type="radio" name="level" value="substantial"> Betydelig' in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_the_level_betydelig_is_refused_and_the_next_try_may_choose_anew(browser, real):
    with pytest.raises(LogInRefused) as refused:
        log_in(browser, real.citizens, level="substantial")
    assert refused.value.why is Why.TOO_LOW_LEVEL

    assert log_in(browser, real.citizens, level="high").pid == ASTRID


def test_somebody_who_is_not_on_the_list_logs_in_by_a_synthetic_number(browser, real):
    who = log_in(browser, real.citizens, person="other", national_id="128444 20097")

    assert who.pid == "12844420097"


@pytest.mark.parametrize("typed", ["", "1284442009", "12044420097", "abcdefghijk"])
def test_a_number_that_is_not_synthetic_is_asked_for_again(browser, real, typed):
    page = follow(browser, browser.get(start(real.citizens).url))

    again = choose(browser, page, person="other", level="high", national_id=typed)

    assert again.status_code == 400
    assert 'role="alert"' in again.text


def test_astrid_presses_avbryt(browser, real):
    begun = start(real.citizens)
    page = follow(browser, browser.get(begun.url))

    answer = choose(browser, page, cancel="yes")

    assert why_refused(settings=real.citizens, begun=begun, callback=callback_of(answer)) is Why.CANCELLED


def test_the_second_service_needs_no_second_log_in(browser, real):
    first = log_in(browser, real.citizens)
    begun = start(real.employees, ui_locale="nn")

    who = come_back(real.employees, begun, follow(browser, browser.get(begun.url)))

    assert (who.pid, who.auth_time, who.locale) == (first.pid, first.auth_time, "nn")
    assert who.sub != first.sub
    assert who.sid != first.sid


def test_a_fresh_log_in_shows_the_page_again_and_somebody_else_may_take_over(browser, real):
    log_in(browser, real.citizens)
    begun = start(real.citizens, prompt="login")
    page = follow(browser, browser.get(begun.url))
    assert page.status_code == 200

    who = come_back(real.citizens, begun, choose(browser, page, person="jonas", level="high"))

    assert who.pid == JONAS


def test_a_log_in_cannot_be_finished_twice(browser, real):
    begun = start(real.citizens)
    answer = choose(browser, follow(browser, browser.get(begun.url)), person="astrid", level="high")
    come_back(real.citizens, begun, answer)

    assert why_refused(settings=real.citizens, begun=begun, callback=callback_of(answer)) is Why.TOKEN_REFUSED


def test_another_browsers_call_back_is_refused(browser, real):
    mine, hers = start(real.citizens), start(real.citizens)
    answer = choose(browser, follow(browser, browser.get(hers.url)), person="astrid", level="high")

    assert why_refused(settings=real.citizens, begun=mine, callback=callback_of(answer)) is Why.FOREIGN_STATE


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"iss": "https://idporten.example"}, Why.WRONG_ISSUER),
        ({"iss": None}, Why.WRONG_ISSUER),
        ({"state": None}, Why.FOREIGN_STATE),
        ({"code": None}, Why.NO_CODE),
        ({"code": "not-a-code"}, Why.TOKEN_REFUSED),
        ({"error": "server_error"}, Why.PROVIDER_ERROR),
    ],
)
def test_a_call_back_that_was_changed_on_the_way_is_refused(browser, real, change, why):
    begun = start(real.citizens)
    answer = choose(browser, follow(browser, browser.get(begun.url)), person="astrid", level="high")
    changed = {name: value for name, value in (callback_of(answer) | change).items() if value is not None}

    assert why_refused(settings=real.citizens, begun=begun, callback=changed) is why


def test_a_token_that_lay_for_an_hour_has_expired(browser, real):
    begun = start(real.citizens)
    callback = callback_of(choose(browser, follow(browser, browser.get(begun.url)), person="astrid", level="high"))
    in_an_hour = clock.real() + timedelta(hours=1)

    assert why_refused(settings=real.citizens, begun=begun, callback=callback, now=in_an_hour) is Why.EXPIRED


def test_the_address_shown_to_the_browser_tells_nothing_of_the_log_in(real):
    begun = start(real.citizens)

    assert set(dict(parse_qsl(urlsplit(begun.url).query))) == {"client_id", "request_uri"}


def test_the_provider_takes_no_request_that_was_not_pushed(browser, real):
    answer = browser.get(
        f"{real.citizens.issuer}/authorize",
        params={
            "client_id": real.citizens.client_id,
            "response_type": "code",
            "scope": "openid",
            "redirect_uri": real.citizens.redirect_uri,
        },
    )

    assert "invalid_request" in html.unescape(answer.headers.get("location", "") + answer.text)


def test_a_stranger_with_another_key_may_not_ask_for_a_log_in(real):
    stranger = type(real.citizens)(
        **vars(real.citizens) | {"client_jwk": real.employees.client_jwk},
    )

    with pytest.raises(LogInRefused) as refused:
        start(stranger)
    assert refused.value.why is Why.REQUEST_REFUSED


def test_log_out_ends_the_session_and_tells_both_services_before_it_goes_back(browser, real):
    citizen = log_in(browser, real.citizens)
    begun = start(real.employees)
    employee = come_back(real.employees, begun, follow(browser, browser.get(begun.url)))

    page = browser.get(logout_url(settings=real.citizens, id_token=citizen.id_token, state="ferdig", now=clock.real()))

    frames = [urlsplit(html.unescape(address)) for address in re.findall(r'<iframe src="([^"]+)"', page.text)]
    told = {frame.path: dict(parse_qsl(frame.query)) for frame in frames}
    assert told == {
        "/innbygger/frontkanal/": {"iss": real.citizens.issuer, "sid": citizen.sid},
        "/ansatt/frontkanal/": {"iss": real.citizens.issuer, "sid": employee.sid},
    }
    assert f'href="{real.citizens.post_logout_redirect_uri}?state=ferdig">Tilbake til tjenesten</a>' in page.text
    assert '<meta http-equiv="refresh"' in page.text
    assert f"frame-src {real.portal}" in page.headers["content-security-policy"]
    assert follow(browser, browser.get(start(real.citizens).url)).status_code == 200, "the log-in page is shown again"


def test_log_out_after_the_providers_session_ended_goes_straight_back(browser, real):
    who = log_in(browser, real.citizens)
    browser.cookies.clear()

    answer = browser.get(logout_url(settings=real.citizens, id_token=who.id_token, state="ferdig", now=clock.real()))

    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"{real.citizens.post_logout_redirect_uri}?state=ferdig",
    )


def test_a_log_out_without_proof_asks_the_person_first(browser, real):
    who = log_in(browser, real.citizens)
    page = browser.get(f"{real.citizens.issuer}/logout")
    assert "Ja, logg ut" in page.text

    done = browser.post(
        re.search(r'action="([^"]+)"', page.text)[1],
        data={"xsrf": re.search(r'name="xsrf" value="([^"]+)"', page.text)[1], "logout": "yes"},
    )

    assert f"sid={who.sid}" in html.unescape(done.text)
    assert follow(browser, browser.get(start(real.citizens).url)).status_code == 200


def test_a_log_out_to_an_address_that_is_not_ours_is_refused(browser, real):
    who = log_in(browser, real.citizens)
    elsewhere = type(real.citizens)(**vars(real.citizens) | {"post_logout_redirect_uri": "http://127.0.0.1:9/annet/"})

    answer = browser.get(logout_url(settings=elsewhere, id_token=who.id_token, state="ferdig", now=clock.real()))

    assert answer.status_code == 400
    assert "annet" not in answer.text


def test_a_front_channel_call_must_name_our_provider_and_a_session(real):
    issuer = real.citizens.issuer

    assert why_not_frontchannel(issuer, "en-sid", settings=real.citizens) is None
    assert why_not_frontchannel("https://idporten.example", "en-sid", settings=real.citizens) is Why.WRONG_ISSUER
    assert why_not_frontchannel(None, "en-sid", settings=real.citizens) is Why.WRONG_ISSUER
    assert why_not_frontchannel(issuer, "", settings=real.citizens) is Why.NO_SID
    assert why_not_frontchannel(issuer, None, settings=real.citizens) is Why.NO_SID


def test_the_providers_cookies_carry_its_port_and_nobodys_number(browser, real):
    log_in(browser, real.citizens)
    port = str(urlsplit(real.citizens.issuer).port)

    names = [cookie.name for cookie in browser.cookies.jar]
    assert names
    assert all(name.removesuffix(".sig").endswith(port) for name in names)
    assert not any(ASTRID in (cookie.value or "") for cookie in browser.cookies.jar)


def test_no_number_is_in_the_providers_log_nor_in_what_we_print(browser, real):
    begun = start(real.citizens)
    page = follow(browser, browser.get(begun.url))
    who = come_back(real.citizens, begun, choose(browser, page, person="astrid", level="high"))
    browser.get(f"{real.citizens.issuer}/logout", params={"id_token_hint": "nonsense"})

    assert ASTRID not in real.log.read_text()
    assert ASTRID not in repr(who)
    assert who.id_token not in repr(who)
    assert begun.verifier not in repr(begun)
    assert real.citizens.client_jwk["d"] not in repr(real.citizens)
