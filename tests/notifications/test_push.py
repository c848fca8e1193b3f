"""Notices in a browser: asked for on the page, told once, and by SMS where the browser is no more (R46, R50, R55)."""

import json
import re
from collections import Counter
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import settings as how
from hypothesis import strategies as st

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.gateways import configured
from hjemmekontakt.gateways.handover import Accepted, NotAccepted, Why
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages.events import MessageAnswered
from hjemmekontakt.notifications import actions, delivery, queries, reactions
from hjemmekontakt.notifications.addresses import one_to_each_address
from hjemmekontakt.notifications.claiming import claim
from hjemmekontakt.notifications.delivery import LEASE, Gateways
from hjemmekontakt.notifications.push import actions as browsers
from hjemmekontakt.notifications.rules import CHOSEN_BY_HERSELF, Channel, Choice, Kind, Refusal
from hjemmekontakt.visits.events import VisitsPerformed
from tests.doors import client_of
from tests.notifications.conftest import ASTRIDS_MOBILE, JONAS_MOBILE, performed_visit, wanted
from tests.notifications.test_texts import NEVER_SAID
from tests.pages import text_of
from tests.people import an_id, herself

PATH = "/profil/kontaktinformasjon/"
ASTRID, JONAS = an_id("astrid"), an_id("jonas")
KIN = "Det er en ny melding til en som har gitt deg fullmakt. Logg inn for å lese den."
OFFERED = "Få varsler i denne nettleseren"
pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def answered(world):
    """Mona has answered Astrid."""

    def happen(number: int = 1) -> None:
        event = MessageAnswered(an_id(f"message {number}"), an_id("thread"), ASTRID, world.tunvik)
        reactions.tell_of_answers([event])

    return happen


@pytest.fixture
def gone_by_sms(outside):
    """The numbers that have got an SMS."""
    return lambda: sorted(sms["to"] for sms in outside.sms())


def form_of(browser) -> dict[str, str]:
    return {"endpoint": browser.endpoint, "p256dh": browser.p256dh, "auth": browser.auth}


def chosen(about, channel: str) -> dict[str, str]:
    return {f"{kind}-{about.hex}": channel for kind in CHOSEN_BY_HERSELF}


def test_jonas_asks_for_it_on_the_page_and_is_told_of_his_mothers_message_also_when_logged_out(
    service, answered, deliver, gone_by_sms, database
) -> None:
    phone = client_of("jonas")
    assert OFFERED in phone.get(PATH).content.decode()
    assert "Nettleser</label>" not in phone.get(PATH).content.decode()
    for _ in range(2):  # the same form sent twice
        assert phone.post(f"{PATH}nettleser/", form_of(service.browser("phone"))).headers["Location"] == PATH
    assert "Du får varsler i 1 nettleser." in text_of(phone.get(PATH))
    sent = chosen(JONAS, "sms") | {"visit-performed-" + JONAS.hex: "none"}
    assert phone.post(PATH, sent | chosen(ASTRID, "push")).status_code == 302
    assert 'value="push" checked' in client_of("jonas", acting_for="astrid").get(PATH).content.decode()
    database.execute("DELETE FROM session")

    answered()
    answered()
    deliver()
    (notice,) = service.shown()
    assert (notice["to"], notice["title"], notice["body"], notice["lang"]) == ("phone", "Tunvik", KIN, "nb")
    assert not NEVER_SAID.search(json.dumps(notice["body"])), notice
    assert set(notice) == {"to", "title", "body", "tag", "lang", "ttl", "topic", "urgency", "bytes"}
    assert gone_by_sms() == [ASTRIDS_MOBILE]
    rows = "SELECT channel, decision, segments, address_end FROM notice WHERE receiver_id = %s"
    assert database.execute(rows, [JONAS]).fetchall() == [("push", "sent", 0, "")]
    (kept,) = database.execute("SELECT b::text FROM notified_browser b WHERE last_used_at IS NOT NULL").fetchone()
    assert service.browser("phone").auth not in kept
    assert service.url not in kept


