"""`./hk reconcile`: proves that each event has exactly one decision for each person who was to be told of it (M8)."""

import argparse
import os
from datetime import date, datetime, time, timedelta


def run(arguments: list[str]) -> int:
    """Count the events of some days against their decisions, a line for each unit; 1 where one is missing or doubled."""
    parser = argparse.ArgumentParser(
        prog="./hk reconcile",
        description="Se etter at hver hendelse har nøyaktig én avgjørelse for hver som skulle varsles.",
    )
    parser.add_argument("--from", dest="first", type=date.fromisoformat, help="første dag, 2026-03-01; ellers i går")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, help="siste dag, ellers i dag så langt")
    parser.add_argument("--municipality", default="", help="bare kommunen med dette nummeret")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hjemmekontakt.project.settings")
    import django

    django.setup()
    since, until = _period(chosen.first, chosen.last)
    if since >= until:
        parser.error("perioden slutter før den begynner")
    return _reconcile(since, until, number=chosen.municipality)


def _period(first: date | None, last: date | None) -> tuple[datetime, datetime]:
    from hjemmekontakt.ground import clock
    from hjemmekontakt.ground.workdays import OSLO, day_of
    from hjemmekontakt.notifications.reconciling.rules import LEFT_ALONE

    now = clock.now()
    begins = first or day_of(now) - timedelta(days=1)
    since = datetime.combine(begins, time(), tzinfo=OSLO)
    ends = datetime.combine(last + timedelta(days=1), time(), tzinfo=OSLO) if last else now
    return since, min(ends, now - LEFT_ALONE)


def _reconcile(since: datetime, until: datetime, *, number: str) -> int:
    from hjemmekontakt.access.actions import the_portal
    from hjemmekontakt.municipalities import queries as municipalities
    from hjemmekontakt.notifications.reconciling.actions import reconcile
    from hjemmekontakt.notifications.reconciling.words import say_wrong

    whole = True
    for each in municipalities.overview():
        if number in ("", each.number):
            print(f"{each.name}, fra {since:%d.%m.%Y %H:%M} til {until:%d.%m.%Y %H:%M}", flush=True)
            found = reconcile(the_portal(), each.id, since=since, until=until, tell=_say)
            whole = whole and found.is_whole
            for wrong in found.wrong:
                print(f"      {say_wrong(wrong)}", flush=True)
    print("Alt stemmer." if whole else "FEIL  Avgjørelser mangler eller er doble. Se docs/operate/notices.md.")
    return 0 if whole else 1


def _say(unit: str, counted: object) -> None:
    from hjemmekontakt.notifications.reconciling.rules import Counted

    assert isinstance(counted, Counted)
    mark = "ok  " if counted.is_whole else "FEIL"
    found = f"{counted.events} hendelser, {counted.expected} avgjørelser"
    print(f"{mark}  {unit}: {found}, {counted.missing} mangler, {counted.doubled} doble", flush=True)
