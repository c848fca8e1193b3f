"""A number of her own: proved by a code that nobody can guess, then used for her notices instead of the register's (R49)."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings

from hjemmekontakt.access.actions import Denied, the_portal
from hjemmekontakt.gateways import configured
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages.events import MessageAnswered
from hjemmekontakt.notifications import own_contact, reactions
from hjemmekontakt.notifications.codes import CodeOutcome
from hjemmekontakt.notifications.rules import Channel, Refusal
from hjemmekontakt.notifications.waiting import forget_old_codes
from tests.doors import client_of
from tests.notifications.conftest import ASTRIDS_MOBILE, JONAS_EMAIL
from tests.pages import text_of
from tests.people import an_id

PATH = "/profil/kontaktinformasjon/eget/"
NEW = "+4798765432"
pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def sent_for_real(outside, monkeypatch):
    """The pages send through the test's own sink, and ask its register."""
    first, second = settings.SMS_PROVIDERS
    sink = replace(first, kind="link", url=outside.sink.sms_url, user="test", password="test")
    monkeypatch.setattr(settings, "SMS_PROVIDERS", (sink, second))
    monkeypatch.setattr(settings, "IS_DEMO", True)
    monkeypatch.setattr(settings, "KRR_URL", outside.register_url)
    configured.forget()
    yield outside
    configured.forget()


def code_in(letter) -> str:
    """The six digits of a message."""
    (code,) = re.findall(r"\b\d{6}\b", letter.sms)
    return code


def other_than(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06}"


def test_from_the_page_to_the_next_sms(world, sent_for_real, deliver, astrid, database) -> None:
    browser = client_of("astrid")
    assert browser.post(PATH, {"channel": "sms", "address": "987 65 432"}).headers["Location"] == f"{PATH}kode/"
    (sms,) = sent_for_real.sms()
    assert (sms["to"], sms["from"]) == (NEW, "Tunvik")
    assert re.fullmatch(r"Tunvik: Koden din er \d{6}\. Den gjelder i 10 minutter\. Ikke gi den til noen\.", sms["text"])
    assert "987 65 432" in text_of(browser.get(f"{PATH}kode/"))
    code = re.findall(r"\d{6}", sms["text"])[0]
    assert "Koden stemmer ikke." in text_of(browser.post(f"{PATH}kode/", {"code": other_than(code)}))
    assert browser.post(f"{PATH}kode/", {"code": code}).headers["Location"] == "/profil/kontaktinformasjon/"
    assert "Eget nummer, som vi bruker i stedet for registerets: 987 65 432" in text_of(
        browser.get("/profil/kontaktinformasjon/")
    )

    reactions.tell_of_answers([MessageAnswered(an_id("m"), an_id("t"), an_id("astrid"), world.tunvik)])
    deliver()
    assert NEW in [sms["to"] for sms in sent_for_real.sms()[1:]]
    assert ASTRIDS_MOBILE not in [sms["to"] for sms in sent_for_real.sms()]
    kept = database.execute("SELECT o::text FROM own_contact o UNION ALL SELECT c::text FROM contact_code c").fetchall()
    assert not any(code in row or "98765432" in row for (row,) in kept)

    browser.post(f"{PATH}slett/", {"channel": "sms"})
    reactions.tell_of_answers([MessageAnswered(an_id("m2"), an_id("t"), an_id("astrid"), world.tunvik)])
    deliver()
    assert ASTRIDS_MOBILE in [sms["to"] for sms in sent_for_real.sms()]


def test_with_an_own_number_nobody_waits_for_a_silent_register(world, outside, deliver, astrid, database) -> None:
    sent = own_contact.ask_for_code(astrid, Channel.SMS, NEW)
    assert own_contact.confirm_code(astrid, code_in(sent.letter)) is CodeOutcome.CONFIRMED
    reactions.tell_of_answers([MessageAnswered(an_id("m"), an_id("t"), an_id("astrid"), world.tunvik)])
    deliver(replace(outside.gateways, register=None))
    assert [sms["to"] for sms in outside.sms()] == [NEW]
    assert database.execute("SELECT decision FROM notice WHERE receiver_id = %s", [an_id("jonas")]).fetchone() == (
        "due",
    )


def test_five_tries_and_the_code_is_dead_also_for_who_then_finds_it(astrid) -> None:
    code = code_in(own_contact.ask_for_code(astrid, Channel.SMS, NEW).letter)
    tried = [own_contact.confirm_code(astrid, other_than(code)) for _ in range(5)]
    assert tried == 4 * [CodeOutcome.WRONG] + [CodeOutcome.RUN_OUT]
    assert own_contact.confirm_code(astrid, code) is CodeOutcome.RUN_OUT
    assert own_contact.waiting_for_code(astrid) == ""