def test_a_browser_that_is_no_more_is_forgotten_and_the_sms_comes_instead(
    service, answered, wishes, jonas, deliver, gone_by_sms, decisions, database
) -> None:
    wishes("jonas", about="astrid", message="push")
    wanted(jonas, service, "phone")
    service.dies("phone")
    answered()
    deliver()
    assert service.shown() == []
    assert gone_by_sms() == [ASTRIDS_MOBILE, JONAS_MOBILE]
    assert decisions()["jonas"] == ("sms", "sent")
    assert database.execute("SELECT count(*) FROM notified_browser").fetchone() == (0,)
    assert database.execute("SELECT channel FROM preference").fetchall() == [("push",)]  # his wish stands
    said = client_of("jonas").get(PATH).content.decode()
    assert 'value="push"' not in said
    assert f'name="message-{ASTRID.hex}" value="sms"' in said


def test_one_browser_of_two_is_enough(service, answered, wishes, jonas, deliver, gone_by_sms, database) -> None:
    wishes("jonas", about="astrid", message="push")
    wanted(jonas, service, "phone", "desktop", "lost")
    service.dies("lost")
    answered()
    deliver()
    assert sorted(each["to"] for each in service.shown()) == ["desktop", "phone"]
    assert gone_by_sms() == [ASTRIDS_MOBILE]
    assert database.execute("SELECT count(*) FROM notified_browser").fetchone() == (2,)


class TakesItAndDies:
    """A gateway that hands over for real, and then is cut off before it can tell so."""

    def __init__(self, push, cut_off: int) -> None:
        self.push, self.cut_off = push, cut_off

    def send(self, push) -> Accepted:
        accepted = self.push.send(push)
        self.cut_off -= 1
        if self.cut_off >= 0:
            raise NotAccepted(Why.UNAVAILABLE)
        return accepted


def test_a_notice_that_is_handed_over_again_takes_its_own_place(
    service, outside, answered, wishes, jonas, deliver, decisions, time_passes
) -> None:
    wishes("jonas", about="astrid", message="push")
    wanted(jonas, service, "phone")
    answered()
    flaky = replace(outside.gateways, push=TakesItAndDies(outside.gateways.push, 2))
    for _ in range(3):
        deliver(flaky)
        time_passes()
    assert len(service.shown()) == 1
    assert decisions()["jonas"] == ("push", "sent")


def test_a_service_that_is_busy_is_tried_again_when_it_says_and_given_up_for_an_sms(
    service, answered, wishes, jonas, deliver, gone_by_sms, time_passes, database
) -> None:
    wishes("jonas", about="astrid", message="push")
    wanted(jonas, service, "phone")
    answered()
    service.answers(429, Retry_After="600")
    before = clock.real()
    deliver()
    row = "SELECT decision, channel, last_error, attempts, retry_at FROM notice WHERE receiver_id = %s"
    *stands, retry_at = database.execute(row, [JONAS]).fetchone()
    assert stands == ["due", "push", "busy", 1]
    assert 595 < (retry_at - before).total_seconds() < 630

    service.answers(503, next_ones=3)
    for _ in range(4):
        time_passes()
        deliver()
    assert service.shown() == []
    assert gone_by_sms() == [ASTRIDS_MOBILE, JONAS_MOBILE]
    assert database.execute("SELECT count(*) FROM notified_browser").fetchone() == (1,)  # it may want the next one


