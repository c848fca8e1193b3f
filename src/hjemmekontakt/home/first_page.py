"""Forside: for everybody before log-in; «Hei, Astrid» with her next visit and what is unread after it."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hjemmekontakt.access.actions import Beside
from hjemmekontakt.access.rules import TABLE, Actor, May, Standing
from hjemmekontakt.consent import queries as consent
from hjemmekontakt.consent.rules import Readiness
from hjemmekontakt.ground import clock
from hjemmekontakt.messages import queries as messages
from hjemmekontakt.messages.rules import Unread
from hjemmekontakt.representation import queries as representation
from hjemmekontakt.visits import queries as visits
from hjemmekontakt.visits.cards import Card, card, out_of_touch

NOTHING_UNREAD = Unread()


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
    others = for_others(actor) if actor.standing is Standing.SELF and request.people_to_act_for else []
    context = {
        "home": first_page(actor, is_in_use=request.is_in_use),
        "given_name": actor.name.split()[0],
        "others": others,
    }
    return render(request, "home/first_page.html.jinja", context)


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
        next_visit=card(nearest.next_visit, now=now, reader_id=actor.id) if nearest and nearest.next_visit else None,
        warnings=tuple(card(each, now=now, reader_id=actor.id) for each in nearest.warnings) if nearest else (),
        out_of_touch=out_of_touch(nearest.out_of_touch, now=now) if nearest else "",
        sees_visits=sees,
        unread=unread,
        reads_messages=reads,
        writes_messages=may(actor, May.WRITE_MESSAGE),
    )


def for_others(actor: Actor) -> list[ForAnother]:
    """The next visit and what is unread of those she acts for, a card each; more than three are found under «Bytt person»."""
    found = representation.people_i_act_for(actor)[:OTHERS_SHOWN]
    acting = [actor.on_behalf_of(each.giver_id, each.giver_name, rights=each.rights) for each in found]
    return [ForAnother(each.about_id, each.about_name, first_page(each)) for each in acting]


def may(actor: Actor, act: May) -> bool:
    """Tell whether the actor's standing opens an act at all, so that a page does not offer what would be refused."""
    need = TABLE.get((act, actor.standing))
    return need is not None and (actor.standing is not Standing.FULLMAKT or need.right in (None, *actor.rights))
