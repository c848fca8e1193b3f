"""Forside: for everybody before log-in; «Hei, Astrid» with her next visit and what is unread after it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from markupsafe import Markup

from hjemmekontakt.access.actions import Beside
from hjemmekontakt.access.rules import TABLE, Actor, May, Standing
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.consent.rules import Readiness
from hjemmekontakt.ground import clock
from hjemmekontakt.kit.jinja import macros_of
from hjemmekontakt.kit.kept_pages import kept_page
from hjemmekontakt.messages import queries as messages
from hjemmekontakt.messages.rules import Unread
from hjemmekontakt.representation import queries as representation
from hjemmekontakt.visits import queries as visits
from hjemmekontakt.visits.cards import Card, out_of_touch

NOTHING_UNREAD, READY = Unread(), Readiness(is_ready=True)


@dataclass(frozen=True, slots=True)
class FirstPage:
    """What stands on the first page of one who is logged in; None where her fullmakt does not open it."""

    readiness: Readiness
    next_visit: Card | None = None
    warnings: tuple[Card, ...] = ()
    out_of_touch: str = ""
    sees_visits: bool = False
    unread: Unread = NOTHING_UNREAD
    reads_messages: bool = False
    writes_messages: bool = False

    def has_more_to_say(self) -> bool:
        """Whether it says more than when the next visit is: what is missing, a warning, that something is unread."""
        return not self.readiness.is_ready or bool(self.warnings or self.out_of_touch or self.unread.messages)


@dataclass(frozen=True, slots=True)
class Quiet:
    """What first pages differ by where there is nothing more to say, but for what is put in."""

    has_next: bool
    sees_visits: bool
    reads_messages: bool
    writes_messages: bool

    def as_context(self) -> dict[str, Any]:
        """What the page's template is given: a first page that says nothing more."""
        home = FirstPage(
            readiness=READY,
            sees_visits=self.sees_visits,
            reads_messages=self.reads_messages,
            writes_messages=self.writes_messages,
        )
        return {"home": home, "others": (), "has_next": self.has_next}


@dataclass(frozen=True, slots=True)
class ForAnother:
    """What stands on the first page about one she acts for."""

    giver_id: UUID
    name: str
    home: FirstPage


OTHERS_SHOWN = 3


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Forsiden."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.standing is Standing.EMPLOYEE:
        return render(request, "home/welcome.html.jinja")
    home = first_page(actor, is_in_use=request.is_in_use)
    others = for_others(actor) if actor.standing is Standing.SELF and request.people_to_act_for else []
    blanks = {"given_name": actor.name.split()[0], **_next_visit(home.next_visit)}
    shape = Quiet(home.next_visit is not None, home.sees_visits, home.reads_messages, home.writes_messages)
    if others or home.has_more_to_say():
        context = {**shape.as_context(), "home": home, "others": others, "blank": blanks}
        return render(request, "home/first_page.html.jinja", context)
    return kept_page(request, "home/first_page.html.jinja", shape, blanks)


def first_page(actor: Actor, *, is_in_use: bool = False) -> FirstPage:
    """Compose the first page from the domains' answers; what she may not see is not asked for.

    Whether anything is unread is asked by the statement that reads her visits; what it is, only where there is something.
    """
    readiness = consent.readiness(actor, is_in_use=is_in_use)
    if not readiness.is_ready:
        return FirstPage(readiness)
    sees, reads = may(actor, May.SEE_VISITS), may(actor, May.LIST_THREADS)
    is_any_unread = Beside(May.LIST_THREADS, messages.ANY_UNREAD, {"reader": actor.id}) if reads else None
    nearest, now = visits.nearest(actor, beside=is_any_unread) if sees else None, clock.now()
    unread = messages.unread(actor) if reads and (nearest is None or nearest.beside) else NOTHING_UNREAD
    return FirstPage(
        readiness=readiness,
        next_visit=Card(nearest.next_visit, now=now, reader_id=actor.id) if nearest and nearest.next_visit else None,
        warnings=tuple(Card(each, now=now, reader_id=actor.id) for each in nearest.warnings) if nearest else (),
        out_of_touch=out_of_touch(nearest.out_of_touch, now=now) if nearest else "",
        sees_visits=sees,
        unread=unread,
        reads_messages=reads,
        writes_messages=may(actor, May.WRITE_MESSAGE),
    )


def _next_visit(visit: Card | None) -> dict[str, object]:
    """What is put into the page for the next visit."""
    if visit is None:
        return {}
    tag = macros_of("kit/components.html.jinja").tag
    tags = (tag(each.kind, each.text) for each in visit.tags if each.kind != "info")
    return {
        "visit": visit.id,
        "when": f"{visit.day} {visit.when}",
        "what": visit.what,
        "who": f" · {visit.who}" if visit.who else "",
        "tags": Markup("").join(Markup("<p>{}</p>\n").format(each) for each in tags),
    }


def for_others(actor: Actor) -> list[ForAnother]:
    """The next visit and what is unread of those she acts for, a card each; more than three are found under «Bytt person»."""
    found = representation.people_i_act_for(actor)[:OTHERS_SHOWN]
    acting = [actor.on_behalf_of(each.giver_id, each.giver_name, rights=each.rights) for each in found]
    return [ForAnother(each.about_id, each.about_name, first_page(each)) for each in acting]


def may(actor: Actor, act: May) -> bool:
    """Tell whether the actor's standing opens an act at all, so that a page does not offer what would be refused."""
    need = TABLE.get((act, actor.standing))
    return need is not None and (actor.standing is not Standing.FULLMAKT or need.right in (None, *actor.rights))
