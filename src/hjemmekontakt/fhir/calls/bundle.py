"""Several requests in one: a batch, each by itself, and a transaction, all or nothing (R97)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import OperationalError
from django.http import HttpResponse

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.fhir import references
from hjemmekontakt.fhir.calls import appointment, task
from hjemmekontakt.fhir.calls.appointment import Telling
from hjemmekontakt.fhir.door import Asked, Stop, Wanted, encoded, problem, stop, wanted
from hjemmekontakt.fhir.entries import (
    Answered,
    EntryRequest,
    answer,
    at_entry,
    bundle_of,
    failed,
    from_response,
    request_of,
)
from hjemmekontakt.fhir.outcome import BadResource, Issue, unacceptable
from hjemmekontakt.fhir.references import Named
from hjemmekontakt.fhir.structs.bundle import BundleEntry
from hjemmekontakt.ground.statements import again_if_it_gave_way
from hjemmekontakt.visits import actions
from hjemmekontakt.visits.actions import DeniedAmongOthers, NotAllTaken
from hjemmekontakt.visits.rules import (
    AnswerTold,
    PlanTold,
    Recorded,
    VisitTold,
)

log = logging.getLogger(__name__)

Dispatch = Callable[[EntryRequest], HttpResponse]
NOTHING_STORED = Issue("information", "informational", "Nothing of this transaction was stored.")
OUR_FAULT = unacceptable("exception", "Something went wrong here. It is written down; send this entry again later.")
NOT_FOUND = unacceptable("not-found", "There is no such resource here.")


def post(asked: Asked, dispatch: Dispatch) -> HttpResponse:
    """POST [base]: a batch or a transaction; `dispatch` answers one request as the door does."""
    bundle = bundle_of(asked.request)
    entries = bundle.entry or []
    together = _transaction(asked, entries) if bundle.type == "transaction" else _batch(asked, entries, dispatch)
    if isinstance(together, HttpResponse):
        return together
    return encoded(answer(bundle.type, together))


# ---- Each by itself


def _batch(asked: Asked, entries: Sequence[BundleEntry], dispatch: Dispatch) -> list[dict[str, Any]]:
    """Write the visits as one, and answer all else as single requests: no entry holds back another."""
    told: dict[int, dict[str, Any]] = {}
    tellings: dict[int, tuple[Asked, Telling]] = {}
    others: dict[int, EntryRequest] = {}
    prefer = _prefer(asked)
    for place, entry in enumerate(entries):
        try:
            request = request_of(entry, prefer=prefer)
            within = _within(asked, request)
            write = _writes_visit(request)
            if write is None:
                others[place] = request
            else:
                tellings[place] = (within, write(within, references.ordinary))
        except (Stop, BadResource) as bad:
            told[place] = failed(bad.status, bad.issues).written()
        except Denied:
            raise
        except Exception as bug:
            log.error("An entry of a batch cannot be read", exc_info=bug)
            told[place] = failed(500, [OUR_FAULT]).written()
    for place, recorded in _record_each(asked, {place: each for place, (_, each) in tellings.items()}).items():
        told[place] = _became(*tellings[place], recorded).written()
    for place, request in others.items():
        told[place] = from_response(dispatch(request))
    return [told[place] for place in range(len(entries))]


def _record_each(asked: Asked, tellings: Mapping[int, Telling]) -> dict[int, Recorded | None]:
    """Record visits in one call, and plans in one; what went wrong here (None) holds back none of the others."""
    plans = {place: each for place, each in tellings.items() if each.told.plan is not None}
    visits = {place: each for place, each in tellings.items() if each.told.plan is None}
    return {
        **_one_by_one_if_need_be(lambda some: _record_plans(asked, some), plans),
        **_one_by_one_if_need_be(lambda some: _record_visits(asked, some), visits),
    }


def _record_visits(asked: Asked, some: Sequence[Telling]) -> list[Recorded]:
    reports = [each.told.report for each in some]
    return actions.record_visits(asked.actor, reports, conditions=[each.condition for each in some])


def _record_plans(asked: Asked, some: Sequence[Telling]) -> list[Recorded]:
    reports = [each.told.plan for each in some if each.told.plan is not None]
    return actions.record_plans(asked.actor, reports, conditions=[each.condition for each in some])


def _one_by_one_if_need_be(
    record: Callable[[Sequence[Telling]], list[Recorded]], tellings: Mapping[int, Telling]
) -> dict[int, Recorded | None]:
    if not tellings:
        return {}
    try:
        recorded = again_if_it_gave_way(lambda: record(list(tellings.values())))
        return dict(zip(tellings, recorded, strict=True))
    except Denied:
        raise
    except OperationalError as away:  # the database is away: it is of no use to hurry
        log.error("A batch could not be written", exc_info=away)
        return dict.fromkeys(tellings)
    except Exception as bug:
        log.error("A batch failed as one; its visits are tried one by one", exc_info=bug)
    return {place: _alone(record, telling) for place, telling in tellings.items()}


def _alone(record: Callable[[Sequence[Telling]], list[Recorded]], telling: Telling) -> Recorded | None:
    try:
        return record([telling])[0]
    except Exception as bug:
        log.error("An entry of a batch failed", exc_info=bug)
        return None


def _became(within: Asked, telling: Telling, recorded: Recorded | None) -> Answered:
    if recorded is None:
        return failed(500, [OUR_FAULT])
    if recorded.not_taken is not None:
        stopped = appointment.why_not(within, telling, recorded.not_taken)
        return failed(stopped.status, stopped.issues)
    return _answered(within, telling, recorded)


# ---- All or nothing


def _transaction(asked: Asked, entries: Sequence[BundleEntry]) -> list[dict[str, Any]] | HttpResponse:
    """Understand everything, then record it as one; whatever is wrong is said with its entry, and nothing is stored."""
    within: dict[int, Asked] = {}
    told: dict[int, Telling | AnswerTold] = {}
    wrong: dict[int, tuple[int, tuple[Issue, ...]]] = {}
    named, prefer = references.within(entries), _prefer(asked)
    for place, entry in enumerate(entries):
        try:
            within[place] = _within(asked, request_of(entry, prefer=prefer))
            told[place] = _told(within[place], named)
        except (Stop, BadResource) as bad:
            wrong[place] = (bad.status, bad.issues)
    if wrong:
        return _nothing_stored(wrong)
    try:
        all_told = [_as_told(told[place]) for place in range(len(entries))]
        became = again_if_it_gave_way(lambda: actions.record_together(asked.actor, all_told))
    except NotAllTaken as refused:
        return _nothing_stored({place: _why_not(within[place], told[place], why) for place, why in refused.not_taken})
    except DeniedAmongOthers as denied:
        return _nothing_stored({denied.place: (404, (NOT_FOUND,))})
    answers = []
    for place, each in enumerate(became):
        what = told[place]
        if isinstance(what, Telling) and isinstance(each, Recorded):
            answers.append(_answered(within[place], what, each))
        elif isinstance(what, AnswerTold) and not isinstance(each, Recorded):
            is_wanted = wanted(asked.request, otherwise=Wanted.MINIMAL) is Wanted.REPRESENTATION
            answers.append(
                Answered(
                    status=200,
                    place=f"Task/{what.id}",
                    version=each.version,
                    changed_at=each.stored_at,
                    resource=task.written_one(within[place], what.id) if is_wanted else None,
                )
            )
    return [each.written() for each in answers]


def _told(within: Asked, named: Named) -> Telling | AnswerTold:
    request = within.request
    if not isinstance(request, EntryRequest):
        raise TypeError("an entry is a request of its own")
    if request.method in ("GET", "HEAD"):
        stop(422, "not-supported", "A transaction writes only. Read in a batch, or by itself.")
    write = _writes_visit(request)
    if write is not None:
        return write(within, named)
    if request.method == "PUT" and request.steps[0] == "Task" and len(request.steps) == 2:
        return task.to_answer(within, named)
    return stop(
        422,
        "not-supported",
        "A transaction takes POST Appointment, PUT Appointment?identifier=system|value, PUT Appointment/<id> and"
        " PUT Task/<id>.",
    )


def _as_told(what: Telling | AnswerTold) -> VisitTold | PlanTold | AnswerTold:
    if isinstance(what, AnswerTold):
        return what
    if what.told.plan is not None:
        return PlanTold(report=what.told.plan, condition=what.condition)
    return VisitTold(report=what.told.report, condition=what.condition)


def _why_not(within: Asked, what: Telling | AnswerTold, why: Any) -> tuple[int, tuple[Issue, ...]]:
    if isinstance(what, AnswerTold):
        status, issue = task.NOT_TAKEN[why]
        return status, (issue,)
    stopped = appointment.why_not(within, what, why)
    return stopped.status, stopped.issues


def _nothing_stored(wrong: Mapping[int, tuple[int, tuple[Issue, ...]]]) -> HttpResponse:
    issues = [each for place, (_, told) in sorted(wrong.items()) for each in at_entry(place, told)]
    return problem(wrong[min(wrong)][0], [*issues, NOTHING_STORED])


# ---- Both


def _prefer(asked: Asked) -> str:
    """What the client prefers for all entries; nothing but the status where it does not say."""
    given = asked.request.headers.get("Prefer", "")
    return given if "return=" in given else ", ".join(filter(None, (given, "return=minimal")))


def _within(asked: Asked, request: EntryRequest) -> Asked:
    steps = request.steps
    return Asked(request, asked.actor, asked.scopes, kind=steps[0], id=steps[1] if len(steps) > 1 else "")


def _writes_visit(request: EntryRequest) -> Callable[[Asked, Named], Telling] | None:
    """Which way an entry writes a visit; None where it does something else."""
    if request.steps[0] != "Appointment" or len(request.steps) > 2:
        return None
    by_id = len(request.steps) == 2
    match request.method, by_id:
        case "POST", False:
            return appointment.to_post
        case "PUT", False:
            return appointment.to_put_by_identifier
        case "PUT", True:
            return appointment.to_put_by_id
    return None


def _answered(within: Asked, telling: Telling, recorded: Recorded) -> Answered:
    want = wanted(within.request, otherwise=Wanted.MINIMAL)
    said = appointment.said_of(recorded)
    if want is Wanted.OUTCOME:
        said = (*said, *telling.told.remarks)
    return Answered(
        status=telling.succeeded(recorded),
        place=f"Appointment/{recorded.visit_id}",
        version=recorded.version,
        changed_at=recorded.stored_at,
        issues=said,
        resource=appointment.representation(within, telling, recorded) if want is Wanted.REPRESENTATION else None,
    )
