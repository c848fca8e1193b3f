"""The demo's municipality put into the database, as its owner: organisation, people, decisions, fullmakt, journal."""

import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

SPACE = UUID("6f0a7f7e-52a1-4c0e-8a3f-0d0d0a110001")
MUNICIPALITIES = (
    {
        "key": "tunvik",
        "name": "Tunvik",
        "number": "4299",
        "orgnr": "811111111",
        "her_id": "8140000",
        "phone": "32 00 00 00",
    },
    {
        "key": "fjordby",
        "name": "Fjordby",
        "number": "4298",
        "orgnr": "822222222",
        "her_id": "8150000",
        "phone": "32 10 00 00",
    },
)
UNITS = (
    {"key": "nord", "municipality": "tunvik", "district": "Nord", "name": "Hjemmetjenesten Nord", "her_id": "8140001", "phone": "32 00 00 10"},
    {"key": "sor", "municipality": "tunvik", "district": "Sør", "name": "Hjemmetjenesten Sør", "her_id": "8140002", "phone": "32 00 00 20"},
    {"key": "fjordby", "municipality": "fjordby", "district": "Sentrum", "name": "Hjemmetjenesten Fjordby", "her_id": "8150001", "phone": "32 10 00 10"},
)  # fmt: skip
OFFICE = {
    "key": "office",
    "municipality": "tunvik",
    "name": "Tildelingskontoret",
    "her_id": "8140009",
    "phone": "32 00 00 90",
}
"""Where Tunvik's complaints and applications are treated (R28); nobody of the demo works there."""
NURSING, PRACTICAL, CASES = "15", "1", "sak"
REPORTED_HERE = ("sor", PRACTICAL)
"""Whose staff tell in the portal how a visit went, since the journal does not (R86)."""
CATEGORIES = {NURSING: ["visit", "help", "practical", "medicine", "feedback", "other"]}
DUTIES = (
    ("mona", "tunvik", "nord", "nurse", "sykepleier"),
    ("per", "tunvik", "sor", "nurse", "sykepleier"),
    ("gerd", "tunvik", "nord", "team-leader", "teamleder"),
    ("liv", "tunvik", None, "administrator", "systemansvarlig"),
    ("tor", "tunvik", None, "privacy-officer", "personvernombud"),
    ("kari", "fjordby", "fjordby", "nurse", "sykepleier"),
)


def an_id(name: str) -> UUID:
    """The same id for the same name in every demo."""
    return uuid5(SPACE, name)


