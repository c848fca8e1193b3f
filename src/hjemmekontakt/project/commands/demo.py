"""`./hk demo`: a whole municipality on this machine, from a bare clone to a browser, until Ctrl-C."""

import argparse
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx

from hjemmekontakt.demo import planned, postgres, provider, push_service, secrets_of_the_run, seed
from hjemmekontakt.demo.persons import PERSONS
from hjemmekontakt.demo.postgres import CannotStart, Cluster
from hjemmekontakt.demo.processes import Processes, Program, ProgramDied
from hjemmekontakt.ground.keys import make_key_file
from hjemmekontakt.project.commands import ROOT, build
from hjemmekontakt.project.commands.serve import web_command

HOST = "127.0.0.1"
DATABASE = "hjemmekontakt"
CLIENT_ID = "hjemmekontakt-demo"
SCOPE = (
    "system/Appointment.cruds system/Task.cruds system/Communication.cruds system/AuditEvent.rs system/CareTeam.rs"
    " system/Consent.rs system/EpisodeOfCare.rs system/HealthcareService.rs system/Organization.rs system/Patient.rs"
    " system/Practitioner.rs system/PractitionerRole.rs system/RelatedPerson.rs system/DigitaltAktiv.s"
    " system/AppointmentResponse.rs system/Binary.r system/Subscription.cruds"
)
YOUR_EPJ = "your-epj"
READY_SECONDS = 90.0


@dataclass(frozen=True)
class Places:
    """Where each part of one demo answers; all on loopback, counted from the base port."""

    port: int

    def url(self, offset: int) -> str:
        """The address of the part on the base port plus `offset`."""
        return f"http://{HOST}:{self.port + offset}"

    @property
    def web(self) -> str:
        """The portal."""
        return self.url(0)


PYTHON = [sys.executable, "-P", "-m"]
WEB, PROVIDER, SINK, EPJ, SMTP, SMS, REGISTERS, SCANNER, PUSH = range(9)


