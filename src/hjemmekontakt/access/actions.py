"""To decide is to log, and to unlock: `require`, and the `@intent` that wraps every action and query."""

import functools
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db import OperationalError, connection, transaction
from msgspec import to_builtins

from hjemmekontakt.access.rules import TABLE, About, Actor, Denial, May, Scope, Standing, is_near, why_not
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.statements import run, run_with_next

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Grant:
    """What `require` gives: how far this transaction is unlocked, and for whom."""

    actor: Actor
    may: May
    scope: Scope
    persons: tuple[UUID, ...] = ()
    units: tuple[UUID, ...] = ()
    municipality_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What another domain asks in the same statement: by which act, SQL for the one value it asks for, and its values."""

    may: May
    sql: str
    values: dict[str, object]


class Denied(Exception):
    """Somebody may not. `near` tells whether she may know that the thing exists: 403 with whom to call, else 404."""

    def __init__(self, denial: Denial, *, actor: Actor, may: May, about: About) -> None:
        super().__init__(denial.value)
        self.why = denial
        self.near = is_near(denial)
        self.actor, self.may, self.about = actor, may, about
        self.is_written_down = False


class TokenEnded(Exception):
    """A machine's token no longer holds, or its client is closed: nothing was read, and nothing written."""


def the_portal(name: str = "Hjemmekontakt") -> Actor:
    """The portal itself as an actor, for the worker and the door."""
    return Actor(Standing.PORTAL, None, name)


def intent(function: Callable[P, T]) -> Callable[P, T]:
    """One function = one intent = one durable transaction; its unlocking ends with it, a refusal is written down afterwards."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            with transaction.atomic(durable=True):  # what `require` unlocks is local to it
                return function(*args, **kwargs)
        except Denied as denied:
            _write_down(denied)
            raise
        except OperationalError as failed:
            _refuse_ended_token(failed)
            raise

    run.is_intent = True  # type: ignore[attr-defined]
    return run


def intent_in_one_statement(function: Callable[P, T]) -> Callable[P, T]:
    """One function = one intent = one statement, which unlocks, reads and writes down: it is its own transaction (`unlocking`).

    A refusal is written down afterwards, as in `intent`.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection.in_atomic_block:
            raise RuntimeError("What is unlocked for one statement alone would last for the whole transaction.")
        try:
            return function(*args, **kwargs)
        except Denied as denied:
            _write_down(denied)
            raise
        except OperationalError as failed:
            _refuse_ended_token(failed)
            raise

    run.is_intent = True  # type: ignore[attr-defined]
    return run


def unlocking(actor: Actor, may: May, *, about: About) -> tuple[Grant, str, dict[str, object]]:
    """Decide as `require` does, and give what unlocks: a part `unlocked` for the very statement that reads.

    Its values are by name. Each reading part has the condition `UNLOCKED` among its own: it names no row, so that the
    database asks it once, before it looks at the first (a One-Time Filter). Were it ever asked later, the policies would
    show nothing. A machine's token is asked about before (TokenEnded). What is opened or listed is written down by the same
    statement (`entry_of_what_is_read`, `entries_of_a_list`).
    """
    grant = _decide(actor, may, about, ())
    settings, values = _unlocked_by(grant)
    return grant, _parts(settings), values


