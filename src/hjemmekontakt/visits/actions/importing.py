"""A journal tells of many plans and visits, which are read while the database works on those before them."""

from collections.abc import Iterable, Iterator

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.ground.statements import meanwhile
from hjemmekontakt.visits.actions.planning import keep_plans
from hjemmekontakt.visits.actions.recording import record_understood, understand_reports_in_portions
from hjemmekontakt.visits.reporting import beside_others
from hjemmekontakt.visits.rules import PlanReport, Recorded, VisitReport


def keep_as_read(grant: Grant, told: Iterable[PlanReport | VisitReport]) -> list[Recorded]:
    """Keep what a journal tells of, within an intent that does more than this; what became of each, in their order.

    Plans are kept first, so that visits find what was expected of them. Visits are kept in two portions, the second of which
    becomes rows while the first is put in: when that begins, all of both has been read. (Of more than two portions a plan
    may be read after the first visits are kept, as where it stands in another part of the import.)
    """
    are_plans: list[bool] = []
    plans: list[PlanReport] = []
    of_plans: list[Recorded] = []
    of_visits: list[Recorded] = []

    def visits() -> Iterator[VisitReport]:
        for each in told:
            are_plans.append(isinstance(each, PlanReport))
            if isinstance(each, PlanReport):
                plans.append(each)
            else:
                yield each

    def keep_plans_so_far() -> None:
        so_far = plans.copy()
        plans.clear()
        of_plans.extend(keep_plans(grant, so_far))

    for understood, reading_on in understand_reports_in_portions(grant, visits()):
        with meanwhile(reading_on):
            keep_plans_so_far()
            beside_others(understood.told)
            of_visits += record_understood(grant, understood)
    keep_plans_so_far()
    became_of_plans, became_of_visits = iter(of_plans), iter(of_visits)
    return [next(became_of_plans if is_plan else became_of_visits) for is_plan in are_plans]
