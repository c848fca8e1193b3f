"""How big the seeded towns are."""

from dataclasses import dataclass, replace

UNITS_IN_A_MUNICIPALITY = 60
UNITS_IN_A_DISTRICT = 4
EMPLOYEES_IN_A_UNIT = 83
WAITING_IN_A_UNIT = 50
LOG_LINES_FOR_EACH = 20
VISITS_OF_ONE = 38  # in four weeks: 1.35 a day


@dataclass(frozen=True)
class Size:
    """One seeded town: how many receive help, in how many units, how much has been written, and how many visits there are.

    `visits` lie in the four weeks around today, `visits_behind` before them.
    """

    name: str
    recipients: int
    units: int
    threads: int
    texts: int
    visits: int
    visits_behind: int = 0

    @property
    def database(self) -> str:
        """The name of its database; the same town with fewer, or more, threads or visits is another one."""
        return f"bench_{self.threads}_{self.stored_visits}"

    @property
    def stored_visits(self) -> int:
        """How many visits are stored in all."""
        return self.visits + self.visits_behind

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers that the seeding statements use."""
        waiting = min(WAITING_IN_A_UNIT * self.units, self.threads // 4)
        return {
            "recipients": self.recipients,
            "units": self.units,
            "districts": -(-self.units // UNITS_IN_A_DISTRICT),
            "municipalities": -(-self.units // UNITS_IN_A_MUNICIPALITY),
            "employees": self.units * EMPLOYEES_IN_A_UNIT,
            "threads": self.threads,
            "waiting": waiting,
            "texts": self.texts,
            "visits": self.visits,
            "visits_of_one": VISITS_OF_ONE,
            "visits_behind": self.visits_behind,
            "log_lines": self.recipients * LOG_LINES_FOR_EACH,
        }

    def with_threads(self, threads: int) -> "Size":
        """The same town in which less, or more, has been written."""
        return replace(self, threads=threads)

    def with_visits(self, visits: int) -> "Size":
        """The same town with so many visits stored: with fewer, fewer are visited; with more, more lie behind today.

        >>> [(town.visits, town.visits_behind) for town in map(SIZES["city"].with_visits, (10_000, 7_000_000))]
        [(10000, 0), (760000, 6240000)]
        """
        around_today = min(visits, self.recipients * VISITS_OF_ONE)
        return replace(self, visits=around_today, visits_behind=visits - around_today)


SIZES = {
    size.name: size
    for size in (
        Size("small", recipients=100, units=2, threads=1_500, texts=2_000, visits=3_800),
        Size("city", recipients=20_000, units=60, threads=300_000, texts=200_000, visits=756_000),
        Size(
            "nation",
            recipients=200_000,
            units=600,
            threads=3_000_000,
            texts=500_000,
            visits=7_560_000,
            visits_behind=10_000_000,
        ),
    )
}