def run(arguments: list[str]) -> int:
    """Start everything, write `demo.json`, say where to go, and run until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="./hk demo", description="Start en hel kommune på denne maskinen.")
    parser.add_argument("--port", type=int, default=8000, help="første port av ni (%(default)s)")
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "demo", help="mappa demoen bor i (var/demo)")
    parser.add_argument("--fresh", action="store_true", help="begynn på nytt")
    parser.add_argument("--no-build", action="store_true", help="ikke bygg stiler, skript og oversettelser")
    chosen = parser.parse_args(arguments)
    data: Path = chosen.data.resolve()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = _alone_in(data)
    if lock is None:
        print(
            "En demo kjører alt i denne mappa. Stopp den først, eller velg en annen --data og --port.", file=sys.stderr
        )
        return 1
    (data / "demo.json").unlink(missing_ok=True)
    try:
        if not chosen.no_build:
            build.build_all()
        if chosen.fresh:
            _start_over(data)
        _refuse_taken_ports(chosen.port)
        with Cluster.start(data / "postgres") as cluster, Processes(data / "log") as processes:
            _start(processes, cluster, data=data, places=Places(chosen.port))
            processes.watch()
    except KeyboardInterrupt:
        pass
    except (CannotStart, ProgramDied, build.BuildFailed, provider.NoNode, NotReady) as problem:
        print(problem, file=sys.stderr)
        return 1
    finally:
        (data / "demo.json").unlink(missing_ok=True)
        lock.close()
    print("\nDemoen er stoppet.")
    return 0


def _alone_in(data: Path) -> IO[str] | None:
    """A lock on the data folder that the system lets go of whatever happens; None where another demo has it."""
    lock = (data / "lock").open("a", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _refuse_taken_ports(base: int) -> None:
    for port in range(base, base + PUSH + 1):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                raise NotReady(f"Port {port} er opptatt. Velg en annen med --port; demoen bruker ni på rad.") from None


class NotReady(Exception):
    """The demo did not become ready; the text says what was not."""


def _start_over(data: Path) -> None:
    postgres.remove(data / "postgres")
    for name in ("secrets.json", "keys.json", "journal-visits.json"):
        (data / name).unlink(missing_ok=True)
    shutil.rmtree(data / "log", ignore_errors=True)


def _start(processes: Processes, cluster: Cluster, *, data: Path, places: Places) -> None:
    secrets = secrets_of_the_run.of(data)
    make_key_file(data / "keys.json")
    environment = _environment(cluster, secrets, data=data, places=places)
    secrets_of_the_run.write_private(data / "environment.json", json.dumps(_own(environment)))
    around = _programs_around(secrets, environment, data=data, places=places)
    for program in around:
        processes.launch(program)
    _lay_the_database(cluster, secrets, environment, data=data, places=places)
    own = _programs_of_ours(secrets, environment, data=data, places=places)
    for program in own:
        processes.launch(program)
    for program in [*around, *own]:
        processes.wait_for(program)
    _wait_until_ready(processes, places)
    visits = _visits(places)
    secrets_of_the_run.write_private(data / "your-epj.pem", secrets_of_the_run.as_pem(secrets["vendor_jwk"]))
    secrets_of_the_run.write_private(data / "demo.json", json.dumps(_told(secrets, visits, places=places), indent=1))
    _say(places, data)


def _programs_around(
    secrets: Mapping[str, Any], environment: Mapping[str, str], *, data: Path, places: Places
) -> list[Program]:
    """The stand-ins for what lies outside: registers, message sink, virus scanner, identity provider, push service."""
    ports = places.port
    registers = [*PYTHON, "hjemmekontakt.demo.registers", "--host", HOST, "--port", str(ports + REGISTERS)]
    doors = ["--page", str(ports + SINK), "--smtp", str(ports + SMTP), "--sms", str(ports + SMS)]
    sink = [*PYTHON, "hjemmekontakt.demo.sink", "--host", HOST, *doors]
    scanner = [*PYTHON, "hjemmekontakt.demo.scanner", "--port", str(ports + SCANNER)]
    config = _provider_config(secrets, data=data, places=places)
    return [
        Program("registre", registers, environment, f"{places.url(REGISTERS)}/"),
        Program("meldingsmottak", sink, environment, f"{places.url(SINK)}/sms"),
        Program("virusskanner", scanner, environment, _scanner(places)),
        Program("innlogging", provider.command(config), environment, f"{places.url(PROVIDER)}/healthz"),
        Program("nettlesere", push_service.command(ports + PUSH), environment, f"{places.url(PUSH)}/"),
    ]


def _programs_of_ours(
    secrets: Mapping[str, Any], environment: Mapping[str, str], *, data: Path, places: Places
) -> list[Program]:
    """The portal's web and worker, and the journal system that speaks to it."""
    journal = [*PYTHON, "hjemmekontakt.demo.epj", "--config", str(_journal_config(secrets, data=data, places=places))]
    return [
        Program("web", web_command(HOST, places.port, workers=2), environment, f"{places.web}/healthz"),
        Program("arbeider", [*PYTHON, "hjemmekontakt", "work"], environment),
        Program("journal", journal, environment, f"{places.url(EPJ)}/seen"),
    ]


