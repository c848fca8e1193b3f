"""The page of a unit's inbox: what it is made once for, and what of a list is put in each time."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _
from msgspec import Struct

from hjemmekontakt.ground import clock
from hjemmekontakt.kit.jinja import macros_of, url
from hjemmekontakt.messages import inbox_rows, words
from hjemmekontakt.messages.rules import Inbox, InboxFilter, Queue, QueueChoice

Choice = tuple[object, str, int | None, str | None]


class InboxShape(Struct, frozen=True):
    """What pages of an inbox differ by, but for what is put in."""

    has_rows: bool

    def as_context(self) -> dict[str, Any]:
        """What the page's template is given."""
        return {"place": self, "table": inbox_rows}


def blanks_of(request: HttpRequest, inbox: Inbox) -> dict[str, object]:
    """What is put into the page for this list: its unit, what it can be narrowed to, and its rows."""
    here, asked = query_of(inbox.filter, inbox.queue), request.GET.urlencode()
    ui, parts = macros_of("kit/components.html.jinja"), macros_of("messages/inbox_parts.html.jinja")
    following = inbox.following and f"{here}&etter={inbox.following.as_text()}"
    return {
        "unit": inbox.unit_id,
        "unit_name": inbox.unit_name,
        "units": parts.units(_units(request, inbox)),
        "asked": f"?{asked}" if asked else "",
        "pulse": inbox.pulse,
        "filters": ui.filters(_filters(inbox), _("Vis")),
        "queues": parts.queues(_queues(inbox)),
        "rows": inbox_rows.rows(inbox, reader_id=request.actor.id, here=here, now=clock.now()),
        "pager": ui.pager(following) if following else "",
    }


def query_of(filter: InboxFilter, queue: Queue) -> str:
    """The address's part for a list and a queue: `?vis=venter&tjeneste=15`."""
    parts = {"vis": words.FILTERS[filter][0], "tjeneste": queue.service, "kategori": queue.category, "sone": queue.zone}
    return "?" + urlencode({name: value for name, value in parts.items() if value})


def _units(request: HttpRequest, inbox: Inbox) -> list[Choice]:
    """The reader's units to choose from, where she has more than this one."""
    units = request.actor.units
    return [
        (unit.unit_name, url("inbox:list", unit.unit_id), None, "current" if unit.unit_id == inbox.unit_id else None)
        for unit in (units if len(units) > 1 else ())
    ]


def _filters(inbox: Inbox) -> list[Choice]:
    """The lists to choose from: the leader's for a leader, cases where there are any."""
    hidden = set() if inbox.leads else {InboxFilter.LEADER}
    if not inbox.counts[InboxFilter.CASES]:
        hidden.add(InboxFilter.CASES)
    return [
        (text, query_of(each, inbox.queue), inbox.counts.get(each), "current" if each is inbox.filter else None)
        for each, (_address, text) in words.FILTERS.items()
        if each not in hidden or each is inbox.filter
    ]


def _queues(inbox: Inbox) -> list[tuple[str, list[Choice]]]:
    """The queues to narrow the list to, each kind only where there is more than one to choose."""
    kinds = (
        (_("Tjeneste"), "service", inbox.services),
        (_("Kategori"), "category", inbox.categories),
        (_("Sone"), "zone", inbox.zones),
    )
    shown = [(label, part, choices) for label, part, choices in kinds if _is_worth_it(inbox, part, choices)]
    return [(label, list(_narrowings(inbox, part, choices))) for label, part, choices in shown]


def _is_worth_it(inbox: Inbox, part: str, choices: tuple[QueueChoice, ...]) -> bool:
    return len(choices) > 1 or getattr(inbox.queue, part) is not None


def _narrowings(inbox: Inbox, part: str, choices: tuple[QueueChoice, ...]) -> Iterable[Choice]:
    now = {name: getattr(inbox.queue, name) for name in ("service", "category", "zone")}
    everything = query_of(inbox.filter, Queue(**{**now, part: None}))
    yield _("Alle"), everything, None, None if now[part] else "current"
    for each in choices:
        name = words.CATEGORIES.get(each.code, each.name) if part == "category" else each.name
        here = "current" if each.code == now[part] else None
        count = each.count if inbox.filter in inbox.counts else None
        yield name, query_of(inbox.filter, Queue(**{**now, part: each.code})), count, here
