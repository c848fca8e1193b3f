"""What is read in whole and not by a search of its own: a citizen's everything, a municipality's export. Page by page.

Each type gives its pages as its search does: within the journal's own municipality, in an order that no write disturbs, and
with a line in the log of each citizen shown.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.fhir.calls import appointment, communication, task
from hjemmekontakt.fhir.calls.readables import READABLES
from hjemmekontakt.fhir.reading import Readable, following
from hjemmekontakt.fhir.search import Search

Page = tuple[list[dict[str, Any]], Search | None]
Pager = Callable[[Actor, Search], Page]


def _pager(kind: "Readable[Any]") -> Pager:
    def page(actor: Actor, sought: Search) -> Page:
        found = kind.several(actor, sought, sought.count + 1)
        shown = found[: sought.count]
        further = following(kind, sought, shown[-1]) if len(found) > sought.count else None
        return [kind.write(each) for each in shown], further

    return page


PAGERS: Mapping[str, Pager] = {
    "Appointment": appointment.pages,
    "Communication": _pager(communication.SEARCHED),
    "Task": task.pages,
    **{name: _pager(kind) for name, kind in READABLES.items()},
}
ABOUT_A_PATIENT: Sequence[str] = (
    "Patient",
    "RelatedPerson",
    "EpisodeOfCare",
    "CareTeam",
    "Consent",
    "Appointment",
    "Task",
    "Communication",
    "AuditEvent",
)
"""In the order of `$everything`: she herself first, then who and what helps her, then what is longest."""

EXPORTED: Sequence[str] = tuple(
    sorted(name for name in PAGERS if name not in READABLES or not READABLES[name].must_name)
)
"""All but what is only ever asked about one citizen."""


def next_page(actor: Actor, sought: Search) -> Page:
    """The page that a search over several types has come to: `sought.kinds` are those that are left, the first one first."""
    kind, *others = sought.kinds
    found, further = PAGERS[kind](actor, _since(kind, sought))
    if further is None and others:
        further = msgspec.structs.replace(sought, kinds=tuple(others), after=None)
    return found, further


def _since(kind: str, sought: Search) -> Search:
    """A line of the log never changes: what is new in it is what it tells of since then."""
    if kind != "AuditEvent" or sought.changed_from is None:
        return sought
    return msgspec.structs.replace(sought, starts_from=max(filter(None, (sought.starts_from, sought.changed_from))))