def require(actor: Actor, may: May, *, about: About, also: Iterable[UUID] = ()) -> Grant:
    """Decide, log and unlock, in one statement; raises Denied where she may not, RuntimeError outside an intent.

    The statement goes to the database together with the next one (`run_with_next`): no row is read or written before it.
    `about` is whose thing it is. Acts of `LISTS` are logged once for each reader, citizen and 15 minutes, acts of
    `ONCE_A_DAY` once for each reader, thing and day; a staff list, whose
    citizens are known only after the reading, is logged by `log_list`. `also` are further persons whose rows this
    transaction must reach (working for two persons is one grant of both ids).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("access.require is called inside an @intent only.")
    grant = _decide(actor, may, about, also)
    entry, values = _entry(grant, about)
    settings, unlock = _unlocked_by(grant)
    run_with_next(_statement(settings, entry), {**values, **unlock})
    return grant


def requiring(actor: Actor, may: May, *, about: About) -> tuple[Grant, str, dict[str, object]]:
    """Do what `require` does by the very statement that reads: the parts that unlock (`unlocking`) and write down.

    For one who knows beforehand whose the thing is, as a citizen does of what is her own.
    """
    grant = _decide(actor, may, about, ())
    settings, values = _unlocked_by(grant)
    entry, of_the_log = _entry(grant, about)
    return grant, _parts(settings, entry), {**values, **of_the_log}


def requiring_lists(actor: Actor, acts: Sequence[May], *, about: About) -> tuple[Grant, str, dict[str, object]]:
    """Do what `requiring` does for several lists (`LISTS`) of one citizen: each act is decided, and has its line in her log.

    The grant is that of the first; all of them reach the same rows.
    """
    grant, *others = (_decide(actor, may, about, ()) for may in acts)
    if not LISTS.issuperset(acts) or any(replace(other, may=grant.may) != grant for other in others):
        raise ValueError("Only lists that reach the same rows are read by one statement.")
    settings, values = _unlocked_by(grant)
    row = _row(actor, grant.may, about, citizen=about.citizen_id, outcome="done", in_list=True)
    acts_told = {"log_act": [may.value for may in acts]}
    return grant, _parts(settings, PART_OF_LISTS), {**values, **dict(zip(LOG_NAMES, row, strict=True)), **acts_told}


@cache
def _parts(settings: str, entry: str = "") -> str:
    """The part that unlocks, and the one that writes down, if there is one; made once, so that it is always the same text."""
    unlocked = f"unlocked AS MATERIALIZED (SELECT {settings})"
    return f"{unlocked}, {entry}" if entry else unlocked


@cache
def _statement(settings: str, entry: str) -> str:
    """What `require` asks: to unlock, and to write down where anything is written."""
    return f"WITH {entry} SELECT {settings}" if entry else f"SELECT {settings}"


def _entry(grant: Grant, about: About) -> tuple[str, dict[str, object]]:
    """The part `entry`, which writes an act in the citizen's log, and its values; empty where nothing is to be written."""
    may = grant.may
    if may in SILENT or (about.citizen_id is None and may not in ALWAYS):
        return "", {}
    part = PARTS_FOLDED.get(may) if about.citizen_id is not None else None
    row = _row(grant.actor, may, about, citizen=about.citizen_id, outcome="done", in_list=part is not None)
    return part or PART, dict(zip(LOG_NAMES, row, strict=True))


def asked_about(actor: Actor) -> Actor:
    """A machine whose token was asked about now, for what does not unlock anything; raises TokenEnded."""
    if not actor.token:
        return actor
    try:
        run(f"SELECT FROM {HOLDS}", _held_by(actor))
    except OperationalError as failed:
        _refuse_ended_token(failed)
        raise
    return replace(actor, token=b"")


def _held_by(actor: Actor) -> dict[str, object]:
    return {"unlock_token": actor.token, "unlock_moment": clock.real()}


def _refuse_ended_token(failed: OperationalError) -> None:
    """Raise TokenEnded where it is this that the database said no to (`hk_token_must_hold`)."""
    if getattr(failed.__cause__, "sqlstate", "") == NOT_AUTHORISED:
        raise TokenEnded from None


def _decide(actor: Actor, may: May, about: About, also: Iterable[UUID]) -> Grant:
    denial = why_not(actor, may, about)
    if denial is not None:
        raise Denied(denial, actor=actor, may=may, about=about)
    scope = TABLE[may, actor.standing].scope
    persons = tuple(
        dict.fromkeys(p for p in (about.citizen_id, about.party_id, actor_person(actor), *also) if p is not None)
    )
    return Grant(
        actor=actor,
        may=may,
        scope=scope,
        persons=persons,
        units=tuple(unit.unit_id for unit in actor.units) if scope is Scope.UNIT else (),
        municipality_id=about.municipality_id or actor.municipality_id,
    )


def _unlocked_by(grant: Grant) -> tuple[str, dict[str, object]]:
    """What unlocks, and its values; a machine's token is asked about before (`hk_token_must_hold`)."""
    settings = (
        grant.scope.value,
        _array(grant.persons),
        _array(grant.units),
        to_builtins(grant.municipality_id) or "",
        to_builtins(grant.actor.id) or "",
    )
    values: dict[str, object] = dict(zip(UNLOCK_NAMES, settings, strict=True))
    if not grant.actor.token:
        return SETTINGS, values
    return SETTINGS_WHERE_IT_HOLDS, values | _held_by(grant.actor)


def log_list(grant: Grant, about: About, citizens: Iterable[UUID]) -> None:
    """Write down whom a list showed: one line for each citizen, at most once for each reader, list and 15 minutes (R74)."""
    shown = list(citizens)
    if not shown:
        return
    entries, values = entries_of_a_list(grant, about)
    run_with_next(
        f"WITH shown AS (SELECT unnest(%(shown)s::uuid[]) AS citizen_id) {entries}", {"shown": shown, **values}
    )


