"""`./hk doctor`: looks the installation over, a line for each thing, and says what to do about what is wrong."""

import argparse
import json
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path

from hjemmekontakt.project.commands.build import BUILT
from hjemmekontakt.project.commands.serve import with_files
from hjemmekontakt.project.commands.translations import catalogue_files
from hjemmekontakt.project.preflight import why_not_serve

OLDEST_POSTGRESQL = 15_00_00
KEY_BYTES = 32
SECONDS_TO_CONNECT = 5
# What the portal can be opened without, and what people then go without.
CONNECTIONS = {
    "HK_SMS_URL": "ingen får SMS",
    "HK_SMTP_URL": "ingen får e-post",
    "HK_MAIL_FROM": "ingen får e-post",
    "HK_WEB_PUSH_KEY": "ingen får varsler i nettleseren",
    "HK_KRR_URL": "ingen varsler kan sendes, for adressene hentes i kontaktregisteret",
    "HK_FOLKEREGISTER_URL": "nye personer kan ikke logge inn",
    "HK_CLAMD_URL": "ingen kan legge ved filer, for de kan ikke sjekkes for virus",
    "HK_MASKINPORTEN_ISSUER": "kontaktregisteret og folkeregisteret slipper oss ikke inn",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one place: faults with what to do, a sentence each; or, where all is well, a word about it."""

    faults: tuple[str, ...] = ()
    told: str = ""


Check = Callable[[], Found]


def run(arguments: list[str]) -> int:
    """Look everything over, or the log's seal alone; 1 where something is wrong."""
    parser = argparse.ArgumentParser(prog="./hk doctor", description="Se over installasjonen og si hva som mangler.")
    parser.add_argument("--log", action="store_true", help="se bare over innsynsloggens segl")
    parser.add_argument("--replay", action="store_true", help="la hendelser som ble gitt opp, få et nytt forsøk først")
    chosen = parser.parse_args(arguments)
    settings = with_files(os.environ)
    why_no_database = _set_up()
    if chosen.replay and not why_no_database:
        print(f"{_replay()} hendelser får et nytt forsøk.")
    well = [] if chosen.log else [_say(what, check()) for what, check in _on_this_machine(settings).items()]
    why_no_database = why_no_database or _why_no_answer()
    if why_no_database:
        well.append(_say("database", Found((why_no_database,))))
    else:
        in_database = {"innsynslogg": sealed_log} if chosen.log else IN_DATABASE
        well += [_say(what, _looked(check)) for what, check in in_database.items()]
    if not chosen.log:
        _say_what_is_not_connected(settings)
    return 0 if all(well) else 1


def _on_this_machine(settings: Mapping[str, str]) -> dict[str, Check]:
    return {
        "innstillinger": lambda: Found(tuple(why_not_serve(settings))),
        "hjelpetelefon": lambda: help_phone(settings),
        "nøkkelfil": lambda: key_file(settings.get("HK_NATIONAL_ID_KEYS", "")),
        "bygg": built,
        **({"e-postdomene": lambda: mail_domain(settings)} if _sends_over_the_net(settings) else {}),
        **({"nettleservarsler": lambda: push_key(settings)} if settings.get("HK_WEB_PUSH_KEY") else {}),
        **({"virusskanner": lambda: scanner(settings["HK_CLAMD_URL"])} if settings.get("HK_CLAMD_URL") else {}),
    }


def _say(what: str, found: Found) -> bool:
    for fault in found.faults:
        print(f"FEIL  {what}: {fault}", flush=True)
    if not found.faults:
        print(f"ok    {what}{': ' if found.told else ''}{found.told}", flush=True)
    return not found.faults


def _say_what_is_not_connected(settings: Mapping[str, str]) -> None:
    for name, without in CONNECTIONS.items():
        if not settings.get(name):
            print(f"obs   {name} er ikke satt: {without}.", flush=True)


def help_phone(settings: Mapping[str, str]) -> Found:
    """The number for help, that stands on every page, is set (R107).

    >>> help_phone({"HK_HELP_PHONE": "32 00 00 00"}).faults
    ()
    """
    if settings.get("HK_HELP_PHONE", "").strip():
        return Found()
    return Found(("Sett HK_HELP_PHONE til nummeret som folk kan ringe for hjelp. Det står på alle sidene.",))


def key_file(path: str) -> Found:
    """The key file for national ids can be read, by its owner alone, and holds whole keys (R105)."""
    from hjemmekontakt.ground.keys import key_ring

    if not path:
        return Found(("Sett HK_NATIONAL_ID_KEYS til nøkkelfila.",))
    try:
        mode = Path(path).stat().st_mode
        ring = key_ring(path)
    except OSError as problem:
        return Found((f"Kan ikke lese {path} ({type(problem).__name__}). Hent den fra sikkerhetskopien av nøklene.",))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Found((f"{path} er ikke en nøkkelfil. Hent den fra sikkerhetskopien av nøklene.",))
    faults = []
    if stat.S_IMODE(mode) & 0o077:
        faults.append(f"Andre enn eieren kan lese {path}. Kjør: chmod 600 {path}")
    if ring.current not in ring.sealing or any(len(key) != KEY_BYTES for key in [*ring.sealing.values(), ring.lookup]):
        faults.append(f"{path} mangler en nøkkel eller har en for kort. Hent den fra sikkerhetskopien av nøklene.")
    return Found(tuple(faults))


def built() -> Found:
    """Styles, scripts and translations are built."""
    missing = [name for name in ("app.css", "app.js") if not (BUILT / name).is_file()]
    missing += [file.parents[1].name for file in catalogue_files() if not file.with_suffix(".mo").is_file()]
    return Found((f"{', '.join(missing)} er ikke bygd. Kjør ./hk build.",)) if missing else Found()


def scanner(url: str) -> Found:
    """The virus scanner answers (R16)."""
    from hjemmekontakt.gateways.virus import Clamd, NoScanner

    try:
        Clamd(url, timeout_s=SECONDS_TO_CONNECT).ping()
    except ValueError:
        return Found(("Sett HK_CLAMD_URL til tcp://127.0.0.1:3310 eller unix:///run/clamav/clamd.ctl.",))
    except NoScanner as problem:
        words = "Så lenge kan ingen legge ved filer. Se etter at clamd går, og at virusdatabasen er hentet."
        return Found((f"Svarer ikke ({problem}). {words}",))
    return Found(told="svarer")


def push_key(settings: Mapping[str, str]) -> Found:
    """The key for notices in browsers can be read and is one that browsers take (R46).

    >>> push_key({"HK_WEB_PUSH_KEY": '{"kty": "oct", "k": "AAAA"}'}).faults[0][:54]
    'HK_WEB_PUSH_KEY er ikke en privat nøkkel på P-256. Lag'
    """
    from hjemmekontakt.gateways.push import VapidKey

    said = settings["HK_WEB_PUSH_KEY"]
    try:
        text = said if said.lstrip().startswith("{") else Path(said).read_text(encoding="utf-8")
        key = VapidKey.of(json.loads(text))
    except OSError as problem:
        return Found((f"Kan ikke lese {said} ({type(problem).__name__}). Se docs/operate/web-push.md.",))
    except ValueError:
        return Found(("HK_WEB_PUSH_KEY er ikke en privat nøkkel på P-256. Lag en ny. Se docs/operate/web-push.md.",))
    return Found(told=f"nettlesere kjenner oss som {key.public[:12]}…")


def _sends_over_the_net(settings: Mapping[str, str]) -> bool:
    url = settings.get("HK_SMTP_URL", "")
    return bool(url and settings.get("HK_MAIL_FROM")) and not url.startswith("smtp://")


LACKS = {
    "no-spf": "Domenet {domain} har ingen SPF-oppføring. Legg inn en som nevner e-posttjeneren.",
    "many-spf": "Domenet {domain} har flere SPF-oppføringer. Slå dem sammen til én.",
    "open-spf": "SPF-oppføringen til {domain} slutter ikke med -all eller ~all.",
    "no-dkim": "Finner ingen DKIM-nøkkel for {domain}. Sett HK_MAIL_DKIM_SELECTOR til velgeren som e-posttjeneren bruker.",
    "no-dmarc": "Domenet {domain} har ingen DMARC-oppføring. Legg inn en under _dmarc.{domain}.",
    "weak-dmarc": "DMARC for {domain} ber ingen stanse falsk e-post. Bruk p=quarantine eller p=reject.",
}


def mail_domain(settings: Mapping[str, str]) -> Found:
    """E-mail from our domain is believed elsewhere: SPF, DKIM and DMARC."""
    from hjemmekontakt.gateways.mail_domain import NoAnswer, ask_the_dns, lacks

    domain = parseaddr(settings["HK_MAIL_FROM"])[1].rpartition("@")[2]
    try:
        found = lacks(domain, settings.get("HK_MAIL_DKIM_SELECTOR", ""), texts=ask_the_dns)
    except NoAnswer as problem:
        return Found((f"Fikk ikke svar om {domain} fra navnetjeneren ({problem}). Prøv igjen.",))
    see = "Se docs/operate/mail.md."
    return Found(tuple(f"{LACKS[lack].format(domain=domain)} {see}" for lack in found), told=domain)


def _set_up() -> str:
    """Make Django ready, with single connections; say what keeps it from being so, or nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hjemmekontakt.project.settings")
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        options = settings.DATABASES["default"]["OPTIONS"]
        django.setup()
    except (ImproperlyConfigured, OSError) as problem:
        return f"Ikke undersøkt, for innstillingene er ikke hele ({type(problem).__name__})."
    options.pop("pool", None)
    options["connect_timeout"] = SECONDS_TO_CONNECT
    return ""


def _why_no_answer() -> str:
    from django.db import DatabaseError, connection

    try:
        connection.ensure_connection()
    except DatabaseError as problem:
        return f"Svarer ikke ({type(problem).__name__}). Se etter at PostgreSQL går, og at DATABASE_URL stemmer."
    return ""


def _looked(check: Check) -> Found:
    from django.db import DatabaseError

    try:
        return check()
    except DatabaseError as problem:
        return Found((f"Kunne ikke undersøkes ({type(problem).__name__}). Kjør ./hk migrate, og prøv igjen.",))


def database() -> Found:
    """The database answers and is new enough."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, version = cursor.fetchone()
    if number < OLDEST_POSTGRESQL:
        return Found((f"PostgreSQL {version} er for gammel. Bruk 15 eller nyere.",))
    return Found(told=f"PostgreSQL {version} svarer")


# Each asks of the role that the portal serves with: whether it can do what that role must not.
UNDUE = {
    "er superbruker": "r.rolsuper",
    "kan gå utenom reglene for rader (BYPASSRLS)": "r.rolbypassrls",
    "kan lage roller, databaser eller kopier": "r.rolcreaterole OR r.rolcreatedb OR r.rolreplication",
    "er medlem av en annen rolle": "EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid)",
    "eier databasen": "EXISTS (SELECT FROM pg_database d WHERE d.datname = current_database() AND d.datdba = r.oid)",
    "eier tabeller": "EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid)",
    "eier funksjoner": "EXISTS (SELECT FROM pg_proc p WHERE p.proowner = r.oid)",
    "kan lage tabeller": "has_schema_privilege(r.oid, 'public', 'CREATE')",
}


def role() -> Found:
    """The portal's role owns nothing, is a member of nothing and cannot get around row-level security."""
    from django.db import connection

    asked = ", ".join(UNDUE.values())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT r.rolname, {asked} FROM pg_roles r WHERE r.rolname = current_user")  # noqa: S608 - ours
        name, *undue = cursor.fetchone()
    too_much = [what for what, is_so in zip(UNDUE, undue, strict=True) if is_so]
    if too_much:
        words = "Bruk hk_app i DATABASE_URL, og kjør deploy/postgresql/roles.sql på nytt."
        return Found(tuple(f"Rollen {name} {what}. {words}" for what in too_much))
    return Found(told=name)


def schema() -> Found:
    """Every migration is applied."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    missing = set(loader.disk_migrations) - set(loader.applied_migrations)
    return Found((f"{len(missing)} migreringer er ikke kjørt. Kjør ./hk migrate.",)) if missing else Found()


def worker_lives() -> Found:
    """A worker has lately given a sign of life."""
    from hjemmekontakt.project import worker

    if worker.is_alive():
        return Found()
    return Found(("Ingen har gitt livstegn det siste halve minuttet. Start ./hk work.",))


def outbox_is_heard() -> Found:
    """No event was given up (R97)."""
    from hjemmekontakt.ground import outbox

    given_up = outbox.dead()
    if not given_up:
        return Found(told=f"{outbox.waiting()} hendelser venter")
    what_to_do = "Finn årsaken i kolonnen last_error i tabellen outbox, og kjør så ./hk doctor --replay."
    return Found((f"{given_up} hendelser er gitt opp. {what_to_do}",))


def subscribers_hear() -> Found:
    """No event for a subscriber was given up, and every subscription works (R97)."""
    from hjemmekontakt.access.actions import the_portal
    from hjemmekontakt.municipalities.subscriptions import telling

    faults = []
    for each in telling.troubles(the_portal()):
        if each.dead:
            words = "Se dem med ./hk dead-letters, og hvorfor."
            faults.append(f"{each.municipality_name}: {each.dead} hendelser til abonnenter er gitt opp. {words}")
        if each.failing:
            words = "Si fra til leverandøren av journalen. Det prøves på nytt av seg selv."
            faults.append(f"{each.municipality_name}: {each.failing} abonnementer får ikke svar. {words}")
    if faults:
        return Found(tuple(faults))
    return Found(told=f"{telling.figures(the_portal())[0]} hendelser venter")


def reconciled() -> Found:
    """The last reconciliation of each municipality found every decision, once for each (M8)."""
    from hjemmekontakt.access.actions import the_portal
    from hjemmekontakt.municipalities import queries as municipalities
    from hjemmekontakt.notifications.reconciling.queries import latest

    looked = [(name, latest(the_portal(), id)) for id, name in municipalities.municipalities_named("")]
    wrong = [(name, found.counted) for name, found in looked if found and not found.counted.is_whole]
    if not wrong:
        events = sum(found.counted.events for _, found in looked if found)
        return Found(told=f"{events} hendelser stemmer" if any(found for _, found in looked) else "ikke gjort ennå")
    words = "Kjør ./hk reconcile, og se docs/operate/notices.md."
    return Found(
        tuple(f"{name}: {each.missing} avgjørelser mangler, {each.doubled} er doble. {words}" for name, each in wrong)
    )


def within_caps() -> Found:
    """No municipality's SMS have cost more than it has set aside."""
    from hjemmekontakt.access.actions import the_portal
    from hjemmekontakt.municipalities import queries as municipalities
    from hjemmekontakt.notifications.costs.queries import beyond_their_caps
    from hjemmekontakt.notifications.costs.rules import Standing

    words = {
        Standing.WARNED: "har nådd grensen som varsler. Ingenting er stoppet ennå.",
        Standing.STOPPED: "har nådd grensen som stopper. Bare de nødvendige SMS-ene sendes.",
    }
    beyond = beyond_their_caps(the_portal())
    return Found(tuple(f"{municipalities.municipality(id).name} {words[each]}" for id, each in beyond))


def sealed_log() -> Found:
    """The access log is as it was when it was sealed (M5)."""
    from hjemmekontakt.access.actions import the_portal
    from hjemmekontakt.access.seal import verify_the_log

    verdict = verify_the_log(the_portal())
    if not verdict.faults:
        return Found(told=f"{verdict.lines} linjer i {verdict.batches} forseglede bunter stemmer")
    return Found(tuple(f"Seglet stemmer ikke: {fault}. Se docs/operate/doctor.md." for fault in verdict.faults))


def keys_fit() -> Found:
    """The key file is the one that this database was sealed with: it opens the journals' secrets."""
    from cryptography.exceptions import InvalidTag

    from hjemmekontakt.municipalities import queries as municipalities

    try:
        hooks = sum(len(municipalities.journal_hooks(each.id)) for each in municipalities.overview())
    except (KeyError, InvalidTag, ValueError, OSError):
        return Found(("Nøkkelfila hører ikke til denne databasen. Hent den som ble kopiert sammen med den.",))
    return Found(told=f"{hooks} journalsystemer er koblet til")


def _replay() -> int:
    from django.db import DatabaseError

    from hjemmekontakt.ground import outbox

    try:
        return outbox.replay_dead()
    except DatabaseError:
        return 0  # the look-over says what is wrong


IN_DATABASE: Mapping[str, Check] = {
    "database": database,
    "rolle": role,
    "skjema": schema,
    "arbeider": worker_lives,
    "utboks": outbox_is_heard,
    "abonnenter": subscribers_hear,
    "avstemming": reconciled,
    "SMS-kostnad": within_caps,
    "innsynslogg": sealed_log,
    "nøkler": keys_fit,
}
