"""The portal is not opened to people with the demo's settings, without encryption or with a key that others know."""

import pytest

from hjemmekontakt.project.preflight import why_not_serve

IN_ORDER = {
    "DATABASE_URL": "postgresql://hk_app@db.tunvik.example/hjemmekontakt",
    "HK_SECRET_KEY": "0f4Kz8qWvN2rT6yLp1sXc9dJb3mHg7aE5uQiRoYtVnBxZkGjMf",
    "HK_NATIONAL_ID_KEYS": "/etc/hjemmekontakt/keys.json",
    "HK_PUBLIC_URL": "https://hjemmekontakt.tunvik.example",
    "HK_IDPORTEN_ISSUER": "https://idporten.example",
    "HK_IDPORTEN_CLIENT_ID": "5b1f",
    "HK_IDPORTEN_CLIENT_JWK": "/etc/hjemmekontakt/client.jwk",
    "HK_SMS_URL": "http://127.0.0.1:9000",
    "HK_SMS_USER": "tunvik",
    "HK_SMS_PASSWORD": "hemmelig",
    "HK_CLAMD_URL": "tcp://127.0.0.1:3310",
    "PATH": "/usr/bin",
}


def test_a_portal_in_order_is_opened():
    assert why_not_serve(IN_ORDER) == []


@pytest.mark.parametrize("name", [name for name in IN_ORDER if not name.startswith(("HK_SMS", "HK_CLAMD", "PATH"))])
def test_each_setting_that_is_needed_is_named_when_it_is_missing_or_empty(name):
    without = {other: value for other, value in IN_ORDER.items() if other != name}

    assert why_not_serve(without) == [f"{name} mangler."]
    assert why_not_serve({**IN_ORDER, name: ""}) == [f"{name} mangler."]


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"HK_DEMO_SECRET": "s"}, "HK_DEMO_SECRET hører til demoen og skal ikke finnes i drift."),
        ({"HK_DEMO_PORT": "8000"}, "HK_DEMO_PORT hører til demoen og skal ikke finnes i drift."),
        ({"HK_DEBUG": "1"}, "HK_DEBUG viser koden for folk når noe går galt. Ta den bort."),
        ({"HK_DEBUG": "true"}, "HK_DEBUG viser koden for folk når noe går galt. Ta den bort."),
        ({"HK_IDPORTEN_ISSUER": "http://idporten.example"}, "HK_IDPORTEN_ISSUER må begynne med https://."),
        ({"HK_PUBLIC_URL": "http://hjemmekontakt.tunvik.example"}, "HK_PUBLIC_URL må begynne med https://."),
        (
            {"HK_SMS_URL": "http://sms.example"},
            "HK_SMS_URL må begynne med https://, ellers går personopplysninger åpent over nettet.",
        ),
        (
            {"HK_CLAMD_URL": "tcp://clamd.example:3310"},
            "HK_CLAMD_URL må være en unix-socket eller denne maskinen, ellers går vedlegg åpent over nettet.",
        ),
        (
            {"HK_WEB_PUSH_KEY": "/etc/hjemmekontakt/push.jwk"},
            "HK_WEB_PUSH_KEY og HK_WEB_PUSH_CONTACT hører sammen. Sett begge, eller ingen av dem.",
        ),
        (
            {"HK_WEB_PUSH_KEY": "/etc/x.jwk", "HK_WEB_PUSH_CONTACT": "drift@tunvik.example"},
            "HK_WEB_PUSH_CONTACT må begynne med mailto: eller https://.",
        ),
        (
            {"HK_WEB_PUSH_SERVICES": "google http://127.0.0.1:8008"},
            "HK_WEB_PUSH_SERVICES kjenner ikke http://127.0.0.1:8008."
            " Skriv google, mozilla, apple, microsoft eller et navn.",
        ),
        ({"HK_CLAMD_URL": "https://clamd.example"}, "HK_CLAMD_URL må begynne med unix:/// eller tcp://."),
    ],
)
def test_what_belongs_to_the_demo_or_goes_in_the_open_is_refused(setting, sentence):
    assert why_not_serve({**IN_ORDER, **setting}) == [sentence]


