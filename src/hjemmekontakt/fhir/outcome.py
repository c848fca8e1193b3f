"""OperationOutcome: what the door says when something is wrong or worth knowing; it repeats nothing it was sent."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

APPREC_ERRORS = "urn:oid:2.16.578.1.12.4.1.1.8221"
NOT_ACTIVE = "E35"

_ELEVEN_DIGITS = re.compile(r"\d{6}\D?\d{5}")


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to say about a request: how grave, of which kind, where, and in words that hold nothing of the body."""

    severity: str
    code: str
    diagnostics: str = ""
    expression: str = ""
    details_code: str = ""

    @property
    def is_error(self) -> bool:
        """Whether the request cannot be carried out because of this."""
        return self.severity in ("error", "fatal")


class BadResource(Exception):
    """A resource that cannot be taken: `status` 400 where it is not R4, 422 where it breaks the service's own rules."""

    def __init__(self, issues: Iterable[Issue], *, status: int) -> None:
        self.issues = tuple(issues)
        self.status = status
        super().__init__(", ".join(sorted({issue.code for issue in self.issues})))


def not_active() -> Issue:
    """Say that nothing is kept about a person who does not use the service; the journal marks her inactive (R96a).

    >>> not_active().code, not_active().details_code
    ('business-rule', 'E35')
    """
    return Issue(
        severity="error",
        code="business-rule",
        diagnostics="The person is not active in the service. Nothing was stored. Do not send again before she is.",
        details_code=NOT_ACTIVE,
    )


def unacceptable(code: str, diagnostics: str, *, expression: str = "") -> Issue:
    """Say one error, of one of R4's issue types.

    >>> unacceptable("not-found", "No such visit.").severity
    'error'
    """
    return Issue(severity="error", code=code, diagnostics=diagnostics, expression=expression)


def outcome(issues: Iterable[Issue]) -> dict[str, Any]:
    """Put the issues into an OperationOutcome; anything like a national id is struck out, whoever wrote it (R8).

    >>> outcome([unacceptable("value", "Not 01819010001.")])["issue"][0]["diagnostics"]
    'Not ….'
    """
    told = [_issue(issue) for issue in issues] or [_issue(Issue("information", "informational", "All is well."))]
    return {"resourceType": "OperationOutcome", "issue": told}


def body(issues: Iterable[Issue]) -> bytes:
    """The same, as it goes on the wire."""
    return json.dumps(outcome(issues), ensure_ascii=False, separators=(",", ":")).encode()


def _issue(issue: Issue) -> dict[str, Any]:
    told: dict[str, Any] = {"severity": issue.severity, "code": issue.code}
    if issue.details_code:
        told["details"] = {"coding": [{"system": APPREC_ERRORS, "code": issue.details_code}]}
    if issue.diagnostics:
        told["diagnostics"] = _ELEVEN_DIGITS.sub("…", issue.diagnostics)
    if issue.expression:
        told["expression"] = [_ELEVEN_DIGITS.sub("…", issue.expression)]
    return told
