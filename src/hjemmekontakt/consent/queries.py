"""Reads of terms, acceptances and activations."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Grant, intent, require
from hjemmekontakt.access.rules import Actor, May, Standing, why_not
from hjemmekontakt.consent.models import Acceptance, Activation, TermsVersion
from hjemmekontakt.consent.rules import (
    OSLO,
    Accepted,
    Facts,
    HowFar,
    Missing,
    Readiness,
    State,
    Terms,
    ready_on,
    what_is_missing,
)
from hjemmekontakt.consent.words import say_missing
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.statements import array_of
from hjemmekontakt.municipalities import queries as municipalities
from hjemmekontakt.municipalities.rules import Function
from hjemmekontakt.people import queries as people
from hjemmekontakt.people.rules import age


def is_active(grant: Grant, citizen_id: UUID) -> bool:
    """Tell whether a citizen's service is in use (R5, R96a); an answer without content (`hk_is_active`)."""
    return _is_in_use(citizen_id)


def how_far(grant: Grant, citizen_id: UUID) -> HowFar | None:
    """How far a citizen has come, why she has stopped, and since when (`hk_how_far`); None where she never began (R83)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, reason, since FROM hk_how_far(%s)", [citizen_id])
        row = cursor.fetchone()
    return HowFar(State(row[0]), row[1], row[2]) if row else None


def active_among(grant: Grant, citizen_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the citizens whose service is in use, in one query; answers without content (`hk_is_active`)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM unnest(%s::uuid[]) AS asked(id) WHERE hk_is_active(id)", [array_of(list(citizen_ids))]
        )
        return {id for (id,) in cursor.fetchall()}


def active_id(national_id_lookup: bytes) -> UUID | None:
    """The id of the active citizen with this keyed look-up value, or None (R96a, `hk_active_citizen`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_active_citizen(%s)", [national_id_lookup])
        found: UUID | None = cursor.fetchone()[0]
    return found


def current_version() -> int:
    """The version of the terms that holds now."""
    return int(TermsVersion.objects.order_by("-version").values_list("version", flat=True)[0])


def current_terms(language: str) -> Terms:
    """The terms that hold now, in this language, else in bokmål."""
    rows = TermsVersion.objects.filter(version=current_version(), language__in=[language, "nb"])
    row = next((row for row in rows if row.language == language), None) or next(iter(rows))
    return Terms(row.version, row.language, row.summary, row.text)


def accepted_version(grant: Grant, citizen_id: UUID) -> int | None:
    """The newest version that a citizen has accepted and not withdrawn, or None."""
    found = Acceptance.objects.filter(citizen_id=citizen_id, withdrawn_at__isnull=True).order_by("-version").first()
    return found.version if found else None


@intent
def acceptance_of(actor: Actor) -> Accepted | None:
    """What she accepted, for «Deling av helseopplysninger»; None where she has withdrawn it."""
    require(actor, May.SEE_TERMS, about=lookup.citizen(actor.about_id))
    row = Acceptance.objects.filter(citizen_id=actor.about_id, withdrawn_at__isnull=True).order_by("-version").first()
    return Accepted(row.citizen_id, row.version, row.accepted_at) if row else None


def readiness(actor: Actor, *, is_in_use: bool = False) -> Readiness:
    """Whether the service can be used for whom she works with, and if not, what is missing and whom to call (R6).

    That it is in use is answered by one look-up, without opening anything, and not even that where the door has found out
    (`is_in_use`); it stands before most of a citizen's pages.
    """
    about = lookup.citizen(actor.about_id)
    if why_not(actor, May.SEE_TERMS, about) is None and (is_in_use or _is_in_use(actor.about_id)):
        return Readiness(is_ready=True, about_name=actor.about_name)
    return _readiness_in_full(actor)


@intent
def _readiness_in_full(actor: Actor) -> Readiness:
    grant = require(actor, May.SEE_TERMS, about=lookup.citizen(actor.about_id))
    now = clock.now()
    activation = Activation.objects.filter(citizen_id=actor.about_id).first()
    if activation is not None and activation.state == State.ACTIVE:
        return Readiness(is_ready=True, about_name=actor.about_name)
    facts, unit = facts_of(grant, actor.about_id, today=now.astimezone(OSLO).date())
    missing = what_is_missing(facts)
    waiting = not missing and activation is not None
    lacks = (Missing.WAITING,) if waiting else missing
    about_self = actor.standing is Standing.SELF
    return Readiness(
        is_ready=False,
        missing=lacks,
        sentences=tuple(say_missing(what, about_self=about_self) for what in lacks),
        ready_on=ready_on(activation.due_at, now=now) if waiting else None,
        unit_name=unit[0],
        unit_phone=unit[1],
        about_name=actor.about_name,
        about_self=about_self,
    )


def _is_in_use(citizen_id: UUID | None) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_is_active(%s)", [citizen_id])
        return bool(cursor.fetchone()[0])


def facts_of(grant: Grant, citizen_id: UUID, *, today: date) -> tuple[Facts, tuple[str, str]]:
    """The facts of R6 about one citizen, and the name and phone of a unit that can help (empty where none is known)."""
    person = people.person(grant, citizen_id)
    decisions = people.decisions_that_hold(grant, citizen_id, today=today)
    services = municipalities.services([decision.service_id for decision in decisions])
    opened = [s for s in services.values() if any(s.opened(function, today=today) for function in Function)]
    unit = next(iter(opened or services.values()), None)
    facts = Facts(
        accepted=accepted_version(grant, citizen_id) is not None,
        has_decision=bool(decisions),
        opened=bool(opened),
        journal=any(municipalities.has_journal(service.unit.municipality_id) for service in opened),
        deceased=person.deceased_on is not None,
        age=age(person.birth_date, today=today) if person.birth_date else None,
    )
    return facts, (unit.unit.name, unit.unit.phone) if unit else ("", "")
