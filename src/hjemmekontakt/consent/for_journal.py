"""What a journal reads of the persons who use the service: who they are, by which help, who acts for them, what they said yes to.

A person who does not use the service is not there (R96a), but for one thing: that she has stopped (R4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import CharField, QuerySet
from django.db.models.expressions import RawSQL

from hjemmekontakt.access.actions import Grant, intent
from hjemmekontakt.access.for_journal import Portion, condition, counted, let_ask, let_in, listed, moment, opened
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.consent.models import Acceptance
from hjemmekontakt.consent.queries import active_among
from hjemmekontakt.consent.rules import State
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.people import for_journal as people
from hjemmekontakt.people.for_journal import GivenHelp, HelpedPerson
from hjemmekontakt.representation import for_journal as representation
from hjemmekontakt.representation import queries as proxies
from hjemmekontakt.representation.for_journal import GivenFullmakt

LAST_STEP = "(SELECT since FROM hk_how_far({0}))"
PATIENT_CHANGED = moment(f'GREATEST("citizen"."changed_at", {LAST_STEP.format("citizen.id")})')
TERMS_CHANGED = moment(
    f'GREATEST("acceptance"."accepted_at", "acceptance"."withdrawn_at", {LAST_STEP.format("acceptance.citizen_id")})'
)


class Yes(StrEnum):
    """What somebody has said yes to."""

    TERMS = "terms"
    FULLMAKT = "fullmakt"


@dataclass(frozen=True, slots=True)
class AcceptedTerms:
    """An acceptance of the terms, and how far it has brought her; None where she never began."""

    id: UUID
    citizen_id: UUID
    version: int
    language: str
    accepted_at: datetime
    withdrawn_at: datetime | None
    state: State | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ActiveAnswer:
    """Whether a person can be reached here: herself, and through others who act for her."""

    herself: bool = False
    through_others: bool = False


@intent
def patient(actor: Actor, id: UUID) -> HelpedPerson:
    """A person who uses the service and whom the journal's municipality helps."""
    grant = let_in(actor)
    found = _patients(grant, Portion(ids=(id,), limit=1))
    return opened(grant, found, kind="citizen", id=id, whose=lambda each: each.person.id)


@intent
def search_patients(actor: Actor, portion: Portion, *, citizen_id: UUID | None = None) -> list[HelpedPerson]:
    """The persons who use the service and whom the journal's municipality helps; everybody shown is logged."""
    grant = let_in(actor)
    found = _patients(grant, portion, citizen_id=citizen_id)
    listed(grant, (each.person.id for each in found))
    return found


@intent
def count_patients(actor: Actor, portion: Portion, *, citizen_id: UUID | None = None) -> int:
    """How many persons use the service and are helped by the journal's municipality, counted as they are searched for."""
    grant = let_in(actor)
    only, today = _in_use("citizen.id"), _today()
    return people.count_persons_helped_here(
        grant, portion, only=only, changed=PATIENT_CHANGED, citizen_id=citizen_id, today=today
    )


@intent
def given_help(actor: Actor, id: UUID) -> GivenHelp:
    """One decision of the journal's municipality about a person who uses the service."""
    grant = let_in(actor)
    found = _help(grant, Portion(ids=(id,), limit=1))
    return opened(grant, found, kind="decision", id=id, whose=lambda each: each.citizen_id)


@intent
def search_help(
    actor: Actor,
    portion: Portion,
    *,
    citizen_id: UUID | None = None,
    unit_id: UUID | None = None,
    phases: Sequence[str] = (),
) -> list[GivenHelp]:
    """The decisions of the journal's municipality about persons who use the service; everybody shown is logged."""
    grant = let_in(actor)
    found = _help(grant, portion, citizen_id=citizen_id, unit_id=unit_id, phases=phases)
    listed(grant, (each.citizen_id for each in found))
    return found


