"""When a provider is left alone for a while: after some failures in a short time, until one try shows that it is well."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from hjemmekontakt.ground import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many failures within how long are too many, how long a provider is then left alone, and what counts as slow."""

    failures: int = 5
    within: timedelta = timedelta(minutes=1)
    pause: timedelta = timedelta(minutes=1)
    slow: timedelta = timedelta(seconds=5)


class Circuit:
    """What is known of how one provider is doing."""

    def __init__(self, patience: Patience | None = None, *, now: Callable[[], datetime] = clock.real) -> None:
        self.patience = patience or Patience()
        self._now = now
        self._lock = Lock()
        self._failed_at: deque[datetime] = deque(maxlen=self.patience.failures)
        self._open_until: datetime | None = None

    def lets_through(self) -> bool:
        """Tell whether a message may go to this provider now; when the pause is over one may, and the rest wait for it."""
        with self._lock:
            if self._open_until is None:
                return True
            if self._now() < self._open_until:
                return False
            self._open_until = self._now() + self.patience.pause
            return True

    def went_well(self) -> None:
        """A message was dealt with in good time: all is forgiven."""
        with self._lock:
            self._failed_at.clear()
            self._open_until = None

    def went_wrong(self) -> None:
        """A message was not dealt with, or slowly."""
        now = self._now()
        with self._lock:
            self._failed_at.append(now)
            first = self._failed_at[0]
            if len(self._failed_at) == self.patience.failures and now - first <= self.patience.within:
                self._open_until = now + self.patience.pause
