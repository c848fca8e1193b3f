"""The doctor names what is wrong with an installation, a line for each thing, and finds nothing where all is well."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.gateways import virus_fake
from hjemmekontakt.gateways.push import new_push_key
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.project.commands import doctor
from hjemmekontakt.project.commands.doctor import Found
from tests.people import an_id
from tests.sealing import seal

ROOT = Path(__file__).resolve().parents[2]
IN_ORDER = {
    "HK_SECRET_KEY": "0f4Kz8qWvN2rT6yLp1sXc9dJb3mHg7aE5uQiRoYtVnBxZkGjMf",
    "HK_PUBLIC_URL": "https://hjemmekontakt.tunvik.example",
    "HK_IDPORTEN_ISSUER": "https://idporten.example",
    "HK_IDPORTEN_CLIENT_ID": "5b1f",
    "HK_IDPORTEN_CLIENT_JWK": "/etc/hjemmekontakt/client.jwk",
    "HK_HELP_PHONE": "32 00 00 00",
    "HK_SMS_URL": "https://sms.example",
    "HK_SMS_USER": "tunvik",
    "HK_SMS_PASSWORD": "hemmelig",
    "HK_SMTP_URL": "smtp://127.0.0.1",
    "HK_MAIL_FROM": "ikke-svar@tunvik.example",
    "HK_WEB_PUSH_KEY": json.dumps(new_push_key()),
    "HK_WEB_PUSH_CONTACT": "mailto:drift@tunvik.example",
    "HK_KRR_URL": "https://krr.example",
    "HK_FOLKEREGISTER_URL": "https://register.example",
    "HK_MASKINPORTEN_ISSUER": "https://maskinporten.example",
}


@pytest.fixture
def scanner() -> Iterator[str]:
    """Where a virus scanner answers."""
    server = virus_fake.start()
    yield server.url
    server.shutdown()
    server.server_close()


@pytest.fixture
def look(database, scanner) -> Callable[..., tuple[int, list[str]]]:
    """Let the doctor look over this worker's database as its own process would, with these settings changed."""

    def run(*arguments: str, **changed: str) -> tuple[int, list[str]]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("HK_", "DJANGO_"))}
        files = {"HK_NATIONAL_ID_KEYS": os.environ["HK_NATIONAL_ID_KEYS"], "HK_CLAMD_URL": scanner}
        settings = {**ours, **IN_ORDER, **files, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1", **changed}
        command = [sys.executable, "-P", "-m", "hjemmekontakt", "doctor", *arguments]
        done = subprocess.run(command, env=settings, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
        assert "Traceback" not in done.stderr
        # Whether somebody has built here is no part of these stories.
        return done.returncode, [line for line in done.stdout.splitlines() if " bygg" not in line]

    return run


def faults(lines: list[str]) -> list[str]:
    return [line.removeprefix("FEIL  ") for line in lines if line.startswith("FEIL")]


@intent
def read(actor: Actor) -> None:
    require(actor, May.READ_THREAD, about=lookup.citizen(an_id("astrid")))


def a_worker_lives(database: psycopg.Connection) -> None:
    database.execute("INSERT INTO heartbeat (worker, beat_at) VALUES ('her:1', %s)", [clock.real()])


def an_event(database: psycopg.Connection, *, dead: bool) -> None:
    now = clock.real()
    database.execute(
        "INSERT INTO outbox (event, listener, payload, published_at, due_at, attempts, dead_at, last_error)"
        " VALUES ('VisitsPerformed', 'notifications.reactions.tell', '{}', %s, %s, 7, %s, 'NotAccepted')",
        [now - timedelta(hours=80), now, now if dead else None],
    )


def test_an_installation_in_order_gets_ok_on_every_line(look, world, astrid, database) -> None:
    read(astrid)
    seal(1)
    a_worker_lives(database)

    _, lines = look()

    assert faults(lines) == []
    assert [line.split(":")[0] for line in lines] == [
        "ok    innstillinger",
        "ok    hjelpetelefon",
        "ok    nøkkelfil",
        "ok    nettleservarsler",
        "ok    virusskanner",
        "ok    database",
        "ok    rolle",
        "ok    skjema",
        "ok    arbeider",
        "ok    utboks",
        "ok    abonnenter",
        "ok    avstemming",
        "ok    SMS-kostnad",
        "ok    innsynslogg",
        "ok    nøkler",
    ]
    assert "ok    innsynslogg: 1 linjer i 1 forseglede bunter stemmer" in lines


def test_without_a_help_phone_a_worker_and_with_events_given_up_it_says_so_and_fails(look, database) -> None:
    an_event(database, dead=True)

    status, lines = look(HK_HELP_PHONE="", HK_SMS_URL="")

    assert status == 1
    assert [fault.split(":")[0] for fault in faults(lines)] == ["hjelpetelefon", "arbeider", "utboks"]
    assert any(line.startswith("FEIL  utboks: 1 hendelser er gitt opp.") for line in lines)
    assert "obs   HK_SMS_URL er ikke satt: ingen får SMS." in lines


def test_without_a_virus_scanner_it_says_that_nobody_can_attach_files(look, database) -> None:
    _, lines = look(HK_CLAMD_URL="")

    assert "obs   HK_CLAMD_URL er ikke satt: ingen kan legge ved filer, for de kan ikke sjekkes for virus." in lines
    assert not [fault for fault in faults(lines) if fault.startswith("virusskanner")]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("unix:///run/nowhere/clamd.ctl", "Svarer ikke (FileNotFoundError)."),
        ("https://clamd.example", "Sett HK_CLAMD_URL til tcp://127.0.0.1:3310 eller unix:///run/clamav/clamd.ctl."),
    ],
)
def test_a_virus_scanner_that_does_not_answer_is_a_fault(look, database, url, sentence) -> None:
    _, lines = look(HK_CLAMD_URL=url)

    assert any(fault.startswith(f"virusskanner: {sentence}") for fault in faults(lines))


