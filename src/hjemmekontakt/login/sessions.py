"""The sessions of the two doors: found by a digest of the cookie, each with who stands there, in one question."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.rules import CARE_ROLES, About, Actor, Right, Role, Standing, UnitRole
from hjemmekontakt.gateways.idporten import LogIn
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.ground.statements import array_of, fetch, run
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.login.models import Session
from hjemmekontakt.login.rules import SEEN_AGAIN, DoorKind, limits
from hjemmekontakt.notifications.call_list.queries import InTheMenu
from hjemmekontakt.notifications.call_list.rules import SHOWN_AFTER


@dataclass(frozen=True, slots=True)
class Present:
    """Who stands at the door now, and what her pages need to know.

    `is_in_use` tells that the service is in use for whom she works with (R5). `ended_name` and `has_ended` tell of an access
    on behalf of another that no longer holds: the actor is then herself. `waiting` is what her menu at work shows.
    """

    actor: Actor
    large_type: bool = False
    people_to_act_for: int = 0
    accepted_terms: bool = True
    is_in_use: bool = False
    unit_name: str = ""
    unit_phone: str = ""
    has_ended: bool = False
    ended_name: str = ""
    waiting: InTheMenu | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A session that is good now, and who it let in; and whose the dialogue is that her page shows, if it is a dialogue's."""

    id: UUID
    level: str
    authenticated_at: datetime
    seen_at: datetime
    present: Present
    whose: About | None = None

    @property
    def is_citizen(self) -> bool:
        """Whether it is a citizen's session."""
        return self.present.actor.standing is not Standing.EMPLOYEE


FIND = (
    "SELECT s.id, s.level, s.authenticated_at, s.seen_at, s.person_id, s.acting_for_id, w.*{and_whose}"
    " FROM session s JOIN LATERAL {at_the_door} w ON true{dialogue}"
    " WHERE s.digest = %s AND s.kind = %s AND s.ended_at IS NULL AND s.started_at > %s AND s.seen_at > %s"
)
AT_THE_DOOR = {
    DoorKind.CITIZEN: "hk_citizen_at_the_door(s.person_id, s.acting_for_id, %s)",
    DoorKind.EMPLOYEE: "hk_employee_at_the_door(s.person_id, %s, %s, %s, %s, %s)",
}
FIND_WHO = {door: FIND.format(at_the_door=asks, and_whose="", dialogue="") for door, asks in AT_THE_DOOR.items()}
FIND_WHO_AND_WHOSE = {
    door: FIND.format(
        at_the_door=asks, and_whose=", a.*", dialogue=" LEFT JOIN LATERAL hk_about_thread(%s, %s) a ON true"
    )
    for door, asks in AT_THE_DOOR.items()
}
CARE = array_of(sorted(CARE_ROLES))

SEE = (
    "WITH unhurried AS (SELECT set_config('synchronous_commit', 'off', true))"
    " UPDATE session SET seen_at = %s FROM unhurried WHERE id = %s"
)


