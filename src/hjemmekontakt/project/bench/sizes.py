"""How big the seeded towns are."""

from dataclasses import dataclass, replace

UNITS_IN_A_MUNICIPALITY = 60
UNITS_IN_A_DISTRICT = 4
EMPLOYEES_IN_A_UNIT = 83
WAITING_IN_A_UNIT = 50
LOG_LINES_FOR_EACH = 20


@dataclass(frozen=True)
class Size:
    """One seeded town: how many receive help, in how many units, and how much has been written."""

    name: str
    recipients: int
    units: int
    threads: int
    texts: int

    @property
    def database(self) -> str:
        """The name of its database; the same town with fewer threads is another one."""
        return f"bench_{self.threads}"

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
            "log_lines": self.recipients * LOG_LINES_FOR_EACH,
        }

    def with_threads(self, threads: int) -> "Size":
        """The same town in which less, or more, has been written."""
        return replace(self, threads=threads)


SIZES = {
    size.name: size
    for size in (
        Size("small", recipients=100, units=2, threads=1_500, texts=2_000),
        Size("city", recipients=20_000, units=60, threads=300_000, texts=200_000),
        Size("nation", recipients=200_000, units=600, threads=3_000_000, texts=500_000),
    )
}
