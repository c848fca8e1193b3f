"""Which SMS providers an installation has, as its settings say: none, one, or two of whatever kinds."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings

from hjemmekontakt.gateways import configured
from hjemmekontakt.gateways.configured import SMS_KINDS, NotConfigured
from hjemmekontakt.gateways.sms import Altinn, Failover, LinkMobility, Smpp, SmsGateway, Sveve
from hjemmekontakt.project.preflight import SCHEMES
from hjemmekontakt.project.settings import SmsProvider

NONE = SmsProvider("HK_SMS_SECOND", kind="link", url="", user="", password="", partner_id="", gate="")
ADDRESSES = {"smpp": "smpp://127.0.0.1:9"}
CLASSES = {"link": LinkMobility, "sveve": Sveve, "smpp": Smpp, "altinn": Altinn}


@pytest.fixture
def set_up(monkeypatch) -> Iterator[Callable[..., SmsGateway]]:
    """Set up so many providers, by kind."""

    def choose(*kinds: str) -> SmsGateway:
        chosen = [
            SmsProvider(
                prefix,
                kind=kind,
                url=ADDRESSES.get(kind, "http://127.0.0.1:9"),
                user="tunvik",
                password="hemmelig",
                partner_id="",
                gate="",
            )
            for prefix, kind in zip(("HK_SMS", "HK_SMS_SECOND"), kinds, strict=False)
        ]
        monkeypatch.setattr(settings, "SMS_PROVIDERS", tuple([*chosen, NONE, NONE][:2]))
        configured.forget()
        return configured.sms()

    yield choose
    configured.forget()


@pytest.mark.parametrize("kind", list(SMS_KINDS))
def test_each_kind_is_one_provider_of_the_same_shape(set_up, kind):
    made = set_up(kind)

    assert type(made) is CLASSES[kind]
    assert set(SMS_KINDS) == set(SCHEMES) == set(CLASSES)
    made.close()


def test_two_are_one_and_the_first_is_preferred(set_up):
    made = set_up("sveve", "smpp")

    assert isinstance(made, Failover)
    assert (made.choose(), made.other_than("sveve")) == ("sveve", "smpp")


def test_two_of_the_same_kind_have_a_name_each(set_up):
    made = set_up("link", "link")

    assert isinstance(made, Failover)
    assert (made.choose(), made.other_than("link")) == ("link", "link-2")


def test_all_threads_have_the_same_one_so_that_who_sends_also_hears(set_up):
    set_up("smpp")
    configured.forget()
    with ThreadPoolExecutor(8) as threads:
        made = {id(each): each for each in threads.map(lambda _: configured.sms(), range(8))}

    assert len(made) == 1
    configured.sms().close()


def test_without_an_address_the_missing_setting_is_named(set_up):
    with pytest.raises(NotConfigured) as missing:
        set_up()

    assert missing.value.args == ("Set HK_SMS_SECOND_URL.",)


def test_no_password_stands_in_what_is_printed():
    assert "hemmelig" not in repr(
        SmsProvider("HK_SMS", kind="link", url="u", user="tunvik", password="hemmelig", partner_id="", gate="")
    )
