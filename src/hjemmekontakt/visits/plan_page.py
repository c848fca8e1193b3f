"""The page Timeavtaler: what it is made once for, and what of a plan is put in each time."""

from typing import Any

from msgspec import Struct

from hjemmekontakt.access.rules import Actor
from hjemmekontakt.ground import clock
from hjemmekontakt.kit.jinja import macros_of
from hjemmekontakt.visits import plan_rows
from hjemmekontakt.visits.away_cards import away_card
from hjemmekontakt.visits.cards import Card, by_day, out_of_touch, updated
from hjemmekontakt.visits.rules import Plan


class PlanShape(Struct, frozen=True):
    """What pages of plans differ by, where nothing is to be said first: but for what is put in."""

    may_ask: bool
    is_dated: bool
    has_days: bool

    def as_context(self) -> dict[str, Any]:
        """What the page's template is given, with nothing that is to be said first."""
        return {"place": self, "changed": (), "away": (), "out_of_touch": ""}


def blanks_of(plan: Plan, actor: Actor, *, may_ask: str, may_wish: str) -> dict[str, object]:
    """What is put into the page for this plan: as of when, and the visits by their days."""
    now = clock.now()
    days = by_day(Card(view, now=now, reader_id=actor.id) for view in plan.visits)
    tag = macros_of("kit/components.html.jinja").tag
    return {
        "updated": updated(plan.updated_at, now=now),
        "days": plan_rows.days(days, tag=tag, may_ask=may_ask, may_wish=may_wish),
    }


def said_first(plan: Plan, actor: Actor) -> dict[str, Any]:
    """What is to be said before the visits, for few and seldom: what has changed, who is away, and that visits may be old."""
    now = clock.now()
    changed = [Card(view, now=now, reader_id=actor.id) for view in plan.visits if view.change]
    away = [away_card(each, actor, now=now) for each in plan.away]
    said = {"changed": changed, "away": away, "out_of_touch": out_of_touch(plan.out_of_touch, now=now)}
    return said if any(said.values()) else {}
