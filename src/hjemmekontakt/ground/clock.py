"""The two clocks: the domain's time, which the demo and the tests may move, and the real one."""

from collections.abc import Callable
from datetime import UTC, datetime

_domain_time: Callable[[], datetime] | None = None


def real() -> datetime:
    """The true time now, aware, in UTC: for tokens, sessions, leases and retries."""
    return datetime.now(UTC)  # noqa: TID251


def now() -> datetime:
    """The domain's time now, aware, in UTC: for what people see, for promises and whatever falls due."""
    return _domain_time() if _domain_time is not None else real()


def follow(source: Callable[[], datetime] | None) -> None:
    """Let the domain's time come from `source` (the demo's moved clock, a test's fixed Monday); None gives back the real one."""
    global _domain_time
    _domain_time = source