def _environment(cluster: Cluster, secrets: Mapping[str, Any], *, data: Path, places: Places) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("HK_", "DJANGO_"))},
        "DJANGO_SETTINGS_MODULE": "hjemmekontakt.project.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "DATABASE_URL": cluster.url("hk_app", DATABASE),
        "HK_DEMO_SECRET": secrets["demo_secret"],
        "HK_SECRET_KEY": f"demo-{secrets['secret_key']}",
        "HK_NATIONAL_ID_KEYS": str(data / "keys.json"),
        "HK_PUBLIC_URL": places.web,
        "HK_IDPORTEN_ISSUER": places.url(PROVIDER),
        "HK_IDPORTEN_CLIENT_ID": CLIENT_ID,
        "HK_IDPORTEN_CLIENT_JWK": json.dumps(secrets["client_jwk"]),
        "HK_SMS_URL": places.url(SMS),
        "HK_SMS_USER": "demo",
        "HK_SMS_PASSWORD": secrets["demo_secret"],
        "HK_SMTP_URL": f"smtp://{HOST}:{places.port + SMTP}",
        "HK_MAIL_FROM": "ikke-svar@tunvik.example.no",
        "HK_KRR_URL": places.url(REGISTERS),
        "HK_FOLKEREGISTER_URL": places.url(REGISTERS),
        "HK_CLAMD_URL": _scanner(places),
        "HK_WEB_PUSH_KEY": json.dumps(secrets["push_jwk"]),
        "HK_WEB_PUSH_CONTACT": "mailto:drift@tunvik.example.no",
        "HK_WEB_PUSH_SERVICES": f"google mozilla apple microsoft {places.url(PUSH)}",
    }


def _scanner(places: Places) -> str:
    return f"tcp://{HOST}:{places.port + SCANNER}"


def _own(environment: Mapping[str, str]) -> dict[str, str]:
    """The demo's own settings: with them `./hk doctor` looks over a demo that runs."""
    return {name: value for name, value in environment.items() if name.startswith(("HK_", "DJANGO_", "DATABASE_"))}


def _lay_the_database(
    cluster: Cluster, secrets: Mapping[str, Any], environment: Mapping[str, str], *, data: Path, places: Places
) -> None:
    cluster.ensure_database(DATABASE)
    owner = {**environment, "HK_ROLE": "owner", "MIGRATE_DATABASE_URL": cluster.url("hk_owner", DATABASE)}
    journals = data / "journals.json"
    config = {"journals": _journals(secrets, places), "push_service": places.url(PUSH)}
    secrets_of_the_run.write_private(journals, json.dumps(config))
    laid = subprocess.run([*PYTHON, "hjemmekontakt.demo.seed", str(journals)], env=owner, check=False)
    if laid.returncode:
        raise NotReady("Databasen kunne ikke gjøres klar. Prøv ./hk demo --fresh.")


def _journals(secrets: Mapping[str, Any], places: Places) -> list[dict[str, Any]]:
    return [
        {
            "client_id": f"journal-{municipality}",
            "municipality": municipality,
            "name": f"Journalen i {municipality.capitalize()}",
            "public_jwk": secrets_of_the_run.public_part(secrets[key]),
            "scope": SCOPE,
            "hook_url": f"{places.url(EPJ)}/hook" if municipality == "tunvik" else "",
            "hook_secret": secrets["hook_secret"],
        }
        for municipality, key in (("tunvik", "journal_jwk"), ("fjordby", "fjordby_jwk"))
    ] + [
        {
            "client_id": YOUR_EPJ,
            "municipality": "tunvik",
            "name": "Journalen som prøves",
            "public_jwk": secrets_of_the_run.public_part(secrets["vendor_jwk"]),
            "scope": SCOPE,
            "hook_url": "",
        }
    ]


def _provider_config(secrets: Mapping[str, Any], *, data: Path, places: Places) -> Path:
    persons = [
        {"key": each.key, "name": each.name, "national_id": each.national_id, "role": each.role.value}
        for each in PERSONS
    ]
    portal = provider.client(
        CLIENT_ID,
        "Hjemmekontakt",
        key=secrets["client_jwk"],
        redirect_uri=f"{places.web}/logg-inn/svar/",
        logged_out_uri=f"{places.web}/logg-ut/ferdig/",
        frontchannel_uri=f"{places.web}/logg-ut/fra-id-porten/",
    )
    file = data / "provider.json"
    configuration = provider.configuration(persons, [portal], port=places.port + PROVIDER, host=HOST)
    secrets_of_the_run.write_private(file, json.dumps(configuration))
    return file


