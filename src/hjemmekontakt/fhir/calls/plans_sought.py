"""When a search of Appointments may mean a plan, and what it then asks for: a plan is found by its name alone."""

from uuid import UUID

from hjemmekontakt.fhir.search import Search
from hjemmekontakt.visits.rules import PlansSought

NOTHING = UUID(int=0)


def names_one(sought: Search) -> bool:
    """Tell whether a search names what it looks for, on its first page."""
    return (sought.id or sought.identifier) is not None and sought.after is None


def asked_for(sought: Search) -> PlansSought:
    """What a search asks of plans; one is proposed until it ends, and then cancelled."""
    statuses = {status for status in ("proposed", "cancelled") if not sought.statuses or status in sought.statuses}
    return PlansSought(
        id=sought.id if statuses else NOTHING,
        identifier=sought.identifier,
        citizen_id=sought.citizen_id,
        starts_from=sought.starts_from,
        starts_before=sought.starts_before,
        ended="cancelled" in statuses if len(statuses) == 1 else None,
    )