def new_value() -> str:
    """A cookie's or token's value: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(value: str) -> bytes:
    """What is kept of a cookie's or token's value: its SHA-256, from which it cannot be made again."""
    return hashlib.sha256(value.encode(errors="replace")).digest()


def find(door: DoorKind, cookie: str, *, now: datetime, dialogue: UUID | None = None) -> Found | None:
    """The session behind a cookie at this door, and who it lets in now; None where it is good no more (R1).

    Whose a dialogue is, is asked by the same statement: nobody hears of it but the one whom the session lets in.
    """
    today = day_of(clock.now())
    of_the_door: list[object] = _at_work_now() if door is DoorKind.EMPLOYEE else [today]
    good = [digest(cookie), door.value, *limits(now=now)]
    if dialogue is None:
        rows = fetch(FIND_WHO[door], [*of_the_door, *good])
    else:
        rows = fetch(FIND_WHO_AND_WHOSE[door], [*of_the_door, dialogue, today, *good])
    if not rows:
        return None
    id, level, authenticated_at, seen_at, person_id, acting_for_id, *told = rows[0]
    whose = None
    if dialogue is not None:
        whose, told = lookup.answered("thread", dialogue, told[-6:]), told[:-6]
    present = _employee(person_id, told) if door is DoorKind.EMPLOYEE else _citizen(person_id, acting_for_id, told)
    return Found(id, level, authenticated_at, seen_at, present, whose)


def citizen(person_id: UUID | None, *, acting_for: UUID | None = None) -> Present | None:
    """A citizen in her own standing, or on behalf of another where that holds today; None where she may not come in."""
    rows = fetch("SELECT * FROM hk_citizen_at_the_door(%s, %s, %s)", [person_id, acting_for, day_of(clock.now())])
    return _citizen(person_id, acting_for, rows[0]) if rows and person_id else None


def employee(employee_id: UUID) -> Present | None:
    """An employee with her duties today; None where she does not work there any more."""
    rows = fetch("SELECT * FROM hk_employee_at_the_door(%s, %s, %s, %s, %s, %s)", [employee_id, *_at_work_now()])
    return _employee(employee_id, rows[0]) if rows else None


def in_her_own_standing(actor: Actor) -> Actor:
    """The same citizen, not on behalf of anybody: for what is hers alone (her language, whom she acts for)."""
    if actor.standing is not Standing.FULLMAKT:
        return actor
    return replace(actor, standing=Standing.SELF, about_id=actor.id, about_name=actor.name, rights=frozenset())


def open_session(door: DoorKind, person_id: UUID, *, who: LogIn, issuer: str, earlier: str, now: datetime) -> str:
    """Begin a session and give its cookie's value, always a new one; the cookie's earlier session ends (R1)."""
    if earlier:
        Session.objects.filter(digest=digest(earlier), ended_at__isnull=True).update(ended_at=now)
    value = new_value()
    Session.objects.create(
        digest=digest(value),
        kind=door.value,
        person_id=person_id,
        provider_session=provider_key(who.sid),
        issuer=issuer,
        level=who.acr,
        id_token_sealed=keys.seal(who.id_token),
        authenticated_at=who.auth_time,
        started_at=now,
        seen_at=now,
    )
    return value


def provider_key(sid: str) -> str:
    """What is kept of the provider's session id: enough to find our sessions again when it tells of a log-out."""
    return hashlib.sha256(sid.encode(errors="replace")).hexdigest()


def see(found: Found, *, now: datetime) -> None:
    """Remember that the session is in use; written at most once a minute, and not waited for.

    A crash of the database may lose the last minute's mark: then the session ends a minute sooner, and nothing else.
    """
    if now - found.seen_at >= SEEN_AGAIN:
        run(SEE, [now, found.id])


def fall_back(found: Found) -> None:
    """Let the session go on for herself: the access on behalf of another has ended (R62)."""
    Session.objects.filter(id=found.id).update(acting_for_id=None)


def _at_work_now() -> list[object]:
    """What is asked with an employee: the day and the moment, from when calls are shown, which roles care, and which leads."""
    moment = clock.now()
    return [day_of(moment), moment, moment - SHOWN_AFTER, CARE, Role.TEAM_LEADER.value]


def _citizen(person_id: UUID, acting_for_id: UUID | None, told: Sequence[Any]) -> Present:
    name, language, large_type, giver_name, rights, people_to_act_for, accepted, in_use, unit_name, unit_phone = told
    acts = acting_for_id is not None and rights is not None
    has_ended = acting_for_id is not None and not acts
    return Present(
        actor=Actor(
            standing=Standing.FULLMAKT if acts else Standing.SELF,
            id=person_id,
            name=name,
            about_id=acting_for_id if acts else person_id,
            about_name=giver_name if acts else name,
            rights=frozenset(Right(right) for right in rights) if acts else frozenset(),
            language=language,
        ),
        large_type=large_type,
        people_to_act_for=people_to_act_for,
        accepted_terms=accepted,
        is_in_use=in_use and not has_ended,
        unit_name=unit_name or "",
        unit_phone=unit_phone or "",
        has_ended=has_ended,
        ended_name=giver_name or "",
    )


def _employee(employee_id: UUID, told: Sequence[Any]) -> Present:
    name, municipality_id, family, unit_ids, unit_names, roles, *waiting = told
    duties = [
        (id, unit, Role(role)) for id, unit, role in zip(unit_ids or (), unit_names or (), roles or (), strict=True)
    ]
    return Present(
        actor=Actor(
            standing=Standing.EMPLOYEE,
            id=employee_id,
            name=name,
            municipality_id=municipality_id,
            units=tuple(UnitRole(*duty) for duty in dict.fromkeys(duties) if duty[0] is not None),
            roles=frozenset(role for _, _, role in duties),
            family=frozenset(family),
        ),
        waiting=InTheMenu(*waiting),
    )
