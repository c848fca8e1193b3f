"""`notices_digest`: from an hour of digests, of visits that waited for it, to the last of their SMS, with one worker."""

import time
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid5

from hjemmekontakt.ground import clock
from hjemmekontakt.project.bench.data import Tell
from hjemmekontakt.project.bench.figures import Figure, Metric, share
from hjemmekontakt.project.bench.notices_town import (
    SPACE,
    Town,
    accepted,
    floor,
    how_many_accepted,
    keep_patience,
    towns,
)

NAME = "notices_digest"
IN_A_DIGEST, DIGESTS = 4, 8000
WAITING = """
INSERT INTO notice (id, event_key, kind, about_id, receiver_id, municipality_id, channel, decision, values, decided_at, due_at,
    attempts, provider_reference, last_error)
SELECT gen_random_uuid(), 'visit-performed:' || gen_random_uuid(), 'visit-performed', id, id, %(town)s, 'sms', 'gathered', '{}',
    now(), %(hour)s, 0, '', ''
FROM citizen, generate_series(1, %(each)s)
"""


@dataclass(frozen=True)
class Measured:
    """How long after their hour the decisions of digests were joined and the last SMS accepted; the floor's SMS a second."""

    decisions: int
    digests: int
    joined_s: float
    told_s: float
    floor: float

    def figure(self) -> Figure:
        """Digests a second, from the hour to the last SMS; the floor hands over as many, and joins nothing."""
        ours = self.digests / self.told_s
        of_it = share(Metric.RATE, ours=ours, floor=self.floor)
        return Figure(NAME, 1, Metric.RATE.value, round(ours, 2), round(self.floor, 2), round(of_it, 3))

    def line(self) -> str:
        """The figures in a line."""
        return (
            f"{NAME}  {self.decisions} avgjørelser i {self.digests} oppsummeringer: samlet {self.joined_s:.1f} s etter"
            f" timen, den siste SMS-en tatt imot etter {self.told_s:.1f} s."
        )


def run(folder: Path, *, tell: Tell) -> Measured:
    """Let everybody have waited for the same hour, and measure from the hour on; the worker looks each ten seconds."""
    with towns(folder, persons=DIGESTS, stored=[0], tell=tell) as (town,), town.working():
        joined_s, told_s = _from_the_hour(town)
        return Measured(IN_A_DIGEST * DIGESTS, DIGESTS, joined_s, told_s, floor(town, DIGESTS))


def _from_the_hour(town: Town) -> tuple[float, float]:
    before = how_many_accepted(town.peer)
    values = {"town": uuid5(SPACE, "town"), "each": IN_A_DIGEST, "hour": clock.real()}
    town.connection.execute(WAITING, values)
    began, joined = clock.real().timestamp(), 0.0
    while (told := how_many_accepted(town.peer) - before) < DIGESTS:
        waiting = town.connection.execute("SELECT count(*) FROM notice WHERE decision = 'gathered'").fetchone()
        joined = joined or (0.0 if waiting and waiting[0] else clock.real().timestamp() - began)
        keep_patience(began, f"{told} av {DIGESTS} SMS kom")
        time.sleep(0.2)
    return joined, max(accepted(town.peer).values()) - began
