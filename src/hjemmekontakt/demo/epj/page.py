"""The journal's one page: the visits, and a button to report each as performed."""

from collections.abc import Iterable
from html import escape

from hjemmekontakt.demo.epj.config import Person
from hjemmekontakt.demo.epj.plan import OSLO, Visit

STATES = {"proposed": "Planlagt", "booked": "Tildelt", "fulfilled": "Utført", "cancelled": "Avlyst"}
DAYS = ("man.", "tirs.", "ons.", "tors.", "fre.", "lør.", "søn.")
STYLE = "body{font-family:system-ui;margin:2rem;max-width:60rem}td,th{padding:.3rem .8rem;text-align:left}"


def listing(visits: Iterable[Visit], persons: dict[str, Person], *, inactive: set[str], problems: list[str]) -> str:
    """Draw the page."""
    rows = "".join(_row(visit, persons[visit.person].name) for visit in visits)
    absent = "".join(f"<li>{escape(persons[key].name)} er ikke aktiv i portalen.</li>" for key in sorted(inactive))
    wrong = "".join(f"<li>{escape(problem)}</li>" for problem in problems)
    return (
        f'<!doctype html><html lang="nb"><meta charset="utf-8"><title>Journal</title><style>{STYLE}</style>'
        f"<h1>Journal (simulator)</h1><ul>{absent}</ul>"
        "<table><caption>Besøk</caption><thead><tr><th>Tid</th><th>Hvem</th><th>Hva</th><th>Status</th><th></th></tr>"
        f"</thead><tbody>{rows}</tbody></table>"
        + (f"<h2>Portalen sa nei</h2><ul>{wrong}</ul>" if wrong else "")
        + "</html>"
    )


def _row(visit: Visit, name: str) -> str:
    start, end = visit.starts_at.astimezone(OSLO), visit.ends_at.astimezone(OSLO)
    when = f"{DAYS[start.weekday()]} {start.day}.{start.month}. kl. {start:%H.%M}–{end:%H.%M}"
    return (
        f"<tr><td>{when}</td><td>{escape(name)}</td><td>{escape(visit.title)}</td>"
        f"<td>{STATES[visit.status]}</td><td>{_button(visit)}</td></tr>"
    )


def _button(visit: Visit) -> str:
    if visit.status not in ("proposed", "booked"):
        return ""
    return (
        '<form method="post" action="/perform">'
        f'<input type="hidden" name="visit" value="{escape(visit.identifier)}"><button>Utført</button></form>'
    )