@pytest.mark.parametrize(
    "issuer",
    [
        "https://localhost:8001",
        "https://LOCALHOST./",
        "https://idp.localhost",
        "https://127.0.0.1:8001",
        "https://127.9.9.9",
        "https://[::1]:8001",
        "https://[::ffff:127.0.0.1]/",
        "https://0.0.0.0:8001",
    ],
)
def test_an_issuer_on_this_machine_is_the_tests_own(issuer):
    assert why_not_serve({**IN_ORDER, "HK_IDPORTEN_ISSUER": issuer}) == [
        "HK_IDPORTEN_ISSUER peker på denne maskinen selv. Den må være adressen som folk bruker."
    ]


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("demo-0f4Kz8qWvN2rT6yLp1sXc9dJb3mHg7aE5uQiRoYtVnBxZkGjMf", "en nøkkel som andre kjenner"),
        ("django-insecure-0f4Kz8qWvN2rT6yLp1sXc9dJb3mHg7aE5uQiRoYtVn", "en nøkkel som andre kjenner"),
        ("0f4Kz8qWvN2rT6yL", "for lett å gjette"),
        ("a" * 60, "for lett å gjette"),
    ],
)
def test_a_key_that_others_know_or_can_guess_is_refused_and_never_repeated(key, sentence):
    (why_not,) = why_not_serve({**IN_ORDER, "HK_SECRET_KEY": key})

    assert sentence in why_not
    assert key not in why_not


@pytest.mark.parametrize(
    ("setting", "sentences"),
    [
        ({"HK_SMS_PROVIDER": "telegraf"}, ["HK_SMS_PROVIDER må være en av link, sveve, altinn, smpp."]),
        ({"HK_SMS_PROVIDER": "smpp", "HK_SMS_URL": "smpp://127.0.0.1:2775"}, []),
        ({"HK_SMS_PROVIDER": "smpp", "HK_SMS_URL": "smpps://sms.example"}, []),
        (
            {"HK_SMS_PROVIDER": "smpp", "HK_SMS_URL": "smpp://sms.example"},
            ["HK_SMS_URL må begynne med smpps://, ellers går personopplysninger åpent over nettet."],
        ),
        (
            {"HK_SMS_PROVIDER": "smpp"},
            ["HK_SMS_URL må begynne med smpps://, ellers går personopplysninger åpent over nettet."],
        ),
        ({"HK_SMS_PROVIDER": "altinn", "HK_SMS_USER": ""}, ["HK_MASKINPORTEN_ISSUER mangler."]),
        ({"HK_SMS_PASSWORD": ""}, ["HK_SMS_PASSWORD mangler."]),
        ({"HK_SMS_URL": "", "HK_SMS_PASSWORD": ""}, []),
        (
            {"HK_SMS_SECOND_PROVIDER": "sveve", "HK_SMS_SECOND_URL": "http://sveve.example"},
            [
                "HK_SMS_SECOND_URL må begynne med https://, ellers går personopplysninger åpent over nettet.",
                "HK_SMS_SECOND_USER mangler.",
                "HK_SMS_SECOND_PASSWORD mangler.",
            ],
        ),
        (
            {"HK_SMS_RECEIPT_SECRET": "kort"},
            ["HK_SMS_RECEIPT_SECRET er for lett å gjette. Lag en tilfeldig på minst 20 tegn."],
        ),
        ({"HK_SMS_RECEIPT_SECRET": "q8ZkT4vWm2Xc7Rb1Ld9N"}, []),
    ],
)
def test_an_sms_provider_is_of_a_known_kind_safely_spoken_to_and_knows_who_we_are(setting, sentences):
    assert why_not_serve({**IN_ORDER, **setting}) == sentences
