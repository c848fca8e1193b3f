"""A journal tells several things at once, and all of it is taken or nothing (R97)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from django.db import connection

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, Grant, intent, require
from hjemmekontakt.access.for_journal import municipality_of
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.visits.actions.answering import answer_asked
from hjemmekontakt.visits.actions.answering_wishes import answer_wished
from hjemmekontakt.visits.actions.planning import keep_plans
from hjemmekontakt.visits.actions.recording import Understood, record_understood, understand_reports
from hjemmekontakt.visits.models import Cancellation, ChangeWish, Visit
from hjemmekontakt.visits.reporting import beside_others
from hjemmekontakt.visits.rows import Row
from hjemmekontakt.visits.rules import (
    AnswerTold,
    CancellationState,
    CancellationView,
    NotTaken,
    PlanTold,
    Recorded,
    Telling,
    VisitTold,
)
from hjemmekontakt.visits.rules.wishes import WishState, WishView
from hjemmekontakt.visits.statements import SQL

Became = Recorded | CancellationView | WishView
Told = TypeVar("Told", VisitTold, PlanTold, AnswerTold)


class NotAllTaken(Refused):
    """Some of several things that were told at once were not taken, and so none was: which, and why."""

    def __init__(self, *not_taken: tuple[int, StrEnum]) -> None:
        super().__init__(not_taken[0][1])
        self.not_taken = not_taken


class DeniedAmongOthers(Denied):
    """Somebody may not do one of several things that were told at once; `place` is which."""

    def __init__(self, place: int, denied: Denied) -> None:
        super().__init__(denied.why, actor=denied.actor, may=denied.may, about=denied.about)
        self.place = place


@intent
def record_together(actor: Actor, told: Sequence[Telling]) -> list[Became]:
    """The journal tells of visits and plans and answers requests, all at once: what is not taken takes the rest with it.

    Raises NotAllTaken where some are not. Of several words about one visit the newest counts. Answers come
    before the visits they are about: a visit that ends closes what nobody has answered.
    """
    grant = require(actor, May.REPORT_VISIT, about=lookup.municipality(municipality_of(actor)))
    plans, visits, answers = _of(told, PlanTold), _of(told, VisitTold), _of(told, AnswerTold)
    became: dict[int, Became] = {}

    kept = keep_plans(grant, [each.report for _, each in plans], conditions=[each.condition for _, each in plans])
    _take(became, plans, kept)
    understood = understand_reports(
        grant, [each.report for _, each in visits], conditions=[each.condition for _, each in visits]
    )
    beside_others(understood.told)
    recorded = record_understood(
        grant, understood, before_changes=lambda: _answer_all(grant, understood, answers, became)
    )
    _take(became, visits, recorded)
    for place, answer in answers:
        _must_be_about(grant, place, answer, became[place])
    return [became[place] for place in range(len(told))]


def _of(told: Sequence[Telling], kind: type[Told]) -> list[tuple[int, Told]]:
    return [(place, each) for place, each in enumerate(told) if isinstance(each, kind)]


def _take(became: dict[int, Became], told: Sequence[tuple[int, Told]], recorded: Sequence[Recorded]) -> None:
    became.update({place: each for (place, _), each in zip(told, recorded, strict=True)})
    not_taken = [(place, each.not_taken) for (place, _), each in zip(told, recorded, strict=True) if each.not_taken]
    if not_taken:
        raise NotAllTaken(*not_taken)


def _answer_all(
    grant: Grant, understood: Understood, answers: Sequence[tuple[int, AnswerTold]], became: dict[int, Became]
) -> None:
    if answers:
        _lock(grant, understood, [each.id for _, each in answers])
    for place, answer in answers:
        became[place] = _answer(grant.actor, place, answer)


def _lock(grant: Grant, understood: Understood, request_ids: list[UUID]) -> None:
    """Lock every visit before any request about one, as everybody else does."""
    rows = [row for row in understood.told if isinstance(row, Row)]
    asked = {"id__in": request_ids, "municipality_id": grant.municipality_id}
    ids = list(
        Cancellation.objects.filter(**asked)
        .values_list("visit_id", flat=True)
        .union(ChangeWish.objects.filter(**asked).values_list("visit_id", flat=True))
    )
    systems, values = [row.identifier_system for row in rows], [row.identifier_value for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(SQL["lock_together"], [grant.municipality_id, systems, values, ids])


def _answer(actor: Actor, place: int, told: AnswerTold) -> CancellationView | WishView:
    try:
        if isinstance(told.state, CancellationState):
            return _answer_cancellation(actor, told, told.state)
        return _answer_wish(actor, told, told.state)
    except Refused as refused:
        raise NotAllTaken((place, refused.why)) from None
    except Denied as denied:
        raise DeniedAmongOthers(place, denied) from None


def _answer_cancellation(actor: Actor, told: AnswerTold, state: CancellationState) -> CancellationView:
    grant = require(actor, May.ANSWER_CANCELLATION, about=lookup.cancellation(told.id))
    answered = answer_asked(grant, told.id, state, reason=told.reason, visit_id=told.visit_id, version=told.version)
    if answered.state is CancellationState.WITHDRAWN and state is not CancellationState.RECEIVED:
        raise Refused(NotTaken.TAKEN_BACK)
    return answered


def _answer_wish(actor: Actor, told: AnswerTold, state: WishState) -> WishView:
    grant = require(actor, May.ANSWER_WISH, about=lookup.change_wish(told.id))
    return answer_wished(
        grant,
        told.id,
        state,
        reason=told.reason,
        proposed=told.proposed,
        visit_id=told.visit_id,
        version=told.version,
    )


def _must_be_about(grant: Grant, place: int, told: AnswerTold, became: Became) -> None:
    """An answer that names its visit as the journal does is judged when all visits have the names they were told."""
    if told.visit_named is None or became.visit_id is None:
        return
    system, value = told.visit_named
    named = Visit.objects.filter(
        id=became.visit_id,
        municipality_id=grant.municipality_id,
        identifier_system=system,
        identifier_value=value,
    )
    if not named.exists():
        raise NotAllTaken((place, NotTaken.ANOTHER_VISIT))