@pytest.mark.parametrize("visits", [False, True], ids=["one message", "a digest of visits"])
def test_a_browser_that_two_share_hears_an_event_once_and_when_it_is_no_more_both_are_told(
    world, service, answered, wishes, astrid, jonas, deliver, gone_by_sms, decisions, database, at, visits
) -> None:
    for key, actor in (("astrid", astrid), ("jonas", jonas)):
        wishes(key, about="astrid", message="push", visit_performed="push")
        wanted(actor, service, "kitchen")
    database.execute("UPDATE preference SET mode = 'digest', digest_hour = 18 WHERE kind = 'visit-performed'")

    def happen(number: int) -> None:
        if not visits:
            return answered(number)
        at(f"{('monday', 'tuesday')[number - 1]} 12:00")
        day = 1 + number
        visit = performed_visit(world, f"visit {number}", ended_at=f"2026-03-0{day}T08:40:00+01:00")
        reactions.tell_of_performed_visits([VisitsPerformed((visit,), world.tunvik)])
        now = at(f"{('monday', 'tuesday')[number - 1]} 18:01")
        from hjemmekontakt.notifications.waiting import gather_digests

        gather_digests(the_portal(), now=now)
        return None

    happen(1)
    deliver()
    assert [each["to"] for each in service.shown()] == ["kitchen"]
    waits = "SELECT decision FROM notice WHERE joined_to IS NULL ORDER BY decision"
    assert database.execute(waits).fetchall() == [("same-address",), ("sent",)]
    assert gone_by_sms() == []

    service.dies("kitchen")
    happen(2)
    deliver()
    assert gone_by_sms() == [ASTRIDS_MOBILE, JONAS_MOBILE]
    assert len(service.shown()) == 1


def test_who_is_left_out_while_another_worker_lets_go_of_the_browser_is_told_all_the_same(
    service, outside, answered, wishes, astrid, jonas, deliver, gone_by_sms, time_passes
) -> None:
    for key, actor in (("astrid", astrid), ("jonas", jonas)):
        wishes(key, about="astrid", message="push")
        wanted(actor, service, "odd")
    service.always_answers("odd", 400)
    answered()
    now, leases = clock.now(), [clock.real() + LEASE, clock.real() + 2 * LEASE]
    (first, done), (second, left_out) = (claim(the_portal(), now=now, lease=lease, limit=1) for lease in leases)
    (to_send,) = one_to_each_address(first, done)
    assert one_to_each_address(second, left_out) == []
    done.append(delivery._send(to_send, gateways=outside.gateways, now=now))
    delivery._settle(the_portal(), done, lease=leases[0])
    delivery._settle(the_portal(), left_out, lease=leases[1])
    for _ in range(2):
        time_passes()
        deliver()
    assert gone_by_sms() == [ASTRIDS_MOBILE, JONAS_MOBILE]


BROWSERS = {"kitchen": 201, "phone": 201, "lost": 410, "busy": 503, "odd": 400}


@how(
    max_examples=3,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    theirs=st.fixed_dictionaries(
        dict.fromkeys(("astrid", "jonas", "siri"), st.frozensets(st.sampled_from(sorted(BROWSERS)), max_size=3))
    ),
    asleep=st.frozensets(st.sampled_from(["astrid", "jonas", "siri"])),
)
@example(theirs={"astrid": {"odd"}, "jonas": {"odd"}, "siri": {"odd"}}, asleep={"jonas"})
@example(theirs={"astrid": {"odd", "phone"}, "jonas": {"odd"}, "siri": {"phone"}}, asleep=())
def test_whatever_they_share_and_lose_no_place_hears_it_twice_and_everybody_hears_it(
    world, service, outside, answered, wishes, deliver, time_passes, database, at, theirs, asleep
) -> None:
    for table in ("notice", "reached_address", "preference", "fullmakt", "notified_browser", "quiet_hours"):
        database.execute(f"DELETE FROM {table}")
    outside.reach_nobody()
    service.begin_again()
    for name, status in BROWSERS.items():
        if status != 201:
            service.always_answers(name, status)
    numbers = {key: f"+479000000{place}" for place, key in enumerate(theirs, start=1)}
    for key, hers in theirs.items():
        outside.reach(key, mobile=numbers[key])
        wishes(key, about="astrid", message="push")
        wanted(herself(key, key), service, *hers)
        world.insert("quiet_hours", receiver_id=an_id(key), **dict.fromkeys(("starts", "ends")))
        if key in asleep:
            database.execute("UPDATE quiet_hours SET starts = 21, ends = 8 WHERE receiver_id = %s", [an_id(key)])
    for key in ("jonas", "siri"):
        world.fullmakt("astrid", key)
    at("monday 23:00")
    answered()
    for hour in ("monday 23:05", "tuesday 09:00"):
        at(hour)
        for _ in range(6):
            deliver()
            time_passes()

    heard = Counter([each["to"] for each in service.shown()] + [sms["to"] for sms in outside.sms()])
    assert set(heard.values()) <= {1}, heard
    for key, hers in theirs.items():
        assert heard.keys() & {*hers, numbers[key]}, key
    decided = dict(database.execute("SELECT receiver_id, decision FROM notice").fetchall())
    assert len(decided) == len(theirs)
    assert set(decided.values()) <= {"sent", "same-address"}


