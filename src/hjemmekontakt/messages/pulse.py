"""How far things have come: what pages ask again and again, in one statement that unlocks nothing and leaves no line."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import About, Actor, May, why_not
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules, statements

ABOUT = "a.citizen_id, a.municipality_id, a.unit_id, a.has_decision, a.protected, a.party_id"


def of_unit(actor: Actor, unit_id: UUID) -> str:
    """How far a unit's inbox has come: what changed, what left it, what is overdue, and who has what open."""
    about = About("unit", unit_id, municipality_id=actor.municipality_id, unit_id=unit_id)
    _may(actor, May.SEE_INBOX, about)
    values = [unit_id, actor.id, clock.real(), clock.now()]
    (came_to,) = _row("SELECT p::text FROM hk_unit_pulse(%s, %s, %s, %s) p", values) or ("",)
    return of_unit_read(unit_id, came_to)


def of_unit_read(unit_id: UUID, came_to: str) -> str:
    """How far a unit's inbox had come, where `hk_unit_pulse` was asked by the statement that read the rows."""
    return rules.pulse_of("inbox", unit_id, came_to)


def of_citizen(actor: Actor) -> str:
    """How far a citizen's list of dialogues has come."""
    _may(actor, May.LIST_THREADS, About("citizen", actor.about_id, citizen_id=actor.about_id))
    return rules.pulse_of("list", actor.about_id, *_row("SELECT * FROM hk_citizen_pulse(%s)", [actor.about_id]))


def of_thread(actor: Actor, thread_id: UUID) -> str:
    """How far a dialogue has come, as its citizen and who acts for her see it."""
    statement = f"SELECT {ABOUT}, p.* FROM hk_about_thread(%s, %s) a, hk_thread_pulse(%s) p"  # noqa: S608 - our own words
    *whose, place, state, answer_by = _row(statement, [thread_id, day_of(clock.now()), thread_id]) or [None] * 9
    _may(actor, May.READ_THREAD, _about(thread_id, whose))
    return rules.pulse_of_thread(thread_id, place, state, answer_by)


def of_thread_at_work(actor: Actor, thread_id: UUID) -> str:
    """How far a dialogue has come, as its unit sees it; the reader, who has opened it before, counts as being there still."""
    statement = (
        f"SELECT {ABOUT}, p.* FROM hk_about_thread(%s, %s) a,"  # noqa: S608 - our own words
        " hk_thread_pulse_at_work(%s, %s, %s::uuid[], %s) p"
    )
    units = [unit.unit_id for unit in actor.units_of_care()]
    values = [thread_id, day_of(clock.now()), thread_id, actor.id, units, clock.real()]
    *whose, changed_at, others = _row(statement, values) or [None] * 8
    _may(actor, May.READ_THREAD_AS_STAFF, _about(thread_id, whose))
    return rules.pulse_at_work(thread_id, changed_at, others)


def _row(statement: str, values: list[object]) -> tuple[Any, ...] | None:
    return next(iter(statements.fetch(statement, values)), None)


def _about(thread_id: UUID, whose: Sequence[Any]) -> About:
    return About("thread", thread_id, *whose[:3], has_decision=bool(whose[3]), protected=bool(whose[4]))


def _may(actor: Actor, may: May, about: About) -> None:
    if denial := why_not(actor, may, about):
        raise Denied(denial, actor=actor, may=may, about=about)
