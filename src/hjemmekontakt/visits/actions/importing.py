"""A journal tells of many plans and visits, which are read while the database works on those before them."""

from collections.abc import Iterable, Iterator

from hjemmekontakt.access.actions import Grant
from hjemmekontakt.visits.actions.planning import keep_plans
from hjemmekontakt.visits.actions.recording import record_understood, understand_reports
from hjemmekontakt.visits.reporting import beside_others
from hjemmekontakt.visits.rules import PlanReport, Recorded, VisitReport


def keep_as_read(grant: Grant, told: Iterable[PlanReport | VisitReport]) -> list[Recorded]:
    """Keep what a journal tells of, within an intent that does more than this; what became of each, in their order.

    Plans are kept first, so that visits find what was expected of them.
    """
    plans: list[PlanReport] = []
    are_plans: list[bool] = []

    def visits() -> Iterator[VisitReport]:
        for each in told:
            are_plans.append(isinstance(each, PlanReport))
            if isinstance(each, PlanReport):
                plans.append(each)
            else:
                yield each

    understood = understand_reports(grant, visits())
    of_plans = iter(keep_plans(grant, plans)) if plans else iter(())
    beside_others(understood.told)
    of_visits = iter(record_understood(grant, understood))
    return [next(of_plans if is_plan else of_visits) for is_plan in are_plans]
