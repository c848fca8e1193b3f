"""`./hk dead-letters`: what subscribers were not told in 72 hours: shown, tried again, or let go of."""

import argparse
import os
import sys
from collections.abc import Sequence

from hjemmekontakt.municipalities.subscriptions.rules import DeadLetter


def run(arguments: list[str]) -> int:
    """Show the dead letters, try some or all of them again, or let go of them; 1 where any are left."""
    parser = argparse.ArgumentParser(
        prog="./hk dead-letters", description="Vis, send på nytt eller slipp det abonnentene ikke fikk på 72 timer."
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--retry", action="store_true", help="send dem på nytt, med 72 nye timer og de gamle numrene")
    what.add_argument("--drop", action="store_true", help="slipp dem; abonnenten kan hente dem selv i 30 dager")
    parser.add_argument("--all", action="store_true", help="alle sammen")
    parser.add_argument(
        "letters", nargs="*", type=int, metavar="NR", help="bare disse, etter nummeret lengst til venstre"
    )
    chosen = parser.parse_args(arguments)
    if (chosen.retry or chosen.drop) and bool(chosen.letters) == chosen.all:
        print("Si hvilke det gjelder: numrene fra lista, eller --all.", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hjemmekontakt.project.settings")
    import django

    django.setup()
    from hjemmekontakt.access.actions import the_portal
    from hjemmekontakt.municipalities.subscriptions import telling

    ids = None if chosen.all else chosen.letters
    if chosen.retry:
        print(f"{telling.try_again(the_portal(), ids)} sendes på nytt.")
    if chosen.drop:
        print(f"{telling.drop(the_portal(), ids)} er sluppet.")
    left = telling.dead_letters(the_portal())
    print(table(left))
    return 1 if left else 0


def table(letters: Sequence[DeadLetter]) -> str:
    """The letters as lines, a line for each; never whom they are about."""
    if not letters:
        return "Ingen hendelser er gitt opp."
    lines = [
        f"{each.id:>8}  {each.municipality_name}  {each.host}  {each.topic} nr. {each.number}"
        f"  {each.attempts} forsøk, sist: {each.last_error}  {each.happened_at:%Y-%m-%d %H:%M}"
        for each in letters
    ]
    return "\n".join(lines)
