"""Whose is this? Asked of the database by id alone, before anything is unlocked."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hjemmekontakt.access.rules import About
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.statements import fetch
from hjemmekontakt.ground.workdays import day_of

FUNCTIONS = {
    "thread": "hk_about_thread",
    "visit": "hk_about_visit",
    "cancellation": "hk_about_cancellation",
    "change wish": "hk_about_change_wish",
    "away period": "hk_about_away_period",
    "calendar feed": "hk_about_calendar_feed",
    "fullmakt": "hk_about_fullmakt",
    "letter": "hk_about_letter",
}


ANSWER = "citizen_id, municipality_id, unit_id, has_decision, protected, party_id"


def about(kind: str, id: UUID) -> About:
    """Whose thing this is (a house function `hk_about_…`); an unknown id gives an `About` with nobody in it."""
    rows = fetch(f"SELECT {ANSWER} FROM {FUNCTIONS[kind]}(%s, %s)", [id, day_of(clock.now())])  # noqa: S608 - names of ours
    return answered(kind, id, rows[0] if rows else ())


def answered(kind: str, id: UUID, answer: Sequence[Any]) -> About:
    """Whose thing this is by a row of `ANSWER`; a row of nothing but NULL, as none at all, is an unknown id's.

    >>> answered("thread", UUID(int=1), [None] * 6) == About("thread", UUID(int=1))
    True
    """
    return About(kind, id, *answer) if answer and answer[0] is not None else About(kind, id)


def thread(id: UUID, *, known: About | None = None) -> About:
    """Whose thread (samtale); not asked again where the door has just found it out of this very one (`known`).

    What the door found out holds as long as what is asked here: a moment ago it was so. The policies keep what is read to
    whom that was about, and whatever is written asks for itself.
    """
    return known if known is not None and (known.kind, known.id) == ("thread", id) else about("thread", id)


def visit(id: UUID) -> About:
    """Whose visit (besøk)."""
    return about("visit", id)


def cancellation(id: UUID) -> About:
    """Whose cancellation (avlysning)."""
    return about("cancellation", id)


def change_wish(id: UUID) -> About:
    """Whose wish for another time (ønske om annen tid)."""
    return about("change wish", id)


def away_period(id: UUID) -> About:
    """Whose time away (borte en periode)."""
    return about("away period", id)


def calendar_feed(id: UUID) -> About:
    """Whose visits a calendar address shows (kalenderadresse)."""
    return about("calendar feed", id)


def fullmakt(id: UUID) -> About:
    """Who gave this fullmakt."""
    return about("fullmakt", id)


def letter(id: UUID) -> About:
    """Whose important letter (brev); it is its unit's own, also when the help that it was about has ended."""
    return about("letter", id)


def citizen(id: UUID) -> About:
    """The citizen herself."""
    return About("citizen", id, citizen_id=id)


def citizen_at_work(id: UUID, units: Sequence[UUID]) -> About:
    """A citizen as one of these units helps her today (`hk_about_citizen`); where none does, nobody is in it."""
    return _citizen_of_units("hk_about_citizen", id, units)


def letter_receiver(id: UUID, units: Sequence[UUID]) -> About:
    """A citizen as one of these units may send her a letter (`hk_about_letter_receiver`); where none may, nobody is in it.

    A unit that helps her today may, and an office of a municipality that does.
    """
    return _citizen_of_units("hk_about_letter_receiver", id, units)


def _citizen_of_units(function: str, id: UUID, units: Sequence[UUID]) -> About:
    values = [id, day_of(clock.now()), list(units)]
    rows = fetch(f"SELECT {ANSWER} FROM {function}(%s, %s, %s)", values)  # noqa: S608 - names of ours
    return answered("citizen", id, rows[0] if rows else ())


def unit(id: UUID, municipality_id: UUID) -> About:
    """A unit as a whole: its inbox."""
    return About("unit", id, municipality_id=municipality_id, unit_id=id)


def municipality(id: UUID) -> About:
    """A municipality as a whole: what its journal system may reach."""
    return About("municipality", id, municipality_id=id)


def portal() -> About:
    """The portal's own work, about nobody in particular."""
    return About("portal", None)
