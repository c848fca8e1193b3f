"""The days of «Timeavtaler» as markup, by plain functions: a citizen's longest list, opened more than any other page of hers."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache, lru_cache, partial
from uuid import uuid4

from markupsafe import Markup, escape

from hjemmekontakt.kit.jinja import said, url
from hjemmekontakt.visits.cards import Card, Tag

IN_FULL = 2
"""The next days with visits stand in full, those after them on a line each: fourteen days fit on a tablet."""
ANY = uuid4()
TagOf = Callable[[str, str], str]
"""The component of a status: from its kind and its words."""
RestOf = Callable[[str, str, str, str, tuple[Tag, ...]], str]


def days(shown: Iterable[tuple[str, Sequence[Card]]], *, tag: TagOf, may_ask: str = "", may_wish: str = "") -> Markup:
    """The visits under their days; `tag` is the component of a status. What people write is escaped."""
    tag = cache(tag)  # for this page alone, as the next: what they say may name somebody
    rest = cache(partial(_rest_of_a_line, tag))
    return Markup(  # noqa: S704 - each text of somebody's goes through `escape`
        "\n".join(
            _day(place, name, _rows(cards, tag, may_ask, may_wish) if place <= IN_FULL else _lines(name, cards, rest))
            for place, (name, cards) in enumerate(shown, 1)
        )
    )


def _day(place: int, name: str, visits: str) -> str:
    return (
        f'<section class="hk-flow" aria-labelledby="dag-{place}">\n'
        f'  <h2 id="dag-{place}">{escape(name)}</h2>\n{visits}</section>'
    )


def _rows(cards: Sequence[Card], tag: TagOf, may_ask: str, may_wish: str) -> str:
    rows = "\n".join(f"<li>{_row(card, tag, may_ask, may_wish)}</li>" for card in cards)
    return f'  <ul class="hk-cards">\n{rows}\n  </ul>\n'


def _row(card: Card, tag: TagOf, may_ask: str, may_wish: str) -> str:
    """One visit: the way in is its own page, and what she most often wants to do is there at once."""
    hidden = _hidden(f" {card.day} {card.when}")
    ask = _way("visits:cancel", card, may_ask, hidden) if may_ask and card.can_be_cancelled else ""
    wish = _way("home:other-time", card, may_wish, hidden) if may_wish and card.can_be_moved else ""
    told = f"{card.what}, {card.duration}" if card.duration else card.what
    page = _page("visits:show", card)
    way_in = f'<a class="ds-button" data-variant="secondary" href="{page}">{said("Se besøket")}{hidden}</a>'
    lines = (
        f"<h3>{_time(card.starts_at, card.heading)}</h3>",
        f"<p>{escape(told)}</p>",
        f"<p>{escape(card.who)}</p>" if card.who else "",
        f"<p>{''.join(f'{tag(each.kind, each.text)} ' for each in card.tags)}</p>",
        f"<p>{escape(card.moved)}</p>" if card.moved else "",
        f'<p class="hk-muted">{escape(card.rhythm)}</p>' if card.rhythm else "",
        f'<div class="hk-actions">{way_in}\n{ask}{wish}</div>',
    )
    return '<div class="ds-card">\n' + "\n".join(filter(None, lines)) + "\n</div>"


def _way(name: str, card: Card, text: str, hidden: str) -> str:
    return f'<a class="ds-link" href="{_page(name, card)}">{escape(text)}{hidden}</a>\n'


def _lines(day: str, cards: Sequence[Card], rest: RestOf) -> str:
    hidden = _hidden(f", {day}")
    lines = "\n".join(f"<li>{_line(card, hidden, rest)}</li>" for card in cards)
    return f'  <ul class="hk-lines">\n{lines}\n  </ul>\n'


def _line(card: Card, hidden: str, rest: RestOf) -> str:
    """One visit on a line: the hour is the way in."""
    way_in = f'<a class="ds-link" href="{_page("visits:show", card)}">{_time(card.starts_at, card.heading)}{hidden}</a>'
    who = "" if card.who_is_open else card.who
    return f"{way_in}\n{rest(card.what, who, card.moved, card.rhythm, card.tags)}"


def _rest_of_a_line(tag: TagOf, what: str, who: str, moved: str, rhythm: str, tags: tuple[Tag, ...]) -> str:
    """What and who, and how it stands: most of a person's visits say the same, so a page makes each once."""
    more = "".join(f'<span class="hk-muted">{escape(each)}</span>\n' for each in (moved, rhythm) if each)
    shown = "".join(f"{tag(each.kind, each.text)} " for each in tags if not each.usual)
    return f'<span class="hk-line__what">{escape(f"{what} · {who}" if who else what)}</span>\n{shown}{more}'


def _page(name: str, card: Card) -> str:
    before, after = _around_an_id(name)
    return f"{before}{card.id}{after}"


@cache
def _around_an_id(name: str) -> tuple[str, str]:
    """The address of a visit's page, before and after the visit's id."""
    before, _, after = url(name, ANY).partition(str(ANY))
    return before, after


@lru_cache(maxsize=4096)
def _time(moment: datetime, heading: str) -> str:
    return f'<time datetime="{moment.isoformat()}">{escape(heading)}</time>'


def _hidden(text: str) -> str:
    """What stands for those alone who hear the page read: made of our own words for days and hours."""
    return f'<span class="ds-sr-only">{escape(text)}</span>'