def _journal_config(secrets: Mapping[str, Any], *, data: Path, places: Places) -> Path:
    cared_for = [each for each in PERSONS if each.key in planned.PLANS]
    told = {
        "port": places.port + EPJ,
        **_fhir(secrets, places, naming_base="fhir_base"),
        "hook_secret": secrets["hook_secret"],
        "memory": str(data / "journal-visits.json"),
        "municipality": {"her_id": seed.MUNICIPALITIES[0]["her_id"]},
        "units": {unit["key"]: {"name": unit["name"], "her_id": unit["her_id"]} for unit in seed.UNITS[:2]},
        "persons": {
            each.key: {"name": each.name, "national_id": each.national_id, **planned.PLANS[each.key]}
            for each in cared_for
        },
    }
    file = data / "journal.json"
    secrets_of_the_run.write_private(file, json.dumps(told))
    return file


def _fhir(secrets: Mapping[str, Any], places: Places, *, naming_base: str) -> dict[str, Any]:
    return {
        naming_base: f"{places.web}/fhir",
        "token_endpoint": f"{places.web}/fhir/token",
        "client_id": "journal-tunvik",
        "private_jwk": secrets["journal_jwk"],
        "scope": SCOPE,
    }


def _wait_until_ready(processes: Processes, places: Places) -> None:
    deadline = time.monotonic() + READY_SECONDS
    faults: object = "svarer ikke"
    while time.monotonic() < deadline:
        processes.raise_if_one_died()
        try:
            answer = httpx.get(f"{places.web}/readyz", timeout=5, trust_env=False)
            if answer.status_code == 200 and _visits(places)["next"]:
                return
            faults = answer.json().get("faults") or "journalen har ikke sendt besøkene ennå"
        except (httpx.TransportError, ValueError):
            pass
        time.sleep(0.1)
    raise NotReady(f"Demoen ble ikke klar på {READY_SECONDS:.0f} sekunder: {faults}")


def _visits(places: Places) -> dict[str, str]:
    told: dict[str, str] = httpx.get(f"{places.url(EPJ)}/visits", timeout=5, trust_env=False).json()["astrid"]
    return told


def _told(secrets: Mapping[str, Any], visits: Mapping[str, str], *, places: Places) -> dict[str, Any]:
    tunvik = seed.MUNICIPALITIES[0]
    return {
        "web": places.web,
        "idp": places.url(PROVIDER),
        "sink": places.url(SINK),
        "epj": places.url(EPJ),
        "push": places.url(PUSH),
        "fhir": _fhir(secrets, places, naming_base="base"),
        "your_epj": {"client_id": YOUR_EPJ, "kid": secrets["vendor_jwk"]["kid"]},
        "municipality": {name: tunvik[name] for name in ("name", "number", "orgnr", "her_id")},
        "units": {unit["key"]: {"name": unit["name"], "her_id": unit["her_id"]} for unit in seed.UNITS[:2]},
        "persons": {
            each.key: {"name": each.name, "national_id": each.national_id, "role": each.role.value} for each in PERSONS
        },
        "visits": {"astrid": dict(visits)},
    }


def _say(places: Places, data: Path) -> None:
    citizens = ", ".join(each.name for each in PERSONS if each.role.value == "citizen")
    staff = ", ".join(each.name for each in PERSONS if each.role.value == "employee")
    print(
        f"""
Hjemmekontakt er klar.

  Innbyggere   {places.web}/          {citizens}
  Ansatte      {places.web}/ansatt/   {staff}
  Oversikt     {places.web}/kommunetjenester/
  SMS og post  {places.url(SINK)}/
  Nettlesere   {places.url(PUSH)}/
  Journalen    {places.url(EPJ)}/
  Adresser og nøkler for prøver: {data / "demo.json"}

Alle er oppdiktet. Trykk Ctrl-C for å stoppe.""",
        flush=True,
    )