@intent
def count_help(
    actor: Actor,
    portion: Portion,
    *,
    citizen_id: UUID | None = None,
    unit_id: UUID | None = None,
    phases: Sequence[str] = (),
) -> int:
    """How many decisions there are about persons who use the service, counted as they are searched for."""
    grant = let_in(actor)
    only, today = _in_use("decision.citizen_id"), _today()
    return people.count_help_given(
        grant, portion, only=only, today=today, citizen_id=citizen_id, unit_id=unit_id, phases=phases
    )


@intent
def who_acts(actor: Actor, id: UUID) -> GivenFullmakt:
    """One who acts today for a person whom the journal's municipality helps (R70)."""
    grant = let_in(actor)
    found = _fullmakter(grant, Portion(ids=(id,), limit=1), holding=True)
    return opened(grant, found, kind="fullmakt", id=id, whose=lambda each: each.giver_id)


@intent
def search_who_acts(actor: Actor, portion: Portion, *, citizen_id: UUID | None = None) -> list[GivenFullmakt]:
    """Who acts today for the persons whom the journal's municipality helps; everybody shown is logged (R70)."""
    grant = let_in(actor)
    found = _fullmakter(grant, portion, citizen_id=citizen_id, holding=True)
    listed(grant, (each.giver_id for each in found))
    return found


@intent
def count_who_acts(actor: Actor, portion: Portion, *, citizen_id: UUID | None = None) -> int:
    """How many act today for the persons whom the journal's municipality helps (R70)."""
    grant = let_in(actor)
    return _count_fullmakter(grant, portion, citizen_id=citizen_id, holding=True)


@intent
def said_yes(actor: Actor, id: UUID) -> AcceptedTerms | GivenFullmakt:
    """One yes, to the terms or to somebody who acts, of a person whom the journal's municipality helps."""
    grant = let_in(actor)
    portion = Portion(ids=(id,), limit=1)
    return opened(grant, _terms(grant, portion) or _fullmakter(grant, portion), kind="consent", id=id, whose=whose)


@intent
def search_said_yes(
    actor: Actor,
    portion: Portion,
    *,
    citizen_id: UUID | None = None,
    to: Sequence[Yes] = (),
    holding: bool | None = None,
) -> list[AcceptedTerms | GivenFullmakt]:
    """What the persons whom the journal's municipality helps have said yes to, and taken back; everybody shown is logged."""
    grant = let_in(actor)
    found: list[AcceptedTerms | GivenFullmakt] = []
    if Yes.TERMS in (to or Yes):
        found += _terms(grant, portion, citizen_id=citizen_id, holding=holding)
    if Yes.FULLMAKT in (to or Yes):
        found += _fullmakter(grant, portion, citizen_id=citizen_id, holding=holding)
    shown = sorted(found, key=lambda each: each.id)[: portion.limit]
    listed(grant, map(whose, shown))
    return shown


@intent
def count_said_yes(
    actor: Actor,
    portion: Portion,
    *,
    citizen_id: UUID | None = None,
    to: Sequence[Yes] = (),
    holding: bool | None = None,
) -> int:
    """How much has been said yes to, counted as it is searched for."""
    grant = let_in(actor)
    total = 0
    if Yes.TERMS in (to or Yes):
        rows = _term_rows(grant, portion, citizen_id=citizen_id, holding=holding)
        total += counted(grant, portion.within(rows, changed=TERMS_CHANGED), whose="citizen_id")
    if Yes.FULLMAKT in (to or Yes):
        total += _count_fullmakter(grant, portion, citizen_id=citizen_id, holding=holding)
    return total


def whose(yes: AcceptedTerms | GivenFullmakt) -> UUID:
    """The citizen who said it."""
    return yes.giver_id if isinstance(yes, GivenFullmakt) else yes.citizen_id