def test_where_nobody_has_set_it_up_any_more_the_sms_comes_at_once(
    service, outside, answered, wishes, jonas, deliver, gone_by_sms, monkeypatch
) -> None:
    wishes("jonas", about="astrid", message="push")
    wanted(jonas, service, "phone")
    answered(1)
    deliver(replace(outside.gateways, push=None))
    monkeypatch.setattr(settings, "WEB_PUSH_KEY", "")
    answered(2)
    deliver()
    assert gone_by_sms() == 2 * [ASTRIDS_MOBILE] + 2 * [JONAS_MOBILE]
    assert isinstance(outside.gateways, Gateways)


def test_a_browser_can_be_chosen_only_by_who_has_let_one_be_told(service, outside, astrid, jonas, database) -> None:
    wanted(jonas, service, "phone")
    by_browser = [Choice(ASTRID, Kind.MESSAGE, Channel.PUSH)]
    with pytest.raises(Refused) as refused:
        actions.choose_notices(astrid, by_browser)
    assert refused.value.why is Refusal.NO_BROWSER
    assert "Rett opp dette" in client_of("astrid").post(PATH, chosen(ASTRID, "push")).content.decode()
    assert database.execute("SELECT count(*) FROM preference").fetchone() == (0,)
    actions.choose_notices(jonas, by_browser)
    assert database.execute("SELECT channel FROM preference").fetchall() == [("push",)]


def test_the_ready_sets_go_by_the_browser_she_uses_and_by_sms_when_it_is_gone(
    service, astrid, wishes, database
) -> None:
    wanted(astrid, service, "phone")
    wishes("astrid", message="push")
    page = client_of("astrid")
    page.post(f"{PATH}oppsett/", {"about": ASTRID.hex, "level": "full"})
    rows = "SELECT DISTINCT channel FROM preference"
    assert database.execute(rows).fetchall() == [("push",)]
    assert "Ingen nettlesere får varsler lenger." in text_of(page.post(f"{PATH}nettleser/slutt/alle/", follow=True))
    page.post(f"{PATH}oppsett/", {"about": ASTRID.hex, "level": "full"})
    assert database.execute(rows).fetchall() == [("sms",)]


def test_who_ends_it_in_a_shared_browser_ends_it_for_herself(service, astrid, jonas, database) -> None:
    wanted(astrid, service, "kitchen", "phone")
    wanted(jonas, service, "kitchen")
    for _ in range(2):
        endpoint = service.browser("kitchen").endpoint
        assert client_of("astrid").post(f"{PATH}nettleser/slutt/", {"endpoint": endpoint}).status_code == 302
    assert len(queries.chosen_for_all(astrid).browsers) == 1
    assert len(queries.chosen_for_all(jonas).browsers) == 1
    browsers.forget_browsers(astrid)
    assert queries.channels_of(queries.chosen_for_all(astrid).browsers) == (
        Channel.SMS,
        Channel.EMAIL,
        Channel.NONE,
    )
    assert database.execute("SELECT citizen_id FROM notified_browser").fetchall() == [(JONAS,)]