def main(config_file: Path) -> int:
    """Bring the schema up to date and put the demo's state in, unless it is there already."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from hjemmekontakt.municipalities.models import Municipality

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    config: dict[str, Any] = json.loads(config_file.read_text(encoding="utf-8"))
    with transaction.atomic():
        if not Municipality.objects.exists():
            _organisation()
            _people()
            _astrid_and_jonas()
            _ruth()
            _templates()
        _journal(config)
        _browser_of_jonas(config["push_service"])
    return 0


def _organisation() -> None:
    from hjemmekontakt.municipalities.models import ClosingDay, District, Municipality, Service, Unit

    today = datetime.now(UTC).date()  # noqa: TID251 - the seed is laid in real time
    opened = today - timedelta(days=90)
    for row in MUNICIPALITIES:
        values = {name: row[name] for name in ("name", "number", "orgnr", "her_id", "phone")}
        Municipality.objects.create(id=an_id(row["key"]), sms_sender=row["name"], **values)
    for unit in UNITS:
        district = an_id(f"district {unit['key']}")
        District.objects.create(id=district, municipality_id=an_id(unit["municipality"]), name=unit["district"])
        values = {name: unit[name] for name in ("name", "her_id", "phone")}
        Unit.objects.create(
            id=an_id(f"unit {unit['key']}"), municipality_id=an_id(unit["municipality"]), district_id=district, **values
        )
        at_home = unit["municipality"] == "tunvik"
        everything = dict.fromkeys(
            ("messages_from", "visits_from", "cancel_from", "wishes_from", "notices_from", "attachments_from"), opened
        )
        planned = dict.fromkeys(everything, first_of_month_after(today))
        help_since = {"nord": planned, "sor": everything}.get(unit["key"], {})
        for name, code, since in (
            ("Hjemmesykepleie", NURSING, everything if at_home else planned),
            ("Praktisk hjelp", PRACTICAL, help_since),
        ):
            Service.objects.create(
                id=an_id(f"service {unit['key']} {code}"),
                municipality_id=an_id(unit["municipality"]),
                unit_id=an_id(f"unit {unit['key']}"),
                name=name,
                code=code,
                categories=CATEGORIES.get(code, []),
                visits_in="portal" if (unit["key"], code) == REPORTED_HERE else "journal",
                **since,
            )
    Unit.objects.create(
        id=an_id("unit office"),
        municipality_id=an_id("tunvik"),
        district_id=an_id("district nord"),
        kind="office",
        **{name: OFFICE[name] for name in ("name", "her_id", "phone")},
    )
    Service.objects.create(
        id=an_id("service office"),
        municipality_id=an_id("tunvik"),
        unit_id=an_id("unit office"),
        name="Saksbehandling",
        code=CASES,
    )
    ClosingDay.objects.create(
        municipality_id=an_id("tunvik"), day=date(today.year, 12, 24), name="Kommunen holder stengt julaften"
    )


def first_of_month_after(day: date) -> date:
    """The first day of the month two months on: when the demo's next opening is planned.

    >>> first_of_month_after(date(2026, 11, 22))
    datetime.date(2027, 1, 1)
    """
    months = day.year * 12 + day.month - 1 + 2
    return date(months // 12, months % 12 + 1, 1)


def _people() -> None:
    from hjemmekontakt.demo.persons import BY_KEY, PERSONS, Role
    from hjemmekontakt.ground import keys
    from hjemmekontakt.people.models import Citizen, Duty, Employee
    from hjemmekontakt.people.rules import sort_key

    for person in PERSONS:
        if person.role is Role.CITIZEN:
            Citizen.objects.create(
                id=an_id(person.key),
                national_id_sealed=keys.seal(person.national_id),
                national_id_lookup=keys.lookup_value(person.national_id),
                given_name=person.given_name,
                family_name=person.family_name,
                sort_key=sort_key(person.given_name, person.family_name),
                birth_date=person.birth_date,
                protection=person.protection.value,
                language=person.language,
            )
    for key, municipality, unit, role, title in DUTIES:
        person = BY_KEY[key]
        Employee.objects.create(
            id=an_id(f"employee {key}"),
            municipality_id=an_id(municipality),
            national_id_lookup=keys.lookup_value(person.national_id),
            given_name=person.given_name,
            family_name=person.family_name,
            title=title,
        )
        Duty.objects.create(
            municipality_id=an_id(municipality),
            employee_id=an_id(f"employee {key}"),
            unit_id=an_id(f"unit {unit}") if unit else None,
            role=role,
        )


def _astrid_and_jonas() -> None:
    from hjemmekontakt.access.rules import Right
    from hjemmekontakt.consent.models import Acceptance, Activation, TermsVersion
    from hjemmekontakt.ground import clock
    from hjemmekontakt.notifications.models import Preference
    from hjemmekontakt.people.models import Decision
    from hjemmekontakt.representation.models import Fullmakt

    now = clock.real()
    month_ago = now - timedelta(days=30)
    for key, zone in (("astrid", "1"), ("einar", "2")):
        Decision.objects.create(
            citizen_id=an_id(key),
            municipality_id=an_id("tunvik"),
            unit_id=an_id("unit nord"),
            service_id=an_id(f"service nord {NURSING}"),
            starts_on=month_ago.date() - timedelta(days=400),
            help_text="Hjelp til medisiner, morgenstell og støttestrømper",
            how_often="To ganger om dagen",
            contact_name="Mona",
            contact_title="sykepleier",
            zone=zone,
        )
    version = TermsVersion.objects.order_by("-version").values_list("version", flat=True)[0]
    for key in ("astrid", "jonas"):
        Acceptance.objects.create(
            citizen_id=an_id(key), version=version, language="nb", level="idporten-loa-high", accepted_at=month_ago
        )
    Activation.objects.create(
        citizen_id=an_id("astrid"),
        state="active",
        due_at=month_ago + timedelta(days=1),
        activated_at=month_ago + timedelta(days=1),
    )
    Activation.objects.create(citizen_id=an_id("jonas"), state="activating", due_at=month_ago + timedelta(days=1))
    Fullmakt.objects.create(
        giver_id=an_id("astrid"),
        receiver_id=an_id("jonas"),
        rights=[right.value for right in Right],
        state="active",
        offered_at=month_ago,
        accepted_at=month_ago + timedelta(hours=1),
    )
    for key, channel in (("astrid", "sms"), ("jonas", "email")):
        for kind in ("message", "visit-performed", "cancellation", "visit-changed"):
            Preference.objects.create(receiver_id=an_id(key), about_id=an_id("astrid"), kind=kind, channel=channel)


def _browser_of_jonas(push_service: str) -> None:
    """Jonas has let a browser be told, at the demo's own push service; its address follows the demo's port."""
    from hjemmekontakt.demo.push_service import browser
    from hjemmekontakt.ground import clock, keys
    from hjemmekontakt.notifications.addresses import address_key
    from hjemmekontakt.notifications.models import NotifiedBrowser
    from hjemmekontakt.notifications.rules import Channel

    his = browser(push_service, "jonas")
    values = {"address_key": address_key(Channel.PUSH, his.endpoint), "browser_sealed": keys.seal(his.as_text())}
    NotifiedBrowser.objects.update_or_create(
        id=an_id("browser jonas"), defaults={"citizen_id": an_id("jonas"), "made_at": clock.real(), **values}
    )


def _ruth() -> None:
    from hjemmekontakt.consent.models import Acceptance, Activation, TermsVersion
    from hjemmekontakt.ground import clock
    from hjemmekontakt.notifications.models import Preference
    from hjemmekontakt.people.models import Decision

    month_ago = clock.real() - timedelta(days=30)
    Decision.objects.create(
        citizen_id=an_id("ruth"),
        municipality_id=an_id("tunvik"),
        unit_id=an_id("unit sor"),
        service_id=an_id(f"service sor {PRACTICAL}"),
        starts_on=month_ago.date() - timedelta(days=200),
        help_text="Rengjøring, handling og middag",
        how_often="Hver dag",
        contact_name="Per",
        contact_title="sykepleier",
        zone="3",
    )
    version = TermsVersion.objects.order_by("-version").values_list("version", flat=True)[0]
    Acceptance.objects.create(
        citizen_id=an_id("ruth"), version=version, language="nb", level="idporten-loa-high", accepted_at=month_ago
    )
    in_use = month_ago + timedelta(days=1)
    Activation.objects.create(citizen_id=an_id("ruth"), state="active", due_at=in_use, activated_at=in_use)
    Preference.objects.create(receiver_id=an_id("ruth"), about_id=an_id("ruth"), kind="visit-performed", channel="sms")


TEMPLATES = (
    {
        "title": "Takk for beskjeden",
        "nb": "Hei {fornavn}!\n\nTakk for beskjeden. Vi har notert det.",
        "nn": "Hei {fornavn}!\n\nTakk for beskjeden. Vi har notert det.",
        "en": "Hello {fornavn},\n\nThank you for letting us know. We have made a note of it.",
    },
    {
        "title": "Vi undersøker og kommer tilbake",
        "nb": "Hei {fornavn}!\n\nVi undersøker dette og svarer deg senest {frist}. Haster det, ring oss på {telefon}.",
        "nn": "Hei {fornavn}!\n\nVi undersøkjer dette og svarar deg seinast {frist}. Hastar det, ring oss på {telefon}.",
        "en": "",
    },
    {
        "title": "Vi er forsinket i dag",
        "nb": "Hei!\n\nVi i {enhet} er forsinket {dag} og kommer senere enn avtalt. Lurer du på noe, ring {telefon}.",
        "nn": "",
        "en": "",
        "answerable": False,
    },
)


def _templates() -> None:
    from hjemmekontakt.ground import clock
    from hjemmekontakt.messages.models import AnswerTemplate

    now = clock.real()
    for place, row in enumerate(TEMPLATES):
        AnswerTemplate.objects.create(
            id=an_id(f"template {place}"),
            municipality_id=an_id("tunvik"),
            unit_id=an_id("unit nord"),
            title=row["title"],
            text_nb=row["nb"],
            text_nn=row["nn"],
            text_en=row["en"],
            answerable=row.get("answerable", True),
            owner_id=an_id("employee gerd"),
            owner_name="Gerd Vik",
            review_on=now.date() + timedelta(days=180 if place else -1),
            changed_at=now,
        )


def _journal(config: dict[str, Any]) -> None:
    from hjemmekontakt.ground import keys
    from hjemmekontakt.login.models import MachineClient
    from hjemmekontakt.municipalities.models import JournalHook

    for client in config["journals"]:
        MachineClient.objects.update_or_create(
            client_id=client["client_id"],
            defaults={
                "municipality_id": an_id(client["municipality"]),
                "name": client["name"],
                "jwks": {"keys": [client["public_jwk"]]},
                "scopes": client["scope"].split(),
            },
        )
        if client["hook_url"]:
            JournalHook.objects.update_or_create(
                municipality_id=an_id(client["municipality"]),
                defaults={"url": client["hook_url"], "secret_sealed": keys.seal(client["hook_secret"])},
            )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