def entries_of_a_list(grant: Grant, about: About) -> tuple[str, dict[str, object]]:
    """What `log_list` does, and its values by name: for one who writes down a list in the same statement that reads it.

    The statement has a part `shown` with a `citizen_id` for each row that the reader gets to see, and with no other.
    """
    row = _row(grant.actor, grant.may, about, citizen=None, outcome="done", in_list=True)
    return ENTRIES_OF_A_LIST, dict(zip(LOG_NAMES, row, strict=True))


def entry_of_what_is_read(grant: Grant, kind: str) -> tuple[str, dict[str, object]]:
    """What `require` writes of one thing that is opened, for one who finds out whose it is in the statement that reads it.

    The statement has a part `shown` with the thing's `id`, its `citizen_id` and its `unit_id`, and no other row than the one
    that the reader gets to see. The grant is for all of the municipality's, so that nothing is read that it does not let.
    """
    row = _row(
        grant.actor, grant.may, About(kind, None, municipality_id=grant.municipality_id), citizen=None, outcome="done"
    )
    return ENTRY_OF_WHAT_IS_READ, dict(zip(LOG_NAMES, row, strict=True))


def actor_person(actor: Actor) -> UUID | None:
    """The person behind a citizen's standing; None for employees, machines and the portal."""
    return actor.id if actor.standing in (Standing.SELF, Standing.FULLMAKT) else None


UNLOCK_NAMES = ("unlock_scope", "unlock_persons", "unlock_units", "unlock_municipality", "unlock_actor")
SETTINGS = ", ".join(f"set_config('hk.{name.removeprefix('unlock_')}', %({name})s, true)" for name in UNLOCK_NAMES)
HOLDS = "hk_token_must_hold(%(unlock_token)s, %(unlock_moment)s)"
SETTINGS_WHERE_IT_HOLDS = f"{SETTINGS} FROM {HOLDS}"
NOT_AUTHORISED = "28000"  # invalid_authorization_specification
UNLOCKED = "(SELECT count(*) FROM unlocked) = 1"

# Acts of seeing a list, folded in the log.
LISTS = frozenset({May.LIST_THREADS, May.SEE_VISITS, May.SEE_CONTACTS, May.SEE_PERSON_CARD})

# Acts that a machine repeats all day for one person, told by their first time each day.
ONCE_A_DAY = frozenset({May.FETCH_CALENDAR})

# Acts that leave a line also where they are about no citizen.
ALWAYS = frozenset({May.LOG_IN, May.LOG_OUT, May.SWITCH_SILENCE_ON, May.SWITCH_SILENCE_OFF, May.CHANGE_NOTICE_SETTINGS})

# Acts that leave no line in a citizen's log: her own look at her own settings says nothing to her, nor does a draft that
# saves itself, where she keeps her own list, or a ready answer offered to one who has opened her thread; the clock, a
# unit's days and its figures are about no citizen. Whose names are hidden protects the staff: the log tells it to nobody.
# What a journal subscribes to is about no citizen either, and a browser that says where it is now is the one she chose.
SILENT = frozenset(
    {
        May.ARRANGE_THREADS,
        May.KEEP_DRAFT,
        May.KEEP_DRAFT_AT_WORK,
        May.ATTACH_FILE,
        May.SEE_CALENDARS,
        May.SEE_PROFILE,
        May.SEE_TERMS,
        May.SEE_FULLMAKTER,
        May.READ_NOTICES,
        May.KNOW_WHO_LOGS_IN,
        May.SEAL_LOG,
        May.SEND_NOTICES,
        May.TELL_THE_JOURNAL,
        May.KEEP_SUBSCRIPTIONS,
        May.VERIFY_FULLMAKTER,
        May.READ_LOG,
        May.BE_AWAY,
        May.CHANGE_ABSENCES,
        May.CHANGE_HOURS,
        May.CHANGE_NAMES,
        May.RING_ALARMS,
        May.SEE_FIGURES,
        May.SEE_SILENCE,
        May.USE_TEMPLATE,
        May.CHANGE_TEMPLATE,
        May.CHANGE_TEMPLATE_FOR_ALL,
        May.FIND_BROADCASTS,
        May.FIND_LARGE_JOBS,
        May.FIND_LETTERS,
        May.MOVE_BROWSER,
        May.RUN_LARGE_JOB,
        May.EXTEND_PLANS,
        May.EXPIRE_WISHES,
        May.FORGET_VERSIONS,
    }
)