def test_who_may_and_what_the_log_says(service, astrid, jonas_for_astrid, mona, journal, database) -> None:
    phone = service.browser("phone")
    for stranger in (jonas_for_astrid, mona, journal, the_portal()):
        for act in (
            lambda who: browsers.keep_browser(who, phone),
            lambda who: browsers.forget_browser(who, phone.endpoint),
            browsers.forget_browsers,
        ):
            with pytest.raises((Denied, ValueError)):
                act(stranger)
    wanted(astrid, service, "phone")
    browsers.forget_browser(astrid, phone.endpoint)
    browsers.forget_browsers(astrid)
    lines = "SELECT act FROM access_entry WHERE citizen_id = %s AND outcome = 'done' ORDER BY id"
    found = [act for (act,) in database.execute(lines, [ASTRID]).fetchall()]
    assert found == ["add-browser", "forget-browser", "forget-browser"]


def test_what_is_no_browser_and_an_eleventh_are_not_kept(service, astrid, database, monkeypatch) -> None:
    phone = service.browser("phone")
    for forged in (replace(phone, endpoint="https://10.0.0.1/x"), replace(phone, p256dh="AAAA")):
        with pytest.raises(Refused) as refused:
            browsers.keep_browser(astrid, forged)
        assert refused.value.why is Refusal.NOT_A_BROWSER
    said = text_of(client_of("astrid").post(f"{PATH}nettleser/", {"endpoint": "x\0" * 9000}, follow=True))
    assert "Vi kan ikke sende varsler til denne nettleseren. Ingenting er endret." in said
    wanted(astrid, service, *(f"browser {number}" for number in range(10)))
    with pytest.raises(Refused) as refused:
        browsers.keep_browser(astrid, phone)
    assert refused.value.why is Refusal.TOO_MANY_BROWSERS
    wanted(astrid, service, "browser 3")
    monkeypatch.setattr(settings, "WEB_PUSH_CONTACT", "")
    with pytest.raises(Refused) as refused:
        browsers.keep_browser(astrid, service.browser("browser 3"))
    assert refused.value.why is Refusal.NOT_A_BROWSER


def test_without_javascript_the_page_says_it_in_words_and_shows_no_button(service, queries_in) -> None:
    page = client_of("astrid")
    said = page.get(PATH).content.decode()
    section = re.search(r'<section aria-labelledby="nettleser".*?</section>', said, re.DOTALL)[0]
    shown = re.sub(r"<(p|form) data-push=\"\w+\" hidden.*?</\1>", "", section, flags=re.DOTALL)
    assert "JavaScript er slått av. Velg SMS eller e-post i stedet." in shown
    assert "<button" not in shown
    assert OFFERED in section
    assert "Slutt med varsler i alle nettlesere" not in section
    assert configured.push().public_key in section
    for_another = client_of("jonas", acting_for="astrid").get(PATH).content.decode()
    assert 'aria-labelledby="nettleser"' not in for_another
    set_up = queries_in(lambda: page.get(PATH))
    settings.WEB_PUSH_KEY = ""
    assert set_up == queries_in(lambda: page.get(PATH)) + 1
    assert 'aria-labelledby="nettleser"' not in page.get(PATH).content.decode()


def test_the_browsers_script_is_there_for_all_asks_for_one_address_and_opens_the_first_page() -> None:
    answer = Client().get("/varsler-sw.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-cache", "nosniff")
    said = answer.content.decode()
    assert 'openWindow("/")' in said
    assert re.findall(r"fetch\((\S+),", said) == ['"/varsler/ny-nettleser/"']
