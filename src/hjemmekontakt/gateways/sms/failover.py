"""Two providers of SMS as one: the second is used when the first fails or is slow, and never both for one message.

The rule: a message belongs to the provider it was handed to until that one has refused it for certain. Where it may
have been taken over (UNCERTAIN), the same provider is tried again with the same reference, however ill it is. Who has a
message is written down before it is handed over (`Sms.provider`), so that this holds also when we are killed.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from hjemmekontakt.gateways.handover import Accepted, NotAccepted, Why
from hjemmekontakt.gateways.sms.circuit import Circuit, Patience
from hjemmekontakt.gateways.sms.message import Record, Reporting, Sms, SmsGateway
from hjemmekontakt.ground import clock

ABOUT_THE_MESSAGE = frozenset({Why.BAD_ADDRESS, Why.REFUSED})


class Failover:
    """The providers by name, the preferred first."""

    def __init__(
        self,
        providers: Mapping[str, SmsGateway],
        *,
        patience: Patience | None = None,
        now: Callable[[], datetime] = clock.real,
    ) -> None:
        self._providers = dict(providers)
        self._circuits = {name: Circuit(patience, now=now) for name in providers}
        self._now = now

    def choose(self) -> str:
        """Name the provider for messages that nobody has had yet: the first that is well, or the preferred one."""
        return next((name for name, circuit in self._circuits.items() if circuit.lets_through()), self._preferred())

    def other_than(self, name: str) -> str | None:
        """Name another provider that is well, for a message that this one has refused for certain."""
        others = (other for other in self._providers if other != name)
        return next((other for other in others if self._circuits[other].lets_through()), None)

    def send(self, sms: Sms) -> Accepted:
        """Hand one SMS to the provider it belongs to; one that is not set up any more leaves it to the preferred one."""
        name = sms.provider if sms.provider in self._providers else self._preferred()
        circuit, begun_at = self._circuits[name], self._now()
        try:
            accepted = self._providers[name].send(sms)
        except NotAccepted as refused:
            self._note(circuit, begun_at, failed=refused.why not in ABOUT_THE_MESSAGE)
            raise
        self._note(circuit, begun_at, failed=False)
        return accepted

    def hand_reports_to(self, record: Record) -> int:
        """Give what each provider tells to `record`; one that does not answer does not keep the other silent."""
        count, trouble = 0, None
        for provider in self._providers.values():
            if isinstance(provider, Reporting):
                try:
                    count += provider.hand_reports_to(record)
                except NotAccepted as silent:
                    trouble = silent
        if trouble and not count:
            raise trouble
        return count

    def _preferred(self) -> str:
        return next(iter(self._providers))

    def _note(self, circuit: Circuit, begun_at: datetime, *, failed: bool) -> None:
        slow = self._now() - begun_at >= circuit.patience.slow
        (circuit.went_wrong if failed or slow else circuit.went_well)()