COLUMNS = {
    "at": "timestamptz",
    "act": "text",
    "outcome": "text",
    "standing": "text",
    "actor_id": "uuid",
    "actor_name": "text",
    "actor_role": "text",
    "actor_unit": "text",
    "citizen_id": "uuid",
    "municipality_id": "uuid",
    "unit_id": "uuid",
    "about_kind": "text",
    "about_id": "uuid",
    "in_list": "boolean",
}
LOG_NAMES = tuple(f"log_{name}" for name in COLUMNS)
INSERT = f"INSERT INTO access_entry ({', '.join(COLUMNS)})"
PLACES = ", ".join(f"%s::{type}" for type in COLUMNS.values())
ENTRY = f"{INSERT} SELECT {', '.join(f'%(log_{name})s::{type}' for name, type in COLUMNS.items())}"
# What is written once for each reader and citizen, and how long that once is.
OF_WHOM = "%(log_citizen_id)s::uuid, %(log_actor_id)s::uuid, %(log_act)s::text"
FOLDED = dict.fromkeys(LISTS, f" WHERE NOT hk_listed_lately({OF_WHOM}, %(log_at)s::timestamptz)") | dict.fromkeys(
    ONCE_A_DAY, f" WHERE NOT hk_listed_today({OF_WHOM}, %(log_about_id)s::uuid, %(log_at)s::timestamptz)"
)
PART = f"entry AS ({ENTRY})"
PARTS_FOLDED = {may: f"entry AS ({ENTRY}{once})" for may, once in FOLDED.items()}
PART_OF_LISTS = (
    f"entry AS ({INSERT} SELECT "  # noqa: S608 - our own constants
    + ", ".join("act" if name == "act" else f"%(log_{name})s::{type}" for name, type in COLUMNS.items())
    + " FROM unnest(%(log_act)s::text[]) AS act"
    " WHERE NOT hk_listed_lately(%(log_citizen_id)s::uuid, %(log_actor_id)s::uuid, act, %(log_at)s::timestamptz))"
)
# The epoch is filled in by the database; for many lines it is asked for once.
IN_WHAT_IS_READ = {"citizen_id": "citizen_id", "unit_id": "unit_id", "about_id": "id"}
ENTRY_OF_WHAT_IS_READ = (
    f"{INSERT} SELECT "  # noqa: S608 - our own constants
    + ", ".join(IN_WHAT_IS_READ.get(name, f"%(log_{name})s::{type}") for name, type in COLUMNS.items())
    + " FROM shown"
)
ENTRIES_OF_A_LIST = (
    f"INSERT INTO access_entry ({', '.join(COLUMNS)}, epoch) SELECT "  # noqa: S608 - our own constants
    + ", ".join("fresh" if name == "citizen_id" else f"%(log_{name})s::{type}" for name, type in COLUMNS.items())
    + ", (SELECT hk_log_epoch()) FROM hk_not_listed_lately(ARRAY(SELECT DISTINCT citizen_id FROM shown),"
    " %(log_actor_id)s::uuid, %(log_act)s::text, %(log_at)s::timestamptz) AS fresh"
)


def _row(
    actor: Actor, may: May, about: About, *, citizen: UUID | None, outcome: str, in_list: bool = False
) -> list[object]:
    unit = next((u for u in actor.units if u.unit_id == about.unit_id), actor.units[0] if actor.units else None)
    return [
        clock.now(),
        may.value,
        outcome,
        actor.standing.value,
        actor.id,
        actor.name,
        unit.role.value if unit else next(iter(sorted(actor.roles)), ""),
        unit.unit_name if unit else "",
        citizen,
        about.municipality_id,
        about.unit_id,
        about.kind,
        about.id,
        in_list,
    ]


def _write_down(denied: Denied) -> None:
    if denied.is_written_down:  # by the intent within this one, that asked whose it is
        return
    denied.is_written_down, about = True, denied.about
    if about.citizen_id is None:
        log.info("An unknown or foreign id was asked for", extra={"act": denied.may.value, "kind": about.kind})
        return
    row = _row(denied.actor, denied.may, about, citizen=about.citizen_id, outcome=denied.why.value)
    with transaction.atomic(durable=True):
        run_with_next(f"{INSERT} SELECT {PLACES}", row)


def _array(ids: tuple[UUID, ...]) -> str:
    return "{" + ",".join(to_builtins(ids)) + "}"  # each as `str` writes it, in a fifth of the time
