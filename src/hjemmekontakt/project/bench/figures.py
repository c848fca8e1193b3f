"""The figures: percentiles, the best of five, ours as a share of the floor, and how they are written."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class Metric(StrEnum):
    """What is measured: the time half and nearly all answers keep within, and how many come in a second."""

    P50 = "p50_ms"
    P99 = "p99_ms"
    RATE = "per_s"

    @property
    def is_rate(self) -> bool:
        """Whether more is better."""
        return self is Metric.RATE


@dataclass(frozen=True, slots=True)
class Slice:
    """What came of a few seconds of load: the time of each answer, and how long it took all in all."""

    times_ms: Sequence[float]
    seconds: float

    def value(self, metric: Metric) -> float:
        """One metric of this slice.

        >>> [Slice([4.0, 2.0, 3.0], seconds=0.5).value(metric) for metric in Metric]
        [3.0, 4.0, 6.0]
        """
        if metric.is_rate:
            return len(self.times_ms) / self.seconds
        return percentile(self.times_ms, {Metric.P50: 50, Metric.P99: 99}[metric])


def together(slices: Sequence[Slice]) -> Slice:
    """Several slices as one: all their answers, in all their time.

    >>> together([Slice([4.0, 2.0], seconds=0.5), Slice([3.0], seconds=1.0)])
    Slice(times_ms=[4.0, 2.0, 3.0], seconds=1.5)
    """
    return Slice([time for each in slices for time in each.times_ms], sum(each.seconds for each in slices))


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure, as `--json` writes it."""

    name: str
    clients: int
    metric: str
    value: float
    floor: float
    share: float


def percentile(values: Iterable[float], percent: float) -> float:
    """The smallest value that so many percent of them are not above.

    >>> percentile([30.0, 10.0, 20.0, 40.0], 50), percentile(range(1, 201), 99), percentile([7.0], 99)
    (20.0, 198, 7.0)
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def best(metric: Metric, slices: Sequence[Slice]) -> float:
    """The best that any of the slices came to: the highest rate, the lowest time.

    >>> quick, slow = Slice([1.0], seconds=1.0), Slice([9.0, 9.0], seconds=1.0)
    >>> best(Metric.P50, [quick, slow]), best(Metric.RATE, [quick, slow])
    (1.0, 2.0)
    """
    values = [each.value(metric) for each in slices]
    return max(values) if metric.is_rate else min(values)


def share(metric: Metric, *, ours: float, floor: float) -> float:
    """How near ours comes to the floor; 1 is the limit, for rates and for times.

    >>> share(Metric.RATE, ours=200.0, floor=400.0), share(Metric.P50, ours=8.0, floor=2.0)
    (0.5, 0.25)
    """
    return ours / floor if metric.is_rate else floor / ours


def figures(name: str, clients: int, *, ours: Sequence[Slice], floor: Sequence[Slice]) -> list[Figure]:
    """The figures of one benchmark with so many clients, one for each metric."""
    found = []
    for metric in Metric:
        value, bare = best(metric, ours), best(metric, floor)
        found.append(
            Figure(
                name=name,
                clients=clients,
                metric=metric.value,
                value=_rounded(value),
                floor=_rounded(bare),
                share=round(share(metric, ours=value, floor=bare), 3),
            )
        )
    return found


def _rounded(value: float) -> float:
    """To hundredths, or to four digits where it is less than one: a line of an import takes some hundredths of a millisecond.

    >>> _rounded(12.3456), _rounded(0.0612345)
    (12.35, 0.06123)
    """
    return round(value, 2) if value >= 1 else float(f"{value:.4g}")


def _written(value: float) -> str:
    return f"{value:.2f}" if value >= 1 else f"{value:.4f}"


def as_json(found: Iterable[Figure]) -> list[dict[str, object]]:
    """The figures as `--json` writes them."""
    return [asdict(figure) for figure in found]


def line(figure: Figure) -> str:
    """One figure as a line of the table.

    >>> line(Figure("open_thread", 8, "p50_ms", 12.5, 5.0, 0.4))
    'open_thread       8  p50_ms      12.50      5.00   0.40'
    >>> line(Figure("fhir_import", 1, "p50_ms", 0.06521, 0.0497, 0.76))
    'fhir_import       1  p50_ms     0.0652    0.0497   0.76'
    """
    return (
        f"{figure.name:<16}{figure.clients:>3}  {figure.metric:<7}{_written(figure.value):>10}{_written(figure.floor):>10}"
        f"{figure.share:>7.2f}"
    )


def heading() -> str:
    """The table's first line, over the columns of `line`."""
    return f"{'navn':<16}{'kl.':>3}  {'mål':<7}{'vår':>10}{'gulv':>10}{'andel':>7}"


def line_of_growth(few: Figure, many: Figure, *, amounts: tuple[int, int]) -> str:
    """How a figure changes from few stored to many: the figure at each, how much worse it has become, and the floor's too.

    >>> few, many = (Figure("open_thread", 1, "p50_ms", value, 5.0, 0.4) for value in (10.0, 10.5))
    >>> line_of_growth(few, many, amounts=(20_000, 300_000))
    'open_thread       1  p50_ms      10.00 (20000)     10.50 (300000)   +5 %  (gulvet +0 %)'
    """
    worse, of_the_floor = _worse(few, few.value, many.value), _worse(few, few.floor, many.floor)
    return (
        f"{few.name:<16}{few.clients:>3}  {few.metric:<7}{_written(few.value):>10} ({amounts[0]})"
        f"{_written(many.value):>10} ({amounts[1]})  {worse:>+4.0%}  (gulvet {of_the_floor:+.0%})".replace("%", " %")
    )


def _worse(figure: Figure, with_few: float, with_many: float) -> float:
    """How much worse: a time that is longer, a rate that is lower."""
    return (with_few / with_many if figure.metric == Metric.RATE else with_many / with_few) - 1
