"""A browser whose address becomes another is told there, once; and the pages can be put on an iPhone's home screen (R46, R50)."""

import json
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.messages.events import MessageAnswered
from hjemmekontakt.notifications import reactions
from hjemmekontakt.notifications.push import actions as browsers
from hjemmekontakt.notifications.push.views import SCRIPT
from tests.doors import client_of
from tests.notifications.conftest import wanted
from tests.people import an_id

MOVED = "/varsler/ny-nettleser/"
pytestmark = pytest.mark.usefixtures("world")


def subscription(browser) -> dict:
    return {"endpoint": browser.endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}}


def told_by_the_script(**said) -> dict:
    """What the portal's script asks for when its browser says that its address has changed."""
    program = Path(__file__).with_name("browser.mjs")
    given = json.dumps({"script": str(SCRIPT), **said})
    done = subprocess.run(["node", str(program), given], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture
def kept(database):
    """Whose browsers are kept: a keyed address for each."""
    return lambda: database.execute("SELECT citizen_id, address_key FROM notified_browser ORDER BY made_at").fetchall()


@pytest.mark.parametrize("known_by", ["the event", "what was kept"])
def test_the_browser_says_so_itself_and_the_next_notice_comes_there_also_when_logged_out(
    service, jonas, wishes, deliver, kept, world, known_by
) -> None:
    wishes("jonas", about="astrid", message="push")
    wanted(jonas, service, "phone")
    old, new = service.browser("phone"), service.browser("anew")
    service.dies("phone")
    if known_by == "the event":
        said = told_by_the_script(old=subscription(old), new=subscription(new))
    else:
        said = told_by_the_script(kept={"subscription": subscription(old), "key": "BOurs"}, made=subscription(new))
        assert said["subscribed"] == [{"userVisibleOnly": True, "applicationServerKey": "BOurs"}]
    [asked] = said["fetched"]
    assert (asked["address"], asked["method"], asked["credentials"]) == (MOVED, "POST", "omit")
    assert said["kept"]["subscription"] == subscription(new)

    for _ in range(2):  # told twice
        answer = Client().post(MOVED, asked["body"], content_type="application/x-www-form-urlencoded")
        assert (answer.status_code, answer.content) == (204, b"")

    assert len(kept()) == 1
    reactions.tell_of_answers([MessageAnswered(an_id("message"), an_id("thread"), an_id("astrid"), world.tunvik)])
    deliver()
    assert [each["to"] for each in service.shown()] == ["anew"]


def test_a_browser_that_knows_nothing_of_what_it_was_asks_for_nothing() -> None:
    assert told_by_the_script()["fetched"] == []


def test_a_browser_that_two_share_moves_for_both_and_one_already_there_is_not_doubled(
    service, astrid, jonas, kept
) -> None:
    for actor in (astrid, jonas):
        wanted(actor, service, "kitchen")
    wanted(jonas, service, "counter")  # he has pressed the button again meanwhile
    old, new = service.browser("kitchen"), service.browser("counter")

    assert browsers.move_browser(the_portal(), new, was=old.endpoint, was_auth=old.auth) == 2

    assert {citizen for citizen, _ in kept()} == {astrid.id, jonas.id}
    assert len(kept()) == 2
    assert len({bytes(key) for _, key in kept()}) == 1


def test_who_does_not_know_the_old_secret_or_offers_no_browser_moves_nothing(service, astrid, kept) -> None:
    wanted(astrid, service, "phone")
    old, new = service.browser("phone"), service.browser("a thief's")
    before = kept()
    told = {"was": old.endpoint, "was_auth": old.auth, "endpoint": new.endpoint, "p256dh": new.p256dh, "auth": new.auth}
    wrong = [
        {"was_auth": new.auth},
        {"was_auth": "ø"},
        {"was": new.endpoint},
        {"endpoint": "https://10.0.0.1/x"},
        {"p256dh": "AAAA"},
    ]

    answers = [Client().post(MOVED, told | each) for each in [*wrong, dict.fromkeys(told, "")]]

    assert {(answer.status_code, answer.content) for answer in answers} == {(204, b"")}
    assert kept() == before
    assert Client().get(MOVED, told).status_code == 405
    assert kept() == before


def test_the_portal_alone_may_move_a_browser_and_no_log_tells_of_it(
    service, astrid, jonas_for_astrid, mona, journal, database
) -> None:
    wanted(astrid, service, "phone")
    old = service.browser("phone")
    for stranger in (astrid, jonas_for_astrid, mona, journal):
        with pytest.raises(Denied):
            browsers.move_browser(stranger, service.browser("new"), was=old.endpoint, was_auth=old.auth)
    browsers.move_browser(the_portal(), service.browser("new"), was=old.endpoint, was_auth=old.auth)
    acts = {act for (act,) in database.execute("SELECT act FROM access_entry WHERE outcome = 'done'").fetchall()}
    assert acts == {"add-browser"}


def test_the_page_can_be_put_on_the_home_screen_and_says_so_to_who_has_an_iphone(service) -> None:
    manifest = Client().get("/hjemmekontakt.webmanifest")
    said = json.loads(manifest.content)
    page = client_of("astrid").get("/profil/kontaktinformasjon/")
    shown = page.content.decode()

    assert manifest.headers["Content-Type"] == "application/manifest+json; charset=utf-8"
    assert manifest.headers["Content-Security-Policy"] == "default-src 'none'"
    assert "manifest-src 'self'" in page.headers["Content-Security-Policy"]
    assert (said["name"], said["lang"], said["start_url"], said["display"]) == (
        "Hjemmekontakt",
        "nb",
        "/",
        "standalone",
    )
    assert said["theme_color"].startswith("#")
    assert said == json.loads(client_of("astrid").get("/hjemmekontakt.webmanifest").content)
    assert '<link rel="manifest" href="/hjemmekontakt.webmanifest">' in shown
    for icon in [each["src"] for each in said["icons"]] + [
        shown.partition('"apple-touch-icon" href="')[2].split('"')[0]
    ]:
        assert Client().get(icon).headers["Content-Type"] == "image/png"
    assert "velg «Legg til på Hjem-skjerm»" in shown
    assert 'rel="manifest"' not in client_of("mona", employee=True).get("/ansatt/sok/").content.decode()
