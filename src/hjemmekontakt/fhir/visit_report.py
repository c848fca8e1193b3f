"""What a journal tells about one home visit: the visits' own words, under the name by which this door's readers know them."""

from hjemmekontakt.visits.rules import (
    YEARS,
    CancelReason,
    Frequency,
    Place,
    PlanReport,
    Recurrence,
    VisitReport,
    VisitStatus,
)

__all__ = ["YEARS", "CancelReason", "Frequency", "Place", "PlanReport", "Recurrence", "VisitReport", "VisitStatus"]
