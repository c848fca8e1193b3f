"""`./hk migrate`: brings the schema up to date, as the role that owns it."""

import argparse
import os
import sys


def run(arguments: list[str]) -> int:
    """Run the migrations that are not yet run, or say which they are."""
    parser = argparse.ArgumentParser(prog="./hk migrate", description="Oppdater databasens skjema.")
    parser.add_argument("--plan", action="store_true", help="si bare hva som ville blitt gjort")
    chosen = parser.parse_args(arguments)
    if not (os.environ.get("MIGRATE_DATABASE_URL") or os.environ.get("MIGRATE_DATABASE_URL_FILE")):
        print("MIGRATE_DATABASE_URL mangler. Den er adressen til databasen for rollen hk_owner.", file=sys.stderr)
        return 1

    become_owner()
    from django.core.management import call_command

    call_command("migrate", interactive=False, plan=chosen.plan)
    return 0


def become_owner() -> None:
    """Set Django up to reach the database as its owner; the app's own address is then not needed."""
    os.environ["HK_ROLE"] = "owner"
    os.environ["DJANGO_SETTINGS_MODULE"] = "hjemmekontakt.project.settings"
    if "DATABASE_URL_FILE" not in os.environ:
        os.environ.setdefault("DATABASE_URL", os.environ.get("MIGRATE_DATABASE_URL", ""))

    import django

    django.setup()
