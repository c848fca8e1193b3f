"""What Tunvik's journal tells about visits in March 2026, as readable values."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from hjemmekontakt.ground.workdays import OSLO
from hjemmekontakt.visits.rules import VisitReport, VisitStatus
from tests.people import NATIONAL_IDS

SYSTEM = "urn:ietf:rfc:3986"
NORD, SOR, FJORDBY = "8141002", "8141003", "8142002"
SUNDAY_EVENING = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in March 2026 by the clock in Norway."""
    return datetime(2026, 3, day, hour, minute, tzinfo=OSLO)


ASTRIDS_MORNING = VisitReport(
    identifier_system=SYSTEM,
    identifier_value="urn:uuid:astrid-friday-morning",
    patient_identifier_system="urn:oid:2.16.578.1.12.4.1.4.1",
    patient_national_id=NATIONAL_IDS["astrid"],
    unit_her_id=NORD,
    status=VisitStatus.PLANNED,
    starts_at=on(6, 8),
    ends_at=on(6, 10),
    is_window=True,
    minutes_duration=20,
    title="Morgenstell",
    last_updated=SUNDAY_EVENING,
)
"""A window on Friday morning, told on Sunday evening."""


def later(report: VisitReport = ASTRIDS_MORNING, *, minutes: int = 1, **changes: Any) -> VisitReport:
    """The same visit, told again so many minutes after."""
    told_at = (report.last_updated or SUNDAY_EVENING) + timedelta(minutes=minutes)
    return replace(report, **{"last_updated": told_at, **changes})


def performed(report: VisitReport = ASTRIDS_MORNING, **changes: Any) -> VisitReport:
    """The visit performed by Mona, twenty minutes from its planned start."""
    ends = report.starts_at + timedelta(minutes=20)
    told = {"status": VisitStatus.PERFORMED, "ends_at": ends, "is_window": False, "performer_first_name": "Mona"}
    return later(report, **{**told, "performer_role": "Sykepleier", **changes})


def another(name: str, report: VisitReport = ASTRIDS_MORNING, **changes: Any) -> VisitReport:
    """Another visit like it, with an identifier of its own."""
    return replace(report, identifier_value=f"urn:uuid:{name}", **changes)