def test_a_code_holds_ten_minutes_once_and_until_another_is_asked_for(astrid, siri, database) -> None:
    first = code_in(own_contact.ask_for_code(astrid, Channel.SMS, NEW).letter)
    assert own_contact.confirm_code(siri, first) is CodeOutcome.RUN_OUT  # nobody else's
    second = own_contact.ask_for_code(astrid, Channel.EMAIL, "astrid@example.no")
    assert own_contact.confirm_code(astrid, code_in(second.letter)) is CodeOutcome.CONFIRMED
    assert own_contact.confirm_code(astrid, code_in(second.letter)) is CodeOutcome.RUN_OUT
    third = code_in(own_contact.ask_for_code(astrid, Channel.SMS, NEW).letter)
    database.execute("UPDATE contact_code SET runs_out_at = runs_out_at - interval '10 minutes'")
    assert own_contact.confirm_code(astrid, third) is CodeOutcome.RUN_OUT
    assert database.execute("SELECT channel FROM own_contact").fetchall() == [("email",)]


def test_three_codes_an_hour_for_a_person_and_five_a_day_for_an_address(astrid, siri, jonas, database) -> None:
    for actor in (astrid, siri):
        own_contact.ask_for_code(actor, Channel.SMS, NEW)
        own_contact.ask_for_code(actor, Channel.SMS, NEW)
    own_contact.ask_for_code(astrid, Channel.SMS, "+4790000077")
    own_contact.ask_for_code(jonas, Channel.SMS, NEW)
    for actor, to in ((astrid, "+4790000078"), (jonas, NEW)):
        with pytest.raises(Refused) as refused:
            own_contact.ask_for_code(actor, Channel.SMS, to)
        assert refused.value.why is Refusal.TOO_MANY_CODES

    assert forget_old_codes(the_portal()) == 0
    database.execute("UPDATE contact_code SET asked_at = asked_at - interval '25 hours'")
    assert forget_old_codes(the_portal()) == 6


@pytest.mark.parametrize(
    ("channel", "address", "why"),
    [
        (Channel.SMS, "32 00 00 00", Refusal.NOT_A_MOBILE),
        (Channel.SMS, "ring meg", Refusal.NOT_A_MOBILE),
        (Channel.EMAIL, "per@", Refusal.NOT_AN_ADDRESS),
    ],
)
def test_what_is_no_address_gets_no_code(astrid, database, channel, address, why) -> None:
    with pytest.raises(Refused) as refused:
        own_contact.ask_for_code(astrid, channel, address)
    assert refused.value.why is why
    assert database.execute("SELECT count(*) FROM contact_code").fetchone() == (0,)


def test_who_may_and_what_the_log_says(astrid, jonas_for_astrid, mona, database) -> None:
    for stranger in (jonas_for_astrid, mona, the_portal()):
        with pytest.raises((Denied, ValueError)):
            own_contact.ask_for_code(stranger, Channel.SMS, NEW)
        with pytest.raises((Denied, ValueError)):
            own_contact.confirm_code(stranger, "000000")
    own_contact.ask_for_code(astrid, Channel.SMS, NEW)
    own_contact.forget_own_contact(astrid, Channel.SMS)
    lines = "SELECT act FROM access_entry WHERE citizen_id = %s AND outcome = 'done' ORDER BY id"
    assert database.execute(lines, [an_id("astrid")]).fetchall() == [("prove-contact",), ("forget-contact",)]


def test_a_provider_that_does_not_answer_is_told_of_in_words(sent_for_real, database) -> None:
    sent_for_real.fail(1)
    said = text_of(client_of("astrid").post(PATH, {"channel": "sms", "address": NEW}))
    assert "Vi fikk ikke sendt koden nå. Ingenting er endret." in said


def test_an_own_number_that_was_proved_eighteen_months_ago_is_not_used(
    world, outside, deliver, astrid, database
) -> None:
    sent = own_contact.ask_for_code(astrid, Channel.SMS, NEW)
    own_contact.confirm_code(astrid, code_in(sent.letter))
    database.execute("UPDATE own_contact SET verified_at = %s", [clock.real() - timedelta(days=560)])
    reactions.tell_of_answers([MessageAnswered(an_id("m"), an_id("t"), an_id("astrid"), world.tunvik)])
    deliver()
    assert NEW not in [sms["to"] for sms in outside.sms()]


def test_the_page_says_who_shares_a_number_and_nothing_else_of_them(sent_for_real) -> None:
    page = "/profil/kontaktinformasjon/"
    assert "Samme nummer eller e-post som" not in text_of(client_of("astrid").get(page))
    sent_for_real.reach("jonas", mobile="900 00 001", email=JONAS_EMAIL)
    said = text_of(client_of("astrid").get(page))
    assert "Samme nummer eller e-post som Jonas Berg" in said
    assert JONAS_EMAIL not in said
    assert "Samme nummer eller e-post som Astrid Berg" in text_of(client_of("jonas", acting_for="astrid").get(page))