@intent
def digitally_active(actor: Actor, numbers: Iterable[str]) -> dict[str, ActiveAnswer]:
    """Whether some persons can be reached here, by national id; whom the municipality does not help is never active (R8, R96a).

    Each whom the municipality helps is told in her log that it was asked, once in a quarter of an hour.
    """
    grant = let_ask(actor, May.ASK_WHO_IS_ACTIVE)
    today = _today()
    helped = people.helped_by_national_id(grant, numbers, today=today)
    active = active_among(grant, helped.values())
    acted_for = proxies.proxies_of_each(grant, active, today=today)
    listed(grant, helped.values())
    return {number: ActiveAnswer(herself=id in active, through_others=id in acted_for) for number, id in helped.items()}


def _in_use(column: str) -> RawSQL:
    return condition(f"hk_is_active({column})")


def _patients(grant: Grant, portion: Portion, *, citizen_id: UUID | None = None) -> list[HelpedPerson]:
    return people.persons_helped_here(
        grant,
        portion,
        only=_in_use("citizen.id"),
        changed=PATIENT_CHANGED,
        citizen_id=citizen_id,
        today=_today(),
    )


def _help(
    grant: Grant,
    portion: Portion,
    *,
    citizen_id: UUID | None = None,
    unit_id: UUID | None = None,
    phases: Sequence[str] = (),
) -> list[GivenHelp]:
    return people.help_given(
        grant,
        portion,
        only=_in_use("decision.citizen_id"),
        today=_today(),
        citizen_id=citizen_id,
        unit_id=unit_id,
        phases=phases,
    )


def _fullmakter(
    grant: Grant, portion: Portion, *, citizen_id: UUID | None = None, holding: bool | None = None
) -> list[GivenFullmakt]:
    today, only = _today(), _givers(grant, portion, citizen_id)
    return representation.fullmakter_given(grant, portion, only=only, today=today, giver_id=citizen_id, holding=holding)


def _count_fullmakter(grant: Grant, portion: Portion, *, citizen_id: UUID | None, holding: bool | None) -> int:
    today, only = _today(), _givers(grant, portion, citizen_id)
    return representation.count_fullmakter_given(
        grant, portion, only=only, today=today, giver_id=citizen_id, holding=holding
    )


def _givers(grant: Grant, portion: Portion, citizen_id: UUID | None) -> tuple[RawSQL, RawSQL]:
    """Of whom fullmakter are told: whom the municipality helps, and who uses the service."""
    helped = people.helped_here(grant, "fullmakt.giver_id", portion, today=_today(), citizen_id=citizen_id)
    return helped, _in_use("fullmakt.giver_id")


def _term_rows(
    grant: Grant, portion: Portion, *, citizen_id: UUID | None = None, holding: bool | None = None
) -> "QuerySet[Acceptance]":
    helped = people.helped_here(grant, "acceptance.citizen_id", portion, today=_today(), citizen_id=citizen_id)
    rows = Acceptance.objects.filter(helped)
    rows = rows.annotate(state=RawSQL("(SELECT state FROM hk_how_far(acceptance.citizen_id))", [], CharField()))
    if citizen_id is not None:
        rows = rows.filter(citizen_id=citizen_id)
    if holding is not None:
        rows = rows.filter(withdrawn_at__isnull=holding)
    return rows


def _terms(
    grant: Grant, portion: Portion, *, citizen_id: UUID | None = None, holding: bool | None = None
) -> list[AcceptedTerms]:
    rows = _term_rows(grant, portion, citizen_id=citizen_id, holding=holding)
    return [
        AcceptedTerms(
            id=row.id,
            citizen_id=row.citizen_id,
            version=row.version,
            language=row.language,
            accepted_at=row.accepted_at,
            withdrawn_at=row.withdrawn_at,
            state=State(row.state) if row.state else None,  # type: ignore[attr-defined]
            changed_at=row.changed,  # type: ignore[attr-defined]
        )
        for row in portion.of(rows, changed=TERMS_CHANGED)
    ]


def _today() -> date:
    return day_of(clock.now())