def test_events_given_up_get_another_try_when_asked(look, database) -> None:
    an_event(database, dead=True)
    a_worker_lives(database)

    _, lines = look("--replay")

    assert lines[0] == "1 hendelser får et nytt forsøk."
    assert "ok    utboks: 1 hendelser venter" in lines


@pytest.mark.parametrize(
    ("url", "role", "sentences"),
    [
        ("MIGRATE_DATABASE_URL", "hk_owner", ["er medlem av en annen rolle", "eier databasen", "eier tabeller"]),
        ("HK_TEST_SUPERUSER_URL", "postgres", ["er superbruker", "kan gå utenom reglene for rader (BYPASSRLS)"]),
    ],
)
def test_the_owner_and_the_superuser_may_not_serve(look, url, role, sentences) -> None:
    status, lines = look(DATABASE_URL=os.environ[url])

    assert status == 1
    for sentence in sentences:
        assert any(fault.startswith(f"rolle: Rollen {role} {sentence}.") for fault in faults(lines)), sentence


def test_a_migration_that_is_not_applied_is_counted(look, database) -> None:
    database.execute("BEGIN")
    gone = database.execute(
        "DELETE FROM django_migrations WHERE app = 'visits' RETURNING app, name, applied"
    ).fetchall()
    database.execute("COMMIT")
    try:
        _, lines = look()
    finally:
        for row in gone:
            database.execute("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", row)

    assert f"skjema: {len(gone)} migreringer er ikke kjørt. Kjør ./hk migrate." in faults(lines)


def test_a_changed_line_of_the_log_is_found_also_when_only_the_log_is_looked_at(look, world, astrid, database) -> None:
    read(astrid)
    seal(1)
    assert look("--log") == (0, ["ok    innsynslogg: 1 linjer i 1 forseglede bunter stemmer"])
    database.execute("SET session_replication_role = replica")
    database.execute("UPDATE access_entry SET actor_name = 'En annen'")
    database.execute("SET session_replication_role = DEFAULT")

    status, lines = look("--log")

    assert status == 1
    assert len(lines) == 1
    assert lines[0].startswith("FEIL  innsynslogg: Seglet stemmer ikke")


def test_a_database_that_does_not_answer_is_one_fault_and_the_rest_is_still_looked_at(look, tmp_path) -> None:
    status, lines = look(DATABASE_URL=f"postgresql://hk_app@/hjemmekontakt?host={tmp_path}")

    assert status == 1
    assert [fault.split(":")[0] for fault in faults(lines)] == ["database"]
    assert "ok    nøkkelfil" in lines


def test_missing_settings_are_named_and_the_database_is_left_alone(look) -> None:
    _, lines = look(HK_SECRET_KEY_FILE="/finnes/ikke", HK_IDPORTEN_CLIENT_ID="")

    assert "innstillinger: HK_SECRET_KEY mangler." in faults(lines)
    assert "innstillinger: HK_IDPORTEN_CLIENT_ID mangler." in faults(lines)
    assert "database: Ikke undersøkt, for innstillingene er ikke hele (FileNotFoundError)." in faults(lines)


def test_a_key_file_of_another_database_is_found_out(look, world, database, tmp_path) -> None:
    database.execute(
        "INSERT INTO journal_hook (id, municipality_id, url, secret_sealed, active) VALUES (%s, %s, %s, %s, true)",
        [an_id("hook"), world.tunvik, "https://journal.tunvik.example/hook", keys.seal("krok")],
    )
    keys.make_key_file(tmp_path / "keys.json")

    _, of_another = look(HK_NATIONAL_ID_KEYS=str(tmp_path / "keys.json"))
    _, its_own = look()

    assert any(fault.startswith("nøkler: Nøkkelfila hører ikke til denne databasen.") for fault in faults(of_another))
    assert "ok    nøkler: 1 journalsystemer er koblet til" in its_own


def test_a_key_file_must_be_there_be_whole_and_be_private(tmp_path) -> None:
    file = tmp_path / "keys.json"
    assert "Kan ikke lese" in doctor.key_file(str(file)).faults[0]
    file.write_text("{}")
    file.chmod(0o600)
    assert "er ikke en nøkkelfil" in doctor.key_file(str(file)).faults[0]
    file.unlink()

    keys.make_key_file(file)
    keys.key_ring.cache_clear()
    assert doctor.key_file(str(file)) == Found()
    file.chmod(0o640)
    assert "Andre enn eieren kan lese" in doctor.key_file(str(file)).faults[0]


def test_what_is_not_built_is_named(tmp_path, monkeypatch) -> None:
    for name in ("app.css", "app.js"):
        (tmp_path / name).write_text("")
    monkeypatch.setattr(doctor, "BUILT", tmp_path)
    monkeypatch.setattr(doctor, "catalogue_files", list)
    assert doctor.built() == Found()

    (tmp_path / "app.js").unlink()

    assert doctor.built().faults == ("app.js er ikke bygd. Kjør ./hk build.",)
